package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
)

func TestOpenBringsAnEmptyDatabaseUpToDate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		if err := s.Ping(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestKeyOpensOnlyWhatItSealedForThatPurpose(t *testing.T) {
	key := storetest.Key(t)
	sealed, err := key.Seal("address", []byte("12345"))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := key.Open("address", sealed); err != nil || string(text) != "12345" {
		t.Errorf("got %q, %v", text, err)
	}
	if _, err := key.Open("update", sealed); err == nil {
		t.Error("opened for another purpose")
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := key.Open("address", sealed); err == nil {
		t.Error("opened although it was changed")
	}
	if _, err := (store.Key{}).Seal("address", nil); err == nil {
		t.Error("a zero key sealed")
	}
}

// patience is how long something may take that certainly comes, on a busy machine: it only bounds a failing test.
const patience = 3 * time.Minute

// woken fails unless c is closed soon.
func woken(t *testing.T, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatal("nobody was woken")
	}
}
