package store_test

import (
	"testing"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/bots/botstest"
	"github.com/tenbells/tenbells/store"
)

func TestInbox(t *testing.T) {
	each(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		botstest.TestInbox(t, func(t *testing.T) bots.Inbox { return open(t) })
	})
}
