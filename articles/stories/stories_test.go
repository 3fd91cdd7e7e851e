package stories

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
)

var start = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func article(name, headline string, after time.Duration) articles.Article {
	at := start.Add(after)
	return articles.Article{ID: articles.ID(name), Headline: headline, Published: at, Seen: at}
}

// place has an article that is about the places the newsroom marked.
func place(ix *Index, a articles.Article) articles.StoryID { return ix.Place(a, a.Places) }

func TestHeadlinesThatAreOneStory(t *testing.T) {
	const first = "Ferry runs aground off Lindholm in thick fog"
	cases := []struct {
		name, headline string
		after          time.Duration
		places         []articles.Place
		same           bool
	}{
		{"the same headline", first, time.Hour, nil, true},
		{"the same in other letters and points", "FERRY RUNS AGROUND, off Lindholm, in “thick” fog", time.Hour, nil, true},
		{"an update", "UPDATE 2-" + first, time.Hour, nil, true},
		{"a correction of an update", "CORRECTED-(OFFICIAL)-UPDATE 2-" + first, time.Hour, nil, true},
		{"a label before a colon", "BREAKING: " + first, time.Hour, nil, true},
		{"nearly the same", "Ferry runs aground off Lindholm in fog", time.Hour, nil, true},
		{"the same fate elsewhere", "Ferry runs aground off Kallholm in thick snow", time.Hour, []articles.Place{"NO"}, false},
		{"another ferry", "Ferry catches fire off Lindholm in the night", time.Hour, nil, false},
		{"the last moment of the window", first, Window, nil, true},
		{"after the window", first, Window + time.Second, nil, false},
		{"an older article that came later", first, -time.Hour, nil, true},
	}
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			ix := NewIndex()
			one := article("one", first, 0)
			one.Places = []articles.Place{"SE"}
			had := place(ix, one)
			a := article("two", tt.headline, tt.after)
			a.Places = tt.places
			if two := place(ix, a); (had == two) != tt.same {
				t.Errorf("stories %s and %s, same should be %v", had, two, tt.same)
			}
		})
	}
}

func TestShortHeadlinesAreColumnsAndNoStory(t *testing.T) {
	ix := NewIndex()
	if place(ix, article("one", "Evening News", 0)) == place(ix, article("two", "Evening News", time.Hour)) {
		t.Error("two editions of a column are one story")
	}
	if place(ix, article("three", "", 0)) == place(ix, article("four", "", time.Hour)) {
		t.Error("two articles without a headline are one story")
	}
}

func TestArchiveThatComesAtOnceKeepsItsYearsApart(t *testing.T) {
	ix := NewIndex()
	one, two := article("one", "Ferry runs aground off Lindholm", 0), article("two", "Ferry runs aground off Lindholm", 0)
	one.Published = start.AddDate(-1, 0, 0)
	if place(ix, one) == place(ix, two) {
		t.Error("two ferries, a year apart, are one story")
	}
}

// words are those of a headline without its markers.
func words(headline string) string {
	rest, _ := unmarked(headline)
	return plain(terms(rest, maxWords))
}

func TestMarkerAloneIsAHeadline(t *testing.T) {
	for headline, want := range map[string]string{"UPDATE 1-": "update 1", "Breaking: ": "breaking", "Update on the dam": "update on the dam"} {
		if got := words(headline); got != want {
			t.Errorf("%q has words %s, want %s", headline, got, want)
		}
	}
}

func TestVersionsKeepTheirStory(t *testing.T) {
	ix := NewIndex()
	one := place(ix, article("one", "Ferry runs aground off Lindholm", 0))
	place(ix, article("two", "Parliament votes on the clocks again", time.Minute))
	a := article("one", "Parliament votes on the clocks again", time.Hour)
	a.Version = 2
	if got := place(ix, a); got != one {
		t.Errorf("the second version is of story %s, the first of %s", got, one)
	}
	if got := place(ix, article("three", "Parliament votes on the clocks again!", 2*time.Hour)); got == one {
		t.Error("a headline that two stories had goes to the one that had it later")
	}
}

func TestForgottenArticleKeepsItsStory(t *testing.T) {
	ix := NewIndex()
	first := place(ix, article("first", "Ferry runs aground off Lindholm", 0))
	place(ix, article("joined", "Ferry runs aground off Lindholm", time.Hour))
	place(ix, article("other", "Dam breaks above Verkhnerechensk today", 200*time.Hour))
	for _, name := range []string{"first", "joined"} {
		a := article(name, "Dam breaks above Verkhnerechensk today", 201*time.Hour)
		a.Version = 2
		if got := place(ix, a); got != first {
			t.Errorf("a late version of %s is of story %s, want %s", name, got, first)
		}
	}
}

func TestContinuationsAreOneStory(t *testing.T) {
	ix := NewIndex()
	one := place(ix, article("one", "First report", 0))
	last := articles.ID("one")
	for i := range 5 {
		a := article(fmt.Sprint("next", i), fmt.Sprint("Something else altogether ", i), time.Duration(i)*Window)
		a.Evolved = last
		last = a.ID
		if got := place(ix, a); got != one {
			t.Fatalf("continuation %d is of story %s, want %s", i, got, one)
		}
	}
	orphan := article("orphan", "What came before is not known", 0)
	orphan.Evolved = "missing"
	if got, want := place(ix, orphan), IDOf("missing"); got != want {
		t.Errorf("story %s, want that of the article it continues, %s", got, want)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	ix := NewIndex()
	for i := range 500 {
		place(ix, article(fmt.Sprint("a", i), fmt.Sprintf("Headline number %d of a long day", i), time.Duration(i)*time.Hour))
	}
	hours := int(Window/time.Hour) + 1
	if n := len(ix.recent.queue); n != hours || len(ix.recent.byArticle) != n || len(ix.recent.byHeadline) != n || ix.recent.words["headli"].heads != n {
		t.Errorf("%d reports are remembered (%d articles, %d headlines), want %d", n, len(ix.recent.byArticle), len(ix.recent.byHeadline), hours)
	}
	if n := len(ix.recent.words); n > hours+10 {
		t.Errorf("%d words are remembered", n)
	}
}

// TestOneArticleIsBounded gives the index a headline and a text of many megabytes.
func TestOneArticleIsBounded(t *testing.T) {
	ix := NewIndex()
	a := article("long", strings.Repeat("Ferry Aurora ", 1<<20), 0)
	a.Standfirst, a.Body = strings.Repeat("fog ", 1<<20), []string{strings.Repeat("9", 1<<22)}
	ix.Place(a, nil)
	if r := ix.recent.byArticle["long"]; len(r.shown) > maxHead || len(r.lead()) > maxLead {
		t.Errorf("%d bytes and %d words are remembered", len(r.shown), len(r.lead()))
	}
	for text := range ix.recent.words {
		if len(text) > maxText {
			t.Errorf("a word of %d bytes is remembered", len(text))
		}
	}
}

// shelf is a store in memory: sequence numbers have gaps.
type shelf struct {
	placed []Placed
	read   int
	fault  error
}

// put keeps an article of a story.
func (s *shelf) put(a articles.Article, story articles.StoryID) {
	a.Seq = articles.Seq(3 * (len(s.placed) + 1))
	s.placed = append(s.placed, Placed{Article: a, Places: a.Places, Story: story})
}

func (s *shelf) Placed(_ context.Context, after articles.Seq, limit int) ([]Placed, error) {
	i := slices.IndexFunc(s.placed, func(p Placed) bool { return p.Article.Seq > after })
	if s.fault != nil || i < 0 {
		return nil, s.fault
	}
	some := s.placed[i:min(i+limit, len(s.placed))]
	s.read += len(some)
	return some, nil
}

// TestRestartChangesNothing restarts in the middle of ships that are told of every hour, of a headline that returns for
// weeks, and of updates to articles of long ago.
func TestRestartChangesNothing(t *testing.T) {
	const hours = 2000
	told := func(i int) articles.Article {
		switch {
		case i%7 == 3:
			return article(fmt.Sprint("b", i), "The ferry to Lindholm does not run today", time.Duration(i)*time.Hour)
		case i%50 == 5 && i > 200:
			a := article(fmt.Sprint("b", i-i%7+3-140), fmt.Sprintf("The ferry of hour %d ran again", i), time.Duration(i)*time.Hour)
			a.Version = 2
			return a
		}
		return article(fmt.Sprint("a", i), fmt.Sprintf("Ship %[1]d leaves quay%[1]d for port%[1]d", i/3), time.Duration(i)*time.Hour)
	}
	store, lived := &shelf{}, NewIndex()
	for i := range hours {
		store.put(told(i), place(lived, told(i)))
	}
	reborn := NewIndex()
	if err := reborn.Rebuild(t.Context(), store, start.Add(hours*time.Hour-Memory)); err != nil {
		t.Fatal(err)
	}
	if recent := int(Memory / time.Hour); store.read < recent || store.read > recent+30 {
		t.Errorf("%d articles were read, want the last %d and a few to find them", store.read, recent)
	}
	for i := hours - 10; i < hours+300; i++ {
		if was, is := place(lived, told(i)), place(reborn, told(i)); was != is {
			t.Errorf("article %d was of story %s and is of %s", i, was, is)
		}
	}
}

func TestWhatHasNoStoryYetIsLeftToPlace(t *testing.T) {
	store := &shelf{}
	store.put(article("one", "Ferry runs aground off Lindholm", 0), "")
	ix := NewIndex()
	if err := ix.Rebuild(t.Context(), store, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if n := len(ix.recent.queue); n > 0 {
		t.Errorf("%d reports are remembered", n)
	}
}

func TestRebuildTellsWhatWentWrong(t *testing.T) {
	fault := errors.New("disk on fire")
	for _, since := range []time.Time{{}, start} {
		if err := NewIndex().Rebuild(t.Context(), &shelf{fault: fault}, since); !errors.Is(err, fault) {
			t.Errorf("error %v, want %v", err, fault)
		}
	}
	if err := NewIndex().Rebuild(t.Context(), &shelf{}, start); err != nil {
		t.Errorf("an empty store: %v", err)
	}
}

// FuzzHeadlines looks for headlines that lose themselves in their markers.
func FuzzHeadlines(f *testing.F) {
	for _, seed := range []string{"UPDATE 2-Dam breaks", "RPT-", "CORRECTED-(OFFICIAL)-x", "СРОЧНО: x", "\xff-\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, headline string) {
		if again := "UPDATE 2-" + headline; words(headline) != "" && words(again) == "" {
			t.Errorf("%q has words, with a marker it has none", headline)
		}
		place(NewIndex(), articles.Article{ID: "a", Headline: headline})
	})
}

// BenchmarkRebuild reads 50,000 recent articles, as a desk that is taken over does.
func BenchmarkRebuild(b *testing.B) {
	store := &shelf{}
	for _, a := range many(b, 50_000) {
		store.put(a, IDOf(a.ID))
	}
	began, n := spent(b), 0
	for ; b.Loop(); n++ {
		if err := NewIndex().Rebuild(b.Context(), store, time.Time{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((spent(b)-began).Seconds()/float64(n), "cpu-s/op")
}
