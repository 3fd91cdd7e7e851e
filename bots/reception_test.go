package bots_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// ask hands over one line of a persona.
func (n *newsroom) ask(name, line string) bots.Answer {
	n.t.Helper()
	return n.hear(name, "en", line, map[string]*bots.Card{})
}

func TestStartSubscribesWithTheDefaults(t *testing.T) {
	n := openNewsroom(t)
	n.ask("reader", "/start place_RU")
	s := n.subscriber("reader")
	if s.Status != subscriptions.Active || s.Least != delivery.Flash || s.Budget != 5 || !s.Quiet.On() || s.Language != "en" {
		t.Errorf("got %+v", s)
	}
	if want := time.Date(2013, 4, 30, 8, 0, 0, 0, time.UTC); !s.NextDigest.Equal(want) {
		t.Errorf("the first digest is due %s, want %s", s.NextDigest, want)
	}
	n.ask("admin", "/start")
	if g := n.subscriber("admin"); g.Least != delivery.Bulletin || len(g.Digest) > 0 || g.Quiet.On() || len(g.Reads) > 0 || g.Budget != 0 {
		t.Errorf("a group begins with %+v", g)
	}
}

func TestWhoseLanguageWeDoNotSpeakReadsAll(t *testing.T) {
	n := openNewsroom(t)
	q := personas["reader"].request("de-AT")
	q.Command = "start"
	_, err := n.desk.Answer(context.Background(), q)
	n.must(err)
	if s := n.subscriber("reader"); s.Language != "en" || len(s.Reads) != 0 {
		t.Errorf("speaks %q, reads %v; want English words and all articles", s.Language, s.Reads)
	}
}

func TestTheNextDigestFollowsTheZone(t *testing.T) {
	n := openNewsroom(t)
	n.ask("reader", "/start")
	n.ask("reader", "/zone Moscow")
	want := time.Date(2013, 4, 30, 4, 0, 0, 0, time.UTC) // 08:00 in Moscow, then four hours ahead
	if s := n.subscriber("reader"); !s.NextDigest.Equal(want) {
		t.Errorf("due %s, want %s", s.NextDigest.UTC(), want)
	}
	n.now = want.Add(time.Second)
	n.ask("reader", "/budget 3")
	if s := n.subscriber("reader"); !s.NextDigest.Equal(want) {
		t.Errorf("another setting moved a digest that is due to %s", s.NextDigest.UTC())
	}
}

func TestForgetLeavesNothing(t *testing.T) {
	n := openNewsroom(t)
	n.ask("reader", "/start")
	n.ask("reader", "/forget")
	if s := n.subscriber("reader"); s.ID == 0 {
		t.Fatal("asking is not yet forgetting")
	}
	n.ask("reader", "(forgetting)")
	_, err := n.store.Book().Find(context.Background(), personas["reader"].chat)
	if !errors.Is(err, subscriptions.ErrUnknown) {
		t.Errorf("found: %v", err)
	}
}

func TestAMovedGroupKeepsItsSettings(t *testing.T) {
	n := openNewsroom(t)
	n.ask("admin", "/follow Russia")
	n.ask("admin", "~moved")
	s, err := n.store.Book().Find(context.Background(), group("-1001"))
	if err != nil || len(s.Follow) != 1 || s.Follow[0] != "place:RU" {
		t.Errorf("at its new address there is %+v, %v", s, err)
	}
}

func TestBlockedUntilTheySaySo(t *testing.T) {
	n := openNewsroom(t)
	n.ask("reader", "/start")
	for _, step := range []struct {
		said string
		want subscriptions.Status
	}{
		{"~shunned", subscriptions.Blocked}, {"~returned", subscriptions.Blocked}, {"(start)", subscriptions.Active},
		{"/stop", subscriptions.Stopped}, {"/resume", subscriptions.Active},
	} {
		n.ask("reader", step.said)
		if s := n.subscriber("reader"); s.Status != step.want {
			t.Errorf("after %s the subscription is %s, want %s", step.said, s.Status, step.want)
		}
	}
}

func TestAnAlertFromChatIsOnTheRecord(t *testing.T) {
	n := openNewsroom(t)
	n.ask("another", "/start place_RU")
	last := map[string]*bots.Card{}
	for _, line := range []string{"/alert Ceasefire announced to:place:RU urgency:flash", "[Send]"} {
		n.hear("editor", "en", line, last)
	}
	recent, err := n.desk.Editors.Recent(context.Background(), 1)
	if err != nil || len(recent) != 1 {
		t.Fatal(recent, err)
	}
	al := recent[0]
	if al.Status != alerts.Scheduled || al.By != "editor 700" || al.Audience != 1 || al.SendAt.Sub(n.now) != alerts.FlashHold {
		t.Errorf("got %s by %q for %d, held %s", al.Status, al.By, al.Audience, al.SendAt.Sub(n.now))
	}
	acts, err := n.store.Alerts().Acts(context.Background(), al.ID, 10)
	n.must(err)
	var done []string
	for _, act := range acts {
		done = append(done, act.By+" "+act.What)
	}
	if got := strings.Join(done, ", "); !strings.Contains(got, "editor 700 send") || strings.Contains(got, "telegram") {
		t.Errorf("the record says %q", got)
	}
}

func TestAStaffMemberIsNobodySpecialInAGroup(t *testing.T) {
	n := openNewsroom(t)
	q := bots.Request{Chat: group("-500"), Person: "700", Admin: true, Language: "en", Command: "halt"}
	a, err := n.desk.Answer(context.Background(), q)
	n.must(err)
	if halted, err := n.store.Halted(context.Background()); halted || err != nil {
		t.Errorf("halted from a group: %v, %v", halted, err)
	}
	if a.Card == nil || a.Card.Lines[0].Text != bots.Say("en", "unknown", "command", "/help") {
		t.Errorf("answered %+v", a)
	}
}

func TestWhatWillNotDoMayBeWrittenAgain(t *testing.T) {
	n := openNewsroom(t)
	n.ask("reader", "/zone")
	n.ask("reader", "Springfield")
	n.ask("reader", "Prague")
	if s := n.subscriber("reader"); s.Zone != "Europe/Prague" {
		t.Errorf("the zone is %q", s.Zone)
	}
}

func TestFaultsOfOursAreASentenceAndALogLine(t *testing.T) {
	n := openNewsroom(t)
	q := personas["reader"].request("en")
	q.Command = "latest"
	n.must(n.store.Close())
	a, err := n.desk.Answer(context.Background(), q)
	if err != nil || a.Card == nil || a.Card.Lines[0].Text != bots.Say("en", "sorry") {
		t.Errorf("got %+v, %v; want a sentence", a, err)
	}
	if !strings.Contains(n.log.String(), "closed") {
		t.Errorf("the log does not say why: %s", n.log.String())
	}
}

func TestARequestCutOffIsHandledAgain(t *testing.T) {
	n := openNewsroom(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	q := personas["reader"].request("en")
	q.Command = "start"
	if _, err := n.desk.Answer(ctx, q); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's own error", err)
	}
}

// TestNothingThatWasWrittenIsKept looks for a reader's words in the raw bytes of the database.
func TestNothingThatWasWrittenIsKept(t *testing.T) {
	n := openNewsroom(t)
	n.ask("reader", "/start")
	for _, line := range []string{"my name is Xyzzyplugh", "/follow xyzzyplugh", "/zone xyzzyplugh", "Xyzzyplugh street", "/mute", "/why xyzzyplugh"} {
		n.ask("reader", line)
	}
	n.must(n.store.Close())
	files, err := filepath.Glob(filepath.Join(n.folder, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no database: ", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		n.must(err)
		if bytes.Contains(bytes.ToLower(text), []byte("xyzzyplugh")) {
			t.Errorf("%s holds what was written", filepath.Base(file))
		}
	}
}

// TestAnswersSayHowToSpeak is for what a platform adds to a card in words of its own.
func TestAnswersSayHowToSpeak(t *testing.T) {
	n := openNewsroom(t)
	n.ask("reader", "/language ru")
	n.ask("reader", "/zone Moscow")
	a := n.ask("reader", "/discreet")
	if want := (delivery.Voice{Language: "ru", Zone: "Europe/Moscow", Discreet: true}); a.Voice != want {
		t.Errorf("got %+v, want %+v", a.Voice, want)
	}
}

func TestTheCardOfAnAlertThatIsGoingOutKeepsUpWithIt(t *testing.T) {
	n := openNewsroom(t)
	for status, moves := range map[alerts.Status]bool{
		alerts.Draft: false, alerts.AwaitingApproval: false, alerts.Scheduled: true, alerts.Sending: true, alerts.Paused: false, alerts.Recalled: false,
	} {
		_, _, err := n.store.Alerts().Create(context.Background(), alerts.Alert{
			ID: alerts.ID(status), Status: status, Was: alerts.Sending, Class: delivery.Bulletin, Version: 1, Everyone: true, By: "editor 701",
			Versions: map[string]alerts.Wording{"en": {Headline: "Ceasefire announced"}}, Created: n.now, SendAt: n.now, Expires: n.now.Add(time.Hour),
		}, nil)
		n.must(err)
		q := personas["editor"].request("en")
		q.Button = "progress:" + string(status)
		a, err := n.desk.Answer(context.Background(), q)
		n.must(err)
		if a.Card == nil || !a.Replace || (a.Renew.After > 0) != moves || moves && a.Renew.Button != q.Button {
			t.Errorf("%s: %+v", status, a)
		}
	}
}

func TestCommandsFitThePlatforms(t *testing.T) {
	n := openNewsroom(t)
	for _, lang := range bots.Languages() {
		commands := n.desk.Commands(lang)
		if len(commands) > 25 {
			t.Errorf("%d commands; Discord takes 25 below one", len(commands))
		}
		for _, c := range commands {
			if len([]rune(c.Description)) > 100 || c.Description == "" || len([]rune(c.Hint)) > 100 || strings.Contains(c.Description, "command-") {
				t.Errorf("%s: /%s: %q, %q", lang, c.Name, c.Description, c.Hint)
			}
		}
	}
}

// A button's data can be made up: it must not show what nobody was told yet.
func TestAMadeUpButtonShowsNoAlertBeforeItsTime(t *testing.T) {
	n := openNewsroom(t)
	const secret = "Ceasefire, under embargo"
	for id, al := range map[alerts.ID]struct {
		status alerts.Status
		owed   int
		public bool
	}{
		"draft": {alerts.Draft, 0, false}, "awaiting": {alerts.AwaitingApproval, 0, false}, "embargoed": {alerts.Scheduled, 0, false},
		"halted-before": {alerts.Paused, 0, false}, "cancelled-before": {alerts.CancelledStatus, 0, false}, "recalled-before": {alerts.Recalled, 0, false},
		"sending": {alerts.Sending, 0, true}, "sent": {alerts.Sent, 1, true}, "corrected": {alerts.Corrected, 1, true},
		"halted": {alerts.Paused, 1, true}, "cancelled": {alerts.CancelledStatus, 1, true}, "recalled": {alerts.Recalled, 1, true},
	} {
		_, _, err := n.store.Alerts().Create(context.Background(), alerts.Alert{
			ID: id, Status: al.status, Owed: al.owed, Class: delivery.Bulletin, Version: 1, Everyone: true,
			Versions: map[string]alerts.Wording{"en": {Headline: secret}}, Story: "s1", Reasons: []string{secret}, Article: "a1",
			By: "newsroom", Created: n.now, SendAt: n.now, Expires: n.now.Add(time.Hour),
		}, nil)
		n.must(err)
		for who, want := range map[string]bool{"reader": al.public, "member": al.public, "editor": true} {
			for _, button := range []string{"(more:alert/" + string(id) + ")", "(why:" + string(id) + ")"} {
				said := strings.Join(written(n.ask(who, button)), "\n")
				if got := strings.Contains(said, secret); got != want {
					t.Errorf("%s presses %s and sees it: %v, want %v\n%s", who, button, got, want, said)
				}
			}
		}
		followed := n.ask("another", "(story:"+string(id)+")").Toast == bots.Say("en", "now-follow-story")
		if followed != al.public {
			t.Errorf("the story of %s can be followed: %v", id, followed)
		}
	}
}
