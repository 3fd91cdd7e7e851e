package stories

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// book keeps rulings in memory.
type book struct {
	all   []Ruling
	fault error
}

func (b *book) Record(_ context.Context, r Ruling) (Ruling, error) {
	r.Number = int64(len(b.all) + 1)
	b.all = append(b.all, r)
	return r, nil
}

func (b *book) Settle(context.Context, Ruling) error { return nil }

func (b *book) Ruled(_ context.Context, after int64) ([]Ruling, error) {
	return b.all[min(int(after), len(b.all)):], b.fault
}

// rule records a ruling and puts it into effect.
func rule(t *testing.T, ix *Index, b *book, r Ruling) {
	t.Helper()
	if _, err := b.Record(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if news, err := ix.Heed(t.Context(), b); err != nil || len(news) != 1 {
		t.Fatalf("%d rulings taken up, %v, want the one", len(news), err)
	}
}

const (
	ferry = "Ferry Aurora runs aground off Lindholm"
	fog   = "Airport of Kallholm closes in thick fog"
	fire  = "Ferry Aurora burns off Lindholm harbour, runs aground"
)

func TestMergedStoriesAreOne(t *testing.T) {
	ix, rulings := NewIndex(), &book{}
	into, from := ix.Place(article("ferry", ferry, 0), nil), ix.Place(article("fog", fog, time.Minute), nil)
	rule(t, ix, rulings, Merge(into, from, "editor", start))
	for name, headline := range map[string]string{"copy": fog, "new": ferry} {
		p := ix.Take(article(name, headline, time.Hour), nil)
		if p.Story != into || !slices.Equal(p.Merged, []articles.StoryID{from}) {
			t.Errorf("%s: story %s with %s, want %s with %s", name, p.Story, p.Merged, into, from)
		}
	}
	version := article("fog", fog+" again", 2*time.Hour)
	version.Version = 2
	if got := ix.Place(version, nil); got != into {
		t.Errorf("a later version is of story %s, want %s", got, into)
	}
	if e, _ := ix.Explain("ferry"); e.Recent != 5 {
		t.Errorf("the story has %d articles, want 5", e.Recent)
	}
}

// TestAMergedStoryIsAsOldAsTheOlder has a story that is merged with an older one: what came of it before is of an old story,
// too, and takes nothing in any more once that has run its time.
func TestAMergedStoryIsAsOldAsTheOlder(t *testing.T) {
	for _, merged := range []bool{false, true} {
		ix, rulings := NewIndex(), &book{}
		old := ix.Place(article("ferry", ferry, 0), nil)
		for _, after := range []time.Duration{40 * time.Hour, 80 * time.Hour, 120 * time.Hour} {
			ix.Place(article("ferry after "+after.String(), ferry, after), nil)
		}
		young := ix.Place(article("fog", fog, 130*time.Hour), nil)
		if merged {
			rule(t, ix, rulings, Merge(young, old, "editor", start))
		}
		if joined := ix.Place(article("copy", fog, Age+2*time.Hour), nil) == young; joined == merged {
			t.Errorf("merged %t: a copy after %s joined %t", merged, Age+2*time.Hour, joined)
		}
	}
}

func TestSplitArticlesAreAStoryOfTheirOwn(t *testing.T) {
	for _, first := range []articles.ID{"one", "two"} {
		ix, rulings := NewIndex(), &book{}
		was := ix.Place(article("one", ferry, 0), nil)
		if got := ix.Place(article("two", fire, time.Minute), nil); got != was {
			t.Fatal("the two are not one story to begin with")
		}
		rule(t, ix, rulings, Split([]articles.ID{first}, "editor", start))
		one, _ := ix.Explain("one")
		two, _ := ix.Explain("two")
		if one.Story == two.Story {
			t.Errorf("without %s, both are of story %s", first, one.Story)
		}
		if got := ix.Place(article("copy", fire, time.Hour), nil); got != two.Story {
			t.Errorf("a copy of the second is of story %s, want %s", got, two.Story)
		}
		ix.Place(article("other", fog, 3*Window), nil) // all else is forgotten
		version := article("two", fire+" again", 4*Window)
		version.Version = 2
		if got := ix.Place(version, nil); got != two.Story {
			t.Errorf("a late version of the second is of story %s, want %s", got, two.Story)
		}
	}
}

// TestRulingsOutliveARestart compares an index that was ruled with one rebuilt from what the store remembers.
func TestRulingsOutliveARestart(t *testing.T) {
	lived, store, rulings := NewIndex(), &shelf{}, &book{}
	put := func(name, headline string, after time.Duration) articles.StoryID {
		a := article(name, headline, after)
		s := lived.Place(a, nil)
		store.put(a, s)
		return s
	}
	into, from := put("ferry", ferry, 0), put("fog", fog, time.Minute)
	put("fire", fire, 2*time.Minute)
	for _, r := range []Ruling{Merge(into, from, "editor", start), Split([]articles.ID{"fire"}, "editor", start)} {
		rule(t, lived, rulings, r)
	}
	put("later", fire, time.Hour)
	reborn := NewIndex()
	if err := reborn.Rebuild(t.Context(), store, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if news, err := reborn.Heed(t.Context(), rulings); err != nil || len(news) != 2 {
		t.Fatalf("%d rulings restored, %v, want both", len(news), err)
	}
	for i, headline := range []string{ferry, fog, fire, "UPDATE 1-" + fire} {
		a := article(headline, headline, time.Duration(i+2)*time.Hour)
		if was, is := lived.Place(a, nil), reborn.Place(a, nil); was != is {
			t.Errorf("%q was of story %s and is of %s", headline, was, is)
		}
	}
}

// TestWhatWasMergedCanBeSplitOffAgain goes there, back, and there again: the last word holds, also for later versions.
func TestWhatWasMergedCanBeSplitOffAgain(t *testing.T) {
	ix, rulings := NewIndex(), &book{}
	into := ix.Place(article("ferry", ferry, 0), nil)
	ix.Place(article("fog", fog, time.Minute), nil)
	fogs := []articles.ID{"fog"}
	first, again := Split(fogs, "editor", start), Split(fogs, "editor", start.Add(time.Hour))
	rule(t, ix, rulings, Merge(into, IDOf("fog"), "editor", start))
	rule(t, ix, rulings, first)
	rule(t, ix, rulings, Merge(into, first.Story(), "editor", start))
	rule(t, ix, rulings, again)
	version := article("fog", fog+" again", 2*time.Hour)
	version.Version = 2
	if got := ix.Place(version, nil); got != again.Story() || got == first.Story() {
		t.Errorf("it is of story %s, want %s and not %s", got, again.Story(), first.Story())
	}
	if e, _ := ix.Explain("ferry"); e.Recent != 1 {
		t.Errorf("the story that it left has %d articles, want 1", e.Recent)
	}
}

func TestAllVersionsOfAnArticleAreSplitOff(t *testing.T) {
	ix, rulings := NewIndex(), &book{}
	ix.Place(article("one", ferry, 0), nil)
	ix.Place(article("two", fire, time.Minute), nil)
	version := article("two", fire+" again", 2*time.Minute)
	version.Version = 2
	ix.Place(version, nil)
	rule(t, ix, rulings, Split([]articles.ID{"two"}, "editor", start))
	if e, _ := ix.Explain("two"); e.Recent != 2 {
		t.Errorf("the new story has %d versions, want 2", e.Recent)
	}
}

func TestAMergeBackAndForthIsOneStory(t *testing.T) {
	ix, rulings := NewIndex(), &book{}
	into, from := ix.Place(article("ferry", ferry, 0), nil), ix.Place(article("fog", fog, time.Minute), nil)
	rule(t, ix, rulings, Merge(into, from, "editor", start))
	rule(t, ix, rulings, Merge(from, into, "another", start))
	if got := ix.Place(article("copy", fog, time.Hour), nil); got != into {
		t.Errorf("story %s, want %s", got, into)
	}
}

func TestRulingsThatCannotBeRead(t *testing.T) {
	fault := errors.New("disk on fire")
	if _, err := NewIndex().Heed(t.Context(), &book{fault: fault}); !errors.Is(err, fault) {
		t.Errorf("error %v, want %v", err, fault)
	}
}

func TestRulingsThatCannotBe(t *testing.T) {
	for _, tt := range []struct {
		name string
		r    Ruling
		want error
	}{
		{"nothing", Ruling{}, ErrNoRuling},
		{"into itself", Merge("s1", "s1", "editor", start), ErrNoRuling},
		{"into nothing", Merge("", "s1", "editor", start), ErrNoRuling},
		{"both at once", Ruling{Into: "s1", From: "s2", Split: []articles.ID{"a"}}, ErrNoRuling},
		{"very many", Split(make([]articles.ID, MaxSplit+1), "editor", start), ErrNoRuling},
		{"a merge", Merge("s1", "s2", "editor", start), nil},
		{"a split", Split([]articles.ID{"a"}, "editor", start), nil},
	} {
		if got := tt.r.Fault(); !errors.Is(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
