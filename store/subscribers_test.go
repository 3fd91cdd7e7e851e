package store_test

import (
	"testing"

	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
	"github.com/tenbells/tenbells/subscriptions"
	"github.com/tenbells/tenbells/subscriptions/subscriptionstest"
)

// each runs a suite on both databases; open of a test makes an empty store.
func each(t *testing.T, suite func(t *testing.T, open func(*testing.T) *store.Store)) {
	t.Run("sqlite", func(t *testing.T) { suite(t, func(t *testing.T) *store.Store { return storetest.SQLite(t) }) })
	t.Run("postgres", func(t *testing.T) { suite(t, func(t *testing.T) *store.Store { return storetest.Postgres(t) }) })
}

func TestBook(t *testing.T) {
	each(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		subscriptionstest.TestBook(t, func(t *testing.T) subscriptions.Book { return open(t).Book() })
	})
}

func TestAudience(t *testing.T) {
	each(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		subscriptionstest.TestAudience(t, func(t *testing.T) subscriptionstest.Keeper { return open(t).Book() })
	})
}
