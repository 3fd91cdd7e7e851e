package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/delivery"
)

// both runs a test over the gateway and over signed HTTP.
func both(t *testing.T, test func(t *testing.T, w *world)) {
	t.Run("over the gateway", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, discordtest.Options{})
		w.connected()
		test(t, w)
		w.sound()
	})
	t.Run("over HTTP", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, discordtest.Options{})
		w.overHTTP()
		test(t, w)
		w.sound()
	})
}

// overHTTP has interactions come as signed calls, and no gateway.
func (w *world) overHTTP() *httptest.Server {
	w.t.Helper()
	w.Bot = w.bot(Config{PublicKey: w.account.PublicKey()})
	w.run(w.Bot)
	endpoint := httptest.NewServer(w.Interactions())
	w.t.Cleanup(endpoint.Close)
	w.account.SendInteractionsTo(endpoint.URL)
	w.await("the commands are there", func() bool { return len(w.account.Commands()) == 1 })
	if w.account.Connections() != 0 {
		w.t.Error("it listens on the gateway, too")
	}
	return endpoint
}

// shown waits for what an interaction brought.
func (w *world) shown(in *discordtest.Interaction, err error) discordtest.Answer {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), longEnough)
	defer cancel()
	a, err := in.Await(ctx)
	if err != nil {
		w.t.Fatalf("no answer: %v\n%s", err, w.log)
	}
	return a
}

func said(text string) *bots.Card { return &bots.Card{Lines: []bots.Line{{Text: text}}} }

func TestACommandIsAskedAndAnswered(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.front.says(func(bots.Request) (bots.Answer, error) { return bots.Answer{Card: said("You follow Russia now.")}, nil })
		a := w.shown(w.news.Run(w.reader, "news follow", discordtest.Args{"topic": "Russia"}))
		if a.Message.Embeds[0].Description != "You follow Russia now." || a.Message.For != w.reader.ID() {
			t.Errorf("in a server: %+v", a.Message)
		}
		want := bots.Request{Chat: w.to(w.news), Person: w.reader.ID(), Language: "ru", Command: "follow", Args: "Russia"}
		if got := w.front.last(); got.Chat != want.Chat || got.Person != want.Person || got.Command != want.Command || got.Args != want.Args || got.Language != "ru" || got.Admin {
			t.Errorf("the front was asked %+v", got)
		}
		a = w.shown(w.reader.DM(nil).Run(w.reader, "news help", nil))
		if a.Message.For != "" || w.front.last().Chat != w.toReader() || !w.front.last().Admin {
			t.Errorf("in private: %+v, asked %+v", a.Message, w.front.last())
		}
		w.shown(w.news.Run(w.owner, "news help", nil))
		if !w.front.last().Admin {
			t.Error("the server's owner may not change its settings")
		}
	})
}

// voiced is a card about a story on which there are three reports, for a voice.
func voiced(v delivery.Voice) bots.Answer {
	item := delivery.Item{Headline: "Ceasefire", Reports: 3}
	return bots.Answer{Card: &bots.Card{Lines: []bots.Line{{Text: "Topics"}}, Items: []delivery.Item{item}}, Voice: v}
}

func TestACardSpeaksAsWhoeverAskedWants(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	w.connected()
	v := delivery.Voice{Language: "uk"}
	w.front.says(func(bots.Request) (bots.Answer, error) { return voiced(v), nil })
	ask := func() discordtest.Message {
		t.Helper()
		return w.shown(w.reader.DM(nil).Run(w.reader, "news help", nil)).Message
	}
	if text := ask().Embeds[0].Description; !strings.Contains(text, bots.Say("uk", "reports", "count", 3)) {
		t.Errorf("in Ukrainian, of which their Russian app knows nothing: %q", text)
	}
	v = delivery.Voice{}
	if text := ask().Embeds[0].Description; !strings.Contains(text, bots.Say("ru", "reports", "count", 3)) {
		t.Errorf("in the language of their app, where we know no other: %q", text)
	}
	v.Discreet = true
	m := ask()
	if text := m.Embeds[0].Description; m.Text != bots.Say("ru", "new-message", "count", 1) ||
		!strings.HasPrefix(text, "||Topics") || !strings.HasSuffix(text, "||") {
		t.Errorf("discreet: %q, %q", m.Text, text)
	}
	words := written{Channel: w.reader.DM(nil).ID(), Content: "topics"}
	words.Author.ID = w.reader.ID()
	w.answerText(t.Context(), words)
	m, _ = w.reader.DM(nil).Last()
	if m.Text != bots.Say("", "new-message", "count", 1) || m.Flags&discordtest.SuppressNotifications == 0 {
		t.Errorf("plain words are answered aloud: %+v", m)
	}
	w.sound()
}

func TestACardChangesInPlaceAndAnAlertDoesNot(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		id := w.deliver(w.parcel(w.to(w.news)))
		w.front.says(func(r bots.Request) (bots.Answer, error) {
			switch r.Button {
			case bots.MoreData("alert/a1"):
				card := said("More")
				card.Buttons = [][]bots.Button{{{Label: "Why?", Data: "why"}, {Label: "✕", Data: "close"}}}
				card.Menu = &bots.Menu{Data: "topics", Max: 2, Options: []bots.Option{{Label: "Russia", Value: "place:RU"}, {Label: "Health", Value: "health"}}}
				return bots.Answer{Card: card, Replace: true}, nil
			case "why":
				return bots.Answer{Toast: "You follow *Russia*."}, nil
			case "topics":
				card := said("Chosen: " + strings.Join(r.Choices, ", "))
				card.Buttons = [][]bots.Button{{{Label: "✕", Data: "close"}}}
				return bots.Answer{Card: card, Replace: true, Toast: "Kept."}, nil
			}
			return bots.Answer{Close: true}, nil
		})
		card := w.shown(w.news.Press(w.reader, id, bots.MoreData("alert/a1"))).Message
		if card.ID == id || card.For != w.reader.ID() || w.front.last().About != "alert/a1" {
			t.Fatalf("the card: %+v; asked %+v", card, w.front.last())
		}
		why := w.shown(w.news.Press(w.reader, card.ID, onCard+"why"))
		if why.Message.Text != `You follow \*Russia\*.` || why.Message.For != w.reader.ID() {
			t.Errorf("why: %+v", why.Message)
		}
		a := w.shown(w.news.Choose(w.reader, card.ID, onCard+"topics", "place:RU", "health"))
		if a.Type != discordtest.Update || a.Message.ID != card.ID || a.Message.Embeds[0].Description != "Chosen: place:RU, health" {
			t.Errorf("after choosing: %+v", a)
		}
		w.await("the toast follows", func() bool {
			seen := w.news.Visible(w.reader)
			return len(seen) > 0 && seen[len(seen)-1].Text == "Kept."
		})
		w.shown(w.news.Press(w.reader, card.ID, onCard+"close"))
		w.await("the card is taken away", func() bool { m, _ := w.news.Message(card.ID); return m.Deleted })
		if alert, _ := w.news.Message(id); alert.Deleted || len(alert.Edits) != 0 {
			t.Error("the alert itself was changed")
		}
	})
}

func TestInPrivateACardIsReplacedAndAnAlertIsNot(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	w.connected()
	id := w.deliver(w.parcel(w.toReader()))
	dm := w.reader.DM(nil)
	w.front.says(func(r bots.Request) (bots.Answer, error) {
		card := said("After " + r.Button)
		card.Buttons = [][]bots.Button{{{Label: "On", Data: "on"}}}
		return bots.Answer{Card: card, Replace: true}, nil
	})
	card := w.shown(dm.Press(w.reader, id, bots.MoreData("alert/a1"))).Message
	if alert, _ := dm.Message(id); card.ID == id || len(alert.Edits) != 0 {
		t.Fatal("the alert was replaced")
	}
	if a := w.shown(dm.Press(w.reader, card.ID, onCard+"on")); a.Message.ID != card.ID || a.Message.Embeds[0].Description != "After on" {
		t.Errorf("the card was not replaced: %+v", a.Message)
	}
	w.sound()
}

func TestASlowAnswerIsAnnouncedAndThenComes(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	w.connected()
	id := w.deliver(w.parcel(w.to(w.news)))
	open := make(chan struct{})
	slowly := func(a bots.Answer) {
		w.front.says(func(bots.Request) (bots.Answer, error) { <-open; return a, nil })
	}
	late := func(in *discordtest.Interaction, err error) discordtest.Answer {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		w.await("it is told that the answer will come", func() bool { _, ok := in.Answer(); return ok })
		open <- struct{}{}
		return w.shown(in, nil)
	}
	card := said("Settings")
	card.Buttons = [][]bots.Button{{{Label: "Hours", Data: "hours"}}}

	slowly(bots.Answer{Card: card, Replace: true})
	a := late(w.news.Run(w.reader, "news help", nil))
	if a.Type != discordtest.DeferReply || a.Message.For != w.reader.ID() || a.Message.Embeds[0].Description != "Settings" {
		t.Errorf("a command: %+v", a)
	}
	more := late(w.news.Press(w.reader, id, bots.MoreData("alert/a1")))
	if more.Message.ID == id || more.Message.For != w.reader.ID() {
		t.Errorf("a press on an alert: %+v", more)
	}
	changed := said("Hours")
	slowly(bots.Answer{Card: changed, Replace: true})
	late(w.news.Press(w.reader, a.Message.ID, onCard+"hours"))
	w.await("the card changes", func() bool {
		m, _ := w.news.Message(a.Message.ID)
		return m.Embeds[0].Description == "Hours"
	})
	w.sound()
}

func TestAFaultOfOursIsASentence(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	w.connected()
	for name, answer := range map[string]func(bots.Request) (bots.Answer, error){
		"an error": func(bots.Request) (bots.Answer, error) { return bots.Answer{}, errors.New("the database is away") },
		"a panic":  func(bots.Request) (bots.Answer, error) { panic("impossible") },
	} {
		w.front.says(answer)
		a := w.shown(w.news.Run(w.reader, "news help", nil))
		if want := escape(bots.Say("ru", "sorry")); a.Message.Text != want {
			t.Errorf("%s is told as %q, not %q", name, a.Message.Text, want)
		}
	}
	if !w.log.has("the database is away") || !w.log.has("impossible") {
		t.Errorf("the log does not say why:\n%s", w.log)
	}
}

func TestTextInADialogIsAskedAndAnswered(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	w.connected()
	w.front.says(func(bots.Request) (bots.Answer, error) { return bots.Answer{Card: said("You follow Russia now.")}, nil })
	dialog := w.reader.DM(nil)
	w.news.Say(w.reader, "not for us")
	dialog.Say(w.reader, "  Russia ")
	w.await("it is answered", func() bool { return len(dialog.Received()) == 1 })
	if got := dialog.Received()[0]; got.Embeds[0].Description != "You follow Russia now." {
		t.Errorf("answered %+v", got)
	}
	dialog.Say(w.reader, "/news Follow health")
	w.await("it is answered", func() bool { return len(dialog.Received()) == 2 })
	w.front.mu.Lock()
	defer w.front.mu.Unlock()
	if asked := w.front.asked; len(asked) != 2 || asked[0].Text != "Russia" || asked[0].Chat != w.toReader() || !asked[0].Admin ||
		asked[1].Command != "follow" || asked[1].Args != "health" || asked[1].Text != "" {
		t.Errorf("asked %+v", asked)
	}
	w.sound()
}

func TestTheOneTopicChosenForAnAlertIsAChoice(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	w.connected()
	card := said("Who is told?")
	card.Menu = &bots.Menu{Data: pick + "a1", Max: 2, Options: []bots.Option{{Label: "Russia", Value: "t1"}, {Label: "Health", Value: "t2"}}}
	w.front.says(func(bots.Request) (bots.Answer, error) { return bots.Answer{Card: card}, nil })
	a := w.shown(w.news.Run(w.reader, "news alert", nil))
	w.shown(w.news.Choose(w.reader, a.Message.ID, onCard+pick+"a1", "t1"))
	if got := w.front.last(); got.Button != pick+"a1" || !slices.Equal(got.Choices, []string{"t1"}) {
		t.Errorf("asked %+v", got)
	}
	w.sound()
}

func TestAStoryOfADigestIsOpenedForWhoeverAsks(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	w.connected()
	p := w.parcel(w.to(w.news))
	p.Content, p.Body = "edition/e1/en", edition(3)
	p.Omit = []int{1}
	id := w.deliver(p)
	w.shown(w.news.Choose(w.reader, id, pick+"edition/e1/en", bots.OpenData("edition/e1/en", 2)))
	if got := w.front.last(); got.Button != bots.OpenData("edition/e1/en", 2) || len(got.Choices) != 0 {
		t.Errorf("asked %+v", got)
	}
	if _, err := w.news.Choose(w.reader, id, pick+"edition/e1/en", bots.OpenData("edition/e1/en", 1)); err == nil {
		t.Error("a story told already is offered")
	}
	w.sound()
}

func TestOnlyDiscordIsBelieved(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	endpoint := w.overHTTP()
	if err := w.account.Validate(t.Context(), endpoint.URL); err != nil {
		t.Error(err)
	}
	w.later(freshness + time.Minute)
	if err := w.account.Validate(t.Context(), endpoint.URL); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("an old call: %v", err)
	}
	for what, r := range map[string]*http.Request{
		"413": httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(make([]byte, largestInteraction+1))),
		"405": httptest.NewRequest(http.MethodGet, "/", nil),
		"401": httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"type":1}`)),
	} {
		answer := httptest.NewRecorder()
		w.Interactions().ServeHTTP(answer, r)
		if got := answer.Result().Status[:3]; got != what {
			t.Errorf("answered %s, not %s", got, what)
		}
	}
	if len(w.front.asked) != 0 {
		t.Errorf("the front was asked %+v", w.front.asked)
	}
}

func TestCommandsAreWrittenOnlyWhenTheyDiffer(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	w.connected()()
	if err := w.bot(Config{}).registerOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := w.fake.Stats().Calls["bulk_set_application_commands"]; n != 1 {
		t.Errorf("the commands were written %d times", n)
	}
	cmd := w.account.Commands()[0]
	if cmd.Name != "news" || cmd.Descriptions["ru"] == "" || len(cmd.Options) != 3 || cmd.Options[1].Options[0].Name != "topic" {
		t.Errorf("the command is %+v", cmd)
	}
	w.front.offered = []bots.Command{{Name: "help", Description: "What else I can do"}}
	w.run(w.bot(Config{}))
	w.await("the new ones are there", func() bool { return len(w.account.Commands()[0].Options) == 1 })
	w.sound()
}

func TestWhereSomethingWasSaid(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	w.connected()
	announcements := w.guild.NewChannel("announcements", discordtest.Announcement)
	w.shown(announcements.Run(w.reader, "news help", nil))
	if got := w.front.last().Chat; got != w.to(announcements) {
		t.Errorf("in an announcement channel: %+v", got)
	}
	forum := w.guild.NewChannel("stories", discordtest.Forum)
	thread := forum.OpenThread(w.owner, "A story")
	w.shown(thread.Run(w.reader, "news help", nil))
	got := w.front.last().Chat
	if got.Chat != forum.ID() || got.Thread != thread.ID() {
		t.Errorf("in a thread: %+v", got)
	}
	p := w.parcel(got)
	w.deliver(p)
	if m, ok := thread.Last(); !ok || !m.FromBot {
		t.Error("what is owed to a thread does not arrive there")
	}
}

func TestANewServerIsGreetedInItsSystemChannel(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	w.front.greets = true
	s := w.newShard(0, 1, nil)
	s.heard(t.Context(), packet{Type: "READY", Data: []byte(`{"guilds":[]}`)})
	data := `{"id":"` + w.guild.ID() + `","system_channel_id":"` + w.news.ID() + `","channels":[]}`
	for range 2 { // it comes again after every reconnect
		s.heard(t.Context(), packet{Type: "GUILD_CREATE", Data: []byte(data)})
	}
	if got := w.news.Received(); len(got) != 1 || got[0].Embeds[0].Description != "Hello" {
		t.Errorf("greeted with %+v", got)
	}
	w.sound()
}

func TestANonsensicalEventCostsOnlyItself(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	s := w.newShard(0, 1, nil)
	for _, kind := range []string{"READY", "GUILD_CREATE", "GUILD_DELETE", "CHANNEL_CREATE", "CHANNEL_DELETE", "INTERACTION_CREATE", "MESSAGE_CREATE"} {
		s.heard(t.Context(), packet{Type: kind, Data: []byte(`[1]`)})
	}
	if n := strings.Count(w.log.String(), "was not taken in"); n != 7 {
		t.Errorf("%d of 7 are told", n)
	}
}

// TestTheReceptionsCommandsAreTaken registers what readers really get.
func TestTheReceptionsCommandsAreTaken(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	w.front.offered = bots.NewReception(bots.Config{Now: time.Now}).Commands("en")
	if n := len(w.front.offered); n == 0 || n > maxSubcommands {
		t.Fatalf("%d commands do not fit under one", n)
	}
	w.connected()
	if n := len(w.account.Commands()[0].Options); n != len(w.front.offered) {
		t.Errorf("%d of %d commands are there", n, len(w.front.offered))
	}
	w.sound()
}

func TestTheDoctorNamesWhatIsMissing(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	for _, f := range w.Check(t.Context()) {
		if !f.OK {
			t.Errorf("healthy, and found %+v", f)
		}
	}
	w.news.Deny(w.account, discordtest.EmbedLinks)
	missing := ""
	for _, f := range w.CheckChannel(t.Context(), w.to(w.news), false) {
		if !f.OK {
			missing += f.What + "; "
		}
	}
	if missing != "#news: Embed Links; " {
		t.Errorf("missing: %s", missing)
	}
	w.fake.Inject(discordtest.Step{Times: discordtest.Always, Fault: discordtest.Unauthorized()})
	if found := w.Check(t.Context()); len(found) != 1 || found[0].OK || found[0].Mend == "" {
		t.Errorf("with a dead token: %+v", found)
	}
	w.sound()
}

func TestFaultsOfSettingsAreAllNamed(t *testing.T) {
	_, err := New(Config{APIURL: "discord.com", PublicKey: "abc"})
	for _, want := range []string{"token", "pacer", "API URL", "public key"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not named in %v", want, err)
		}
	}
}

func TestTheBaseURL(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "https://discord.com/api/v10",
		"https://discord.com/":              "https://discord.com/api/v10",
		"http://127.0.0.1:8080":             "http://127.0.0.1:8080/api/v10",
		"http://127.0.0.1:8080/discord":     "http://127.0.0.1:8080/discord/api/v10",
		"http://127.0.0.1:8080/api/v9":      "http://127.0.0.1:8080/api/v9",
		"http://127.0.0.1:8080/x/api/":      "http://127.0.0.1:8080/x/api/v10",
		"http://127.0.0.1:8080/discord/v11": "http://127.0.0.1:8080/discord/v11",
	} {
		if got, err := apiBase(text); err != nil || got.String() != want {
			t.Errorf("%q is %v, %v; not %s", text, got, err, want)
		}
	}
}

// Whatever Discord says was pressed or typed, a request comes of it or none.
func FuzzInteraction(f *testing.F) {
	for _, seed := range []string{
		`{"type":2,"guild_id":"1","channel":{"id":"2","type":11,"parent_id":"1"},"member":{"user":{"id":"5"},"permissions":"32"},"data":{"name":"follow","options":[{"name":"topic","type":3,"value":"x"}]}}`,
		`{"type":3,"user":{"id":"5"},"message":{"id":"7","flags":64,"components":[{"type":1}]},"data":{"custom_id":"card!x","values":["a"]}}`,
		`{"type":2,"data":{"name":"a","options":[{"name":"b","type":1,"options":[{"value":null}]}]}}`, `{"type":3,"message":{"components":null}}`, `{}`,
	} {
		f.Add([]byte(seed))
	}
	b := &Bot{name: "main"}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var i interaction
		if json.Unmarshal(raw, &i) != nil {
			return
		}
		r := b.request(i)
		if r.Command != "" && r.Button != "" || r.Chat.Platform != delivery.Discord {
			t.Errorf("%s became %+v", raw, r)
		}
		i.cardKey()
		i.mayReplace()
	})
}

// Whatever an article says, nothing of it means anything to Discord: no mark stands unescaped.
func FuzzEscape(f *testing.F) {
	for _, seed := range []string{"@everyone <@&1> **x**", "1. a\n# b\n > c", "\\*", "[a](http://x)", "||x||~~y~~`z`"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, escaped := escape(text), false
		for _, r := range got {
			if !escaped && r != '\\' && strings.ContainsRune(specials, r) {
				t.Fatalf("%q became %q", text, got)
			}
			escaped = !escaped && r == '\\'
		}
		if escaped {
			t.Errorf("%q became %q", text, got)
		}
	})
}
