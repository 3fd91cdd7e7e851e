package store_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
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

// Who asked us to stop, or blocked us, is not told again because a list of an earlier day names them; and what they were
// told of last is where their next digest begins.
func TestSaveAllRestartsNobody(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		book, began := s.Book(), time.Date(2026, 4, 20, 8, 0, 0, 0, time.UTC)
		line := func(i int, status subscriptions.Status) subscriptions.Subscriber {
			return subscriptions.Subscriber{
				Address: delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: strconv.Itoa(i + 1), Kind: delivery.Private},
				Status:  status, Language: "en", Zone: "UTC", Least: delivery.Flash, Digest: []string{"0 8 * * *"},
				Created: began, LastDigest: began, NextDigest: began.AddDate(0, 0, 1),
			}
		}
		before := []subscriptions.Status{subscriptions.Active, subscriptions.Stopped, subscriptions.Blocked, subscriptions.Barred, subscriptions.Active}
		said := []subscriptions.Status{subscriptions.Active, subscriptions.Active, subscriptions.Active, subscriptions.Active, subscriptions.Stopped}
		want := []subscriptions.Status{subscriptions.Active, subscriptions.Stopped, subscriptions.Blocked, subscriptions.Barred, subscriptions.Stopped}
		for i, status := range before {
			if _, err := book.Save(ctx, line(i, status)); err != nil {
				t.Fatal(err)
			}
		}
		var list []subscriptions.Subscriber
		for i, status := range said {
			sub := line(i, status)
			sub.Least, sub.Created, sub.LastDigest = delivery.Urgent, began.AddDate(0, 0, 7), began.AddDate(0, 0, 7)
			list = append(list, sub)
		}
		if err := book.SaveAll(ctx, list); err != nil {
			t.Fatal(err)
		}
		all, err := book.Each(ctx, 0, 10)
		if err != nil || len(all) != len(want) {
			t.Fatalf("%d subscribers (%v)", len(all), err)
		}
		for i, sub := range all {
			if sub.Status != want[i] || sub.Least != delivery.Urgent || !sub.Created.Equal(began) || !sub.LastDigest.Equal(began) {
				t.Errorf("who was %s and is said to be %s: %+v", before[i], said[i], sub)
			}
		}
	})
}
