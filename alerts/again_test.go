package alerts_test

import (
	"context"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
)

// brings lets the analyst say what the next articles bring to their story.
func (r *room) brings(what articles.Development) {
	r.desk.Analyse = func(ctx context.Context, a articles.Article) (articles.Findings, error) {
		f, err := analyse(ctx, a)
		f.Brings = what
		return f, err
	}
}

// What must not ring alone is not lost for that: of a told story too, editors are asked.
func TestADevelopmentThatMayNotRingAloneIsOffered(t *testing.T) {
	for name, c := range map[string]struct {
		brings  articles.Development
		next    func(*articles.Article)
		later   time.Duration
		offered bool
	}{
		"a turn that tells of children":        {articles.Turn, func(a *articles.Article) { a.Urgency, a.Headline = 2, "Three children killed" }, time.Hour, true},
		"an update that tells of children":     {articles.Update, func(a *articles.Article) { a.Urgency, a.Headline = 2, "Three children killed" }, time.Minute, true},
		"a repeat that tells of children":      {articles.Repeat, func(a *articles.Article) { a.Urgency, a.Headline = 2, "Three children killed" }, time.Hour, false},
		"a marked turn of a source apart":      {articles.Turn, func(a *articles.Article) { a.Urgency, a.MayRing = 2, false }, time.Hour, true},
		"a more urgent repeat of such one":     {articles.Repeat, func(a *articles.Article) { a.Urgency, a.MayRing = 1, false }, time.Hour, true},
		"a turn that the judge finds":          {articles.Turn, func(a *articles.Article) { a.Urgency, a.Headline = 0, "Explosion kills ninety" }, time.Hour, true},
		"a turn that the judge finds too soon": {articles.Turn, func(a *articles.Article) { a.Urgency, a.Headline = 0, "Explosion kills" }, time.Minute, false},
		"an update that the judge finds":       {articles.Update, func(a *articles.Article) { a.Urgency, a.Headline = 0, "Explosion kills ninety" }, time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoomOnSQLite(t)
			r.subscribe("all")
			r.publish("a", func(a *articles.Article) { a.Dateline, a.Urgency = "one", 2 })
			r.settle()
			r.ahead += c.later
			r.brings(c.brings)
			r.publish("b", func(a *articles.Article) { a.Dateline = "one"; c.next(a) })
			r.settle()
			all, err := r.editors.Recent(ctx, 10)
			if err != nil {
				t.Fatal(err)
			}
			offers := 0
			for _, al := range all {
				if al.Offered() && al.Offer.After != "" {
					offers++
				}
			}
			if n := r.chat("all").sends; n != 1 || (offers == 1) != c.offered {
				t.Errorf("told %d times, offered %d times", n, offers)
			}
		})
	}
}

// The article itself has become a flash, which may not ring alone.
func TestAnArticleThatBecomesMoreUrgentIsOfferedWhereItMayNotRing(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.subscribe("all")
	r.publish("a", func(a *articles.Article) { a.Urgency = 3 })
	r.settle()
	r.publish("a", func(a *articles.Article) { a.Urgency, a.Headline = 1, "Three children killed" })
	r.settle()
	if al := r.onlyOffer(); al.Class != delivery.Flash || al.Offer.After == "" {
		t.Errorf("offered is %s after %q", al.Class, al.Offer.After)
	}
}

// The same event's flash rang; a turn of it, marked as one, is not lost because a less urgent turn was told last.
func TestAFlashThatTellsATurnRingsAfterALesserTurn(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.subscribe("all")
	tell := func(name string, urgency int) {
		r.publish(name, func(a *articles.Article) { a.Dateline, a.Urgency = "one", urgency })
		r.settle()
		r.ahead += time.Hour
	}
	tell("a", 1)
	r.brings(articles.Turn)
	tell("b", 3)
	tell("c", 1)
	if n := r.chat("all").sends; n != 3 {
		t.Errorf("told %d times, want 3", n)
	}
}

// An alert was withdrawn: what the newsroom marks of its story then is no repeat of anything that stands.
func TestAfterARecallEditorsAreAsked(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.subscribe("all")
	marked := func(a *articles.Article) { a.Dateline, a.Urgency = "one", 1 }
	r.publish("a", marked)
	r.settle()
	if _, err := r.editors.Recall(ctx, r.only().ID, alerts.Withdrawal{Reason: "It is not confirmed."}, "anna"); err != nil {
		t.Fatal(err)
	}
	r.settle()
	r.brings(articles.Repeat)
	r.publish("b", marked)
	r.publish("c", marked)
	r.settle()
	al := r.onlyOffer()
	if _, err := r.editors.Release(ctx, al.ID, "anna", nil); err != nil {
		t.Fatal(err)
	}
	r.settle()
	if n := r.chat("all").sends; n != 2 {
		t.Errorf("told %d times, want 2", n)
	}
}
