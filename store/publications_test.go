package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
)

func TestPublicationsAreKeptUntilTheyAreOldOrTheirReaderIsForgotten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		stays, goes := o.reader(1), o.reader(2)
		save := func(p delivery.Publication) {
			t.Helper()
			if err := s.SavePublication(ctx, mainLane, p); err != nil {
				t.Fatal(err)
			}
		}
		read := func(lane delivery.Lane, since time.Time) []delivery.Publication {
			t.Helper()
			found, err := s.Publications(ctx, lane, since)
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		p := delivery.Publication{Key: "alert/a/1", Subscriber: stays.ID, MessageID: "11/22", Flash: true, First: noon, Due: noon}
		save(p)
		again := p
		again.First, again.Due, again.Tries = noon.Add(time.Minute), noon.Add(time.Hour), 3 // First stays
		save(again)
		done := delivery.Publication{Key: "alert/b/1", Subscriber: stays.ID, MessageID: "11/23", First: noon.Add(time.Second), Due: noon, Done: true}
		save(done)
		save(delivery.Publication{Key: "alert/a/2", Subscriber: goes.ID, MessageID: "12/24", First: noon, Due: noon})
		save(delivery.Publication{Key: "alert/a/3", Subscriber: 999, MessageID: "13/25", First: noon, Due: noon})
		if err := s.Book().Forget(ctx, goes.ID); err != nil {
			t.Fatal(err)
		}
		again.First = noon
		if diff := cmp.Diff([]delivery.Publication{again, done}, read(mainLane, noon)); diff != "" {
			t.Error(diff)
		}
		if found := read("discord/other", noon); len(found) != 0 {
			t.Errorf("another lane has %+v", found)
		}
		if found := read(mainLane, noon.Add(time.Millisecond)); len(found) != 1 {
			t.Errorf("a millisecond later there are %+v", found)
		}
		if _, err := s.PurgeMessages(ctx, noon.Add(delivery.PublicationRetention+time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		if found := read(mainLane, noon); len(found) != 1 || found[0].Key != done.Key {
			t.Errorf("after a day there are %+v", found)
		}
	})
}

func TestADamagedPublicationKeepsNoOtherBack(t *testing.T) {
	for name, database := range map[string]func(testing.TB) string{"sqlite": storetest.SQLiteURL, "postgres": storetest.PostgresURL} {
		t.Run(name, func(t *testing.T) {
			url := database(t)
			s := storetest.Open(t, url)
			reader := newOffice(t, s).reader(1)
			for _, key := range []delivery.Key{"alert/a/1", "alert/b/1"} {
				p := delivery.Publication{Key: key, Subscriber: reader.ID, MessageID: "11/22", First: noon, Due: noon}
				if err := s.SavePublication(ctx, mainLane, p); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := storetest.DB(t, url).Exec(`UPDATE publications SET sealed = subscribers.sealed FROM subscribers WHERE key = 'alert/a/1'`); err != nil {
				t.Fatal(err)
			}
			found, err := s.Publications(ctx, mainLane, noon)
			if err != nil || len(found) != 1 || found[0].Key != "alert/b/1" {
				t.Errorf("there are %+v, %v", found, err)
			}
		})
	}
}
