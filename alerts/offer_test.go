package alerts_test

import (
	"errors"
	"testing"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
)

// unmarked is an article that the judge alone finds urgent.
func unmarked(a *articles.Article) {
	a.Urgency, a.Headline, a.Dateline = 0, "Explosion kills nine", "one"
}

func TestWhatTheJudgeAloneFindsIsOfferedOnce(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("all")
		r.publish("a", unmarked)
		r.settle()
		al := r.only()
		if !al.Offered() || al.Class != delivery.Urgent || len(al.Reasons) == 0 {
			t.Fatalf("the alert is %+v", al)
		}
		r.publish("a", func(a *articles.Article) { unmarked(a); a.Headline = "Explosion kills twelve" })
		r.publish("b", unmarked)
		r.settle()
		if al = r.only(); al.Versions["en"].Headline != "Explosion kills twelve" {
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
