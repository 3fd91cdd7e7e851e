package alerts_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
)

const bigReason = "A big event: 8 articles in 40 minutes, 2 outlets."

// plainly is an article that says nothing urgent, of a story.
func plainly(story string) func(*articles.Article) {
	return func(a *articles.Article) { a.Dateline, a.Urgency, a.Headline = story, 0, "Ministers meet in Oslo" }
}

// heats lets the analyst find every event big.
func (r *room) heats(kin ...articles.StoryID) {
	r.heat = articles.Findings{Lately: 8, Headlines: 4, Outlets: 2, Span: 40 * time.Minute, Kin: kin, Sudden: true}
}

// offered is how many offers wait for an answer.
func (r *room) offered() (n int) {
	r.t.Helper()
	all, err := r.editors.Recent(ctx, 100)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, al := range all {
		if al.Offered() {
			n++
		}
	}
	return n
}

func TestABigEventIsOfferedOnce(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("all")
		r.publish("quiet", plainly("one"))
		r.settle()
		if n := r.offered(); n != 0 {
			t.Fatalf("%d offers of a quiet story", n)
		}
		r.heats()
		r.publish("big", plainly("one"))
		r.settle()
		al := r.onlyOffer()
		if al.Article != id("big") || al.Class != delivery.Urgent || !al.Offer.Big || !slices.Contains(al.Reasons, bigReason) {
			t.Errorf("offered is %+v", al)
		}
		v, err := r.store.Alerts().Verdict(ctx, id("big"), 0)
		if err != nil || !v.Ask || v.Rings || !slices.Contains(v.Reasons, bigReason) {
			t.Errorf("the verdict is %+v, %v", v, err)
		}
		if _, err := r.editors.Decline(ctx, al.ID, alerts.OfferDigest, "anna"); err != nil {
			t.Fatal(err)
		}
		r.publish("next", plainly("one"))
		r.settle()
		r.hire()
		r.publish("after a restart", plainly("one"))
		r.settle()
		if n := r.offered(); n != 0 || r.chat("all").sends != 0 {
			t.Errorf("%d offers once it was refused, %d sends", n, r.chat("all").sends)
		}
	})
}

func TestABigEventIsSilentWhereItWasTold(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.publish("flash", of("one"))
	r.settle()
	r.heats()
	r.publish("same story", plainly("one"))
	r.heats("two", "one")
	r.publish("akin", plainly("two"))
	r.settle()
	if n := r.offered(); n != 0 {
		t.Errorf("%d offers", n)
	}
}

func TestABigEventRingsWhereTheJudgeMay(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.subscribe("all")
	r.desk.Judge.Autosend = alerts.AutosendJudged
	r.heats()
	for i := range 3 {
		r.publish(strconv.Itoa(i), plainly("one"))
		r.settle()
	}
	if al := r.only(); r.chat("all").sends != 1 || !slices.Contains(al.Reasons, bigReason) {
		t.Errorf("%d sends of %+v", r.chat("all").sends, al)
	}
}

func TestAnOfferThatEditorsHaveSaysThatItsEventIsBig(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.publish("first", func(a *articles.Article) { unmarked(a) })
	r.settle()
	r.heats()
	r.publish("sixth", plainly("one"))
	r.settle()
	if al := r.onlyOffer(); al.Article != id("first") || !al.Offer.Big || al.Reasons[len(al.Reasons)-1] != bigReason {
		t.Errorf("offered is %+v", al)
	}
}

func TestWhatEditorsRefusedIsOfferedAgainOnceItIsBig(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.publish("first", func(a *articles.Article) { unmarked(a) })
	r.settle()
	if _, err := r.editors.Decline(ctx, r.onlyOffer().ID, alerts.OfferDeclined, "anna"); err != nil {
		t.Fatal(err)
	}
	r.heats()
	r.publish("sixth", plainly("one"))
	r.settle()
	if al := r.onlyOffer(); al.Article != id("sixth") || len(al.Cards) != 0 {
		t.Errorf("offered is %+v", al)
	}
}

func TestEditorsAreNotToldOfManyBigEventsAnHour(t *testing.T) {
	r := newRoomOnSQLite(t)
	for i := range 9 {
		story := "story " + strconv.Itoa(i)
		r.heats(articles.StoryID(story))
		r.publish(story, plainly(story))
		r.mustWork()
	}
	if n := r.offered(); n != 6 {
		t.Errorf("%d offers of nine, want six", n)
	}
	r.ahead += time.Hour
	r.heats("late")
	r.publish("late", plainly("late"))
	r.mustWork()
	if n := r.offered(); n != 7 {
		t.Errorf("%d offers an hour later, want seven", n)
	}
}

func TestAnArchiveIsNoBigEvent(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.heats()
	r.publish("old", func(a *articles.Article) { plainly("one")(a); a.Way = articles.ByImport })
	r.settle()
	r.publish("new", plainly("one"))
	r.settle()
	if al := r.onlyOffer(); al.Article != id("new") {
		t.Errorf("offered is %+v", al)
	}
}
