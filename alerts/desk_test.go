package alerts_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/subscriptions"
)

func TestAFlashIsToldToWhoeverFollowsIt(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("russia", "place:RU")
		r.subscribe("everything")
		r.subscribe("word", "word:obama")
		r.subscribe("syria", "place:SY")
		r.publish("a", nil)
		r.settle()
		for name, want := range map[string]int{"russia": 1, "everything": 1, "word": 1, "syria": 0} {
			if got := r.chat(name).sends; got != want {
				t.Errorf("%s was told %d times, want %d", name, got, want)
			}
		}
		al := r.only()
		if al.Status != alerts.Sent || al.Audience != 3 || al.Owed != 3 || !al.AllOwed {
			t.Errorf("alert is %s, audience %d, owed %d, all %v", al.Status, al.Audience, al.Owed, al.AllOwed)
		}
		v, err := r.store.Alerts().Verdict(ctx, al.Article, 1)
		if err != nil || !v.Rings || v.Class != delivery.Flash || len(v.Reasons) == 0 {
			t.Errorf("verdict %+v (%v)", v, err)
		}
	})
}

func TestAnAlertIsInTheLanguageThatAnalysisFound(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.desk.Analyse = func(ctx context.Context, a articles.Article) (articles.Findings, error) {
			f, err := analyse(ctx, a)
			f.Language = "kk"
			return f, err
		}
		r.publish("a", func(a *articles.Article) { a.Language = "" })
		r.settle()
		if al := r.only(); al.Versions["kk"].Headline == "" || len(al.Versions) != 1 {
			t.Errorf("versions %+v", al.Versions)
		}
	})
}

// Whatever the desk was writing when it died, the next desk tells each reader once, and the figures are right.
func TestTheDeskMayDieAtAnyWrite(t *testing.T) {
	pullingThePlug(t, func(t *testing.T, r *room, pull func()) {
		r.subscribe("one", "place:RU")
		r.subscribe("two")
		r.publish("a", nil)
		pull()
		if err := r.work(); err == nil {
			r.deliver()
			err = r.work()
			if r.faults.fired && !errors.Is(err, errFault) {
				t.Fatalf("the fault was swallowed: %v", err)
			}
		} else if !errors.Is(err, errFault) {
			t.Fatal(err)
		}
		r.hire()
		r.settle()
		for _, name := range []string{"one", "two"} {
			if got := r.chat(name).sends; got != 1 {
				t.Errorf("%s was told %d times", name, got)
			}
		}
		if al := r.only(); al.Status != alerts.Sent || al.Audience != 2 {
			t.Errorf("alert is %s, audience %d", al.Status, al.Audience)
		}
	})
}

// The same for a correction, and a recall behind it.
func TestACorrectionSurvivesDeathAtAnyWrite(t *testing.T) {
	pullingThePlug(t, func(t *testing.T, r *room, pull func()) {
		r.subscribe("one", "place:RU")
		al := r.send(order("k"))
		r.settle()
		pull()
		fact := alerts.Correction{Kind: alerts.Fact, Note: "Twelve are dead.", Versions: map[string]alerts.Wording{"en": {Headline: "Twelve dead"}}}
		r.until(func() error { _, err := r.editors.Correct(ctx, al.ID, fact, "cli:anna"); return err })
		r.until(r.work)
		r.deliver()
		r.until(r.work)
		r.hire()
		r.settle()
		c := r.chat("one")
		if c.sends != 1 || c.replies != 1 || c.shows.Headline != "Twelve dead" || c.reply.Told != "Ceasefire announced" || c.reply.Note != "Twelve are dead." {
			t.Errorf("%d sends, %d replies; shows %q; the reply speaks of %q: %q", c.sends, c.replies, c.shows.Headline, c.reply.Told, c.reply.Note)
		}
		r.wantStatus(al.ID, alerts.Corrected)
	})
}

// until repeats what fails by the fault. What was done already, and says so by a conflict, is done.
func (r *room) until(do func() error) {
	r.t.Helper()
	for range 5 {
		err := do()
		if err == nil || errors.Is(err, alerts.ErrConflict) {
			return
		}
		if !errors.Is(err, errFault) {
			r.t.Fatal(err)
		}
	}
	r.t.Fatal("it never succeeds")
}

// Half a pause, cancel, resume or recall must not stay: the ledger does in the end what the alert says.
func TestTheLedgerFollowsTheAlertWhateverDies(t *testing.T) {
	acts := map[string]func(*alerts.Editors, alerts.ID) error{
		"pause":  func(e *alerts.Editors, id alerts.ID) error { _, err := e.Pause(ctx, id, "b"); return err },
		"cancel": func(e *alerts.Editors, id alerts.ID) error { _, err := e.Cancel(ctx, id, "b"); return err },
		"recall": func(e *alerts.Editors, id alerts.ID) error {
			_, err := e.Recall(ctx, id, alerts.Withdrawal{Reason: "sent in error"}, "b")
			return err
		},
		"pause and resume": func(e *alerts.Editors, id alerts.ID) error {
			_, err := e.Pause(ctx, id, "b")
			if err == nil {
				_, err = e.Resume(ctx, id, "b")
			}
			return err
		},
	}
	for what, act := range acts {
		t.Run(what, func(t *testing.T) {
			pullingThePlug(t, func(t *testing.T, r *room, pull func()) {
				r.subscribe("one", "place:RU")
				al := r.send(order("k"))
				r.mustWork() // owed, not sent
				pull()
				failed := act(r.editors, al.ID)
				r.hire()
				r.settle()
				al, err := r.store.Alerts().Get(ctx, al.ID)
				if err != nil {
					t.Fatal(err)
				}
				want := map[alerts.Status]int{alerts.Sent: 1}[al.Status] // of paused, cancelled and recalled ones nothing
				if got := r.chat("one").sends; got != want {
					t.Errorf("the alert is %s, and was told %d times (%s: %v)", al.Status, got, what, failed)
				}
				if failed == nil && al.Status == alerts.Sending {
					t.Errorf("nothing failed, but the alert is %s", al.Status)
				}
			})
		})
	}
}

func TestAWithheldArticleIsNotToldAndGoesOnWhenGivenOutAgain(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:RU")
		r.publish("a", nil)
		r.mustWork()
		r.publish("a", func(a *articles.Article) { a.Status = articles.Withheld })
		r.settle()
		id := r.only().ID
		if r.wantStatus(id, alerts.Paused); r.chat("one").sends != 0 {
			t.Fatal("a withheld article was told")
		}
		r.publish("a", func(a *articles.Article) { a.Headline = "Putin and Obama Talked" })
		r.settle()
		if c := r.chat("one"); c.sends != 1 || c.shows.Headline != "Putin and Obama Talked" {
			t.Errorf("told %d times: %q", c.sends, c.shows.Headline)
		}
	})
}

func TestWhatAnEditorPausedStaysPausedWhateverTheNewsroomDoes(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:RU")
		r.publish("a", nil)
		r.mustWork()
		r.publish("a", func(a *articles.Article) { a.Status = articles.Withheld })
		r.mustWork()
		id := r.only().ID
		if _, err := r.editors.Pause(ctx, id, "anna"); err != nil {
			t.Fatal(err)
		}
		r.publish("a", func(a *articles.Article) { a.Headline = "Given out again" })
		r.settle()
		if r.wantStatus(id, alerts.Paused); r.chat("one").sends != 0 {
			t.Error("an editor's pause was ended by the newsroom")
		}
	})
}

func TestANewVersionEditsWhatWasTold(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:RU")
		r.publish("a", nil)
		r.settle()
		r.publish("a", func(a *articles.Article) { a.Headline = "Putin, Obama, Discuss Security" }) // a comma is not worth an edit
		r.settle()
		if got := r.chat("one").shows.Headline; got != "Putin, Obama Discuss Security" {
			t.Errorf("a comma was carried: %q", got)
		}
		r.publish("a", func(a *articles.Article) { a.Headline = "Putin Hangs Up" })
		r.settle()
		c := r.chat("one")
		if c.sends != 1 || c.replies != 0 || c.shows.Headline != "Putin Hangs Up" || c.shows.Updated.IsZero() {
			t.Errorf("%d sends, %d replies, shows %q of %s", c.sends, c.replies, c.shows.Headline, c.shows.Updated)
		}
	})
}

func TestAStoryRingsAgainOnlyWhenItBecomesMoreUrgent(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:RU")
		story := func(urgency int) func(*articles.Article) {
			return func(a *articles.Article) { a.Dateline, a.Urgency = "talks", urgency }
		}
		steps := []struct {
			name    string
			urgency int
			sends   int
		}{{"routine", 5, 1}, {"another routine", 6, 1}, {"flash", 1, 2}, {"another-flash", 1, 2}, {"bulletin", 2, 2}}
		for _, step := range steps {
			r.publish(step.name, story(step.urgency))
			r.settle()
			if got := r.chat("one").sends; got != step.sends {
				t.Errorf("after %s told %d times, want %d", step.name, got, step.sends)
			}
		}
		v, err := r.store.Alerts().Verdict(ctx, articles.DeriveID("test", "another-flash"), 0)
		if err != nil || v.Rings || !strings.Contains(strings.Join(v.Reasons, " "), "tells this story already") {
			t.Errorf("rings %v, because %q (%v)", v.Rings, v.Reasons, err)
		}
	})
}

func TestARoutineAlertIsSilentAndRingsForWhoeverAskedForIt(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("asked", "place:RU")
		id := r.subscribe("default", "place:RU")
		if _, err := r.store.Book().Update(ctx, id, func(s *subscriptions.Subscriber) error { s.Least = subscriptions.DefaultLeast; return nil }); err != nil {
			t.Fatal(err)
		}
		r.publish("a", func(a *articles.Article) { a.Urgency = 6 })
		r.mustWork()
		claim, err := r.store.Turn(ctx, r.lease, lane, r.now(), nil, 10)
		if err != nil || len(claim.Parcels) != 1 {
			t.Fatalf("%d parcels (%v), want the one for who asked", len(claim.Parcels), err)
		}
		if p := claim.Parcels[0]; p.Subscriber != r.ids["asked"] || !p.Silent || p.Class != delivery.Routine {
			t.Errorf("subscriber %d, silent %v, class %s", p.Subscriber, p.Silent, p.Class)
		}
	})
}

func TestWhatIsNoLongerNewIsNotSent(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:RU")
		al := r.send(order("k"))
		r.ahead += alerts.Shelf(delivery.Flash) + time.Minute
		r.settle()
		if got := r.chat("one").sends; got != 0 {
			t.Errorf("told %d times, hours late", got)
		}
		r.wantStatus(al.ID, alerts.Sent)
		if al := r.only(); !al.AllOwed || al.Audience != 0 || !strings.Contains(strings.Join(al.Reasons, " "), "no longer new") {
			t.Errorf("all owed %v, audience %d, because %q", al.AllOwed, al.Audience, al.Reasons)
		}
	})
}

// The hour an article has waited for the desk counts: it is as old as it is.
func TestAnArticleIsNewFromWhenItWasSeen(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.publish("a", nil)
	seen := r.now()
	r.ahead += time.Hour
	r.mustWork()
	if al := r.only(); al.Expires.After(seen.Add(alerts.Shelf(delivery.Flash))) {
		t.Errorf("it is new until %s after it was seen", al.Expires.Sub(seen))
	}
}

func TestAWithheldArticleRingsOnceItIsGivenOut(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:RU")
		r.publish("a", func(a *articles.Article) { a.Status = articles.Withheld })
		r.settle()
		if got := r.chat("one").sends; got != 0 {
			t.Errorf("a withheld article was told %d times", got)
		}
		r.publish("a", nil)
		r.settle()
		if got := r.chat("one").sends; got != 1 {
			t.Errorf("told %d times once it was given out", got)
		}
	})
}

// thawing is an outbox whose owner was frozen after it had written a page.
type thawing struct {
	delivery.Outbox
	meanwhile func()
}

func (o thawing) Owe(ctx context.Context, ms []delivery.Message) (int, error) {
	n, err := o.Outbox.Owe(ctx, ms)
	o.meanwhile()
	return n, err
}

func TestAFrozenDeskDoesNotCountItsPageAgain(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:RU")
		r.subscribe("two")
		al := r.send(order("k"))
		frozen := r.desk
		frozen.Outbox = thawing{frozen.Outbox, func() {
			r.hire()
			r.settle()
			r.subscribe("late", "place:RU")
		}}
		if _, err := frozen.Step(ctx); err != nil {
			t.Fatal(err)
		}
		r.wantStatus(al.ID, alerts.Sent)
		if al := r.only(); !al.AllOwed || al.Owed != 2 || al.Audience != 2 {
			t.Errorf("all owed %v, owed %d, audience %d", al.AllOwed, al.Owed, al.Audience)
		}
	})
}

// stopping is a record whose owner was frozen after it had stopped a batch.
type stopping struct {
	delivery.Record
	meanwhile func()
}

func (s stopping) SetBatch(ctx context.Context, b delivery.BatchID, state delivery.BatchState) error {
	err := s.Record.SetBatch(ctx, b, state)
	if state == delivery.BatchPaused {
		s.meanwhile()
	}
	return err
}

func TestAFrozenDeskDoesNotSuspendWhatWasGivenOutAgain(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:RU")
		r.publish("a", nil)
		r.mustWork()
		r.publish("a", func(a *articles.Article) { a.Status = articles.Withheld })
		frozen := r.desk
		frozen.Record = stopping{frozen.Record, func() {
			r.publish("a", func(a *articles.Article) { a.Headline = "Given out again" })
			r.hire()
			r.mustWork()
		}}
		if _, err := frozen.Step(ctx); err != nil {
			t.Fatal(err)
		}
		r.settle()
		r.wantStatus(r.only().ID, alerts.Sent)
		if c := r.chat("one"); c.sends != 1 || c.shows.Headline != "Given out again" {
			t.Errorf("told %d times: %q", c.sends, c.shows.Headline)
		}
	})
}

// crowded is an outbox before each page of which something happens.
type crowded struct {
	delivery.Outbox
	before func(page int)
	pages  int
}

func (c *crowded) Owe(ctx context.Context, ms []delivery.Message) (int, error) {
	c.pages++
	c.before(c.pages)
	return c.Outbox.Owe(ctx, ms)
}

// 1,001 are two pages. What happens between the two reaches both.
func TestEditorsActWhileTheAudienceIsBeingOwed(t *testing.T) {
	if testing.Short() {
		t.Skip("an audience of two pages takes seconds")
	}
	fact := alerts.Correction{Kind: alerts.Fact, Note: "Twelve.", Versions: map[string]alerts.Wording{"en": {Headline: "Twelve dead"}}}
	cases := map[string]struct {
		act    func(r *room, id alerts.ID) error
		sends  int
		status alerts.Status
	}{
		"correct": {func(r *room, id alerts.ID) error { _, err := r.editors.Correct(ctx, id, fact, "b"); return err }, 1001, alerts.Corrected},
		"pause":   {func(r *room, id alerts.ID) error { _, err := r.editors.Pause(ctx, id, "b"); return err }, 1000, alerts.Paused},
		"recall": {func(r *room, id alerts.ID) error {
			_, err := r.editors.Recall(ctx, id, alerts.Withdrawal{Reason: "an error"}, "b")
			return err
		}, 1000, alerts.Recalled},
	}
	for what, c := range cases {
		t.Run(what, func(t *testing.T) {
			eachRoom(t, func(t *testing.T, r *room) {
				r.crowd(1001)
				al := r.send(order("k"))
				r.desk.Outbox = &crowded{Outbox: r.desk.Outbox, before: func(page int) {
					if page == 2 {
						r.deliver() // the first page has gone out
						if err := c.act(r, al.ID); err != nil {
							t.Error(err)
						}
					}
				}}
				r.settle()
				sends, right := 0, 0
				for _, chat := range r.chats {
					sends += chat.sends
					if chat.sends == 1 && (what == "pause" || chat.shows.Headline == "Twelve dead" || chat.shows.Kind == delivery.RecallContent) {
						right++
					}
				}
				if sends != c.sends || right != sends {
					t.Errorf("%d were told, %d of them see the right thing; want %d", sends, right, c.sends)
				}
				r.wantStatus(al.ID, c.status)
				if what != "pause" {
					return
				}
				if _, err := r.editors.Resume(ctx, al.ID, "b"); err != nil {
					t.Fatal(err)
				}
				r.settle()
				for id, chat := range r.chats {
					if chat.sends != 1 {
						t.Fatalf("%d was told %d times after resuming", id, chat.sends)
					}
				}
			})
		})
	}
}

// crowd subscribes n at once.
func (r *room) crowd(n int) {
	r.t.Helper()
	subs := make([]subscriptions.Subscriber, n)
	for i := range subs {
		subs[i] = subscriptions.Subscriber{
			Address: delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: time.Duration(i + 5000).String(), Kind: delivery.Private},
			Status:  subscriptions.Active, Zone: "UTC", Least: delivery.Routine, Follow: []subscriptions.Key{"place:RU"},
		}
	}
	if err := r.store.Book().SaveAll(ctx, subs); err != nil {
		r.t.Fatal(err)
	}
	all, err := r.store.Book().Each(ctx, 0, n+10)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, s := range all {
		r.chats[s.ID] = &chat{}
	}
}

// An archive that is just being read, and another alert's audience, hold no flash up.
func TestAFlashDoesNotWaitForAnArchive(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:RU")
		for i := range 60 {
			r.publish(time.Duration(i).String(), func(a *articles.Article) { a.Urgency, a.Headline = 0, "Old news" })
		}
		r.send(order("k"))
		if _, err := r.desk.Step(ctx); err != nil {
			t.Fatal(err)
		}
		r.deliver()
		if r.chat("one").sends != 1 {
			t.Error("an editor's flash waits until the archive is read")
		}
	})
}

func TestAnArticleThatCannotBeJudgedHoldsNoAlertUp(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:RU")
		r.desk.Analyse = func(context.Context, articles.Article) (articles.Findings, error) {
			return articles.Findings{}, errFault
		}
		r.publish("a", nil)
		r.send(order("k"))
		if err := r.work(); !errors.Is(err, errFault) {
			t.Fatalf("the fault was swallowed: %v", err)
		}
		r.deliver()
		if r.chat("one").sends != 1 {
			t.Error("the editor's flash was held up")
		}
		r.desk.Analyse = analyse
		r.settle()
		if r.chat("one").sends != 2 {
			t.Error("the article was lost")
		}
	})
}

func TestTheDeskIsWokenAndEndsWithItsLease(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:RU")
		owed := r.store.Changed(store.Messages)
		running, stop := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() { ended <- r.desk.Run(running, func() error { return nil }) }()
		r.publish("a", nil)
		select {
		case <-owed:
		case <-time.After(time.Minute):
			t.Error("the desk slept through an article")
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := r.desk.Run(ctx, func() error { return delivery.ErrLeaseLost }); !errors.Is(err, delivery.ErrLeaseLost) {
			t.Errorf("without its lease the desk ends with %v", err)
		}
	})
}
