package store_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
)

// eachURL runs test on the address of an empty database of either kind.
func eachURL(t *testing.T, test func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, storetest.SQLiteURL(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, storetest.PostgresURL(t)) })
}

// opened opens and closes the database at url, and answers a name that only its key gives.
func opened(t *testing.T, url string, opt store.Options) (name string, made bool, err error) {
	t.Helper()
	s, err := store.Open(context.Background(), url, opt)
	if err != nil {
		return "", false, err
	}
	key, made := s.Key()
	return string(key.Sign("a", "b")), made, s.Close()
}

func TestAKeyFileIsMadeForANewDatabaseOnly(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		file := filepath.Join(t.TempDir(), "key")
		first, made, err := opened(t, url, store.Options{KeyFile: file})
		if err != nil || !made {
			t.Fatalf("made %v, %v", made, err)
		}
		if again, made, err := opened(t, url, store.Options{KeyFile: file}); err != nil || made || again != first {
			t.Errorf("opened again: made %v, %v, the same key %v", made, err, again == first)
		}
		elsewhere := filepath.Join(t.TempDir(), "key")
		if _, _, err := opened(t, url, store.Options{KeyFile: elsewhere}); !errors.Is(err, store.ErrKeyMissing) || !strings.Contains(err.Error(), elsewhere) {
			t.Errorf("without its key file the database opens with %v", err)
		}
		if _, err := os.Stat(elsewhere); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a second key was made for the same database: %v", err)
		}
	})
}

func TestADatabaseOpensWithItsOwnKeyOnly(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		other, err := store.NewKey(bytes.Repeat([]byte{8}, 32))
		if err != nil {
			t.Fatal(err)
		}
		storetest.Open(t, url)
		if _, _, err := opened(t, url, store.Options{Key: other}); !errors.Is(err, store.ErrOtherKey) {
			t.Errorf("opened with another key: %v", err)
		}
		if _, _, err := opened(t, url, store.Options{Key: storetest.Key(t)}); err != nil {
			t.Errorf("its own key: %v", err)
		}
	})
}

func TestAnAddressThatDoesNotOpenStopsNobodyElse(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		var log strings.Builder
		s, err := store.Open(ctx, url, store.Options{Key: storetest.Key(t), Log: slog.New(slog.NewTextHandler(&log, nil))})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		o := newOffice(t, s)
		damaged, sound := o.reader(1).ID, o.reader(2).ID
		o.owe("alert/x", delivery.Flash, noon, damaged, sound)
		other, err := store.NewKey(bytes.Repeat([]byte{8}, 32))
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := other.Seal("subscriber", []byte(`{}`))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := storetest.DB(t, url).Exec(`UPDATE subscribers SET sealed = $1 WHERE id = $2`, sealed, damaged); err != nil {
			t.Fatal(err)
		}
		if ps := o.deliver(arrived); len(ps) != 1 || ps[0].Subscriber != sound {
			t.Errorf("claimed %+v, want the message to the other one", ps)
		}
		if c := o.counts("alert/x"); c.Sent != 1 || c.Dropped[delivery.Gone] != 1 {
			t.Errorf("got %+v, want one sent and one gone", c)
		}
		if !strings.Contains(log.String(), "does not open") {
			t.Errorf("the operator is not told: %s", log.String())
		}
	})
}

func TestAMessageWhosePlaceDoesNotOpenStopsNobodyElse(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		o := newOffice(t, storetest.Open(t, url))
		damaged, sound := o.reader(1).ID, o.reader(2).ID
		o.owe("alert/x", delivery.Flash, noon, damaged, sound)
		o.deliver(arrived)
		if _, err := storetest.DB(t, url).Exec(`UPDATE messages SET message = 'AAAA' WHERE subscriber = $1`, damaged); err != nil {
			t.Fatal(err)
		}
		if err := o.SaveContent(ctx, "alert/x/en", 2, delivery.Content{Kind: delivery.AlertContent, Headline: "Better"}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := o.FollowUp(ctx, delivery.FollowUp{Batch: "alert/x", Op: delivery.Edit, Version: 2, Due: noon}); err != nil {
			t.Fatal(err)
		}
		if ps := o.deliver(arrived); len(ps) != 1 || ps[0].Subscriber != sound {
			t.Errorf("claimed %+v, want the edit for the other one", ps)
		}
	})
}
