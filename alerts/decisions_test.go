package alerts_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
)

// A desk's day: what editors decide on in their ways is what is learned from, as it was when they decided.
func TestWhatEditorsDecideIsCollected(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		ctx := t.Context()
		r.desk.Judge.Autosend = alerts.AutosendNone
		offered := func(name string) alerts.ID {
			t.Helper()
			r.publish(name, func(a *articles.Article) { a.Headline = name + " dam bursts"; a.Urgency = 1 })
			r.mustWork()
			all, err := r.editors.Recent(ctx, 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, al := range all {
				if al.Offered() && strings.HasPrefix(al.Headline(), name) {
					return al.ID
				}
			}
			t.Fatalf("%s was not offered", name)
			return ""
		}
		must := func(al alerts.Alert, err error) alerts.Alert {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			return al
		}
		at := time.Duration(0)
		must(r.editors.Release(ctx, offered("sent"), "telegram:1", &at))
		must(r.editors.Decline(ctx, offered("digested"), alerts.OfferDigest, "telegram:1"))
		must(r.editors.Decline(ctx, offered("declined"), alerts.OfferDeclined, "telegram:1"))
		must(r.editors.Decline(ctx, offered("expired"), alerts.OfferExpired, "telegram:1"))
		offered("undecided")
		recalled := must(r.editors.Release(ctx, offered("recalled"), "telegram:1", &at))
		corrected := must(r.editors.Release(ctx, offered("corrected"), "telegram:1", &at))
		r.mustWork()
		must(r.editors.Recall(ctx, recalled.ID, alerts.Withdrawal{Reason: "Nobody could confirm it."}, "telegram:1"))
		must(r.editors.Correct(ctx, corrected.ID, alerts.Correction{Kind: alerts.Fact, Note: "It was another dam."}, "telegram:1"))
		r.send(order("an editor's own"))
		r.desk.Judge.Autosend = alerts.AutosendMarked
		r.publish("newsroom", func(a *articles.Article) { a.Headline = "newsroom dam bursts"; a.Urgency = 1 })
		r.mustWork()
		// what comes later is not what was decided on
		r.publish("sent", func(a *articles.Article) { a.Headline = "sent dam has burst, and much is known"; a.Urgency = 1 })
		r.mustWork()

		decided, err := alerts.Decisions(ctx, r.store.Decisions())
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]alerts.Deed{}
		for _, d := range decided {
			got[d.Article.Headline] = d.Did
		}
		want := map[string]alerts.Deed{
			"sent dam bursts": alerts.DeedSent, "digested dam bursts": alerts.DeedLeft, "declined dam bursts": alerts.DeedLeft,
			"recalled dam bursts": alerts.DeedRecalled, "corrected dam bursts": alerts.DeedCorrected,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if len(decided) != len(want) {
			t.Errorf("%d decisions, want %d", len(decided), len(want))
		}
		// what expired and what the newsroom sent are no decisions; what was sent and then recalled is one
		last, err := r.store.Alerts().LastAct(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			after       int64
			limit, want int
		}{{0, 100, len(want)}, {0, 3, 3}, {last, 100, 0}} {
			if n, err := r.store.Alerts().DecidedAfter(ctx, c.after, c.limit); err != nil || n != c.want {
				t.Errorf("%d decisions after act %d (at most %d), %v; want %d", n, c.after, c.limit, err, c.want)
			}
		}
	})
}

func TestTheDeskJudgesByThePast(t *testing.T) {
	r := newRoomOnSQLite(t)
	past, _, err := alerts.LearnPast(t.Context(), closings(400))
	if err != nil {
		t.Fatal(err)
	}
	var known *alerts.Past
	r.desk.Past = func() *alerts.Past { return known }
	for _, c := range []struct {
		name string
		past *alerts.Past
		want delivery.Class
	}{{"before", nil, delivery.Routine}, {"learned", past, delivery.Urgent}} {
		known = c.past
		r.publish(c.name, func(a *articles.Article) {
			a.Headline, a.Body, a.Urgency = "Border closed after Georgian incident", []string{"A text of some length."}, 0
		})
		r.mustWork()
		v, err := r.store.Alerts().Verdict(t.Context(), articles.DeriveID("test", c.name), 0)
		if err != nil || v.Class != c.want {
			t.Errorf("%s: judged %v, %v, %q; want %v", c.name, v.Class, err, v.Reasons, c.want)
		}
	}
}

// closings are decisions of a desk that sends what is closed.
func closings(n int) (all []alerts.Decision) {
	begin := time.Date(2026, 4, 1, 6, 0, 0, 0, time.UTC)
	places := []string{"Moldovan", "Georgian", "Kazakh", "Serbian", "Armenian"}
	for i := range n {
		d := alerts.Decision{Did: alerts.DeedLeft, Article: articles.Article{
			Headline:  fmt.Sprintf("%s museum shows new paintings", places[i%len(places)]),
			Published: begin.Add(time.Duration(i) * time.Hour), Body: []string{"A text of some length."},
		}}
		if i%4 == 0 {
			d.Did, d.Article.Headline = alerts.DeedSent, fmt.Sprintf("Border closed after %s incident", places[i/4%len(places)])
		}
		all = append(all, d)
	}
	return all
}
