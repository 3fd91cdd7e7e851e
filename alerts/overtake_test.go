package alerts_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
)

func bulletin(a *articles.Article) { a.Urgency = 2 }

// upgraded is a bulletin that one of two readers was told when the newsroom made a flash of it.
func upgraded(r *room, pull func()) (low, high alerts.Alert) {
	r.t.Helper()
	r.subscribe("one", "place:RU")
	r.subscribe("two", "place:RU")
	r.publish("a", bulletin)
	r.mustWork()
	r.deliverUpTo(1)
	r.publish("a", nil)
	pull()
	if err := r.work(); err != nil && !errors.Is(err, errFault) {
		r.t.Fatal(err)
	}
	r.hire()
	r.settle()
	own, err := r.store.Alerts().Of(ctx, articles.DeriveID("test", "a"))
	if err != nil || len(own) != 2 {
		r.t.Fatalf("%d alerts (%v), want two", len(own), err)
	}
	return own[1], own[0]
}

func TestWhoeverMissedTheBulletinHearsTheFlashAlone(t *testing.T) {
	pullingThePlug(t, func(t *testing.T, r *room, pull func()) {
		low, high := upgraded(r, pull)
		sends := []int{r.chat("one").sends, r.chat("two").sends}
		slices.Sort(sends)
		if !slices.Equal(sends, []int{1, 2}) {
			t.Errorf("told %v times, want the bulletin and the flash, and the flash", sends)
		}
		if low.Status != alerts.Sent || low.Overtaken != high.ID || high.Class != delivery.Flash {
			t.Errorf("the bulletin is %s, overtaken by %q; the other is %s a %s", low.Status, low.Overtaken, high.ID, high.Class)
		}
	})
}

func TestEveryAlertOfAnArticleIsRevisedAndSuspended(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		low, high := upgraded(r, func() {})
		r.publish("a", func(a *articles.Article) { a.Headline = "Putin Hangs Up" })
		r.settle()
		for id, want := range map[alerts.ID]int{low.ID: 1, high.ID: 2} {
			report, err := r.editors.Show(ctx, id)
			if err != nil || report.Counts.Edited != want || report.Alert.Headline() != "Putin Hangs Up" {
				t.Errorf("%s says %q to %d (%v), want %d", id, report.Alert.Headline(), report.Counts.Edited, err, want)
			}
		}
	})
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:RU")
		r.publish("a", bulletin)
		r.mustWork()
		r.deliver()
		r.publish("a", nil)
		r.mustWork()
		r.publish("a", func(a *articles.Article) { a.Status = articles.Withheld })
		r.settle()
		own, err := r.store.Alerts().Of(ctx, articles.DeriveID("test", "a"))
		if err != nil || len(own) != 2 {
			t.Fatalf("%d alerts (%v), want two", len(own), err)
		}
		for _, al := range own {
			if al.Revision != 3 || al.Status == alerts.Sending {
				t.Errorf("the %s knows version %d and is %s", al.Class, al.Revision, al.Status)
			}
		}
		if got := r.chat("one").sends; got != 1 {
			t.Errorf("told %d times, want the bulletin alone", got)
		}
	})
}
