package store_test

import (
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
	"github.com/tenbells/tenbells/subscriptions"
	"github.com/tenbells/tenbells/subscriptions/subscriptionstest"
)

func TestRingsAreThoseOwedOnTheReadersOwnDay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		budget := func(chat int, zone string, budget int) subscriptions.ID {
			sub := subscriptionstest.Reader(chat, "place:RU")
			sub.Zone, sub.Budget, sub.Least = zone, budget, delivery.Routine
			return o.save(sub).ID
		}
		utc, auckland, free := budget(1, "UTC", 5), budget(2, "Pacific/Auckland", 5), budget(3, "UTC", 0)
		all := []subscriptions.ID{utc, auckland, free}
		o.owe("alert/refused", delivery.Flash, noon, all...)
		o.deliver(refused(""))
		o.owe("alert/told", delivery.Flash, noon, all...)
		o.deliver(arrived)
		o.owe("edition/digest", delivery.Digest, noon, all...)
		o.owe("alert/this-morning", delivery.Urgent, noon.Add(-time.Hour-time.Millisecond), all...) // the last of 1 March in Auckland
		o.owe("alert/last-minute", delivery.Urgent, noon.Add(12*time.Hour-1), all...)               // of 1 March in UTC
		o.owe("alert/tomorrow", delivery.Urgent, noon.Add(12*time.Hour), all...)                    // 2 March in UTC
		o.owe("alert/yesterday", delivery.Urgent, noon.Add(-12*time.Hour-1), all...)                // 28 February in UTC
		o.owe("alert/flash-tomorrow", delivery.Flash, noon.Add(36*time.Hour-1), all...)             // as late as can be in UTC
		o.owe("alert/after-tomorrow", delivery.Flash, noon.Add(36*time.Hour), all...)               // 3 March in UTC
		want := map[subscriptions.ID][3]int{utc: {3, 1, 2}, auckland: {3, 2, 2}, free: {}}
		for i, class := range []delivery.Class{delivery.Flash, delivery.Urgent} {
			rs, err := s.Book().Page(ctx, subscriptions.Query{Keys: []subscriptions.Key{"place:RU"}, Class: class}, noon, 0, 10)
			if err != nil || len(rs) != len(all) {
				t.Fatalf("%+v, %v", rs, err)
			}
			for _, r := range rs {
				if w := want[r.ID]; r.Rings != w[0] || r.Tomorrow != w[1+i] {
					t.Errorf("%s: %d rings and %d tomorrow of %s, want %v", r.Zone, r.Rings, r.Tomorrow, class, w)
				}
			}
		}
	})
}
