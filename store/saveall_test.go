package store_test

import (
	"slices"
	"testing"

	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
	"github.com/tenbells/tenbells/subscriptions"
	"github.com/tenbells/tenbells/subscriptions/subscriptionstest"
)

func TestSaveAllSavesAsSaveDoes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		book := s.Book()
		old, err := book.Save(ctx, subscriptionstest.Reader(1, "place:RU"))
		if err != nil {
			t.Fatal(err)
		}
		subs := []subscriptions.Subscriber{
			subscriptionstest.Reader(1, "place:SY"), subscriptionstest.Reader(2, "place:RU"), subscriptionstest.Reader(2, "place:CZ", "place:AT"),
		}
		for chat := 3; chat <= 600; chat++ {
			subs = append(subs, subscriptionstest.Reader(chat, "place:RU"))
		}
		if err := book.SaveAll(ctx, subs); err != nil {
			t.Fatal(err)
		}
		all, err := book.Each(ctx, 0, 1000)
		if err != nil || len(all) != 600 {
			t.Fatalf("%d subscribers, %v, want 600", len(all), err)
		}
		follows := map[string][]subscriptions.Key{}
		for _, sub := range all {
			follows[sub.Address.Chat] = sub.Follow
			if sub.Created.IsZero() {
				t.Errorf("chat %s was never created", sub.Address.Chat)
			}
		}
		for _, want := range []subscriptions.Subscriber{subs[0], subs[2], subs[602-3]} {
			slices.Sort(want.Follow)
			if got := follows[want.Address.Chat]; !slices.Equal(got, want.Follow) {
				t.Errorf("chat %s follows %v, want %v", want.Address.Chat, got, want.Follow)
			}
		}
		if got, err := book.Find(ctx, subs[0].Address); err != nil || got.ID != old.ID {
			t.Errorf("who was there is now %d, %v, want %d", got.ID, err, old.ID)
		}
	})
}
