package alerts_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

func TestEveryFollowKeyCanBeOrdered(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		o := order("k")
		o.Follow = []subscriptions.Key{"place:ru", "medtop:16000000", "topic:health", "word:Navalny!", "source:RFE/RL", "story:s1", "place:RU"}
		want := []subscriptions.Key{"place:RU", "medtop:16000000", "topic:health", "word:navalny", "source:RFE/RL", "story:s1"}
		for i, key := range want {
			r.subscribe(string(key), key)
			if i > 2 {
				r.subscribe("also "+string(key), key, "place:SY")
			}
		}
		al := r.send(o)
		if !slices.Equal(al.Follow, want) || al.Everyone || al.Audience != 9 {
			t.Errorf("follows %q, everyone %v, audience %d", al.Follow, al.Everyone, al.Audience)
		}
		r.settle()
		for id, c := range r.chats {
			if c.sends != 1 {
				t.Errorf("%d was told %d times", id, c.sends)
			}
		}
	})
}

func TestAFaultyOrderNamesItsFault(t *testing.T) {
	r := newRoomOnSQLite(t)
	hour := 2 * time.Hour
	cases := []struct {
		name, field, says string
		change            func(*alerts.Order)
	}{
		{"an unknown place", "follow[1]", "place:XX", func(o *alerts.Order) { o.Follow = append(o.Follow, "place:XX") }},
		{"no key at all", "follow[0]", "Russia", func(o *alerts.Order) { o.Follow = []subscriptions.Key{"Russia"} }},
		{"no class", "urgency", "flash", func(o *alerts.Order) { o.Class = delivery.Digest }},
		{"no wording", "headline", "headline", func(o *alerts.Order) { o.Versions = nil }},
		{"an empty headline", "versions.en.headline", "empty", func(o *alerts.Order) { o.Versions = map[string]alerts.Wording{"en": {Headline: " "}} }},
		{"a headline that is too long", "headline", "256", func(o *alerts.Order) {
			o.Versions = map[string]alerts.Wording{"": {Headline: strings.Repeat("ы", 257)}}
		}},
		{"no link", "versions.en.url", "https", func(o *alerts.Order) {
			o.Versions = map[string]alerts.Wording{"en": {Headline: "A", URL: "https:///nowhere"}}
		}},
		{"an endless idempotency key", "idempotency_key", "200", func(o *alerts.Order) { o.Idempotency = strings.Repeat("k", 201) }},
		{"an idempotency key that is no text", "idempotency_key", "text", func(o *alerts.Order) { o.Idempotency = "a\x00" }},
		{"a word with a NUL", "follow[0]", "", func(o *alerts.Order) { o.Follow = []subscriptions.Key{"source:a\x00"} }},
		{"a hold of hours", "hold_seconds", "3600", func(o *alerts.Order) { o.Hold = &hour }},
	}
	for _, c := range cases {
		o := order("k")
		c.change(&o)
		_, _, _, err := r.editors.Send(ctx, o)
		invalid, ok := alerts.IsInvalid(err)
		if !ok || invalid.Field != c.field || !strings.Contains(invalid.Problem, c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
		if _, err := r.editors.Preview(ctx, o); err == nil {
			t.Errorf("%s: the preview accepts it", c.name)
		}
	}
	if all, err := r.editors.Recent(ctx, 10); err != nil || len(all) != 0 {
		t.Errorf("%d alerts were made (%v)", len(all), err)
	}
}

func TestTheSameKeyIsTheSameAlert(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:RU")
		first := r.send(order("key"))
		al, _, created, err := r.editors.Send(ctx, order("key"))
		if err != nil || created || al.ID != first.ID {
			t.Errorf("created %v: %s, want %s (%v)", created, al.ID, first.ID, err)
		}
		other := order("key")
		other.Versions = map[string]alerts.Wording{"en": {Headline: "Another text"}}
		if _, _, created, err = r.editors.Send(ctx, other); created || !errors.Is(err, alerts.ErrKeyUsed) || !strings.Contains(err.Error(), string(first.ID)) {
			t.Errorf("another text under the same key: created %v, %v", created, err)
		}
		a, b := r.send(order("")), r.send(order(""))
		if a.ID == b.ID {
			t.Error("without a key two orders are one alert")
		}
		r.settle()
		if got := r.chat("one").sends; got != 3 {
			t.Errorf("told %d times, want 3", got)
		}
	})
}

func TestAnAlertIsHeldBeforeItsFirstSend(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.subscribe("one", "place:RU")
	cases := map[delivery.Class]time.Duration{delivery.Flash: alerts.FlashHold, delivery.Bulletin: alerts.DefaultHold}
	for class, hold := range cases {
		o := order(class.String())
		o.Class, o.Hold = class, nil
		before := r.now()
		al := r.send(o)
		if wait := al.SendAt.Sub(before); wait < hold || wait > hold+time.Minute {
			t.Errorf("a %s waits %s, want %s", class, wait, hold)
		}
		next, err := r.desk.Step(ctx)
		if err != nil || next.IsZero() || al.Status != alerts.Scheduled {
			t.Errorf("next %s (%v), %s", next, err, al.Status)
		}
		r.deliver()
		if r.chat("one").sends != 0 {
			t.Fatal("it was told before its hold was over")
		}
		if _, err := r.editors.Cancel(ctx, al.ID, "anna"); err != nil {
			t.Fatal(err)
		}
	}
	r.settle()
	if r.chat("one").sends != 0 {
		t.Error("what was cancelled in its hold was told")
	}
}

func TestASecondPersonApproves(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.editors.Approval = alerts.ApproveFlash
		r.subscribe("one", "place:RU")
		al := r.send(order("k"))
		if al.Status != alerts.AwaitingApproval {
			t.Fatalf("a flash is %s", al.Status)
		}
		bulletin := order("b")
		if bulletin.Class = delivery.Bulletin; r.send(bulletin).Status != alerts.Scheduled {
			t.Error("a bulletin needs approval too")
		}
		r.settle()
		if r.chat("one").sends != 1 {
			t.Fatal("the flash went out without approval")
		}
		if _, err := r.editors.Approve(ctx, al.ID, "cli:anna"); !errors.Is(err, alerts.ErrConflict) {
			t.Errorf("its author approved it: %v", err)
		}
		reworded := alerts.Correction{Kind: alerts.Typo, Versions: map[string]alerts.Wording{"en": {Headline: "Reworded"}}}
		if _, err := r.editors.Correct(ctx, al.ID, reworded, "cli:boris"); err != nil {
			t.Fatal(err)
		}
		if _, err := r.editors.Approve(ctx, al.ID, "cli:boris"); !errors.Is(err, alerts.ErrConflict) {
			t.Errorf("whoever had the last word approved it: %v", err)
		}
		r.ahead += 10 * time.Hour // longer than a flash is new
		if _, err := r.editors.Approve(ctx, al.ID, "cli:anna"); err != nil {
			t.Fatal(err)
		}
		r.settle()
		if c := r.chat("one"); c.sends != 2 || c.shows.Headline != "Reworded" || !c.shows.Updated.IsZero() {
			t.Errorf("told %d times: %q", c.sends, c.shows.Headline)
		}
	})
}

// Whoever changes or releases somebody else's draft makes it their own: it takes another one to approve it.
func TestOnePersonCannotPassForTwo(t *testing.T) {
	reword := func(r *room, id alerts.ID, by string) error {
		_, err := r.editors.Redraft(ctx, id, by, func(o *alerts.Order) error {
			o.Versions["en"] = alerts.Wording{Headline: "Reworded by " + by}
			return nil
		})
		return err
	}
	correct := func(r *room, id alerts.ID, by string) error {
		c := alerts.Correction{Kind: alerts.Typo, Versions: map[string]alerts.Wording{"en": {Headline: "Corrected by " + by}}}
		_, err := r.editors.Correct(ctx, id, c, by)
		return err
	}
	release := func(r *room, id alerts.ID, by string) error {
		_, err := r.editors.Release(ctx, id, by, nil)
		return err
	}
	look := func(r *room, id alerts.ID, by string) error {
		_, err := r.editors.Redraft(ctx, id, by, func(*alerts.Order) error { return nil })
		return err
	}
	type step struct {
		by string
		do func(r *room, id alerts.ID, by string) error
	}
	cases := map[string]struct {
		steps []step
		mayNo string // who may not approve it
		acts  int    // besides the draft
	}{
		"rewords and releases":         {[]step{{"cli:boris", reword}, {"cli:boris", release}}, "cli:boris", 2},
		"releases":                     {[]step{{"cli:boris", release}}, "cli:boris", 1},
		"rewords, the author releases": {[]step{{"cli:boris", reword}, {"cli:anna", release}}, "cli:anna", 2},
		"corrects":                     {[]step{{"cli:boris", correct}, {"cli:boris", release}}, "cli:boris", 2},
		"only looks, the author sends": {[]step{{"cli:anna", look}, {"cli:boris", look}, {"cli:anna", release}}, "cli:anna", 1},
		"changes what awaits approval": {[]step{{"cli:anna", release}, {"cli:boris", correct}}, "cli:boris", 2},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := newRoomOnSQLite(t)
			r.editors.Approval = alerts.ApproveAll
			o := order("k")
			o.Draft = true
			id := r.send(o).ID
			for _, s := range c.steps {
				if err := s.do(r, id, s.by); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := r.editors.Approve(ctx, id, c.mayNo); !errors.Is(err, alerts.ErrConflict) {
				t.Errorf("%s approves it: %v", c.mayNo, err)
			}
			if acts, err := r.store.Alerts().Acts(ctx, id, 10); err != nil || len(acts) != 1+c.acts {
				t.Errorf("on the record: %+v (%v), want %d acts", acts, err, 1+c.acts)
			}
			for _, other := range []string{"cli:anna", "cli:boris"} {
				if other == c.mayNo {
					continue
				}
				if _, err := r.editors.Approve(ctx, id, other); err != nil {
					t.Errorf("the second person may not approve it: %v", err)
				}
			}
		})
	}
}

func TestATypoIsCorrectedInSilence(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:RU")
		al := r.send(order("k"))
		r.settle()
		typo := alerts.Correction{Kind: alerts.Typo, Versions: map[string]alerts.Wording{"en": {Headline: "Ceasefire is announced"}}}
		if _, err := r.editors.Correct(ctx, al.ID, typo, "anna"); err != nil {
			t.Fatal(err)
		}
		r.settle()
		c := r.chat("one")
		if c.sends != 1 || c.replies != 0 || c.shows.Headline != "Ceasefire is announced" || !c.shows.Updated.IsZero() {
			t.Errorf("%d sends, %d replies, %q, updated %s", c.sends, c.replies, c.shows.Headline, c.shows.Updated)
		}
		report, err := r.editors.Show(ctx, al.ID)
		if err != nil || report.Alert.Status != alerts.Corrected || report.Counts.Sent != 1 || report.Counts.Edited != 1 {
			t.Errorf("%s, %d sent, %d edited (%v)", report.Alert.Status, report.Counts.Sent, report.Counts.Edited, err)
		}
	})
}

func TestAFaultyCorrectionIsRefused(t *testing.T) {
	r := newRoomOnSQLite(t)
	al := r.send(order("k"))
	cases := map[string]alerts.Correction{
		"kind":                 {Kind: alerts.Recall},
		"note":                 {Kind: alerts.Fact, Versions: map[string]alerts.Wording{"en": {Headline: "A"}}},
		"headline":             {Kind: alerts.Typo},
		"versions.ru":          {Kind: alerts.Typo, Versions: map[string]alerts.Wording{"ru": {Headline: "А"}}},
		"versions.en.headline": {Kind: alerts.Typo, Versions: map[string]alerts.Wording{"en": {}}},
	}
	for field, c := range cases {
		_, err := r.editors.Correct(ctx, al.ID, c, "anna")
		if invalid, ok := alerts.IsInvalid(err); !ok || invalid.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	_, err := r.editors.Recall(ctx, al.ID, alerts.Withdrawal{Reason: " "}, "anna")
	if invalid, ok := alerts.IsInvalid(err); !ok || invalid.Field != "reason" {
		t.Errorf("a recall without a reason: %v", err)
	}
}

func TestARecallReachesWhoeverWasTold(t *testing.T) {
	for _, remove := range []bool{false, true} {
		eachRoom(t, func(t *testing.T, r *room) {
			r.subscribe("told", "place:RU")
			al := r.send(order("k"))
			r.settle()
			if _, err := r.editors.Recall(ctx, al.ID, alerts.Withdrawal{Reason: "It was sent in error.", Delete: remove}, "anna"); err != nil {
				t.Fatal(err)
			}
			r.settle()
			c := r.chat("told")
			notice := c.shows.Kind == delivery.RecallContent && c.shows.Note == "It was sent in error."
			if c.sends != 1 || c.replies != 0 || c.deleted != remove || notice == remove {
				t.Errorf("delete %v: %d sends, %d replies, deleted %v, shows %q %q", remove, c.sends, c.replies, c.deleted, c.shows.Kind, c.shows.Note)
			}
			r.wantStatus(al.ID, alerts.Recalled)
			if _, err := r.editors.Resume(ctx, al.ID, "anna"); !errors.Is(err, alerts.ErrConflict) {
				t.Errorf("a recalled alert can be resumed: %v", err)
			}
		})
	}
}

func TestARecalledArticleStaysOutOfDigests(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.publish("a", nil)
		r.publish("b", func(a *articles.Article) { a.Headline = "Another" })
		r.settle()
		all, err := r.editors.Recent(ctx, 10)
		if err != nil || len(all) != 2 {
			t.Fatal(err, len(all))
		}
		for _, al := range all {
			if al.Headline() == "Another" {
				continue
			}
			if _, err := r.editors.Recall(ctx, al.ID, alerts.Withdrawal{Reason: "an error"}, "anna"); err != nil {
				t.Fatal(err)
			}
		}
		judged, err := r.store.Between(ctx, r.now().Add(-time.Hour), r.now(), 10)
		if err != nil || len(judged) != 1 || judged[0].Article.Headline != "Another" {
			t.Errorf("%d articles for a digest (%v)", len(judged), err)
		}
	})
}

// What may be done to an alert in which state.
func TestStates(t *testing.T) {
	reach := map[alerts.Status]func(r *room) alerts.ID{
		alerts.Draft: func(r *room) alerts.ID {
			o := order("k")
			o.Draft = true
			return r.send(o).ID
		},
		alerts.AwaitingApproval: func(r *room) alerts.ID {
			r.editors.Approval = alerts.ApproveAll
			return r.send(order("k")).ID
		},
		alerts.Scheduled: func(r *room) alerts.ID { return r.send(order("k")).ID },
		alerts.Sending:   func(r *room) alerts.ID { id := r.send(order("k")).ID; r.mustWork(); return id },
		alerts.Sent:      func(r *room) alerts.ID { id := r.send(order("k")).ID; r.settle(); return id },
		alerts.Paused: func(r *room) alerts.ID {
			id := r.send(order("k")).ID
			r.mustWork()
			if _, err := r.editors.Pause(ctx, id, "b"); err != nil {
				r.t.Fatal(err)
			}
			return id
		},
		alerts.CancelledStatus: func(r *room) alerts.ID {
			id := r.send(order("k")).ID
			if _, err := r.editors.Cancel(ctx, id, "b"); err != nil {
				r.t.Fatal(err)
			}
			return id
		},
	}
	typo := alerts.Correction{Kind: alerts.Typo, Versions: map[string]alerts.Wording{"en": {Headline: "B"}}}
	acts := map[string]func(e *alerts.Editors, id alerts.ID) error{
		"release": func(e *alerts.Editors, id alerts.ID) error { _, err := e.Release(ctx, id, "b", nil); return err },
		"approve": func(e *alerts.Editors, id alerts.ID) error { _, err := e.Approve(ctx, id, "b"); return err },
		"pause":   func(e *alerts.Editors, id alerts.ID) error { _, err := e.Pause(ctx, id, "b"); return err },
		"resume":  func(e *alerts.Editors, id alerts.ID) error { _, err := e.Resume(ctx, id, "b"); return err },
		"cancel":  func(e *alerts.Editors, id alerts.ID) error { _, err := e.Cancel(ctx, id, "b"); return err },
		"correct": func(e *alerts.Editors, id alerts.ID) error { _, err := e.Correct(ctx, id, typo, "b"); return err },
		"recall": func(e *alerts.Editors, id alerts.ID) error {
			_, err := e.Recall(ctx, id, alerts.Withdrawal{Reason: "x"}, "b")
			return err
		},
	}
	allowed := map[alerts.Status]string{
		alerts.Draft: "release cancel correct", alerts.AwaitingApproval: "approve cancel correct", alerts.Scheduled: "pause cancel correct recall",
		alerts.Sending: "pause cancel correct recall", alerts.Sent: "correct recall", alerts.Paused: "resume cancel correct recall",
		alerts.CancelledStatus: "recall",
	}
	for status, reach := range reach {
		t.Run(string(status), func(t *testing.T) {
			for what, act := range acts {
				r := newRoomOnSQLite(t)
				r.subscribe("one", "place:RU")
				id := reach(r)
				r.wantStatus(id, status)
				err := act(r.editors, id)
				if may := slices.Contains(strings.Fields(allowed[status]), what); may != (err == nil) || !may && !errors.Is(err, alerts.ErrConflict) {
					t.Errorf("%s: %v, allowed %v", what, err, may)
				}
			}
		})
	}
}

func TestEveryActIsOnTheRecord(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		al := r.send(order("k"))
		for _, act := range []func() error{
			func() error { _, err := r.editors.Pause(ctx, al.ID, "cli:boris"); return err },
			func() error { _, err := r.editors.Resume(ctx, al.ID, "cli:boris"); return err },
			func() error { return r.editors.Halt(ctx, "cli:boris") },
			func() error { return r.editors.Unhalt(ctx, "cli:boris") },
		} {
			if err := act(); err != nil {
				t.Fatal(err)
			}
		}
		acts, err := r.store.Alerts().Acts(ctx, "", 10)
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, act := range acts {
			said = append(said, act.By+" "+act.What)
		}
		want := []string{"cli:boris resume-lanes", "cli:boris halt", "cli:boris resume", "cli:boris pause", "cli:anna scheduled"}
		if !slices.Equal(said, want) {
			t.Errorf("the record says %q, want %q", said, want)
		}
	})
}

func TestAPreviewSaysWhomAndWhen(t *testing.T) {
	r := newRoomOnSQLite(t)
	for i := range 60 {
		r.subscribe(time.Duration(i).String(), "place:RU")
	}
	o := order("k")
	o.Hold = nil
	p, err := r.editors.Preview(ctx, o)
	if err != nil || p.Audience != 60 || p.Lanes[lane] != 60 || len(p.Contents) != 1 || p.Contents[0].Credit != "RFE/RL" {
		t.Fatalf("%+v (%v)", p, err)
	}
	if p.ETA < 6*time.Second || p.ETA > 7*time.Second { // the hold of a flash, and 60 at 30 a second
		t.Errorf("done in %s", p.ETA)
	}
}

// slowly is an audience that takes its time to be counted.
type slowly struct {
	subscriptions.Audience
	counting func()
}

func (s slowly) Estimate(ctx context.Context, q subscriptions.Query, patience time.Duration) (map[delivery.Lane]int, error) {
	s.counting()
	return s.Audience.Estimate(ctx, q, patience)
}

func (s slowly) Count(context.Context, subscriptions.Query) (map[delivery.Lane]int, error) {
	return nil, errors.New("whoever sends an alert must not wait for everyone to be counted")
}

// Nobody waits for a million to be counted: the alert goes out meanwhile, and its audience is right in the end.
func TestAnAlertGoesOutWhileItsAudienceIsCounted(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:RU")
		told := 0
		r.editors.Audience = slowly{r.editors.Audience, func() {
			r.settle()
			told = r.chat("one").sends
		}}
		al, p, created, err := r.editors.Send(ctx, order("k"))
		if err != nil || !created || p.Audience != 1 {
			t.Fatalf("created %v, audience %d, %v", created, p.Audience, err)
		}
		if told != 1 {
			t.Error("it waited until everyone was counted")
		}
		r.wantStatus(al.ID, alerts.Sent)
		if al, err := r.store.Alerts().Get(ctx, al.ID); err != nil || al.Audience != 1 || al.Owed != 1 {
			t.Errorf("audience %d, owed %d, %v", al.Audience, al.Owed, err)
		}
	})
}
