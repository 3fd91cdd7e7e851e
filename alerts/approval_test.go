package alerts_test

import (
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
)

// What two persons have agreed on is not what one of them makes of it afterwards.
func TestWhatIsRewordedAfterItsApprovalNeedsAnother(t *testing.T) {
	pause := func(r *room, id alerts.ID) {
		if _, err := r.editors.Pause(ctx, id, "cli:boris"); err != nil {
			r.t.Fatal(err)
		}
	}
	cases := map[string]struct {
		needs  alerts.Approval
		before func(r *room, id alerts.ID)
		want   alerts.Status
	}{
		"in its hold":           {alerts.ApproveAll, func(*room, alerts.ID) {}, alerts.AwaitingApproval},
		"paused in its hold":    {alerts.ApproveAll, pause, alerts.Paused},
		"where nobody need be":  {alerts.ApproveNone, func(*room, alerts.ID) {}, alerts.Scheduled},
		"paused, and need none": {alerts.ApproveNone, pause, alerts.Paused},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			eachRoom(t, func(t *testing.T, r *room) {
				r.editors.Approval = c.needs
				r.subscribe("one", "place:RU")
				o := order("k")
				o.SendAt = r.now().Add(time.Hour)
				id := r.send(o).ID
				if c.needs != alerts.ApproveNone {
					if _, err := r.editors.Approve(ctx, id, "cli:boris"); err != nil {
						t.Fatal(err)
					}
				}
				c.before(r, id)
				reworded := alerts.Correction{Kind: alerts.Typo, Versions: map[string]alerts.Wording{"en": {Headline: "Something else altogether"}}}
				al, err := r.editors.Correct(ctx, id, reworded, "cli:anna")
				if err != nil || al.Status != c.want {
					t.Fatalf("it is %s (%v), want %s", al.Status, err, c.want)
				}
				if c.needs == alerts.ApproveNone {
					return
				}
				if c.want == alerts.Paused {
					if _, err := r.editors.Resume(ctx, id, "cli:anna"); err != nil {
						t.Fatal(err)
					}
				}
				if _, err := r.editors.Approve(ctx, id, "cli:anna"); err == nil {
					t.Error("whoever reworded it approves it")
				}
				r.ahead += 2 * time.Hour
				r.settle()
				if n := r.chat("one").sends; n != 0 {
					t.Fatalf("told %d times what one person alone has written", n)
				}
				if _, err := r.editors.Approve(ctx, id, "cli:boris"); err != nil {
					t.Fatal(err)
				}
				r.settle()
				if c := r.chat("one"); c.sends != 1 || c.shows.Headline != "Something else altogether" {
					t.Errorf("told %d times: %q", c.sends, c.shows.Headline)
				}
			})
		})
	}
}

func TestWhatTheNewsroomTakesBackIsNotApproved(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.editors.Approval = alerts.ApproveAll
		r.subscribe("one")
		r.publish("a", unmarked)
		r.settle()
		id := r.onlyOffer().ID
		if _, err := r.editors.Release(ctx, id, "cli:anna", nil); err != nil {
			t.Fatal(err)
		}
		r.publish("a", func(a *articles.Article) { unmarked(a); a.Status = articles.Withheld })
		r.settle()
		if _, err := r.editors.Approve(ctx, id, "cli:boris"); err == nil {
			t.Error("an article that was taken back was approved")
		}
		r.settle()
		if n := r.chat("one").sends; n != 0 {
			t.Fatalf("told %d times what the newsroom had taken back", n)
		}
		r.publish("a", func(a *articles.Article) { unmarked(a); a.Headline = "Explosion kills ten" })
		r.settle()
		r.wantStatus(id, alerts.AwaitingApproval)
		if _, err := r.editors.Approve(ctx, id, "cli:boris"); err != nil {
			t.Fatal(err)
		}
		r.settle()
		if c := r.chat("one"); c.sends != 1 || c.shows.Headline != "Explosion kills ten" {
			t.Errorf("told %d times: %q", c.sends, c.shows.Headline)
		}
	})
}
