package alerts_test

import (
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
