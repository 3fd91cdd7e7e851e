package alerts_test

import (
	"testing"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
)

func TestARecallReachesWhoMayHaveBeenToldWithoutAnAnswer(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		told, waits := r.subscribe("doubtful", "place:RU"), r.subscribe("waiting", "place:RU")
		al := r.send(order("k"))
		r.mustWork()
		claim, err := r.store.Turn(ctx, r.lease, lane, r.now(), nil, 1)
		if err != nil || len(claim.Parcels) != 1 {
			t.Fatalf("claimed %d, %v", len(claim.Parcels), err)
		}
		p := claim.Parcels[0]
		if p.Subscriber != told {
			told, waits = waits, told
		}
		lost := delivery.Receipt{Key: p.Key, Subscriber: p.Subscriber, State: delivery.Unknown, Due: r.now(), Version: p.Version, At: r.now()}
		if _, err := r.editors.Recall(ctx, al.ID, alerts.Withdrawal{Reason: "Not confirmed."}, "cli:anna"); err != nil {
			t.Fatal(err)
		}
		if claim, err := r.store.Turn(ctx, r.lease, lane, r.now(), []delivery.Receipt{lost}, 10); err != nil || len(claim.Parcels) > 0 {
			t.Errorf("%d messages went out before the notice was there (%v)", len(claim.Parcels), err)
		}
		r.settle()
		if c := r.chats[told]; c.shows.Kind != delivery.RecallContent || c.shows.Note != "Not confirmed." {
			t.Errorf("who may have been told sees %+v, want the notice", c.shows)
		}
		if c := r.chats[waits]; c.sends > 0 {
			t.Errorf("who was never told got %+v", c.shows)
		}
		if n, err := r.store.Counts(ctx, al.ID.Batch()); err != nil || n.Open() || n.Dropped[delivery.Cancelled] != 1 {
			t.Errorf("the batch stands as %+v (%v)", n, err)
		}
	})
}
