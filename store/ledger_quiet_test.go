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

// A million readers take hours, and a platform may be down for one: what was to ring in the evening comes to its turn at
// night.
func TestWhatWaitedIntoQuietHoursRingsWhenTheyEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		reader := func(chat int, q subscriptions.QuietMode, digests bool) subscriptions.ID {
			sub := subscriptionstest.Reader(chat, "place:RU")
			sub.Zone, sub.Quiet, sub.Digest = "UTC", subscriptions.Quiet{From: 23 * 60, To: 7 * 60, Mode: q}, nil
			if digests {
				sub.Digest = []string{"0 8 * * *"}
			}
			return o.save(sub).ID
		}
		night, none, fold := reader(1, subscriptions.QuietButFlash, false), reader(2, subscriptions.QuietAll, false), reader(3, subscriptions.QuietFold, true)
		evening := time.Date(2026, 3, 1, 22, 50, 0, 0, time.UTC)
		for _, b := range []delivery.BatchID{"alert/flash", "alert/bulletin"} {
			class := delivery.Bulletin
			if b == "alert/flash" {
				class = delivery.Flash
			}
			o.owe(b, class, evening, night, none, fold)
		}
		turn := func(at time.Time) map[delivery.Key]bool {
			t.Helper()
			claim, err := s.Turn(ctx, o.lease, mainLane, at, nil, 10)
			if err != nil {
				t.Fatal(err)
			}
			got := map[delivery.Key]bool{}
			for _, p := range claim.Parcels {
				got[p.Key] = true
			}
			return got
		}
		if got := turn(evening.Add(20 * time.Minute)); len(got) != 1 || !got[delivery.SendKey("alert/flash", night)] {
			t.Errorf("rings at night: %v, want the one flash", got)
		}
		if got := turn(evening.Add(8 * time.Hour)); len(got) != 0 {
			t.Errorf("rings before seven: %v", got)
		}
		got := turn(evening.Add(8*time.Hour + 10*time.Minute))
		if len(got) != 3 || !got[delivery.SendKey("alert/bulletin", night)] || !got[delivery.SendKey("alert/flash", none)] || !got[delivery.SendKey("alert/bulletin", none)] {
			t.Errorf("rings at seven: %v", got)
		}
		if c, err := s.Counts(ctx, "alert/flash"); err != nil || c.Dropped[delivery.Expired] != 1 {
			t.Errorf("got %+v (%v), want one left to the digest", c, err)
		}
	})
}
