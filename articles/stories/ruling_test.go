package stories

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// book keeps rulings in memory.
type book struct {
	all   []Ruling
	fault error
}

func (b *book) Record(_ context.Context, r Ruling) error {
	if b.fault == nil {
		b.all = append(b.all, r)
	}
	return b.fault
}

func (b *book) Recorded(context.Context) ([]Ruling, error) { return b.all, b.fault }

const (
	ferry = "Ferry Aurora runs aground off Lindholm"
	fog   = "Airport of Kallholm closes in thick fog"
	fire  = "Ferry Aurora burns off Lindholm harbour, runs aground"
)

func TestMergedStoriesAreOne(t *testing.T) {
	ix, rulings := NewIndex(), &book{}
	into, from := ix.Place(article("ferry", ferry, 0), nil), ix.Place(article("fog", fog, time.Minute), nil)
	if err := ix.Rule(t.Context(), rulings, Merge(into, from, "editor", start)); err != nil {
		t.Fatal(err)
	}
	for name, headline := range map[string]string{"copy": fog, "new": ferry} {
		if got := ix.Place(article(name, headline, time.Hour), nil); got != into {
			t.Errorf("%s: story %s, want %s", name, got, into)
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

func TestSplitArticlesAreAStoryOfTheirOwn(t *testing.T) {
	for _, first := range []articles.ID{"one", "two"} {
		ix, rulings := NewIndex(), &book{}
		was := ix.Place(article("one", ferry, 0), nil)
		if got := ix.Place(article("two", fire, time.Minute), nil); got != was {
			t.Fatal("the two are not one story to begin with")
		}
		if err := ix.Rule(t.Context(), rulings, Split([]articles.ID{first}, "editor", start)); err != nil {
			t.Fatal(err)
		}
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
		if err := lived.Rule(t.Context(), rulings, r); err != nil {
			t.Fatal(err)
		}
	}
	put("later", fire, time.Hour)
	reborn := NewIndex()
	if err := errors.Join(reborn.Rebuild(t.Context(), store, time.Time{}), reborn.Restore(t.Context(), rulings)); err != nil {
		t.Fatal(err)
	}
	for i, headline := range []string{ferry, fog, fire, "UPDATE 1-" + fire} {
		a := article(headline, headline, time.Duration(i+2)*time.Hour)
		if was, is := lived.Place(a, nil), reborn.Place(a, nil); was != is {
			t.Errorf("%q was of story %s and is of %s", headline, was, is)
		}
	}
}

func TestRulingsThatCannotBe(t *testing.T) {
	fault := errors.New("disk on fire")
	for _, tt := range []struct {
		name string
		r    Ruling
		book book
		want error
	}{
		{"nothing", Ruling{}, book{}, ErrNoRuling},
		{"into itself", Merge("s1", "s1", "editor", start), book{}, ErrNoRuling},
		{"both at once", Ruling{Into: "s1", From: "s2", Split: []articles.ID{"a"}}, book{}, ErrNoRuling},
		{"back again", Merge("s4", "s3", "editor", start), book{}, ErrCircle},
		{"not recorded", Merge("s1", "s2", "editor", start), book{fault: fault}, fault},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ix := NewIndex()
			if err := ix.Rule(t.Context(), &book{}, Merge("s3", "s4", "editor", start)); err != nil {
				t.Fatal(err)
			}
			if err := ix.Rule(t.Context(), &tt.book, tt.r); !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
			if ix.forwarded("s2") != "s2" {
				t.Error("it is in effect")
			}
		})
	}
}
