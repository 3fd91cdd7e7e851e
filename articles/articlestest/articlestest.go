// Package articlestest holds the suite that every keeper of articles passes.
package articlestest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tenbells/tenbells/articles"
)

// Store is what the suite tests.
type Store interface {
	articles.Shelf
	articles.Reader
	articles.Cursors
}

// Test runs the suite. open answers an empty store.
func Test(t *testing.T, open func(*testing.T) Store) {
	for name, test := range map[string]func(*testing.T, Store){
		"an article comes back as it was put":                    testRoundTrip,
		"the same content again is nothing new":                  testNothingNew,
		"other content is the next version":                      testNextVersion,
		"a version without a time is as old as the one before":   testTimes,
		"bytes that no database can hold cost nothing else":      testMended,
		"a reader pages through everything in order":             testPages,
		"writers at the same time are all read, each once":       testWriters,
		"a cursor only moves forward":                            testCursor,
		"content that comes back after another is a new version": testThereAndBack,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// Flood is a short article as a folder brings it.
func Flood() articles.Article {
	return articles.Article{
		ID: articles.DeriveID("folder", "flood"), Source: "folder", Way: articles.ByFolder, MayRing: true, Status: articles.Usable,
		Language: "en", Headline: "River leaves its banks", Standfirst: "Two villages are cut off.",
		Body: []string{"The water came at night.", "Nobody was hurt."}, Dateline: "PRAGUE", Byline: "A. Novak",
		Credit: "With reporting by AP", Section: "Breaking News", Urgency: 2, Keywords: []string{"flood", "Vltava"},
		Subjects: []articles.Topic{"medtop:20000151"}, Places: []articles.Place{"CZ"},
		Images: []articles.Image{{URL: "https://example.org/a.jpg", Caption: "Water", Credit: "AP"}},
		URL:    "https://example.org/flood", Evolved: "a0", Outlet: "Example", Excerpt: true,
		Published: time.Date(2026, 4, 29, 18, 42, 0, 0, time.UTC), Modified: time.Date(2026, 4, 29, 18, 43, 0, 0, time.UTC),
		Seen: time.Date(2026, 4, 29, 18, 44, 0, 0, time.UTC),
	}
}

func put(t *testing.T, s Store, a articles.Article) articles.Receipt {
	t.Helper()
	r, err := s.Put(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func after(t *testing.T, s Store, seq articles.Seq, limit int) []articles.Article {
	t.Helper()
	as, err := s.After(context.Background(), seq, limit)
	if err != nil {
		t.Fatal(err)
	}
	return as
}

func testRoundTrip(t *testing.T, s Store) {
	a := Flood()
	r := put(t, s, a)
	if want := (articles.Receipt{ID: a.ID, Version: 1, Seq: r.Seq, New: true}); r != want || r.Seq == 0 {
		t.Errorf("receipt %+v, want %+v", r, want)
	}
	a.Version, a.Seq = r.Version, r.Seq
	if diff := cmp.Diff([]articles.Article{a}, after(t, s, 0, 10)); diff != "" {
		t.Error(diff)
	}
}

func testNothingNew(t *testing.T, s Store) {
	first := put(t, s, Flood())
	again := Flood()
	again.Seen, again.Way = again.Seen.Add(time.Hour), articles.ByPush
	r := put(t, s, again)
	if r.New || r.Version != first.Version || r.Seq != first.Seq {
		t.Errorf("receipt %+v, want that of the first, nothing new", r)
	}
	other := Flood()
	other.ID = "other"
	if r := put(t, s, other); r.Seq != first.Seq+1 {
		t.Errorf("the next number is %d after %d", r.Seq, first.Seq)
	}
	if as := after(t, s, 0, 10); len(as) != 2 {
		t.Errorf("%d versions are kept, want 2", len(as))
	}
}

func testNextVersion(t *testing.T, s Store) {
	first := put(t, s, Flood())
	a := Flood()
	a.Headline = "River leaves its banks near Prague"
	r := put(t, s, a)
	if r.Version != 2 || !r.New || r.Seq <= first.Seq {
		t.Errorf("receipt %+v after %+v, want a second version", r, first)
	}
	as := after(t, s, first.Seq, 10)
	if len(as) != 1 || as[0].Headline != a.Headline || as[0].Version != 2 {
		t.Errorf("got %+v", as)
	}
}

func testThereAndBack(t *testing.T, s Store) {
	put(t, s, Flood())
	a := Flood()
	a.Status = articles.Withheld
	put(t, s, a)
	if r := put(t, s, Flood()); r.Version != 3 || !r.New {
		t.Errorf("receipt %+v, want a third version: it differs from the newest one", r)
	}
}

func testTimes(t *testing.T, s Store) {
	a := Flood()
	a.Published = time.Time{}
	put(t, s, a)
	a.Headline, a.Seen = "Water falls", a.Seen.Add(48*time.Hour)
	put(t, s, a)
	for _, kept := range after(t, s, 0, 10) {
		if !kept.Published.Equal(Flood().Seen) {
			t.Errorf("version %d is of %s, want when the first was seen", kept.Version, kept.Published)
		}
	}
}

func testMended(t *testing.T, s Store) {
	a := Flood()
	a.Headline, a.Keywords, a.Urgency = "River\x00 leaves \xff", []string{"a\x00b"}, 12
	put(t, s, a)
	as := after(t, s, 0, 10)
	if len(as) != 1 || as[0].Headline != "River leaves \uFFFD" || as[0].Keywords[0] != "ab" || as[0].Urgency != 0 {
		t.Errorf("got %+v", as)
	}
	if r := put(t, s, a); r.New {
		t.Error("the same again is new")
	}
}

func testPages(t *testing.T, s Store) {
	for i := range 25 {
		a := Flood()
		a.ID = articles.DeriveID("test", fmt.Sprint(i))
		put(t, s, a)
	}
	var seen []articles.ID
	for at := articles.Seq(0); ; {
		page := after(t, s, at, 10)
		for _, a := range page {
			if a.Seq <= at {
				t.Fatalf("seq %d came after %d", a.Seq, at)
			}
			at = a.Seq
			seen = append(seen, a.ID)
		}
		if len(page) < 10 {
			break
		}
	}
	for i, id := range seen {
		if want := articles.DeriveID("test", fmt.Sprint(i)); id != want {
			t.Errorf("article %d is %s, want %s", i, id, want)
		}
	}
	if len(seen) != 25 {
		t.Errorf("read %d articles, want 25", len(seen))
	}
}

// testWriters reads on while others write: a reader who remembers the last seq misses none.
func testWriters(t *testing.T, s Store) {
	const writers, each = 8, 15
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				a := Flood()
				a.ID = articles.DeriveID("test", fmt.Sprint(i)) // all of them write the same articles
				a.Headline = fmt.Sprint("writer ", w)
				if _, err := s.Put(context.Background(), a); err != nil {
					t.Error(err)
				}
			}
		})
	}
	written := make(chan struct{})
	go func() { wg.Wait(); close(written) }()
	read := map[string]bool{}
	at := articles.Seq(0)
	for done := false; !done; {
		select {
		case <-written:
			done = true
		default:
		}
		for _, a := range after(t, s, at, 1000) {
			at = a.Seq
			read[fmt.Sprint(a.ID, " ", a.Version)] = true
		}
	}
	if len(read) != writers*each {
		t.Errorf("read %d versions, want %d", len(read), writers*each)
	}
}

func testCursor(t *testing.T, s Store) {
	ctx := context.Background()
	for _, step := range []struct{ move, want articles.Seq }{{0, 0}, {7, 7}, {3, 7}, {9, 9}} {
		if step.move > 0 {
			if err := s.MoveCursor(ctx, "desk", step.move); err != nil {
				t.Fatal(err)
			}
		}
		if at, err := s.Cursor(ctx, "desk"); err != nil || at != step.want {
			t.Errorf("after moving to %d the cursor is at %d, %v; want %d", step.move, at, err, step.want)
		}
	}
	if at, err := s.Cursor(ctx, "other"); err != nil || at != 0 {
		t.Errorf("another cursor is at %d, %v", at, err)
	}
}
