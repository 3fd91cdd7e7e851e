package telegram

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
	"github.com/tenbells/tenbells/delivery"
)

func TestAnAlertArrivesIsEditedAnsweredAndDeleted(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	ann := w.reader("Ann")
	p := parcel(private(ann))
	p.Silent = true
	id, err := w.bot.Deliver(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	sent, _ := ann.Private(nil).Last()
	if sent.Text != strings.TrimSpace(render(t, p).plain) || !sent.Silent || !sent.LinkPreview.Disabled || len(sent.Buttons) != 1 {
		t.Errorf("arrived: %+v", sent)
	}

	p.Op, p.Original.MessageID, p.Silent = delivery.Edit, id, false
	p.Version, p.Body.Headline, p.Body.Image = 2, "Obama, Putin discuss security", "https://example.org/p.jpg"
	if again, err := w.bot.Deliver(t.Context(), p); err != nil || again != "" {
		t.Fatalf("edit: %q, %v", again, err)
	}
	if m, _ := ann.Private(nil).Last(); !strings.HasPrefix(m.Text, "Obama") || len(m.Buttons) != 1 || m.LinkPreview.URL != p.Body.Image {
		t.Errorf("edited: %+v", m)
	}
	if _, err := w.bot.Deliver(t.Context(), p); !errors.Is(err, delivery.ErrUnchanged) {
		t.Errorf("the same edit again: %v", err)
	}

	reply := p
	reply.Op, reply.Content, reply.Body.Kind, reply.Body.Told = delivery.Reply, "alert/812/en/fix", delivery.CorrectionContent, "Putin"
	if answer, err := w.bot.Deliver(t.Context(), reply); err != nil || answer == id {
		t.Fatalf("reply: %q, %v", answer, err)
	}
	if m, _ := ann.Private(nil).Last(); m.ReplyTo != sent.ID || m.Silent || !strings.HasPrefix(m.Text, "Correction.") {
		t.Errorf("reply: %+v", m)
	}

	p.Op = delivery.Delete
	if _, err := w.bot.Deliver(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	for _, op := range []delivery.Op{delivery.Edit, delivery.Reply, delivery.Delete} {
		reply.Op = op
		if _, err := w.bot.Deliver(t.Context(), reply); !errors.Is(err, delivery.ErrDeletedThere) {
			t.Errorf("%s of what was deleted: %v", op, err)
		}
	}
}

func render(t *testing.T, p delivery.Parcel) sheet {
	t.Helper()
	s, err := writer{voice: p.Voice, now: time.Now()}.render(p)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What the platform may say to a send, and what delivery is to understand of it.
func TestRefusalsAreUnderstood(t *testing.T) {
	standing := func(want delivery.Standing) func(error) bool {
		return func(err error) bool {
			var s *delivery.StandingError
			return errors.As(err, &s) && s.Standing == want
		}
	}
	is := func(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }
	retry := func(want time.Duration) func(error) bool {
		return func(err error) bool {
			var r *delivery.RetryError
			return errors.As(err, &r) && r.After == want && r.Scope == delivery.ScopeChat
		}
	}
	cases := []struct {
		name  string
		fault telegramtest.Fault
		want  func(error) bool
	}{
		{"blocked by the reader", telegramtest.Fault{Change: telegramtest.Blocks}, standing(delivery.StandingBlocked)},
		{"the account is gone", telegramtest.Fault{Change: telegramtest.Deactivate}, standing(delivery.StandingGone)},
		{"never started", telegramtest.Forbidden("bot can't initiate conversation with a user"), standing(delivery.StandingBlocked)},
		{"kicked from a group", telegramtest.Forbidden("bot was kicked from the supergroup chat"), standing(delivery.StandingGone)},
		{"the group is no more", telegramtest.Forbidden("the group chat was deleted"), standing(delivery.StandingGone)},
		{"a 403 in capitals", telegramtest.BadRequest("USER_IS_BLOCKED"), standing(delivery.StandingBlocked)},
		{"an unknown 403", telegramtest.Forbidden("something new"), standing(delivery.StandingNoRights)},
		{"not enough rights", telegramtest.BadRequest("not enough rights to send text messages to the chat"), standing(delivery.StandingNoRights)},
		{"may not write", telegramtest.BadRequest("CHAT_WRITE_FORBIDDEN"), standing(delivery.StandingNoRights)},
		{"no administrator in the channel", telegramtest.BadRequest("need administrator rights in the channel chat"), standing(delivery.StandingNoRights)},
		{"too fast", telegramtest.TooMany(7), retry(7 * time.Second)},
		{"refused for good", telegramtest.BadRequest("message is too long"), is(delivery.ErrRejected)},
		{"the token is refused", telegramtest.Unauthorized(), is(delivery.ErrLaneDead)},
		{"no such bot", telegramtest.Fault{Code: 404}, is(delivery.ErrLaneDead)},
		{"502 with a page", telegramtest.ServerError(502), unknown},
		{"500 in the API's form", telegramtest.Fault{Code: 500}, unknown},
		{"reset", telegramtest.Reset(), unknown},
		{"the answer was lost", telegramtest.LoseAnswer(), unknown},
		{"reset after it was done", telegramtest.ResetAfter(), unknown},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := open(t, telegramtest.Options{}, nil)
			ann := w.reader("Ann")
			w.srv.Inject(telegramtest.Step{Method: "sendMessage", Fault: c.fault})
			_, err := w.bot.Deliver(t.Context(), parcel(private(ann)))
			if err == nil || !c.want(err) {
				t.Errorf("got %v", err)
			}
			tellsNothing(t, err, private(ann).Chat)
			if sends := len(w.srv.Sends()); sends != 1 {
				t.Errorf("%d calls were made, want one attempt", sends)
			}
		})
	}
}

// unknown: an error of none of the kinds that say it had no effect.
func unknown(err error) bool {
	var retry *delivery.RetryError
	var standing *delivery.StandingError
	var moved *delivery.MovedError
	for _, kind := range []error{delivery.ErrNotSent, delivery.ErrRejected, delivery.ErrDeletedThere, delivery.ErrUnchanged, delivery.ErrLaneDead} {
		if errors.Is(err, kind) {
			return false
		}
	}
	return !errors.As(err, &retry) && !errors.As(err, &standing) && !errors.As(err, &moved)
}

// tellsNothing: errors go into the ledger and the log, and hold neither addresses nor the token.
func tellsNothing(t *testing.T, err error, chat string) {
	t.Helper()
	for _, secret := range []string{secretPart, chat, "Putin", "127.0.0.1:"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%q tells %q", err, secret)
		}
	}
}

func TestASendThatNeverLeftIsNotSent(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	const nobody = "127.0.0.1:1" // a port that no system gives away
	b := w.newBot(func(c *Config) { c.APIURL = "http://" + nobody })
	_, err := b.Deliver(t.Context(), parcel(at(1, delivery.Private)))
	if !errors.Is(err, delivery.ErrNotSent) {
		t.Errorf("nobody listens: %v", err)
	}
	tellsNothing(t, err, nobody)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = w.bot.Deliver(ended, parcel(at(1, delivery.Private))); !errors.Is(err, delivery.ErrNotSent) {
		t.Errorf("ended before it began: %v", err)
	}
}

func TestASendWithoutAnAnswerIsInDoubt(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	ann := w.reader("Ann")
	w.srv.Inject(telegramtest.Step{Method: "sendMessage", Fault: telegramtest.Hang()})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_ = w.srv.Await(soon(t), func() bool { return len(ann.Private(nil).Received()) == 1 })
		cancel() // what the attempt's own deadline would do
	}()
	_, err := w.bot.Deliver(ctx, parcel(private(ann)))
	if err == nil || !unknown(err) {
		t.Errorf("got %v", err)
	}
	if attemptTime >= delivery.LeaseTTL {
		t.Errorf("an attempt may take %s and outlive its lease of %s", attemptTime, delivery.LeaseTTL)
	}
}

func TestStrangersInFrontOfTheAPIAreUnderstood(t *testing.T) {
	for status, want := range map[int]func(error) bool{
		http.StatusTooManyRequests: func(err error) bool {
			var r *delivery.RetryError
			return errors.As(err, &r) && r.Scope == delivery.ScopeLane && r.After == 9*time.Second
		},
		http.StatusNotFound:              func(err error) bool { return errors.Is(err, delivery.ErrLaneDead) },
		http.StatusRequestEntityTooLarge: func(err error) bool { return errors.Is(err, delivery.ErrRejected) },
		http.StatusBadGateway:            unknown,
		http.StatusOK:                    unknown,
	} {
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "9")
			w.WriteHeader(status)
			_, _ = w.Write([]byte("<html>" + http.StatusText(status)))
		}))
		b, err := New(Config{Token: telegramtest.DefaultToken, APIURL: proxy.URL})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = b.Deliver(t.Context(), parcel(at(77, delivery.Private))); !want(err) {
			t.Errorf("a page with status %d: %v", status, err)
		}
		tellsNothing(t, err, "77")
		proxy.Close()
	}
}

func TestAGroupThatMovedTellsItsNewId(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	owner := w.reader("Olga")
	group := w.srv.NewGroup(owner, "Newsroom")
	group.Add(owner, w.srv.Bots()[0])
	super := group.Migrate()
	p := parcel(at(group.ID(), delivery.Group))
	_, err := w.bot.Deliver(t.Context(), p)
	var moved *delivery.MovedError
	if !errors.As(err, &moved) || moved.To != at(super.ID(), delivery.Group) {
		t.Fatalf("got %v", err)
	}
	tellsNothing(t, err, moved.To.Chat)
	p.To = moved.To
	if _, err := w.bot.Deliver(t.Context(), p); err != nil {
		t.Errorf("to the new id: %v", err)
	}
}

func TestAMissingChatIsLookedForTwice(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	_, err := w.bot.Deliver(t.Context(), parcel(at(-100_500, delivery.Group)))
	var standing *delivery.StandingError
	if !errors.As(err, &standing) || standing.Standing != delivery.StandingGone {
		t.Errorf("not there: %v", err)
	}
	ann := w.reader("Ann")
	w.srv.Inject(telegramtest.Step{Method: "sendMessage", Fault: telegramtest.BadRequest("chat not found")})
	if _, err := w.bot.Deliver(t.Context(), parcel(private(ann))); !errors.Is(err, delivery.ErrNotSent) {
		t.Errorf("there on a second look: %v", err)
	}
	if n := w.srv.Stats().Calls["getChat"]; n != 2 {
		t.Errorf("looked %d times", n)
	}
}

func TestAClosedTopicFallsBackToTheGeneralOne(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	owner := w.reader("Olga")
	forum := w.srv.NewForum(owner, "Newsroom")
	forum.Add(owner, w.srv.Bots()[0])
	closed, gone := forum.NewTopic(owner, "Russia"), forum.NewTopic(owner, "Syria")
	p := parcel(at(forum.ID(), delivery.Group))
	send := func(thread string) int {
		t.Helper()
		p.To.Thread = thread
		id, err := w.bot.Deliver(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		p.Original.MessageID = id
		m, _ := forum.Last()
		return m.Thread
	}
	if thread := send(itoa(closed)); thread != closed {
		t.Errorf("went to topic %d, want %d", thread, closed)
	}
	forum.CloseTopic(owner, closed)
	forum.DeleteTopic(gone)
	reply := p
	reply.Op, reply.Content, reply.Body.Kind = delivery.Reply, "alert/812/en/fix", delivery.CorrectionContent
	if _, err := w.bot.Deliver(t.Context(), reply); err != nil {
		t.Errorf("a correction into a closed topic: %v", err)
	}
	if m, _ := forum.Last(); m.Thread != 0 || !strings.HasPrefix(m.Text, "Correction.") {
		t.Errorf("the correction: %+v", m)
	}
	for _, topic := range []int{closed, gone} {
		if thread := send(itoa(topic)); thread != 0 {
			t.Errorf("topic %d: went to %d, want the general topic", topic, thread)
		}
	}
}

func TestATopicClosedToAnEditBarsNobody(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	ann := w.reader("Ann")
	p := parcel(private(ann))
	p.Op, p.Original.MessageID, p.To.Thread = delivery.Edit, "1", "7"
	w.srv.Inject(telegramtest.Step{Method: "editMessageText", Fault: telegramtest.BadRequest("TOPIC_CLOSED")})
	if _, err := w.bot.Deliver(t.Context(), p); !errors.Is(err, delivery.ErrRejected) {
		t.Errorf("got %v", err)
	}
	p.Op = delivery.Send
	w.srv.Inject(telegramtest.Step{Method: "sendMessage", Times: 2, Fault: telegramtest.BadRequest("TOPIC_CLOSED")})
	var standing *delivery.StandingError
	if _, err := w.bot.Deliver(t.Context(), p); !errors.As(err, &standing) || standing.Standing != delivery.StandingNoRights {
		t.Errorf("closed everywhere: %v", err)
	}
}

func TestRefusedMarkupGoesOutPlain(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	ann := w.reader("Ann")
	w.srv.Inject(telegramtest.Step{Method: "sendMessage", Fault: telegramtest.BadRequest("can't parse entities: Unsupported start tag")})
	if _, err := w.bot.Deliver(t.Context(), parcel(private(ann))); err != nil {
		t.Fatal(err)
	}
	m, _ := ann.Private(nil).Last()
	if strings.Contains(m.Text, "<b>") || !strings.Contains(m.Text, "<the> text & more") || len(m.Entities) != 0 {
		t.Errorf("arrived: %+v", m)
	}
	if !strings.Contains(w.log.String(), "level=ERROR") {
		t.Error("nobody is told that our markup is wrong")
	}
}

// A message older than two days cannot be deleted: the notice in its place says what a deletion would.
func TestWhatIsTooOldToDeleteIsReplaced(t *testing.T) {
	now := time.Now()
	w := open(t, telegramtest.Options{Now: func() time.Time { return now }}, nil)
	ann := w.reader("Ann")
	p := parcel(private(ann))
	id, err := w.bot.Deliver(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(49 * time.Hour)
	p.Op, p.Original.MessageID, p.Version, p.Body.Kind, p.Body.Updated = delivery.Delete, id, 2, delivery.RecallContent, now
	if _, err := w.bot.Deliver(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if m, _ := ann.Private(nil).Last(); !strings.HasPrefix(m.Text, "Withdrawn") || len(m.Buttons) != 0 {
		t.Errorf("in its place: %+v", m)
	}
}

func TestASecondCallWaitsForItsTurn(t *testing.T) {
	pacer := delivery.NewPacer(delivery.Pace{PerSecond: 30}, time.Now)
	w := open(t, telegramtest.Options{}, func(c *Config) { c.Pacer = pacer })
	ann := w.reader("Ann")
	turn := time.Now().Add(300 * time.Millisecond)
	pacer.PauseLane(turn)
	w.srv.Inject(telegramtest.Step{Method: "sendMessage", Fault: telegramtest.BadRequest("can't parse entities: x")})
	if _, err := w.bot.Deliver(t.Context(), parcel(private(ann))); err != nil {
		t.Fatal(err)
	}
	if sends := w.srv.Sends(); len(sends) != 2 || sends[1].At.Before(turn) {
		t.Errorf("%d calls, the second before its turn", len(sends))
	}

	pacer.PauseLane(time.Now().Add(time.Hour))
	w.srv.Inject(telegramtest.Step{Method: "sendMessage", Fault: telegramtest.BadRequest("can't parse entities: x")})
	ctx, cancel := context.WithTimeout(t.Context(), answerTime+time.Second) // the end of the attempt comes first
	defer cancel()
	if _, err := w.bot.Deliver(ctx, parcel(private(ann))); !errors.Is(err, delivery.ErrNotSent) || ctx.Err() != nil {
		t.Errorf("a second call whose turn never came: %v", err)
	}
}

func TestASecondCallThatWouldBeCutOffIsNotBegun(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	ann := w.reader("Ann")
	w.srv.Inject(telegramtest.Step{Method: "sendMessage", Fault: telegramtest.BadRequest("can't parse entities: x")})
	ctx, cancel := context.WithTimeout(t.Context(), answerTime)
	defer cancel()
	if _, err := w.bot.Deliver(ctx, parcel(private(ann))); !errors.Is(err, delivery.ErrNotSent) {
		t.Errorf("got %v", err)
	}
	if n := len(w.srv.Sends()); n != 1 {
		t.Errorf("%d calls, want the refused one only", n)
	}
}

func TestManyChatsToldToWaitMeanTheWholeBot(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	scope := func(chat int64) delivery.Scope {
		t.Helper()
		var retry *delivery.RetryError
		if _, err := w.bot.Deliver(t.Context(), parcel(at(chat, delivery.Private))); !errors.As(err, &retry) {
			t.Fatalf("got %v", err)
		}
		return retry.Scope
	}
	mend := w.srv.Inject(telegramtest.Step{Method: "sendMessage", Times: telegramtest.Always, Fault: telegramtest.TooMany(1)})
	for i, want := range []delivery.Scope{delivery.ScopeChat, delivery.ScopeChat, delivery.ScopeLane} {
		if got := scope(int64(10 + i)); got != want {
			t.Errorf("chat %d: %s, want %s", i+1, got, want)
		}
	}
	mend()
	if _, err := w.bot.Deliver(t.Context(), parcel(private(w.reader("Ann")))); err != nil {
		t.Fatal(err)
	}
	w.srv.Inject(telegramtest.Step{Method: "sendMessage", Times: telegramtest.Always, Fault: telegramtest.TooMany(1)})
	for range 5 {
		if got := scope(20); got != delivery.ScopeChat {
			t.Errorf("one chat again and again: %s", got)
		}
	}
}

func TestAGuessAboutTheWholeBotIsTriedSoon(t *testing.T) {
	now := time.Now()
	pacer := delivery.NewPacer(delivery.Pace{}, func() time.Time { return now })
	w := open(t, telegramtest.Options{}, func(c *Config) { c.Pacer, c.Now = pacer, func() time.Time { return now } })
	w.srv.Inject(telegramtest.Step{Method: "sendMessage", Times: telegramtest.Always, Fault: telegramtest.TooMany(7200)})
	var retry *delivery.RetryError
	for chat := range int64(3) {
		if _, err := w.bot.Deliver(t.Context(), parcel(at(10+chat, delivery.Private))); !errors.As(err, &retry) {
			t.Fatalf("got %v", err)
		}
	}
	if retry.Scope != delivery.ScopeLane || retry.After != longestGuess {
		t.Errorf("the third pauses the %s for %s", retry.Scope, retry.After)
	}
	now = now.Add(longestGuess)
	if ok, at := pacer.Take("12", delivery.Private); ok || at.Sub(now) < 7000*time.Second {
		t.Errorf("the chat itself may be tried in %s", at.Sub(now))
	}
	if ok, _ := pacer.Take("13", delivery.Private); !ok {
		t.Error("nobody else is tried")
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

// A supergroup counts its messages anew: the number of one in the group it was may be that of any other there.
func TestWhatWasSaidInAGroupThatMovedIsNotTakenForAnother(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	owner := w.reader("Olga")
	group := w.srv.NewGroup(owner, "Newsroom")
	group.Add(owner, w.srv.Bots()[0])
	p := parcel(at(group.ID(), delivery.Group))
	id, err := w.bot.Deliver(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	super := group.Migrate()
	p.To, p.Original.MessageID = at(super.ID(), delivery.Group), id
	other := p
	for super.Messages()[len(super.Messages())-1].ID < 5 { // until another has the number
		if _, err := w.bot.Deliver(t.Context(), other); err != nil {
			t.Fatal(err)
		}
	}
	before := len(super.Received())
	edit := p
	edit.Op, edit.Version, edit.Body.Headline = delivery.Edit, 2, "Obama, Putin discuss security"
	if _, err := w.bot.Deliver(t.Context(), edit); !errors.Is(err, delivery.ErrRejected) {
		t.Errorf("edit: %v", err)
	}
	reply := edit
	reply.Op, reply.Content, reply.Body.Kind = delivery.Reply, "alert/812/en/fix", delivery.CorrectionContent
	if _, err := w.bot.Deliver(t.Context(), reply); err != nil {
		t.Errorf("reply: %v", err)
	}
	if m, _ := super.Last(); m.ReplyTo != 0 || !strings.HasPrefix(m.Text, "Correction.") {
		t.Errorf("the correction: %+v", m)
	}
	for _, op := range []delivery.Op{delivery.Edit, delivery.Delete} {
		recall := edit
		recall.Op, recall.Content, recall.Body.Kind = op, "alert/812/en/recall", delivery.RecallContent
		if _, err := w.bot.Deliver(t.Context(), recall); err != nil {
			t.Errorf("recall by %s: %v", op, err)
		}
		if m, _ := super.Last(); !strings.HasPrefix(m.Text, "Withdrawn") {
			t.Errorf("the notice: %+v", m)
		}
		notices := len(super.Received())
		recall.Batch, recall.Target = "alert/812", "alert/812/reply/2/17"
		if _, err := w.bot.Deliver(t.Context(), recall); !errors.Is(err, delivery.ErrRejected) || len(super.Received()) != notices {
			t.Errorf("a correction that stayed behind is withdrawn a second time (%v)", err)
		}
	}
	for _, m := range super.Received()[:before] {
		if m.Deleted || len(m.Edits) > 0 {
			t.Errorf("another message was changed: %+v", m)
		}
	}
}
