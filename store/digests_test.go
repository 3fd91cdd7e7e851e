package store_test

import (
	"testing"

	"github.com/tenbells/tenbells/digest/digesttest"
	"github.com/tenbells/tenbells/store"
)

func TestDigestRounds(t *testing.T) {
	each(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		digesttest.TestRounds(t, func(t *testing.T) digesttest.House {
			s := open(t)
			return digesttest.House{
				Archive: s, Rounds: s, Shelf: s, File: s.Alerts(), Book: s.Book(), Outbox: s, Ledger: s, Leases: s,
			}
		})
	})
}
