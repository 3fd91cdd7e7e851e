package store_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
	"github.com/tenbells/tenbells/subscriptions"
)

// TestChatsThatBecomeOneAreToldOnce lets one of two subscribers move to the other's chat while both are owed things.
func TestChatsThatBecomeOneAreToldOnce(t *testing.T) {
	for _, mover := range []int{0, 1} {
		t.Run(fmt.Sprintf("subscriber %d moves", mover+1), func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				o := newOffice(t, s)
				subs := []subscriptions.Subscriber{o.reader(1), o.reader(2)}
				first, second, to := subs[0].ID, subs[1].ID, subs[1-mover].Address
				o.owe("alert/told-both", delivery.Flash, noon, first, second)
				o.owe("alert/told-first", delivery.Flash, noon, first)
				o.owe("alert/told-second", delivery.Flash, noon, second)
				o.deliver(arrived)
				o.owe("alert/told-first", delivery.Flash, noon, second)
				o.owe("alert/told-second", delivery.Flash, noon, first)
				o.owe("alert/owed-both", delivery.Flash, noon, first, second)
				o.owe("alert/owed-first", delivery.Flash, noon, first)
				o.owe("alert/owed-second", delivery.Flash, noon, second)
				_, err := s.Book().Update(ctx, subs[mover].ID, func(s *subscriptions.Subscriber) error { s.Address = to; return nil })
				if err != nil {
					t.Fatal(err)
				}
				told := map[delivery.BatchID]int{}
				for _, p := range o.deliver(arrived) {
					told[p.Batch]++
					if p.Subscriber != first || p.To != to {
						t.Errorf("%s goes to %d at %+v", p.Batch, p.Subscriber, p.To)
					}
				}
				want := map[delivery.BatchID]int{"alert/owed-both": 1, "alert/owed-first": 1, "alert/owed-second": 1}
				if !maps.Equal(told, want) {
					t.Errorf("told %v, want %v", told, want)
				}
			})
		})
	}
}

func TestAGroupThatMigratesIsToldAtItsNewAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		sub := o.reader(1)
		to := delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: "-1001234", Kind: delivery.Group}
		o.owe("alert/x", delivery.Flash, noon, sub.ID)
		o.deliver(moved(to))
		if ps := o.deliver(arrived); len(ps) != 1 || ps[0].Subscriber != sub.ID || ps[0].To != to {
			t.Errorf("delivered %+v, want to %d at %+v", ps, sub.ID, to)
		}
		if _, err := s.Book().Find(ctx, sub.Address); !unknown(err) {
			t.Errorf("still at the old address: %v", err)
		}
	})
}
