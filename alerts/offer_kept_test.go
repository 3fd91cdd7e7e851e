package alerts_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// reword is what an editor does to an offer.
func (r *room) reword(id alerts.ID, headline string, follow ...subscriptions.Key) {
	r.t.Helper()
	_, err := r.editors.Redraft(ctx, id, "anna", func(o *alerts.Order) error {
		w := o.Versions["en"]
		w.Headline = headline
		o.Versions["en"] = w
		if follow != nil {
			o.Follow = follow
		}
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

// An editor's words stay when the article has a new version, of the same class or another one, or none that rings; the
// editor is told what it says now, until they have the last word again.
func TestTheNextVersionOfAnArticleLeavesAnEditorsWords(t *testing.T) {
	for name, next := range map[string]func(*articles.Article){
		"of the same class": func(a *articles.Article) { unmarked(a); a.Headline = "Explosion kills twelve" },
		"of another class": func(a *articles.Article) {
			unmarked(a)
			a.Headline = "Explosion kills twelve"
			a.Urgency, a.MayRing = 1, false
		},
		"no longer urgent": func(a *articles.Article) { unmarked(a); a.Headline = "Nothing but thunder, city says" },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoomOnSQLite(t)
			r.publish("a", unmarked)
			r.settle()
			r.reword(r.onlyOffer().ID, "Blast in Homs", "place:SY")
			r.publish("a", next)
			r.settle()
			al := r.onlyOffer()
			if al.Headline() != "Blast in Homs" || len(al.Follow) != 1 || al.Follow[0] != "place:SY" || al.By != "anna" {
				t.Errorf("the offer says %q to %v by %s", al.Headline(), al.Follow, al.By)
			}
			var newest articles.Article
			next(&newest)
			if al.Offer.Newer != newest.Headline || al.Revision != 2 {
				t.Errorf("the editor is told of %q, revision %d", al.Offer.Newer, al.Revision)
			}
			r.reword(al.ID, "Blast in Homs kills twelve")
			if al := r.onlyOffer(); al.Offer.Newer != "" {
				t.Errorf("told once more of %q", al.Offer.Newer)
			}
		})
	}
}

func TestAnEditorsAudienceAloneStays(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.publish("a", unmarked)
	r.settle()
	_, err := r.editors.Redraft(ctx, r.onlyOffer().ID, "anna", func(o *alerts.Order) error { o.Follow = nil; return nil })
	if err != nil {
		t.Fatal(err)
	}
	r.publish("a", func(a *articles.Article) { unmarked(a); a.Headline = "Explosion kills twelve" })
	r.settle()
	if al := r.onlyOffer(); !al.Everyone || len(al.Follow) > 0 || al.Headline() != "Explosion kills twelve" {
		t.Errorf("the offer says %q to everyone %t, %v", al.Headline(), al.Everyone, al.Follow)
	}
}

// What an editor sends is what the article says now, whatever the judge thinks of that.
func TestAnOfferReadsAsItsArticleThoughThatIsNoLongerUrgent(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("all")
		r.publish("a", unmarked)
		r.settle()
		r.publish("a", func(a *articles.Article) { unmarked(a); a.Headline = "Nothing but thunder, city says" })
		r.settle()
		al := r.onlyOffer()
		if al.Headline() != "Nothing but thunder, city says" || al.Class != delivery.Urgent {
			t.Errorf("offered as %s is %q", al.Class, al.Headline())
		}
		if _, err := r.editors.Release(ctx, al.ID, "anna", nil); err != nil {
			t.Fatal(err)
		}
		r.settle()
		if c := r.chat("all"); c.sends != 1 || c.shows.Headline != "Nothing but thunder, city says" {
			t.Errorf("told %d times: %q", c.sends, c.shows.Headline)
		}
	})
}

// Late is a correction of an article that was offered while it was fresh.
func TestALateCorrectionOfAnOfferedArticle(t *testing.T) {
	r := newRoomOnSQLite(t)
	published := r.now().UTC()
	r.publish("a", unmarked)
	r.settle()
	r.ahead += alerts.Fresh + time.Hour
	r.publish("a", func(a *articles.Article) { unmarked(a); a.Headline, a.Published = "Explosion kills none", published })
	r.settle()
	if al := r.onlyOffer(); al.Headline() != "Explosion kills none" {
		t.Errorf("offered is %q", al.Headline())
	}
}

// An article that is offered already, or was decided on, is no further question.
func TestVersionsOfOneArticleDoNotUseUpTheHour(t *testing.T) {
	r := newRoomOnSQLite(t)
	for i := range 8 {
		r.publish("a", func(a *articles.Article) {
			unmarked(a)
			a.Headline = fmt.Sprintf("Explosion kills nine, says source %d", i)
		})
		r.settle()
	}
	r.onlyOffer()
	if _, err := r.editors.Decline(ctx, r.onlyOffer().ID, alerts.OfferDeclined, "anna"); err != nil {
		t.Fatal(err)
	}
	r.publish("b", func(a *articles.Article) { unmarked(a); a.Dateline = "two" })
	r.settle()
	r.onlyOffer()
}

// An article that comes back, as it was or given out again, is offered again.
func TestAnOfferThatEndedByTheNewsroomIsMadeAgain(t *testing.T) {
	marked := func(urgency int, status articles.Status) func(*articles.Article) {
		return func(a *articles.Article) {
			a.Dateline, a.Urgency, a.MayRing, a.Status = "one", urgency, false, status
			a.Headline = fmt.Sprintf("Security discussed %d %s", urgency, status)
		}
	}
	for name, versions := range map[string][]func(*articles.Article){
		"withheld for a while":   {marked(2, articles.Usable), marked(2, articles.Withheld), marked(2, articles.Usable)},
		"of another class twice": {marked(2, articles.Usable), marked(3, articles.Usable), marked(2, articles.Usable)},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoomOnSQLite(t)
			for _, version := range versions {
				r.publish("a", version)
				r.settle()
			}
			if al := r.onlyOffer(); al.Class != delivery.Bulletin || al.Revision != 3 {
				t.Errorf("offered is %s, revision %d", al.Class, al.Revision)
			}
		})
	}
}
