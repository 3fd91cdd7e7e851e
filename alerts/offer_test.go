package alerts_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
)

// unmarked is an article that the judge alone finds urgent.
func unmarked(a *articles.Article) {
	a.Urgency, a.Headline, a.Dateline = 0, "Explosion kills nine", "one"
}

// onlyOffer is the one alert that editors are asked about.
func (r *room) onlyOffer() (offer alerts.Alert) {
	r.t.Helper()
	all, err := r.editors.Recent(ctx, 100)
	n := 0
	for _, al := range all {
		if al.Offered() {
			offer = al
			n++
		}
	}
	if n != 1 || err != nil {
		r.t.Fatalf("%d offers, want one (%v)", n, err)
	}
	return offer
}

func TestWhatTheJudgeAloneFindsIsOfferedOnce(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("all")
		r.publish("a", unmarked)
		r.settle()
		al := r.onlyOffer()
		if al.Class != delivery.Urgent || len(al.Reasons) == 0 {
			t.Fatalf("the alert is %+v", al)
		}
		r.publish("a", func(a *articles.Article) { unmarked(a); a.Headline = "Explosion kills twelve" })
		r.publish("b", unmarked)
		r.settle()
		if al = r.onlyOffer(); al.Versions["en"].Headline != "Explosion kills twelve" {
			t.Errorf("offered is %+v", al.Versions)
		}
		if _, err := r.editors.Release(ctx, al.ID, "anna", nil); err != nil {
			t.Fatal(err)
		}
		r.settle()
		if c := r.chat("all"); c.sends != 1 || c.shows.Headline != "Explosion kills twelve" {
			t.Errorf("told %d times: %+v", c.sends, c.shows)
		}
		r.publish("b", func(a *articles.Article) { unmarked(a); a.Urgency = 3; a.Headline = "Explosion: nine killed" })
		r.settle()
		if c := r.chat("all"); c.sends != 1 {
			t.Errorf("the story was told %d times", c.sends)
		}
	})
}

// An offer that nobody took, or that an editor refused, must not keep back what the newsroom itself marks.
func TestWhatIsOnlyOfferedHidesNoFlash(t *testing.T) {
	refuse := func(r *room) {
		if _, err := r.editors.Decline(ctx, r.only().ID, alerts.OfferDeclined, "anna"); err != nil {
			r.t.Fatal(err)
		}
	}
	for name, decide := range map[string]func(*room){"undecided": func(*room) {}, "refused": refuse} {
		for _, urgency := range []int{1, 3} {
			t.Run(name, func(t *testing.T) {
				pullingThePlug(t, func(t *testing.T, r *room, pull func()) {
					r.subscribe("all")
					r.publish("a", unmarked)
					r.settle()
					decide(r)
					r.publish("b", func(a *articles.Article) { unmarked(a); a.Urgency = urgency })
					pull()
					if err := r.work(); err != nil && !errors.Is(err, errFault) {
						t.Fatal(err)
					}
					r.hire()
					r.settle()
					if c := r.chat("all"); c.sends != 1 {
						t.Errorf("urgency %d: told %d times, want once", urgency, c.sends)
					}
					all, err := r.editors.Recent(ctx, 10)
					for _, al := range all {
						if al.Offered() {
							t.Errorf("%s is still offered", al.ID)
						}
					}
					if err != nil {
						t.Error(err)
					}
				})
			})
		}
	}
}

func TestAnOfferGivesTheReasonsOfTheNewestVersion(t *testing.T) {
	r := newRoomOnSQLite(t)
	headline := func(h string) func(*articles.Article) {
		return func(a *articles.Article) { unmarked(a); a.Headline = h }
	}
	r.publish("a", headline("Explosion at parliament"))
	r.settle()
	r.publish("a", headline("Blast at parliament"))
	r.settle()
	if al := r.onlyOffer(); al.Because[0].Words["words"] != "blast" || al.Reasons[0] != "The headline says “blast”." {
		t.Errorf("the offer gives %q, %+v", al.Reasons, al.Because)
	}
}

func TestAnOfferThatIsCancelledIsDeclined(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.publish("a", unmarked)
	r.settle()
	al, err := r.editors.Cancel(ctx, r.onlyOffer().ID, "anna")
	if err != nil || al.Offer.Answer != alerts.OfferDeclined || !al.Untold() {
		t.Errorf("the offer is %+v (%v)", al.Offer, err)
	}
}

func TestAnArticleTakenBackIsUpForRecall(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.subscribe("all")
	r.publish("a", nil)
	r.settle()
	r.publish("a", func(a *articles.Article) { a.Status = articles.Cancelled })
	r.settle()
	if al := r.only(); !al.TakenBack {
		t.Errorf("the alert is %+v", al)
	}
	r.publish("a", nil)
	r.settle()
	if al := r.only(); al.TakenBack {
		t.Error("given out again, it is still up for recall")
	}
}

// Two articles of one story, both marked by the newsroom: what the second brings decides.
func TestADevelopmentOfAToldStory(t *testing.T) {
	cases := []struct {
		brings  articles.Development
		later   time.Duration
		sends   int
		offered bool
	}{
		{articles.Repeat, time.Hour, 1, false},
		{articles.Update, time.Hour, 1, true},
		{articles.Correction, time.Hour, 1, true},
		{articles.Turn, time.Hour, 2, false},
		{articles.Turn, time.Minute, 1, true},
	}
	for _, c := range cases {
		t.Run(fmt.Sprintf("%s after %s", c.brings, c.later), func(t *testing.T) {
			pullingThePlug(t, func(t *testing.T, r *room, pull func()) {
				r.subscribe("all")
				marked := func(a *articles.Article) { a.Dateline, a.Urgency = "one", 2 }
				r.publish("a", marked)
				r.mustWork()
				r.deliver()
				r.ahead += c.later
				r.hire()
				r.desk.Analyse = func(ctx context.Context, a articles.Article) (articles.Findings, error) {
					f, err := analyse(ctx, a)
					f.Brings = c.brings
					return f, err
				}
				brought := r.desk.Analyse
				r.publish("b", marked)
				pull()
				if err := r.work(); err != nil && !errors.Is(err, errFault) {
					t.Fatal(err)
				}
				r.hire()
				r.desk.Analyse = brought
				r.settle()
				offered := false
				all, err := r.editors.Recent(ctx, 10)
				for _, al := range all {
					offered = offered || al.Offered()
				}
				if n := r.chat("all").sends; n != c.sends || offered != c.offered || err != nil {
					t.Errorf("told %d times, offered %t (%v); want %d, %t", n, offered, err, c.sends, c.offered)
				}
			})
		})
	}
}

func TestEditorsAreNotAskedTooOften(t *testing.T) {
	r := newRoomOnSQLite(t)
	publish := func(n int, headline string) {
		r.publish(headline+fmt.Sprint(n), func(a *articles.Article) {
			a.Urgency, a.Headline, a.Dateline = 0, headline, headline+fmt.Sprint(n)
		})
		r.mustWork()
	}
	offered := func() (n int) {
		all, err := r.editors.Recent(ctx, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, al := range all {
			if al.Offered() {
				n++
			}
		}
		return n
	}
	for i := range 10 {
		publish(i, "Explosion kills nine")
	}
	few := offered()
	if few == 0 || few == 10 {
		t.Errorf("%d of 10 are offered", few)
	}
	r.publish("marked", func(a *articles.Article) { a.Urgency, a.MayRing, a.Dateline = 2, false, "marked" })
	r.mustWork()
	if n := offered(); n != few+1 {
		t.Errorf("%d are offered, want %d: what the newsroom marked counts for itself", n, few+1)
	}
	r.ahead += time.Hour
	publish(11, "Explosion kills nine")
	if n := offered(); n != few+2 {
		t.Errorf("%d are offered an hour later, want %d", n, few+2)
	}
}

// Nobody has to be there for an offer to expire.
func TestAnOfferExpiresOnTheRecordByItself(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("all")
		unasked := map[string]bool{}
		r.desk.Unasked = func(al alerts.Alert, marked bool) { unasked[al.Headline()] = marked }
		r.publish("a", unmarked)
		r.publish("b", func(a *articles.Article) { a.Headline = "Two children killed in Homs" })
		r.mustWork()
		if len(unasked) != 2 || unasked["Explosion kills nine"] || !unasked["Two children killed in Homs"] {
			t.Errorf("nobody can be asked about %v", unasked)
		}
		all, err := r.editors.Recent(ctx, 10)
		if err != nil || len(all) != 2 || !all[0].Offered() || !all[1].Offered() {
			t.Fatalf("offered: %+v (%v)", all, err)
		}
		r.ahead += alerts.Shelf(delivery.Urgent) + time.Minute
		r.mustWork()
		r.mustWork() // once is enough
		acts := map[string]int{}
		done, err := r.store.Alerts().Acts(ctx, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, act := range done {
			acts[act.What+" "+act.Subject]++
		}
		for _, al := range all {
			al, err := r.store.Alerts().Get(ctx, al.ID)
			if err != nil || al.Status != alerts.CancelledStatus || al.Offer.Answer != alerts.OfferExpired || acts["offer-expired "+string(al.ID)] != 1 {
				t.Errorf("%s is %s, %+v; on the record: %v (%v)", al.Headline(), al.Status, al.Offer, acts, err)
			}
		}
		if c := r.chat("all"); c.sends > 0 {
			t.Errorf("told %d times", c.sends)
		}
	})
}

// An editor is asked about another article of a told story, which the newsroom then takes back or changes.
func TestADevelopmentThatChangesWhileEditorsAreAsked(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("all")
		marked := func(a *articles.Article) { a.Dateline, a.Urgency = "one", 2 }
		r.publish("a", marked)
		r.settle()
		r.desk.Analyse = func(ctx context.Context, a articles.Article) (articles.Findings, error) {
			f, err := analyse(ctx, a)
			f.Brings = articles.Update
			return f, err
		}
		r.publish("b", marked)
		r.settle()
		id := r.onlyOffer().ID
		r.publish("b", func(a *articles.Article) { marked(a); a.Headline = "Security discussed at length" })
		r.settle()
		if al := r.onlyOffer(); al.ID != id || al.Versions["en"].Headline != "Security discussed at length" {
			t.Errorf("offered is %+v", al.Versions)
		}
		r.publish("b", func(a *articles.Article) { marked(a); a.Status = articles.Cancelled })
		r.settle()
		if al, err := r.store.Alerts().Get(ctx, id); err != nil || al.Offered() || al.Offer.Answer != alerts.OfferRemoved {
			t.Errorf("an article that was taken back is still offered: %+v (%v)", al.Offer, err)
		}
	})
}
