package alerts_test

import (
	"context"
	"testing"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
)

// pages is a record in which following up a batch takes three pages, however small it is.
type pages struct {
	delivery.Record
	asked []delivery.FollowUp
	each  func(page int)
}

func (p *pages) FollowUp(ctx context.Context, f delivery.FollowUp) (int, delivery.Key, error) {
	p.asked = append(p.asked, f)
	n, next, err := p.Record.FollowUp(ctx, delivery.FollowUp{Batch: f.Batch, Of: f.Of, Op: f.Op, Version: f.Version, Content: f.Content, Due: f.Due})
	if err == nil && next == "" && len(f.After) < 2 {
		next = f.After + "p"
	}
	if p.each != nil {
		p.each(len(p.asked))
	}
	return n, next, err
}

var twelve = alerts.Correction{Kind: alerts.Fact, Note: "Twelve.", Versions: map[string]alerts.Wording{"en": {Headline: "Twelve dead"}}}

// A correction of a million messages takes hundreds of pages. Between any two of them the desk does its other work, its
// lease can be looked at, and it may die.
func TestACorrectionHoldsNothingUp(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:RU")
		al := r.send(order("k"))
		r.settle()
		if _, err := r.editors.Correct(ctx, al.ID, twelve, "cli:anna"); err != nil {
			t.Fatal(err)
		}
		slow := &pages{Record: r.desk.Record}
		r.desk.Record = slow
		r.step()
		if len(slow.asked) != 1 {
			t.Fatalf("a step owes %d pages, want one", len(slow.asked))
		}
		r.publish("flash", nil)
		next := r.step()
		r.deliver()
		if got := r.chat("one").sends; got != 2 {
			t.Errorf("told %d times, want the flash while the correction is carried", got)
		}
		if next.IsZero() || next.After(r.now()) {
			t.Error("the desk rests in the middle of a correction")
		}
		r.hire()
		r.desk.Record = slow
		r.settle()
		r.wantCarriedOn(slow.asked)
		if c := r.chat("one"); c.replies != 1 || c.reply.Note != "Twelve." {
			t.Errorf("%d replies: %q", c.replies, c.reply.Note)
		}
		r.wantStatus(al.ID, alerts.Corrected)
	})
}

// wantCarriedOn says that pages went on where the last one ended, the edits before the replies, through restarts too.
func (r *room) wantCarriedOn(asked []delivery.FollowUp) {
	r.t.Helper()
	want := []struct {
		op    delivery.Op
		after delivery.Key
	}{{delivery.Edit, ""}, {delivery.Edit, "p"}, {delivery.Edit, "pp"}, {delivery.Reply, ""}, {delivery.Reply, "p"}, {delivery.Reply, "pp"}}
	if len(asked) != len(want) {
		r.t.Fatalf("%d pages, want %d: %+v", len(asked), len(want), asked)
	}
	for i, w := range want {
		if asked[i].Op != w.op || asked[i].After != w.after {
			r.t.Errorf("page %d is of op %s after %q, want %s after %q", i+1, asked[i].Op, asked[i].After, w.op, w.after)
		}
	}
}

// A new version of an article that comes while a correction of its alert is carried waits for it, and is not lost.
func TestANewVersionWaitsForTheCorrectionBeforeIt(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:RU")
		r.publish("a", nil)
		r.settle()
		id := r.only().ID
		if _, err := r.editors.Correct(ctx, id, twelve, "cli:anna"); err != nil {
			t.Fatal(err)
		}
		slow := &pages{Record: r.desk.Record}
		r.desk.Record = slow
		r.step()
		r.publish("a", func(a *articles.Article) { a.Headline = "Putin Hangs Up" })
		r.step()
		if al := r.only(); al.Headline() != "Twelve dead" || al.Renewal == nil {
			t.Errorf("in the middle of the correction it says %q, and %+v waits", al.Headline(), al.Renewal)
		}
		r.hire()
		r.settle()
		c := r.chat("one")
		if c.replies != 1 || c.reply.Note != "Twelve." || c.shows.Headline != "Putin Hangs Up" {
			t.Errorf("%d replies: %q; shows %q", c.replies, c.reply.Note, c.shows.Headline)
		}
	})
}

// A desk that was frozen in a page does not set back what the one after it has carried.
func TestAFrozenDeskCarriesNothingBack(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:RU")
		al := r.send(order("k"))
		r.settle()
		if _, err := r.editors.Correct(ctx, al.ID, twelve, "cli:anna"); err != nil {
			t.Fatal(err)
		}
		frozen := r.desk
		frozen.Record = &pages{Record: frozen.Record, each: func(int) {
			r.hire()
			r.step() // which owes all edits
		}}
		if _, err := frozen.Step(ctx); err != nil {
			t.Fatal(err)
		}
		if am := r.only().Amendment; !am.Replying || am.Carrying != "" {
			t.Errorf("the replies go on after %q", am.Carrying)
		}
		r.settle()
		if got := r.chat("one").replies; got != 1 {
			t.Errorf("%d replies", got)
		}
		r.wantStatus(al.ID, alerts.Corrected)
	})
}
