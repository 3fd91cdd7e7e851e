// Package storiestest is the conformance suite of stories.Rulings: what every book of rulings must do.
package storiestest

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
)

// House is a store whose articles were placed in stories.
type House struct {
	stories.Rulings
	// Place puts an article in a story, as the desk does.
	Place func(articles.ID, articles.StoryID) error
	// StoryOf is the story that the store has an article in.
	StoryOf func(articles.ID) (articles.StoryID, error)
}

// TestRulings runs the suite; open answers an empty store for each test.
func TestRulings(t *testing.T, open func(t *testing.T) House) {
	tests := []struct {
		name string
		test func(*testing.T, House)
	}{
		{"rulings are read back in order, after a number", readBack},
		{"a merge gives a story's articles to its heir", merged},
		{"a merge is of the stories that the two were merged into before", chained},
		{"stories that are one already cannot be merged", oneAlready},
		{"what nobody knows cannot be ruled on", unknown},
		{"what says nothing is refused", faulty},
		{"articles that are split off are of a story of their own", split},
		{"what was merged can be split off and merged again", backAndForth},
		{"what was written meanwhile goes with the ruling when it is settled", settled},
		{"of two merges at once that would make a circle one is refused", circle},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := open(t)
			for _, id := range []string{"1", "2", "3"} {
				place(t, h, articles.ID("a"+id), articles.StoryID("s"+id))
			}
			tt.test(t, h)
		})
	}
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func merge(into, from articles.StoryID) stories.Ruling {
	return stories.Merge(into, from, "cli:anna", noon)
}

func place(t *testing.T, h House, id articles.ID, story articles.StoryID) {
	t.Helper()
	if err := h.Place(id, story); err != nil {
		t.Fatal(err)
	}
}

func record(t *testing.T, h House, r stories.Ruling) stories.Ruling {
	t.Helper()
	r, err := h.Record(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// are checks which story the store has each article in.
func are(t *testing.T, h House, want map[articles.ID]articles.StoryID) {
	t.Helper()
	for id, story := range want {
		if got, err := h.StoryOf(id); err != nil || got != story {
			t.Errorf("%s is of story %s, %v, want %s", id, got, err, story)
		}
	}
}

func ruled(t *testing.T, h House, after int64) []stories.Ruling {
	t.Helper()
	rs, err := h.Ruled(t.Context(), after)
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

func readBack(t *testing.T, h House) {
	first := record(t, h, merge("s1", "s2"))
	second := record(t, h, stories.Split([]articles.ID{"a2", "a3"}, "telegram:1a2b", noon.Add(time.Millisecond)))
	if first.Number != 1 || second.Number != 2 {
		t.Errorf("numbers %d and %d, want 1 and 2", first.Number, second.Number)
	}
	for after, want := range map[int64][]stories.Ruling{0: {first, second}, 1: {second}, 2: nil} {
		if got := ruled(t, h, after); !reflect.DeepEqual(got, want) {
			t.Errorf("after %d:\n%+v, want\n%+v", after, got, want)
		}
	}
}

func merged(t *testing.T, h House) {
	record(t, h, merge("s1", "s2"))
	are(t, h, map[articles.ID]articles.StoryID{"a1": "s1", "a2": "s1", "a3": "s3"})
}

func chained(t *testing.T, h House) {
	record(t, h, merge("s1", "s2"))
	if r := record(t, h, merge("s3", "s2")); r.Into != "s3" || r.From != "s1" || r.Story() != "s3" {
		t.Errorf("recorded %+v, want s1 into s3", r)
	}
	are(t, h, map[articles.ID]articles.StoryID{"a1": "s3", "a2": "s3", "a3": "s3"})
}

func oneAlready(t *testing.T, h House) {
	record(t, h, merge("s1", "s2"))
	for _, again := range []stories.Ruling{merge("s1", "s2"), merge("s2", "s1")} {
		if _, err := h.Record(t.Context(), again); !errors.Is(err, stories.ErrOne) {
			t.Errorf("%s into %s: %v, want ErrOne", again.From, again.Into, err)
		}
	}
	if got := ruled(t, h, 0); len(got) != 1 {
		t.Errorf("on record: %+v", got)
	}
}

func unknown(t *testing.T, h House) {
	for _, r := range []stories.Ruling{merge("s1", "s9"), merge("s9", "s1"), stories.Split([]articles.ID{"a1", "a9"}, "cli:anna", noon)} {
		if _, err := h.Record(t.Context(), r); !errors.Is(err, stories.ErrUnknown) {
			t.Errorf("%+v: %v, want ErrUnknown", r, err)
		}
	}
	are(t, h, map[articles.ID]articles.StoryID{"a1": "s1"})
	if r := record(t, h, merge("s1", "s2")); r.Number != 1 {
		t.Errorf("what was refused took a number: the first is %d", r.Number)
	}
}

func faulty(t *testing.T, h House) {
	for _, r := range []stories.Ruling{{By: "cli:anna", At: noon}, merge("s1", "s1")} {
		if _, err := h.Record(t.Context(), r); !errors.Is(err, stories.ErrNoRuling) {
			t.Errorf("%+v: %v, want ErrNoRuling", r, err)
		}
	}
}

func split(t *testing.T, h House) {
	place(t, h, "a4", "s1")
	r := record(t, h, stories.Split([]articles.ID{"a1"}, "cli:anna", noon))
	if r.Story() == "s1" || r.Story() == "" {
		t.Errorf("the new story is called %q", r.Story())
	}
	are(t, h, map[articles.ID]articles.StoryID{"a1": r.Story(), "a4": "s1"})
}

func backAndForth(t *testing.T, h House) {
	record(t, h, merge("s1", "s2"))
	first := record(t, h, stories.Split([]articles.ID{"a2"}, "cli:anna", noon))
	record(t, h, merge("s1", first.Story()))
	again := record(t, h, stories.Split([]articles.ID{"a2"}, "cli:anna", noon.Add(time.Hour)))
	are(t, h, map[articles.ID]articles.StoryID{"a1": "s1", "a2": again.Story()})
	if first.Story() == again.Story() {
		t.Error("the second split has the name of the first, which was merged away")
	}
}

func settled(t *testing.T, h House) {
	r := record(t, h, merge("s1", "s2"))
	place(t, h, "late", "s2")
	for range 2 {
		if err := h.Settle(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		are(t, h, map[articles.ID]articles.StoryID{"a1": "s1", "a2": "s1", "late": "s1"})
	}
}

func circle(t *testing.T, h House) {
	var faults [2]error
	var all sync.WaitGroup
	for i, r := range []stories.Ruling{merge("s1", "s2"), merge("s2", "s1")} {
		all.Go(func() { _, faults[i] = h.Record(t.Context(), r) })
	}
	all.Wait()
	won, lost := faults[0], faults[1]
	if won != nil {
		won, lost = lost, won
	}
	if won != nil || !errors.Is(lost, stories.ErrOne) {
		t.Error(fmt.Errorf("one should be refused with ErrOne: %w", errors.Join(faults[:]...)))
	}
}
