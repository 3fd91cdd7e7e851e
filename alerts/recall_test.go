package alerts_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
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

// late is a ledger in which a batch is paused once more after it was ended: by whoever asked for a recall and was overtaken
// by the desk between the look at the alert and the write.
type late struct {
	delivery.Record
	times int
}

func (l *late) SetBatch(ctx context.Context, b delivery.BatchID, state delivery.BatchState) error {
	err := l.Record.SetBatch(ctx, b, state)
	if l.times++; err == nil && state == delivery.BatchCancelled && l.times == 2 { // the first was the pause before the notice
		err = l.Record.SetBatch(ctx, b, delivery.BatchPaused)
	}
	return err
}

func TestARecallReachesAllAlthoughItsBatchIsPausedLate(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		doubtful := r.subscribe("doubtful", "place:RU")
		al := r.send(order("k"))
		r.mustWork()
		claim, err := r.store.Turn(ctx, r.lease, lane, r.now(), nil, 1)
		if err != nil || len(claim.Parcels) != 1 {
			t.Fatalf("claimed %d, %v", len(claim.Parcels), err)
		}
		p := claim.Parcels[0]
		lost := delivery.Receipt{Key: p.Key, Subscriber: p.Subscriber, State: delivery.Unknown, Due: r.now(), Version: p.Version, At: r.now()}
		if _, err := r.store.Turn(ctx, r.lease, lane, r.now(), []delivery.Receipt{lost}, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := r.editors.Recall(ctx, al.ID, alerts.Withdrawal{Reason: "Not confirmed."}, "cli:anna"); err != nil {
			t.Fatal(err)
		}
		overtaking := &late{Record: r.desk.Record}
		r.desk.Record = overtaking
		r.settle()
		if overtaking.times < 2 {
			t.Fatalf("the batch was set %d times: the test proves nothing", overtaking.times)
		}
		if c := r.chats[doubtful]; c.shows.Kind != delivery.RecallContent {
			t.Errorf("who may have been told sees %+v, want the notice", c.shows)
		}
		if n, err := r.store.Counts(ctx, al.ID.Batch()); err != nil || n.Open() {
			t.Errorf("the batch stands as %+v (%v)", n, err)
		}
	})
}

func TestARecallTakesBackTheCorrectionsBeforeIt(t *testing.T) {
	for _, remove := range []bool{false, true} {
		t.Run(fmt.Sprintf("delete %v", remove), func(t *testing.T) {
			eachRoom(t, func(t *testing.T, r *room) { recallAfterCorrections(t, r, remove) })
		})
	}
}

// recallAfterCorrections recalls an alert that one reader has heard two corrections of, another one, which is still on its
// way to them.
func recallAfterCorrections(t *testing.T, r *room, remove bool) {
	r.subscribe("both", "place:RU")
	al := r.send(order("k"))
	r.settle()
	for _, note := range []string{"Ten, not nine.", "Eleven, not ten."} {
		c := alerts.Correction{Kind: alerts.Fact, Note: note}
		if _, err := r.editors.Correct(ctx, al.ID, c, "cli:anna"); err != nil {
			t.Fatal(err)
		}
		r.settle()
	}
	if _, err := r.editors.Correct(ctx, al.ID, alerts.Correction{Kind: alerts.Fact, Note: "Twelve."}, "cli:anna"); err != nil {
		t.Fatal(err)
	}
	r.mustWork() // owed, and not told
	if _, err := r.editors.Recall(ctx, al.ID, alerts.Withdrawal{Reason: "Not confirmed.", Delete: remove}, "cli:anna"); err != nil {
		t.Fatal(err)
	}
	r.settle()
	c := r.chat("both")
	if c.replies != 2 || c.mended != 2 {
		t.Errorf("%d corrections were told and %d taken back, want two and two", c.replies, c.mended)
	}
	if c.deleted != remove || !remove && (c.shows.Kind != delivery.RecallContent || c.reply.Kind != delivery.RecallContent || c.reply.Note != "Not confirmed.") {
		t.Errorf("deleted %v; it shows %q, the correction %q: %q", c.deleted, c.shows.Kind, c.reply.Kind, c.reply.Note)
	}
	n, err := r.store.Counts(ctx, al.ID.Batch())
	if err != nil || n.Open() || n.Sent != 1 || remove && n.Deleted != 1 || n.Dropped[delivery.Cancelled] != 1 {
		t.Errorf("the batch stands as %+v (%v)", n, err)
	}
}

// What the newsroom takes back, and what an editor recalls, is told by no digest that is still to be sent.
func TestWhatIsTakenBackOrRecalledIsLeftOutOfDigests(t *testing.T) {
	routine := func(a *articles.Article) { a.Urgency = 0 }
	a := articles.DeriveID("test", "a")
	cases := map[string]func(r *room){
		"withheld": func(r *room) {
			r.publish("a", func(a *articles.Article) { routine(a); a.Status = articles.Withheld })
		},
		"cancelled": func(r *room) {
			r.publish("a", func(a *articles.Article) { routine(a); a.Status = articles.Cancelled })
		},
		"recalled": func(r *room) {
			r.publish("a", nil)
			r.settle()
			if _, err := r.editors.Recall(ctx, r.only().ID, alerts.Withdrawal{Reason: "Wrong."}, "b"); err != nil {
				r.t.Fatal(err)
			}
		},
	}
	for name, take := range cases {
		t.Run(name, func(t *testing.T) {
			pullingThePlug(t, func(t *testing.T, r *room, pull func()) {
				r.subscribe("one")
				r.publish("a", routine)
				r.settle()
				if len(r.leftOut) > 0 {
					t.Fatalf("left out of digests: %v", r.leftOut)
				}
				take(r)
				pull()
				if err := r.work(); err != nil && !errors.Is(err, errFault) {
					t.Fatal(err)
				}
				r.hire()
				r.settle()
				if !slices.Equal(r.leftOut, []articles.ID{a}) {
					t.Errorf("left out of digests: %v, want %s", r.leftOut, a)
				}
			})
		})
	}
}
