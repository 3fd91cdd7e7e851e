package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/articlestest"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
)

func TestArticles(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		articlestest.Test(t, func(t *testing.T) articlestest.Store { return storetest.SQLite(t) })
	})
	t.Run("postgres", func(t *testing.T) {
		articlestest.Test(t, func(t *testing.T) articlestest.Store { return storetest.Postgres(t) })
	})
}

func TestArticleAnswersOneVersion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		a := articlestest.Flood()
		for _, headline := range []string{"first", "second"} {
			a.Headline = headline
			if _, err := s.Put(ctx, a); err != nil {
				t.Fatal(err)
			}
		}
		for version, want := range map[int]string{0: "second", 1: "first", 2: "second"} {
			if got, err := s.Article(ctx, a.ID, version); err != nil || got.Headline != want {
				t.Errorf("version %d is %q, %v; want %q", version, got.Headline, err, want)
			}
		}
		if _, err := s.Article(ctx, a.ID, 3); !errors.Is(err, articles.ErrNotFound) {
			t.Errorf("got %v, want not found", err)
		}
	})
}

func TestPutWakesWhoWaitsForArticles(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		changed := s.Changed(store.Articles)
		if _, err := s.Put(context.Background(), articlestest.Flood()); err != nil {
			t.Fatal(err)
		}
		woken(t, changed)
	})
}

func TestRowsOfOtherProgramsThatCommitOutOfOrderAreNotMissed(t *testing.T) {
	ctx := context.Background()
	url := storetest.PostgresURL(t)
	s, db := storetest.Open(t, url), storetest.DB(t, url)
	early, err := db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := early.Exec(`INSERT INTO articles (id, headline) VALUES ('early', 'Began first')`); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`INSERT INTO articles (id, headline) VALUES ('late', 'Began later')`); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Adopt(ctx); err != nil || n != 1 {
		t.Fatalf("adopted %d, %v; want the row that is committed", n, err)
	}
	first, err := s.After(ctx, 0, 10)
	if err != nil || len(first) != 1 || first[0].ID != "late" {
		t.Fatalf("got %+v, %v", first, err)
	}
	if err := early.Commit(); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Adopt(ctx); err != nil || n != 1 {
		t.Fatalf("adopted %d, %v; want 1", n, err)
	}
	rest, err := s.After(ctx, first[0].Seq, 10)
	if err != nil || len(rest) != 1 || rest[0].ID != "early" {
		t.Errorf("behind the cursor there is %+v, %v; want the row that was committed last", rest, err)
	}
}

func TestAdoptGivesRowsWhatTheyLack(t *testing.T) {
	ctx := context.Background()
	url := storetest.PostgresURL(t)
	s, db := storetest.Open(t, url), storetest.DB(t, url)
	for _, row := range []string{
		`INSERT INTO articles (id, headline, body, keywords, places) VALUES ('x', 'One', E'First.\n\nSecond.', '["flood"]', '["CZ"]')`,
		`INSERT INTO articles (id, headline, urgency) VALUES ('x', 'Two', 1)`,
	} {
		if _, err := db.Exec(row); err != nil {
			t.Fatal(err)
		}
	}
	before := time.Now().Add(-time.Second)
	if n, err := s.Adopt(ctx); err != nil || n != 2 {
		t.Fatalf("adopted %d, %v; want 2", n, err)
	}
	as, err := s.After(ctx, 0, 10)
	if err != nil || len(as) != 2 {
		t.Fatalf("got %+v, %v", as, err)
	}
	a := as[0]
	if a.Version != 1 || len(a.Body) != 2 || a.Keywords[0] != "flood" || a.Places[0] != "CZ" {
		t.Errorf("got %+v", a)
	}
	if a.Way != articles.ByTable || !a.MayRing || a.Status != articles.Usable || a.Seen.Before(before) || a.Published.Before(before) {
		t.Errorf("got %+v, want it from the table, allowed to ring, seen now", a)
	}
	if as[1].Version != 2 || as[1].Urgency != 1 {
		t.Errorf("got %+v, want the second version", as[1])
	}
	if r, err := s.Put(ctx, as[1]); err != nil || r.New {
		t.Errorf("the same put again: %+v, %v; want nothing new", r, err)
	}
}

func TestRowsThatCannotBeReadAreRefused(t *testing.T) {
	url := storetest.PostgresURL(t)
	storetest.Open(t, url)
	db := storetest.DB(t, url)
	for _, row := range []string{
		`INSERT INTO articles (id, headline, keywords) VALUES ('x', 'One', 'flood, water')`,
		`INSERT INTO articles (id, headline, keywords) VALUES ('x', 'One', '[1]')`,
		`INSERT INTO articles (id, headline, images) VALUES ('x', 'One', '["https://example.org"]')`,
		`INSERT INTO articles (id, headline, urgency) VALUES ('x', 'One', 10)`,
		`INSERT INTO articles (id) VALUES ('x')`,
	} {
		if _, err := db.Exec(row); err == nil {
			t.Errorf("accepted: %s", row)
		}
	}
}

func TestInsertWakesWhoWaitsForArticles(t *testing.T) {
	url := storetest.PostgresURL(t)
	s, db := storetest.Open(t, url), storetest.DB(t, url)
	ctx, stop := context.WithCancel(context.Background())
	changed := s.Changed(store.Articles)
	watched := make(chan error)
	go func() { watched <- s.Watch(ctx) }()
	woken(t, changed) // it listens now
	changed = s.Changed(store.Articles)
	if _, err := db.Exec(`INSERT INTO articles (id, headline) VALUES ('x', 'One')`); err != nil {
		t.Fatal(err)
	}
	woken(t, changed)
	stop()
	if err := <-watched; err != nil {
		t.Error(err)
	}
}

// What another process has stored is noticed on both databases, also between writes of our own.
func TestAnotherProcessWakesWhoWaits(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		ours, theirs := storetest.Open(t, url), storetest.Open(t, url)
		ctx, stop := context.WithCancel(context.Background())
		watched := make(chan error)
		go func() { watched <- ours.Watch(ctx) }()
		for i := range 3 {
			flood := articlestest.Flood()
			flood.ID = articles.ID(fmt.Sprint("flood-", i))
			changed := ours.Changed(store.Articles)
			if err := ours.SaveContent(ctx, "alert/x/en", i+1, delivery.Content{Headline: "One"}); err != nil {
				t.Fatal(err)
			}
			if _, err := theirs.Put(ctx, flood); err != nil {
				t.Fatal(err)
			}
			woken(t, changed)
		}
		stop()
		if err := <-watched; err != nil {
			t.Error(err)
		}
	})
}

func TestPutOfWhatIsKnownWaitsForNoWriter(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, url)
		first, err := s.Put(context.Background(), articlestest.Flood())
		if err != nil {
			t.Fatal(err)
		}
		writer, err := storetest.DB(t, url).BeginTx(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := writer.Exec(`UPDATE counters SET value = value WHERE name = 'articles'`); err != nil {
			t.Fatal(err)
		}
		waiting, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		again, err := s.Put(waiting, articlestest.Flood())
		if err != nil || again.New || again.Seq != first.Seq || again.Version != 1 {
			t.Errorf("got %+v, %v, want nothing new", again, err)
		}
		if err := writer.Rollback(); err != nil {
			t.Error(err)
		}
	})
}
