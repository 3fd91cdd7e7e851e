package alerts_test

import (
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
)

// update publishes a new version of the article "a" and lets everything happen that happens within a second.
func (r *room) update(headline string) {
	r.t.Helper()
	r.publish("a", func(a *articles.Article) { a.Headline = headline })
	r.soon()
}

// soon lets everything happen that happens within some seconds.
func (r *room) soon() {
	r.t.Helper()
	for range 3 {
		r.mustWork()
		r.deliver()
		r.ahead += 2 * time.Second
	}
}

func (r *room) wantShown(who, headline string) {
	r.t.Helper()
	if got := r.chat(who).shows.Headline; got != headline {
		r.t.Errorf("%s sees %q, want %q", who, got, headline)
	}
}

func TestTheFirstUpdateGoesAtOnceAndFurtherOnesTogether(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:RU")
		r.publish("a", nil)
		r.soon()
		r.update("First update of it")
		r.wantShown("one", "First update of it")
		r.update("Second update of it")
		r.update("Third update of it")
		r.wantShown("one", "First update of it")
		c, _, err := r.store.Content(ctx, r.only().ID.Content("en"))
		if err != nil || c.Headline != "Third update of it" {
			t.Errorf("who is told now is told %q, %v", c.Headline, err)
		}
		r.ahead += 9 * time.Minute
		r.soon()
		r.wantShown("one", "First update of it")
		r.ahead += time.Minute
		r.soon()
		r.wantShown("one", "Third update of it")
		if al := r.only(); al.Version != 4 || al.Amendment.Told["en"].Headline != "First update of it" {
			t.Errorf("version %d replaced %q", al.Version, al.Amendment.Told["en"].Headline)
		}
		r.ahead += 20 * time.Minute
		r.update("Fourth update of it")
		r.wantShown("one", "Fourth update of it")
	})
}

func TestAnEditorDoesNotWaitForTheNewsroomsUpdates(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:RU")
		r.publish("a", nil)
		r.soon()
		r.update("First update of it")
		r.update("Second update of it")
		fact := alerts.Correction{Kind: alerts.Fact, Note: "It is twelve.", Versions: map[string]alerts.Wording{"en": {Headline: "Twelve of it"}}}
		if _, err := r.editors.Correct(ctx, r.only().ID, fact, "b"); err != nil {
			t.Fatal(err)
		}
		r.soon()
		r.wantShown("one", "Twelve of it")
		if c := r.chat("one"); c.replies != 1 || c.reply.Told != "First update of it" {
			t.Errorf("%d replies; the last corrects %q", c.replies, c.reply.Told)
		}
	})
}

func TestVeryManyMessagesAreEditedAgainOnlyWithAnEditorsYes(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:RU")
		r.publish("a", nil)
		r.soon()
		id := r.only().ID
		_, err := r.store.Alerts().Update(ctx, id, nil, func(al *alerts.Alert) error { al.Owed = 10_001; return nil })
		if err != nil {
			t.Fatal(err)
		}
		r.update("First update of it")
		r.wantShown("one", "First update of it")
		r.update("Second update of it")
		r.ahead += time.Hour
		r.update("Third update of it")
		r.wantShown("one", "First update of it")
		if !r.only().Asking() {
			t.Error("nobody is asked")
		}
		if _, err := r.editors.Approve(ctx, id, "b"); err != nil {
			t.Fatal(err)
		}
		r.ahead += 11 * time.Minute
		r.soon()
		r.wantShown("one", "Third update of it")
		if _, err := r.editors.Approve(ctx, id, "b"); err == nil {
			t.Error("approved twice")
		}
	})
}
