package alerts_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
)

// What must not ring alone does not come in by an update either, neither to those who were told nor to those who will be.
func TestAnUpdateThatMustNotRingAloneWaitsForAnEditor(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("all")
		r.publish("a", nil)
		r.settle()
		children := func(a *articles.Article) { a.Headline = "Three children killed in attack" }
		r.publish("a", children)
		r.settle()
		al := r.only()
		if next := al.Proposed(); next == nil || !al.Asking() || next.Wording.Headline != "Three children killed in attack" || !strings.Contains(next.Because.String(), "under age") {
			t.Fatalf("nobody is asked: %+v", al)
		}
		if got := r.chat("all").shows.Headline; got != "Putin, Obama Discuss Security" || al.Headline() != got {
			t.Errorf("the message says %q, the alert %q", got, al.Headline())
		}
		if _, err := r.editors.Approve(ctx, al.ID, "anna"); err != nil {
			t.Fatal(err)
		}
		r.settle()
		if got := r.chat("all").shows.Headline; got != "Three children killed in attack" || r.chat("all").sends != 1 || r.only().Asking() {
			t.Errorf("after the editor's yes it says %q, sent %d times: %+v", got, r.chat("all").sends, r.only())
		}
		r.publish("a", func(a *articles.Article) { a.Headline = "Four children killed in attack" })
		r.settle()
		if r.only().Proposed() != nil {
			t.Errorf("what an editor has let through already asks again: %+v", r.only())
		}
		r.ahead += 10 * time.Minute // in which updates are gathered
		r.settle()
		if got := r.chat("all").shows.Headline; got != "Four children killed in attack" {
			t.Errorf("the message says %q", got)
		}
	})
}

func TestAnUpdateTakesThePlaceOfOneThatWaits(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.subscribe("all")
	r.publish("a", nil)
	r.settle()
	r.publish("a", func(a *articles.Article) { a.Headline = "Three children killed in attack" })
	r.settle()
	r.publish("a", func(a *articles.Article) { a.Headline = "Three killed in attack" })
	r.settle()
	if got := r.chat("all").shows.Headline; got != "Three killed in attack" || r.only().Asking() {
		t.Errorf("the message says %q: %+v", got, r.only())
	}
	r.publish("a", func(a *articles.Article) { a.Headline = "Three children killed in attack" })
	r.settle()
	if _, err := r.editors.Recall(ctx, r.only().ID, alerts.Withdrawal{Reason: "It is not confirmed."}, "anna"); err != nil {
		t.Fatal(err)
	}
	if al := r.only(); al.Asking() {
		t.Errorf("what was withdrawn still asks: %+v", al)
	}
}

// Nor where nobody was told yet, or the alert is for a second person to approve.
func TestADelicateVersionDoesNotSlipIntoAnAlertThatIsHeld(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.subscribe("all")
	r.publish("a", nil)
	r.step()
	al := r.only()
	if _, err := r.editors.Pause(ctx, al.ID, "anna"); err != nil {
		t.Fatal(err)
	}
	r.publish("a", func(a *articles.Article) { a.Headline = "Three children killed in attack" })
	r.settle()
	if _, err := r.editors.Resume(ctx, al.ID, "anna"); err != nil {
		t.Fatal(err)
	}
	r.settle()
	if got := r.chat("all").shows.Headline; got != "Putin, Obama Discuss Security" {
		t.Errorf("the message says %q", got)
	}
}

// Two cards of one story, and two editors: readers are told once.
func TestTwoOffersOfOneStoryTellItOnce(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("all")
		for name, urgency := range map[string]int{"a": 2, "b": 3} {
			r.publish(name, func(a *articles.Article) { a.Dateline, a.Urgency, a.MayRing = "one", urgency, false })
		}
		r.settle()
		all, err := r.editors.Recent(ctx, 10)
		if err != nil || len(all) != 2 {
			t.Fatalf("%d offers (%v)", len(all), err)
		}
		sent, other := all[0], all[1]
		if other.Class < sent.Class {
			sent, other = other, sent
		}
		if _, err := r.editors.Release(ctx, sent.ID, "anna", nil); err != nil {
			t.Fatal(err)
		}
		if _, err := r.editors.Release(ctx, other.ID, "boris", nil); err == nil || !strings.Contains(err.Error(), "tells its story already") {
			t.Errorf("at the same time the other is sent: %v", err)
		}
		r.settle()
		if al, err := r.store.Alerts().Get(ctx, other.ID); err != nil || al.Offered() || al.Offer.Answer != alerts.OfferTold {
			t.Errorf("it is still offered (%v): %+v", err, al)
		}
		if n := r.chat("all").sends; n != 1 {
			t.Errorf("told %d times", n)
		}
	})
}

func TestAMoreUrgentOfferOfAStoryStaysOpen(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.subscribe("all")
	for name, urgency := range map[string]int{"a": 1, "b": 3} {
		r.publish(name, func(a *articles.Article) { a.Dateline, a.Urgency, a.MayRing = "one", urgency, false })
	}
	r.settle()
	all, err := r.editors.Recent(ctx, 10)
	if err != nil || len(all) != 2 {
		t.Fatalf("%d offers (%v)", len(all), err)
	}
	flash, lesser := all[0], all[1]
	if lesser.Class < flash.Class {
		flash, lesser = lesser, flash
	}
	for _, al := range []alerts.Alert{lesser, flash} {
		if _, err := r.editors.Release(ctx, al.ID, "anna", nil); err != nil {
			t.Errorf("the %s: %v", al.Class, err)
		}
		r.settle()
	}
}

// What the desk offers can be looked at and reworded, however long its headline is and whatever its address.
func TestAnOfferOfAnOddArticleCanBeShown(t *testing.T) {
	for name, odd := range map[string]func(*articles.Article){
		"a long headline":    func(a *articles.Article) { a.Headline = "Explosion kills nine " + strings.Repeat("x", 9000) },
		"many long words":    func(a *articles.Article) { a.Headline = "Explosion kills nine " + strings.Repeat("and more ", 900) },
		"no web address":     func(a *articles.Article) { a.URL = "/news/1" },
		"no headline at all": func(a *articles.Article) { a.Headline, a.Urgency = "", 2 },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoomOnSQLite(t)
			r.publish("a", func(a *articles.Article) { unmarked(a); odd(a) })
			r.settle()
			al := r.onlyOffer()
			if _, err := r.editors.Foresee(ctx, al); err != nil {
				t.Errorf("it cannot be shown: %v", err)
			}
			if n := len([]rune(al.Headline())); n > alerts.MaxHeadline {
				t.Errorf("its headline has %d characters", n)
			}
			if al.Headline() == "" {
				if _, err := r.editors.Release(ctx, al.ID, "anna", nil); err == nil {
					t.Error("it is sent without a headline")
				}
				return
			}
			_, err := r.editors.Redraft(ctx, al.ID, "anna", func(o *alerts.Order) error { o.Class = delivery.Flash; return nil })
			if err != nil {
				t.Errorf("it cannot become a flash: %v", err)
			}
		})
	}
}
