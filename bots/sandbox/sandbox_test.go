package sandbox

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// box is a running sandbox without any bot, and its page.
type box struct {
	*Sandbox
	url  string
	page *httptest.Server
	t    testing.TB
}

// cutPages breaks the connections of all open pages.
func (b box) cutPages() { b.page.CloseClientConnections() }

func newBox(t testing.TB) box {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return newBoxAt(t, ln)
}

// newBoxAt is a box whose page is served there.
func newBoxAt(t testing.TB, ln net.Listener) box {
	t.Helper()
	s, err := New(Config{URL: "http://demo.example"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	page := httptest.NewUnstartedServer(s.Handler())
	_ = page.Listener.Close() // its own port is not needed
	page.Listener = ln
	page.Start()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		page.CloseClientConnections()
		page.Close()
		s.Close()
	})
	return box{s, page.URL, page, t}
}

// soon is how long a test waits for what must come.
func soon(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// get is a page of the sandbox.
func (b box) get(path string) (int, string) {
	b.t.Helper()
	resp, err := http.Get(b.url + path)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// post does what the page does.
func (b box) post(path string, body any) (int, string) {
	b.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		b.t.Fatal(err)
	}
	resp, err := http.Post(b.url+path, "application/json", bytes.NewReader(text))
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp.StatusCode, string(answer)
}

// telegramBot does a call as the demo's Telegram bot.
func (b box) telegramBot(method string, arguments url.Values) {
	b.t.Helper()
	resp, err := http.PostForm(b.TelegramURL()+"/bot"+TelegramToken+"/"+method, arguments)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if text, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		b.t.Fatalf("%s: %d %s %v", method, resp.StatusCode, text, err)
	}
}

// discordBot does a call as the demo's Discord bot.
func (b box) discordBot(method, path, body string) {
	b.t.Helper()
	r, err := http.NewRequest(method, b.DiscordURL()+"/api/v10"+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bot "+DiscordToken)
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if text, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode >= http.StatusBadRequest {
		b.t.Fatalf("%s %s: %d %s %v", method, path, resp.StatusCode, text, err)
	}
}

// chat is the page's name of the chat with that title on a client.
func (b box) chat(client, title string) string {
	b.t.Helper()
	for _, c := range b.clients() {
		for _, known := range c.list() {
			if known.Client == client && known.Title == title {
				return known.ID
			}
		}
	}
	b.t.Fatalf("%s has no chat %q", client, title)
	return ""
}

// bare is the platform's own id of a chat.
func bare(chat string) string { return chat[strings.IndexByte(chat, ':')+1:] }

// stream is what an open page is told.
type stream struct {
	t     testing.TB
	lines *bufio.Scanner
}

func (b box) open() stream {
	b.t.Helper()
	r, err := http.NewRequestWithContext(soon(b.t), http.MethodGet, b.url+"/events", nil)
	if err != nil {
		b.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = resp.Body.Close() })
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	return stream{b.t, lines}
}

// next reads up to the next event of that name into data.
func (s stream) next(name string, data any) {
	s.t.Helper()
	for s.lines.Scan() {
		if s.lines.Text() != "event: "+name {
			continue
		}
		s.lines.Scan()
		text, ok := strings.CutPrefix(s.lines.Text(), "data: ")
		if !ok {
			s.t.Fatalf("no data behind %s: %q", name, s.lines.Text())
		}
		if err := json.Unmarshal([]byte(text), data); err != nil {
			s.t.Fatal(err)
		}
		return
	}
	s.t.Fatalf("the stream ended before %s: %v", name, s.lines.Err())
}

// message is the next message of a chat. The stream may repeat what its beginning has told already.
func (s stream) message(chat string) shown {
	s.t.Helper()
	for {
		var m shown
		if s.next("message", &m); m.Chat == chat {
			return m
		}
	}
}

func TestThePageHasEveryChatAndAWordForEachEmptyOne(t *testing.T) {
	b := newBox(t)
	status, page := b.get("/")
	if status != http.StatusOK {
		t.Fatalf("page: %d", status)
	}
	for _, c := range b.clients() {
		for _, known := range c.list() {
			if !strings.Contains(page, `id="pane-`+known.ID+`"`) || !strings.Contains(page, known.Empty) {
				t.Errorf("the page does not show %s %q and its empty state", known.Client, known.Title)
			}
		}
	}
	for _, file := range []string{"/page/style.css", "/page/page.js"} {
		if status, text := b.get(file); status != http.StatusOK || len(text) < 1000 {
			t.Errorf("%s: %d, %d bytes", file, status, len(text))
		}
	}
	for _, path := range []string{"/page/index.html", "/page/none.js", "/articles/none", "/elsewhere"} {
		if status, _ := b.get(path); status != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, status)
		}
	}
}

func TestAnOpenPageIsToldEverythingAndThenEveryChange(t *testing.T) {
	b := newBox(t)
	group, breaking := b.chat(telegramClient, "Harbour Street"), b.chat(discordClient, "#breaking")
	b.telegramBot("sendMessage", url.Values{"chat_id": {bare(group)}, "text": {"<b>Before</b>"}, "parse_mode": {"HTML"}})

	s := b.open()
	var now state
	s.next("state", &now)
	if len(now.Messages) != 1 || !strings.Contains(string(now.Messages[0].HTML), "<b>Before</b>") || now.World != b.world() {
		t.Errorf("state: %+v", now)
	}
	b.discordBot("POST", "/channels/"+bare(breaking)+"/messages",
		`{"content":"<@&`+b.discord.flash.ID()+`>","embeds":[{"title":"Talks \\*end\\*","description":"In Geneva","color":13111342}]}`)
	m := s.message(breaking)
	for _, want := range []string{"Talks *end*", "In Geneva", "#c8102e", "@Flash", "pinged"} {
		if !strings.Contains(string(m.HTML), want) {
			t.Errorf("the card lacks %q: %s", want, m.HTML)
		}
	}
	if !m.New || !m.Sound || m.Chat != breaking {
		t.Errorf("told as %+v", m)
	}
	b.discordBot("DELETE", "/channels/"+bare(breaking)+"/messages/"+m.ID[strings.IndexByte(m.ID, '-')+1:], "")
	var g gone
	s.next("gone", &g)
	if g.ID != m.ID || g.Chat != breaking {
		t.Errorf("gone: %+v, want %s", g, m.ID)
	}
}

func TestTheVisitorSaysAndPressesAsAPersonWould(t *testing.T) {
	b := newBox(t)
	private, breaking := b.chat(telegramClient, Outlet), b.chat(discordClient, "#breaking")
	s := b.open()

	if status, text := b.post("/say", map[string]string{"chat": private, "text": "/start"}); status != http.StatusNoContent {
		t.Fatalf("say: %d %s", status, text)
	}
	if said := s.message(private); !said.Mine || !strings.Contains(string(said.HTML), "/start") {
		t.Errorf("said: %+v", said)
	}
	b.telegramBot("sendMessage", url.Values{"chat_id": {bare(private)}, "text": {"Welcome"},
		"reply_markup": {`{"inline_keyboard":[[{"text":"Choose topics","callback_data":"topics"}]]}`}})
	card := s.message(private)
	for _, c := range []struct {
		button string
		status int
	}{{"topics", http.StatusNoContent}, {"hours", http.StatusUnprocessableEntity}} {
		status, text := b.post("/press", press{Chat: private, Message: card.ID, Button: c.button})
		if status != c.status {
			t.Errorf("press %s: %d %s, want %d", c.button, status, text, c.status)
		}
	}

	b.discordBot("PUT", "/applications/"+b.discord.server.Bots()[0].ID()+"/commands",
		`[{"name":"news","description":"News","options":[{"type":1,"name":"follow","description":"Follow a topic","options":[
		{"type":3,"name":"topic","description":"Topic or place","required":true}]}]}]`)
	_, offered := b.get("/commands?chat=" + url.QueryEscape(breaking))
	if !strings.Contains(offered, `{"text":"/news follow","hint":"topic","help":"Follow a topic"}`) {
		t.Errorf("offered: %s", offered)
	}
	for _, c := range []struct {
		text   string
		status int
	}{
		{"/news follow South Korea", http.StatusNoContent},
		{"/news follow", http.StatusUnprocessableEntity},
		{"/weather", http.StatusUnprocessableEntity},
		{"Good morning", http.StatusNoContent},
	} {
		if status, text := b.post("/say", map[string]string{"chat": breaking, "text": c.text}); status != c.status {
			t.Errorf("say %q: %d %s, want %d", c.text, status, text, c.status)
		}
	}
	if status, _ := b.post("/say", map[string]string{"chat": "telegram:99", "text": "x"}); status != http.StatusUnprocessableEntity {
		t.Errorf("a chat that is not there: %d", status)
	}
}

func TestAnotherSitesPageCannotPress(t *testing.T) {
	b := newBox(t)
	r, err := http.NewRequest(http.MethodPost, b.url+"/say", strings.NewReader(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("a cross-site post: %d", resp.StatusCode)
	}
}

func TestSubscribersAreTheSharedChats(t *testing.T) {
	b := newBox(t)
	kinds := map[string]int{}
	for _, s := range b.Subscribers() {
		kinds[fmt.Sprint(s.Address.Platform, " ", s.Address.Kind, " ", s.Least, " ", s.Follow)]++
	}
	want := []string{
		"telegram group bulletin [place:NO place:CL]", "telegram channel routine []",
		"discord channel bulletin [place:NO place:CL]", "discord announcement routine []",
	}
	for _, w := range want {
		if kinds[w] != 1 {
			t.Errorf("no subscriber %q in %v", w, kinds)
		}
	}
	if len(kinds) != len(want) || b.Subscribers()[0].Address.Lane() != delivery.LaneOf(delivery.Telegram, "main") {
		t.Errorf("subscribers: %v", kinds)
	}
}

func TestTheTimelineSaysWhenAPieceArrived(t *testing.T) {
	b := newBox(t)
	flash := -1
	for i, beat := range b.beats {
		if beat.Mark == Flash {
			flash = i
		}
	}
	s := b.open()
	s.next("state", &state{})
	b.timeline.begin(flash, time.Now())
	group := b.chat(telegramClient, "Harbour Street")
	b.telegramBot("sendMessage", url.Values{"chat_id": {bare(group)}, "text": {"FLASH. " + b.beats[flash].Story.Headline}})
	var html string
	if s.next("timeline", &html); !strings.Contains(html, "<b>Telegram</b> 1 chat, ") {
		t.Errorf("timeline: %s", html)
	}
	status, page := b.get("/articles/" + b.beats[flash].Slug)
	if status != http.StatusOK || !strings.Contains(page, b.beats[flash].Story.Standfirst) || !strings.Contains(page, "This is all that is known so far") {
		t.Errorf("article: %d %s", status, page)
	}
}
