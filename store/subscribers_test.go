package store_test

import (
	"strconv"
	"testing"

	"github.com/tenbells/tenbells/delivery"
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

func TestTheBarredOfALaneAreFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		var want []subscriptions.ID
		for i, status := range []subscriptions.Status{subscriptions.Barred, subscriptions.Active, subscriptions.Barred, subscriptions.Blocked, subscriptions.Barred} {
			bot := "main"
			if i == 2 {
				bot = "other"
			}
			sub, err := s.Book().Save(ctx, subscriptions.Subscriber{Status: status, Language: "en", Zone: "UTC", Follow: []subscriptions.Key{"place:RU"},
				Address: delivery.Address{Platform: delivery.Discord, Bot: bot, Chat: strconv.Itoa(100 + i), Guild: "1", Kind: delivery.Channel}})
			if err != nil {
				t.Fatal(err)
			}
			if status == subscriptions.Barred && bot == "main" {
				want = append(want, sub.ID)
			}
		}
		lane := delivery.LaneOf(delivery.Discord, "main")
		for i, id := range append(want, 0) {
			page, err := s.Book().Barred(ctx, lane, []subscriptions.ID{0, want[0], want[1]}[i], 1)
			if err != nil {
				t.Fatal(err)
			}
			if id == 0 && len(page) != 0 || id != 0 && (len(page) != 1 || page[0].ID != id || page[0].Address.Bot != "main") {
				t.Errorf("page %d is %+v, want %d", i, page, id)
			}
		}
	})
}
