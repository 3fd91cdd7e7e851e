package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
	"github.com/tenbells/tenbells/delivery"
)

// contracts is the folder with the platforms' contracts; "" where it is absent: what is checked against it then is not.
func contracts(t testing.TB) string {
	t.Helper()
	shared := os.Getenv("TENBELLS_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	dir := filepath.Join(shared, "contracts")
	if _, err := os.Stat(filepath.Join(dir, "telegram-bot-api.json")); err != nil {
		if os.Getenv("TENBELLS_NO_SKIP") == "1" {
			t.Fatal("no platform contracts beside the checkout: set TENBELLS_SHARED")
		}
		return ""
	}
	return dir
}

// world is a Telegram with our bot in it.
type world struct {
	t     testing.TB
	srv   *telegramtest.Server
	bot   *Bot
	front *front
	inbox *inbox
	log   *record
}

// open starts a Telegram whose every call and answer is checked against the contracts, and our bot on it. change may
// change the bot's settings.
func open(t testing.TB, opt telegramtest.Options, change func(*Config)) *world {
	t.Helper()
	opt.T, opt.Contracts = t, contracts(t)
	w := &world{t: t, srv: telegramtest.New(opt), front: &front{}, inbox: newInbox(), log: &record{}}
	if err := w.srv.Start(); err != nil {
		t.Fatal(err)
	}
	w.bot = w.newBot(change)
	t.Cleanup(func() {
		if strings.Contains(w.log.String(), secretPart) {
			t.Errorf("the token is in the log:\n%s", w.log)
		}
	})
	return w
}

// secretPart is what of the token must never be seen.
var secretPart = strings.SplitN(telegramtest.DefaultToken, ":", 2)[1]

func (w *world) newBot(change func(*Config)) *Bot {
	w.t.Helper()
	c := Config{Token: telegramtest.DefaultToken, APIURL: w.srv.URL(), Front: w.front, Inbox: w.inbox,
		Log: slog.New(slog.NewTextHandler(w.log, nil))}
	if change != nil {
		change(&c)
	}
	b, err := New(c)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(b.http.CloseIdleConnections)
	if b.trunk != nil {
		w.t.Cleanup(b.trunk.hangUp)
	}
	return b
}

// reader is a person who has started the bot.
func (w *world) reader(name string) *telegramtest.User {
	u := w.srv.NewUser(telegramtest.Person{FirstName: name, LastName: "Surname-" + name, Language: "en"})
	u.Start("")
	return u
}

// run runs the bot until the function it answers is called, which waits for its end.
func (w *world) run(b *Bot) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			w.t.Errorf("Run: %v", err)
		}
	})
	w.t.Cleanup(stop)
	return stop
}

// await waits until cond holds.
func (w *world) await(what string, cond func() bool) {
	w.t.Helper()
	ctx := soon(w.t)
	for !cond() {
		if rest(ctx, 2*time.Millisecond) != nil {
			w.t.Fatalf("waited in vain until %s\nlog:\n%s", what, w.log)
		}
	}
}

// soon is how long a test waits for what must come.
func soon(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// record is a log to read.
type record struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.changed != nil {
		close(r.changed)
		r.changed = nil
	}
	return r.text.Write(p)
}

// await waits until the log says so.
func (r *record) await(ctx context.Context, says string) error {
	for {
		r.mu.Lock()
		if r.changed == nil {
			r.changed = make(chan struct{})
		}
		changed, said := r.changed, strings.Contains(r.text.String(), says)
		r.mu.Unlock()
		if said {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// front answers by a script and remembers what it was asked.
type front struct {
	mu       sync.Mutex
	requests []bots.Request
	events   []bots.Event
	answer   func(context.Context, bots.Request) (bots.Answer, error)
	notice   func(bots.Event) bots.Answer
	commands []bots.Command
}

func (f *front) Answer(ctx context.Context, r bots.Request) (bots.Answer, error) {
	f.mu.Lock()
	f.requests = append(f.requests, r)
	answer := f.answer
	f.mu.Unlock()
	if answer != nil {
		return answer(ctx, r)
	}
	return say("heard " + r.Command + r.Button + r.Text), nil
}

func (f *front) Notice(_ context.Context, e bots.Event) (bots.Answer, error) {
	f.mu.Lock()
	f.events = append(f.events, e)
	notice := f.notice
	f.mu.Unlock()
	if notice != nil {
		return notice(e), nil
	}
	return bots.Answer{}, nil
}

func (f *front) Commands(string) []bots.Command { return f.commands }

func (f *front) asked() []bots.Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.requests)
}

// askedIn is what it was asked in one chat. Chats are handled side by side, so their order among each other is luck.
func (f *front) askedIn(chat delivery.Address) []bots.Request {
	return slices.DeleteFunc(f.asked(), func(r bots.Request) bool { return r.Chat != chat })
}

func (f *front) noticed() []bots.Event {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.events)
}

// say is an answer of one line.
func say(line string) bots.Answer {
	return bots.Answer{Card: &bots.Card{Lines: []bots.Line{{Text: line}}}}
}

// inbox is an Inbox that outlives a Bot as a file would, and can fail.
type inbox struct {
	mu     sync.Mutex
	order  []int64
	kept   map[int64][]byte // nil once handled
	fault  error            // of the next Accept calls
	missed int              // Accept calls that failed
	read   func()           // called when Pending has read, before it answers
}

func newInbox() *inbox { return &inbox{kept: map[int64][]byte{}} }

func (in *inbox) Accept(_ context.Context, us []bots.Update) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.fault != nil {
		in.missed++
		return in.fault
	}
	for _, u := range us {
		if _, known := in.kept[u.ID]; !known {
			in.kept[u.ID] = u.Payload
			in.order = append(in.order, u.ID)
		}
	}
	return nil
}

func (in *inbox) Pending(_ context.Context, lane delivery.Lane, limit int) ([]bots.Update, error) {
	us := in.unhandled(lane, limit)
	if in.read != nil {
		in.read()
	}
	return us, nil
}

func (in *inbox) unhandled(lane delivery.Lane, limit int) (us []bots.Update) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, id := range in.order {
		if payload := in.kept[id]; payload != nil && len(us) < limit {
			us = append(us, bots.Update{Lane: lane, ID: id, Payload: payload})
		}
	}
	return us
}

func (in *inbox) Done(_ context.Context, _ delivery.Lane, id int64) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if _, known := in.kept[id]; !known {
		return errors.New("done with what was never accepted")
	}
	in.kept[id] = nil
	return nil
}

func (in *inbox) Newest(context.Context, delivery.Lane) (int64, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.order) == 0 {
		return 0, nil
	}
	return slices.Max(in.order), nil
}

func (in *inbox) pending() int { return len(in.unhandled("", 1<<20)) }

func (in *inbox) fail(err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.fault = err
}

func (in *inbox) failures() int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.missed
}

func (in *inbox) text() string {
	in.mu.Lock()
	defer in.mu.Unlock()
	text, _ := json.Marshal(in.kept)
	var b strings.Builder
	for _, p := range in.kept {
		b.Write(p)
	}
	return b.String() + string(text)
}

// parcel is an alert to a chat.
func parcel(to delivery.Address) delivery.Parcel {
	return delivery.Parcel{
		Message: delivery.Message{Key: "alert/812/1", Op: delivery.Send, Class: delivery.Bulletin, Content: "alert/812/en"},
		To:      to, Voice: delivery.Voice{Language: "en", Zone: "UTC"}, Body: putin(), Version: 1, Attempts: 1,
	}
}

// putin is an alert in the shape of a newsroom's.
func putin() delivery.Content {
	return delivery.Content{
		Kind: delivery.AlertContent, Batch: "alert/812", Class: delivery.Bulletin, Language: "en",
		Headline:   "Putin, Obama discuss security",
		Standfirst: "The leaders agreed to share more intelligence, the White House said.",
		Body:       []string{"First paragraph of <the> text & more.", "Second paragraph."},
		Credit:     "RFE/RL, with AP and Reuters", URL: "https://example.org/news/1?a=1&b=2",
		Published: time.Date(2013, 4, 29, 16, 42, 0, 0, time.UTC),
	}
}

func private(u *telegramtest.User) delivery.Address { return at(u.ID(), delivery.Private) }

func at(chat int64, kind delivery.Kind) delivery.Address {
	return delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: strconv.FormatInt(chat, 10), Kind: kind}
}
