package stories

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// crowd are headlines of many outlets about few events: each has some of its event's words, and words of its own.
func crowd(n int) (told []articles.Article, event []int) {
	chance := rand.New(rand.NewPCG(7, 7))
	word := func(kind string, n int) string { return fmt.Sprintf("%s%c%c%s", kind, 'a'+n%26, 'a'+n/26%26, kind) }
	for i := range n {
		e, headline := i%10, ""
		for _, w := range chance.Perm(8)[:3] {
			headline += word("E", 8*e+w) + " "
		}
		for range 4 {
			headline += word("own", chance.IntN(600)) + " "
		}
		told, event = append(told, article(fmt.Sprint("crowd", i), headline, time.Duration(i)*time.Minute)), append(event, e)
	}
	return told, event
}

// TestInACrowdStoriesGrowTogether asks how many of the later articles went to the greatest stories of their events.
func TestInACrowdStoriesGrowTogether(t *testing.T) {
	told, event := crowd(1500)
	ix, many := NewIndex(), map[int]map[articles.StoryID]int{}
	for i, a := range told {
		p := ix.Take(a, nil)
		if i < 1000 {
			continue
		}
		if many[event[i]] == nil {
			many[event[i]] = map[articles.StoryID]int{}
		}
		many[event[i]][p.Story]++
	}
	if d := ix.recent.density(); d < 1 {
		t.Errorf("density %.2f, want a crowd", d)
	}
	greatest := 0
	for _, of := range many {
		greatest += slices.Max(slices.Collect(maps.Values(of)))
	}
	if 100*greatest < 80*500 {
		t.Errorf("of 500 articles, %d are of the greatest stories of their events", greatest)
	}
}

func TestAWireIsNoCrowd(t *testing.T) {
	ix := NewIndex()
	for i := range 1500 {
		event := i / 3
		ix.Take(article(fmt.Sprint(i), fmt.Sprintf("Harbour%[1]d closes after Vessel%[1]d runs aground off Cape%[1]d, word%[2]d", event, i), time.Duration(i)*time.Minute), nil)
		if d := ix.recent.density(); d > 0 {
			t.Fatalf("after %d articles the density is %.2f", i+1, d)
		}
	}
}

func TestRestartInACrowdChangesNothing(t *testing.T) {
	told, _ := crowd(900)
	store, lived, reborn := &shelf{}, NewIndex(), NewIndex()
	for _, a := range told[:800] {
		store.put(a, lived.Place(a, nil))
	}
	if err := reborn.Rebuild(t.Context(), store, time.Time{}); err != nil {
		t.Fatal(err)
	}
	for _, a := range told[800:] {
		if was, is := lived.Place(a, nil), reborn.Place(a, nil); was != is {
			t.Errorf("%q was of story %s and is of %s", a.Headline, was, is)
		}
	}
}
