package telegram

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-telegram/bot"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
	"github.com/tenbells/tenbells/delivery"
)

// until waits for free to be closed.
func until(ctx context.Context, free <-chan struct{}) error {
	select {
	case <-free:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// last is the newest text the bot wrote in a chat.
func last(c *telegramtest.Chat) string {
	all := c.Received()
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1].Text
}

func TestCommandsAndWordsAreAnswered(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	w.run(w.bot)
	ann := w.srv.NewUser(telegramtest.Person{FirstName: "Ann", Language: "ru"})
	ann.Start("deep-link")
	w.await("the start is answered", func() bool { return last(ann.Private(nil)) == "heard start" })
	ann.Send("Привет 🔔 /Follow  Россия, Сирия")
	w.await("the command is answered", func() bool { return last(ann.Private(nil)) == "heard follow" })
	ann.Send("just a word")
	w.await("the word is answered", func() bool { return last(ann.Private(nil)) == "heard just a word" })

	start, follow, word := w.front.asked()[0], w.front.asked()[1], w.front.asked()[2]
	if start.Command != "start" || start.Args != "deep-link" || start.Chat != private(ann) || !start.Admin || start.Language != "ru" ||
		start.Person != private(ann).Chat {
		t.Errorf("start: %+v", start)
	}
	if follow.Command != "follow" || follow.Args != "Россия, Сирия" || follow.Text != "" {
		t.Errorf("follow: %+v", follow)
	}
	if word.Command != "" || word.Text != "just a word" {
		t.Errorf("word: %+v", word)
	}
	w.await("handled updates are wiped", func() bool { return w.inbox.pending() == 0 })
}

func TestACardSpeaksAsWhoeverAskedWants(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	var voice delivery.Voice
	w.front.answer = func(context.Context, bots.Request) (bots.Answer, error) {
		item := delivery.Item{Headline: "Ceasefire", Reports: 3}
		return bots.Answer{Card: &bots.Card{Lines: []bots.Line{{Text: "Topics"}}, Items: []delivery.Item{item}}, Voice: voice}, nil
	}
	ann := w.srv.NewUser(telegramtest.Person{FirstName: "Ann", Language: "ru"})
	chat := ann.Private(nil)
	ask := func(v delivery.Voice) telegramtest.Message {
		t.Helper()
		voice = v
		stop := w.run(w.bot)
		defer stop()
		before := len(chat.Received())
		ann.Start("")
		w.await("it is answered", func() bool { return len(chat.Received()) > before })
		m, _ := chat.Last()
		return m
	}
	if m := ask(delivery.Voice{Language: "uk"}); !strings.Contains(m.Text, bots.Say("uk", "reports", "count", 3)) {
		t.Errorf("in Ukrainian, of which their Russian app knows nothing: %q", m.Text)
	}
	if m := ask(delivery.Voice{}); m.Silent || !strings.Contains(m.Text, bots.Say("ru", "reports", "count", 3)) {
		t.Errorf("in the language of their app, where we know no other: %q", m.Text)
	}
	m := ask(delivery.Voice{Discreet: true})
	cover := bots.Say("ru", "new-message", "count", 1) + "\n"
	if hidden, ok := strings.CutPrefix(m.Text, cover); !m.Silent || !ok || len(m.Entities) == 0 || m.Entities[0].Type != "spoiler" ||
		m.Entities[0].Offset != len([]rune(cover)) || m.Entities[0].Length != len([]rune(hidden)) {
		t.Errorf("discreet: %+v", m)
	}
}

func TestAGroupsSettingsAreItsAdministrators(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	olga, ann := w.reader("Olga"), w.reader("Ann")
	group := w.srv.NewForum(olga, "Newsroom")
	group.Add(olga, w.srv.Bots()[0])
	group.Add(olga, ann)
	topic := group.NewTopic(olga, "Russia")
	w.front.answer = func(_ context.Context, r bots.Request) (bots.Answer, error) {
		return say(fmt.Sprint(r.Command, " ", r.Args, " ", r.Admin)), nil
	}
	w.run(w.bot)
	say := func(u *telegramtest.User, text, want string) {
		t.Helper()
		m, err := group.Write(u, telegramtest.Say{Text: text, Thread: topic})
		if err != nil {
			t.Fatal(err)
		}
		w.await(want, func() bool { return last(group) == want })
		if answer, _ := group.Last(); answer.Thread != topic || answer.ReplyTo != m.ID {
			t.Errorf("the answer to %q went to topic %d, as reply to %d", text, answer.Thread, answer.ReplyTo)
		}
	}
	say(olga, "/follow@Tenbells_Bot place:RU", "follow place:RU true")
	say(ann, "/follow place:SY", "follow place:SY false")
	say(olga, "/stop", "stop  true")
	if n := w.srv.Stats().Calls["getChatMember"]; n != 2 {
		t.Errorf("asked %d times who is an administrator, want once for each person", n)
	}

	group.Promote(olga, w.srv.Bots()[0], telegramtest.AllRights()) // now it hears everything said there
	here := at(group.ID(), delivery.Group)
	here.Thread = itoa(topic)
	before := len(w.front.askedIn(here))
	group.Say(ann, "see /help of the bot")
	group.Say(ann, "plain words")
	group.Say(ann, "/stop@other_bot")
	say(ann, "/help", "help  false")
	if heard := w.front.askedIn(here)[before:]; len(heard) != 1 || len(w.front.askedIn(at(group.ID(), delivery.Group))) != 0 {
		t.Errorf("it took for itself what was not meant for it: %+v", heard)
	}
}

func TestAskingForAnAdministratorCostsTheGroupNoAnswer(t *testing.T) {
	pacer := delivery.NewPacer(delivery.Pace{GroupPerMinute: 20}, time.Now)
	w := open(t, telegramtest.Options{}, func(c *Config) { c.Pacer = pacer })
	ctx := soon(t)
	for person := range int64(40) {
		admin, err := w.bot.mayChange(ctx, heard{Chat: -1001, Person: person + 1})
		if admin || !errors.Is(err, delivery.ErrRejected) && !errors.Is(err, errNoChat) { // there is no such group
			t.Fatalf("%v, %v", admin, err)
		}
	}
	for range 20 {
		if ok, _ := pacer.Take("-1001", delivery.Group); !ok {
			t.Fatal("the group's minute is used up")
		}
	}
}

func TestWhoCannotBeAskedForIsNoAdministrator(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	olga := w.reader("Olga")
	group := w.srv.NewSupergroup(olga, "Newsroom")
	group.Add(olga, w.srv.Bots()[0])
	w.srv.Inject(telegramtest.Step{Method: "getChatMember", Times: telegramtest.Always, Fault: telegramtest.BadRequest("user not found")})
	w.run(w.bot)
	group.Say(olga, "/stop")
	w.await("it is answered", func() bool { return last(group) == "heard stop" })
	if r := w.front.askedIn(at(group.ID(), delivery.Group))[0]; r.Admin {
		t.Error("taken for an administrator")
	}
}

func TestAChannelsPostsAreItsAdministrators(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	olga := w.reader("Olga")
	channel := w.srv.NewChannel(olga, "News", "news")
	channel.Promote(olga, w.srv.Bots()[0], telegramtest.AllRights())
	w.run(w.bot)
	channel.Say(olga, "an ordinary post")
	channel.Say(olga, "/settings")
	w.await("the post is answered", func() bool { return last(channel) == "heard settings" })
	if heard := w.front.askedIn(at(channel.ID(), delivery.Channel)); len(heard) != 1 || !heard[0].Admin || heard[0].Person != "" {
		t.Errorf("got %+v", heard)
	}
}

func TestPressedButtons(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	menu := func(chosen bool) *bots.Card {
		return &bots.Card{Lines: []bots.Line{{Text: "Topics", Strong: true}, {Text: "small print", Quiet: true}},
			Menu:    &bots.Menu{Data: "topics", Options: []bots.Option{{Label: "Russia", Value: "place:RU", Chosen: chosen}, {Label: "Syria", Value: "place:SY"}}},
			Buttons: [][]bots.Button{{{Label: "Close", Data: "close"}, {Label: "Site", URL: "https://example.org/"}}}}
	}
	w.front.answer = func(_ context.Context, r bots.Request) (bots.Answer, error) {
		switch r.Button {
		case "topics:place:RU":
			return bots.Answer{Card: menu(true), Replace: true, Toast: "You follow Russia"}, nil
		case "topics:place:SY":
			return bots.Answer{Toast: strings.Repeat("why ", 60)}, nil
		case "close":
			return bots.Answer{Close: true}, nil
		default:
			return bots.Answer{Card: menu(false)}, nil
		}
	}
	w.run(w.bot)
	ann := w.reader("Ann")
	chat := ann.Private(nil)
	w.await("the card is there", func() bool { return last(chat) != "" })
	card, _ := chat.Last()
	press := func(data string) telegramtest.PressAnswer {
		t.Helper()
		p, err := chat.PressAnyway(ann, card.ID, data)
		if err != nil {
			t.Fatal(err)
		}
		w.await("the press is answered", func() bool { _, ok := p.Answer(); return ok })
		a, _ := p.Answer()
		return a
	}
	if a := press("topics:place:RU"); a.Text != "You follow Russia" || a.Alert {
		t.Errorf("pop-up: %+v", a)
	}
	w.await("the card has changed in its place", func() bool {
		m, _ := chat.Message(card.ID)
		return m.Buttons[0][0].Text == "✓ Russia" && len(m.Buttons[0]) == 2 && m.Buttons[1][1].URL == "https://example.org/"
	})
	press("topics:place:RU") // the same again: nothing changes, and that is fine
	if a := press("topics:place:SY"); !a.Alert || len([]rune(a.Text)) > maxToast {
		t.Errorf("long pop-up: %+v", a)
	}
	press("close")
	w.await("the card is taken away", func() bool { m, _ := chat.Message(card.ID); return m.Deleted })
	press("topics:place:RU")
	w.await("a card that is gone comes as a new message", func() bool { m, _ := chat.Last(); return m.ID != card.ID && len(m.Buttons) == 2 })
	card, _ = chat.Last()
	w.srv.Inject(telegramtest.Step{Method: "answerCallbackQuery",
		Fault: telegramtest.BadRequest("query is too old and response timeout expired or query ID is invalid")})
	if _, err := chat.Press(ann, card.ID, "topics:place:RU"); err != nil {
		t.Fatal(err)
	}
	w.await("who comes too late is answered in the chat", func() bool { m, _ := chat.Message(card.ID); return m.Buttons[0][0].Text == "✓ Russia" })
	press("other")
	w.await("what was not to be replaced is answered", func() bool { m, _ := chat.Last(); return m.ReplyTo == card.ID })
	if log := w.log.String(); strings.Contains(log, "level=ERROR") {
		t.Errorf("log:\n%s", log)
	}
}

func TestAPressIsAnsweredThoughWeFail(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	w.run(w.bot)
	ann := w.reader("Ann")
	w.bot.Front.(*front).setAnswer(func(_ context.Context, r bots.Request) (bots.Answer, error) {
		switch r.Button {
		case "panic":
			panic("a strange update")
		case "fault":
			return bots.Answer{}, errors.New("the store is gone")
		}
		return bots.Answer{Card: &bots.Card{Lines: []bots.Line{{Text: "card"}},
			Buttons: [][]bots.Button{{{Label: "a", Data: "panic"}, {Label: "b", Data: "fault"}}}}}, nil
	})
	ann.Send("hello")
	w.await("the card is there", func() bool { return last(ann.Private(nil)) == "card" })
	card, _ := ann.Private(nil).Last()
	for _, data := range []string{"panic", "fault"} {
		p, err := ann.Press(card.ID, data)
		if err != nil {
			t.Fatal(err)
		}
		w.await(data+" is answered", func() bool { _, ok := p.Answer(); return ok })
	}
	ann.Send("again")
	w.await("it goes on", func() bool { n := len(ann.Private(nil).Received()); return n >= 3 })
	if err := w.log.await(soon(t), "the store is gone"); err != nil {
		t.Error("the log does not tell the cause")
	}
}

func (f *front) setAnswer(answer func(context.Context, bots.Request) (bots.Answer, error)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answer = answer
}

func TestAnAlertsButtonsTellWhatItIsAbout(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	ann := w.reader("Ann")
	if _, err := w.bot.Deliver(t.Context(), parcel(private(ann))); err != nil {
		t.Fatal(err)
	}
	alert, _ := ann.Private(nil).Last()
	w.run(w.bot)
	w.await("the start is answered", func() bool { return last(ann.Private(nil)) == "heard start" })
	if _, err := ann.Press(alert.ID, bots.MoreData("alert/812")); err != nil {
		t.Fatal(err)
	}
	ann.Private(nil).Reply(ann, alert.ID, "/why")
	w.await("both are answered", func() bool { return last(ann.Private(nil)) == "heard why" })
	for _, r := range w.front.asked()[1:] {
		if r.About != "alert/812" {
			t.Errorf("%+v", r)
		}
	}
}

func TestWhatBecomesOfAChatIsHandedOn(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	olga := w.reader("Olga")
	me := w.srv.Bots()[0]
	w.front.notice = func(e bots.Event) bots.Answer {
		if e.Kind == bots.Joined {
			return say("hello, group")
		}
		return bots.Answer{}
	}
	w.run(w.bot)
	group := w.srv.NewGroup(olga, "Newsroom")
	var want []bots.Event
	expect := func(e bots.Event) {
		t.Helper()
		want = append(want, e)
		w.await(fmt.Sprint(e.Kind), func() bool { return slices.Contains(w.front.noticed(), e) && w.inbox.pending() == 0 })
	}
	group.Add(olga, me)
	expect(bots.Event{Kind: bots.Joined, Chat: at(group.ID(), delivery.Group), Language: "en"})
	w.await("the greeting is there", func() bool { return last(group) == "hello, group" })
	super := group.Migrate()
	expect(bots.Event{Kind: bots.Moved, Chat: at(group.ID(), delivery.Group), To: at(super.ID(), delivery.Group)})
	olga.Block()
	expect(bots.Event{Kind: bots.Shunned, Chat: private(olga), Language: "en"})
	olga.Unblock()
	expect(bots.Event{Kind: bots.Returned, Chat: private(olga), Language: "en"})
	super.Remove(olga, me)
	expect(bots.Event{Kind: bots.Left, Chat: at(super.ID(), delivery.Group), Language: "en"})
	var got []bots.EventKind
	for _, e := range w.front.noticed() {
		got = append(got, e.Kind)
		if !slices.Contains(want, e) && e.Kind != bots.Joined {
			t.Errorf("%+v was handed on", e)
		}
	}
	for _, e := range want {
		if !slices.Contains(w.front.noticed(), e) {
			t.Errorf("%+v was not handed on; only %v", e, got)
		}
	}
}

// A bot that may speak again is owed its alerts again, whoever took the right and however it came back.
func TestAChatThatLetsTheBotSpeakAgainHasItBack(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	olga, me := w.reader("Olga"), w.srv.Bots()[0]
	channel, group := w.srv.NewChannel(olga, "News", "news"), w.srv.NewSupergroup(olga, "Newsroom")
	w.run(w.bot)
	back := func(e bots.Event) int {
		return len(slices.DeleteFunc(w.front.noticed(), func(n bots.Event) bool { return n != e }))
	}
	told := 0
	expect := func(what string, c *telegramtest.Chat, kind delivery.Kind, change func()) {
		t.Helper()
		e := bots.Event{Kind: bots.Returned, Chat: at(c.ID(), kind), Language: "en"}
		before := back(e)
		change()
		w.await(what, func() bool { return back(e) == before+1 })
		told++
	}
	mayPost, mayNot := telegramtest.AllRights(), telegramtest.AllRights()
	mayNot.Post = false
	channel.Promote(olga, me, mayPost)
	channel.Promote(olga, me, mayNot)
	expect("it may post in the channel again", channel, delivery.Channel, func() { channel.Promote(olga, me, mayPost) })
	group.Add(olga, me)
	group.Mute(olga, me)
	expect("it is unmuted", group, delivery.Group, func() { group.Demote(olga, me) })
	group.Silence(true)
	expect("it is an administrator of a silenced group", group, delivery.Group, func() { group.Promote(olga, me, telegramtest.AllRights()) })
	for _, e := range w.front.noticed() {
		if e.Kind == bots.Returned {
			told--
		}
	}
	if told != 0 {
		t.Errorf("it was told %d times too often that it may speak", -told)
	}
}

// Names and what is not meant for us are not even stored.
func TestOnlyWhatIsNeededIsStored(t *testing.T) {
	w := open(t, telegramtest.Options{Bots: []telegramtest.BotAccount{{Token: telegramtest.DefaultToken, ReadsAll: true}}}, nil)
	ann := w.reader("Zinaida")
	group := w.srv.NewGroup(ann, "Secret society")
	group.Add(ann, w.srv.Bots()[0])
	group.Say(ann, "gossip of the group")
	group.Say(ann, "/help")
	held := make(chan struct{})
	w.front.answer = func(ctx context.Context, _ bots.Request) (bots.Answer, error) { return bots.Answer{}, until(ctx, held) }
	w.run(w.bot)
	w.await("it is being handled", func() bool { return len(w.front.asked()) == 2 })
	stored := w.inbox.text()
	close(held)
	if !strings.Contains(stored, "help") {
		t.Fatalf("nothing is stored: %s", stored)
	}
	for _, secret := range []string{"Zinaida", "Surname", "Secret society", "gossip"} {
		if strings.Contains(stored, secret) {
			t.Errorf("%q is stored: %s", secret, stored)
		}
	}
}

func TestEachChatIsAnsweredInItsOrder(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	readers := []*telegramtest.User{w.reader("Ann"), w.reader("Bob"), w.reader("Cem")}
	first := make(chan struct{})
	w.front.answer = func(ctx context.Context, r bots.Request) (bots.Answer, error) {
		if r.Chat == private(readers[0]) { // one slow chat holds nobody else up
			return say(r.Command + r.Text), until(ctx, first)
		}
		return say(r.Command + r.Text), nil
	}
	for i := range 20 {
		for _, u := range readers {
			u.Send(fmt.Sprint("n", i))
		}
	}
	w.run(w.bot)
	w.await("the others are answered", func() bool {
		return last(readers[1].Private(nil)) == "n19" && last(readers[2].Private(nil)) == "n19"
	})
	close(first)
	w.await("all are answered", func() bool { return last(readers[0].Private(nil)) == "n19" })
	for _, u := range readers {
		for i, m := range u.Private(nil).Received()[1:] {
			if m.Text != fmt.Sprint("n", i) {
				t.Errorf("answer %d is %q", i, m.Text)
			}
		}
	}
}

func TestAFloodInOneChatIsLetGo(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	ann := w.reader("Ann")
	held := make(chan struct{})
	w.front.answer = func(ctx context.Context, _ bots.Request) (bots.Answer, error) { return bots.Answer{}, until(ctx, held) }
	for range 95 {
		ann.Send("more")
	}
	w.run(w.bot)
	w.await("it is begun", func() bool { return len(w.front.asked()) == 1 })
	if err := w.log.await(soon(t), "let go"); err != nil {
		t.Fatal("the flood was taken in")
	}
	w.await("what is too much is wiped", func() bool { return w.inbox.pending() == patience })
	close(held)
	w.await("the rest is handled", func() bool { return w.inbox.pending() == 0 })
	if n := len(w.front.asked()); n != patience {
		t.Errorf("%d were handled, want %d", n, patience)
	}
}

// The process dies in the middle of a batch: what was stored and not handled is handled by the next, what was handled
// is not, and nothing is lost.
func TestNothingIsLostInTheMiddleOfABatch(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	ann, bob := w.reader("Ann"), w.reader("Bob")
	ann.Send("first")
	held := make(chan struct{})
	w.front.answer = func(ctx context.Context, r bots.Request) (bots.Answer, error) {
		answer := say("once " + r.Command + r.Text)
		if r.Chat == private(bob) {
			return answer, until(ctx, held)
		}
		return answer, nil
	}
	stop := w.run(w.bot)
	w.await("one chat is answered, the other is held", func() bool {
		return last(ann.Private(nil)) == "once first" && len(w.front.asked()) == 3 && w.inbox.pending() == 1
	})
	bob.Send("second") // stored by the time the first stops, or still on Telegram: either is fine
	stop()
	if w.inbox.pending() == 0 {
		t.Fatal("what was cut off counts as handled")
	}
	close(held)
	w.run(w.newBot(nil))
	w.await("all are answered", func() bool { return last(bob.Private(nil)) == "once second" })
	if n := len(ann.Private(nil).Received()); n != 2 {
		t.Errorf("Ann was answered %d times, want twice", n)
	}
	if n := len(bob.Private(nil).Received()); n != 2 {
		t.Errorf("Bob was answered %d times, want twice", n)
	}
}

func TestWhatCannotBeStoredIsNotConfirmed(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	ann := w.reader("Ann")
	w.inbox.fail(errors.New("the disk is full"))
	w.run(w.bot)
	if err := w.log.await(soon(t), "the disk is full"); err != nil {
		t.Fatal(err)
	}
	if n := w.srv.Bots()[0].Pending(); n != 1 {
		t.Fatalf("%d updates wait on Telegram, want the one that could not be stored", n)
	}
	w.inbox.fail(nil)
	w.await("it is answered", func() bool { return last(ann.Private(nil)) == "heard start" })
}

func TestAnswersObeyA429AndOutlastAFault(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	ann := w.reader("Ann")
	w.srv.Inject(telegramtest.Step{Method: "sendMessage", Fault: telegramtest.TooMany(1)},
		telegramtest.Step{Method: "sendMessage", Fault: telegramtest.ServerError(502)})
	w.run(w.bot)
	w.await("it is answered", func() bool { return last(ann.Private(nil)) == "heard start" })
	if s := w.srv.Stats(); s.Early != 0 || s.Calls["sendMessage"] != 3 {
		t.Errorf("%d calls, %d before their time", s.Calls["sendMessage"], s.Early)
	}
}

func TestASecondProgramOnTheTokenIsShoutedAbout(t *testing.T) {
	faults := make(chan error, 10)
	w := open(t, telegramtest.Options{}, func(c *Config) { c.Alarm = func(fault error) { faults <- fault } })
	w.srv.Inject(telegramtest.Step{Method: "getUpdates", Fault: telegramtest.Fault{Code: 409, Description: "terminated by other getUpdates request"}})
	stop := w.run(w.bot)
	select {
	case fault := <-faults:
		if !errors.Is(fault, errConflict) {
			t.Errorf("told %v", fault)
		}
	case <-soon(t).Done():
		t.Fatal("nobody was told")
	}
	if n := w.srv.Stats().Calls["getUpdates"]; n != 1 {
		t.Errorf("polled %d times: it must rest after a conflict", n)
	}
	stop()
}

func TestPausesAfterFailedPolls(t *testing.T) {
	retry := &delivery.RetryError{After: seconds(17)}
	if got := pauseAfter(fmt.Errorf("poll: %w", retry), 0); got != seconds(17) {
		t.Errorf("told to wait 17 s, waits %s", got)
	}
	for _, strange := range []int{-1, math.MinInt, math.MaxInt, math.MaxInt / 1_000_000_000 * 2, 1 << 40} {
		told := understand(&bot.TooManyRequestsError{RetryAfter: strange}, &trip{})
		if got := pauseAfter(told, 0); got < firstPause || got > longestPatience {
			t.Errorf("told to wait %d s, waits %s", strange, got)
		}
	}
	pause, sum := seconds(0), seconds(0)
	for range 10 {
		pause = pauseAfter(errNoAnswer, pause)
		sum += pause
	}
	if pause != longestPause || sum < 3*longestPause {
		t.Errorf("ten failures: last pause %s, %s in all", pause, sum)
	}
	if got := pauseAfter(fmt.Errorf("x: %w", delivery.ErrLaneDead), 0); got != refusedPause {
		t.Errorf("a refused token: %s", got)
	}
}

// Reading the Inbox takes a while, and what it answers may have been handled and wiped meanwhile.
func TestWhatIsWipedWhileTheInboxIsReadIsNotHandledAgain(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	ann := w.reader("Ann")
	var reads, heldUp atomic.Int64
	w.inbox.read = func() {
		if reads.Add(1); len(w.front.asked()) > 0 && w.inbox.pending() > 0 { // answers what was there before the first was wiped
			heldUp.Add(1)
			w.await("the first is wiped", func() bool { return w.inbox.pending() == 0 })
		}
	}
	held := make(chan struct{})
	w.front.answer = func(ctx context.Context, r bots.Request) (bots.Answer, error) { return say("once"), until(ctx, held) }
	w.run(w.bot)
	w.await("it is being handled", func() bool { return len(w.front.asked()) == 1 })
	w.await("the inbox is being read", func() bool { w.bot.wake(); return heldUp.Load() == 1 })
	before := reads.Load()
	close(held)
	w.await("it is read again", func() bool { w.bot.wake(); return reads.Load() > before+1 })
	if n := len(ann.Private(nil).Received()); n != 1 {
		t.Errorf("answered %d times", n)
	}
}

func TestAnAlarmRingsOnceAndIsCalledOff(t *testing.T) {
	var told []error
	a := alarm{tell: func(fault error) { told = append(told, fault) }}
	for _, fault := range []error{nil, errConflict, errConflict, nil, nil, errConflict} {
		a.report(fault)
	}
	if !slices.Equal(told, []error{errConflict, nil, errConflict}) {
		t.Errorf("told %v", told)
	}
}
