package discord

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/delivery"
)

// world is a Discord with one server in it, and our bot before it.
type world struct {
	*Bot
	t       testing.TB
	fake    *discordtest.Server
	account *discordtest.Bot
	owner   *discordtest.User
	reader  *discordtest.User
	guild   *discordtest.Guild
	news    *discordtest.Channel
	front   *front
	log     *journal
	pacer   *delivery.Pacer

	mu    sync.Mutex
	ahead time.Duration // of our clock
	still time.Time     // where it stands, if it does not go on by itself
}

// needs are all rights that a bot with announcements and forums uses.
const needs = discordtest.ViewChannel | discordtest.SendMessages | discordtest.EmbedLinks |
	discordtest.ReadMessageHistory | discordtest.SendMessagesInThreads | discordtest.MentionEveryone

// longEnough is how long something may take that certainly comes, on a busy machine.
const longEnough = 3 * time.Minute

func newWorld(t testing.TB, opt discordtest.Options) *world {
	t.Helper()
	opt.T, opt.Answer = t, longEnough // or a bot that a busy machine holds up has not answered
	if opt.Contracts == "" && !unchecked(t) {
		opt.Contracts = contracts(t)
	}
	w := &world{t: t, fake: discordtest.New(opt), front: &front{}, log: &journal{}}
	if err := w.fake.Start(); err != nil {
		t.Fatal(err)
	}
	w.account = w.fake.Bots()[0]
	w.owner = w.fake.NewUser(discordtest.Person{Name: "Olga"})
	w.reader = w.fake.NewUser(discordtest.Person{Name: "Rita", Locale: "ru"})
	w.guild = w.fake.NewGuild(w.owner, "Newsroom")
	w.news = w.guild.NewChannel("news", discordtest.Text)
	w.guild.Join(w.reader)
	w.guild.Install(w.account, needs)
	w.pacer = delivery.NewPacer(delivery.Pace{}, time.Now)
	w.Bot = w.bot(Config{})
	return w
}

// unchecked says that this is about speed.
func unchecked(t testing.TB) bool {
	_, bench := t.(*testing.B)
	return bench
}

// contracts is the folder the fake checks all traffic against, "" where it is absent and may be.
func contracts(t testing.TB) string {
	shared := os.Getenv("TENBELLS_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	folder := filepath.Join(shared, "contracts")
	if _, err := os.Stat(folder); err != nil {
		if os.Getenv("TENBELLS_NO_SKIP") == "1" {
			t.Fatalf("no contracts to check against: %v", err)
		}
		t.Logf("not checked against Discord's contracts: %v", err)
		return ""
	}
	return folder
}

// bot makes a bot of ours before the same Discord.
func (w *world) bot(c Config) *Bot {
	w.t.Helper()
	c.Token, c.Pacer, c.Front = w.account.Token(), w.pacer, w.front
	c.APIURL = cmp.Or(c.APIURL, w.fake.URL())
	c.Log, c.Now = slog.New(slog.NewTextHandler(w.log, nil)), w.clock
	b, err := New(c)
	if err != nil {
		w.t.Fatal(err)
	}
	b.identifyEvery = 0
	return b
}

// clock is ours; later moves it on. Where it stands still, nothing else does.
func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.still.IsZero() {
		return w.still.Add(w.ahead)
	}
	return time.Now().Add(w.ahead)
}

func (w *world) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ahead += d
}

// run runs the bot until the test ends or stop is called.
func (w *world) run(b *Bot) (stop func()) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := b.Run(ctx); err != nil {
			w.t.Errorf("Run ended with %v", err)
		}
	}()
	stop = sync.OnceFunc(func() { cancel(); <-ended })
	w.t.Cleanup(stop)
	return stop
}

// await waits until something is so, on the fake or on our side.
func (w *world) await(what string, cond func() bool) {
	w.t.Helper()
	late := time.After(longEnough)
	for !cond() {
		select {
		case <-late:
			w.t.Fatalf("waiting until %s took too long\n%s", what, w.log)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// connected runs the bot and waits until it listens and its commands are there.
func (w *world) connected() (stop func()) {
	w.t.Helper()
	stop = w.run(w.Bot)
	w.await("the bot listens", func() bool { return w.account.Connections() == 1 && len(w.account.Commands()) == 1 })
	return stop
}

// sound says that nothing was said that the contracts do not allow.
func (w *world) sound() {
	w.t.Helper()
	for _, v := range w.fake.Violations() {
		w.t.Error(v)
	}
}

func (w *world) to(c *discordtest.Channel) delivery.Address {
	kinds := map[discordtest.Kind]delivery.Kind{discordtest.Text: delivery.Channel,
		discordtest.Announcement: delivery.Announcement, discordtest.Forum: delivery.Forum}
	return delivery.Address{Platform: delivery.Discord, Bot: "main", Chat: c.ID(), Guild: w.guild.ID(), Kind: kinds[c.Kind()]}
}

func (w *world) toReader() delivery.Address {
	return delivery.Address{Platform: delivery.Discord, Bot: "main", Chat: w.reader.ID(), Kind: delivery.DM}
}

// parcel is an alert for an address, as it is first sent.
func (w *world) parcel(to delivery.Address) delivery.Parcel {
	batch := delivery.BatchID("alert/a1")
	return delivery.Parcel{
		Message: delivery.Message{Key: delivery.SendKey(batch, 7), Batch: batch, Op: delivery.Send, Class: delivery.Bulletin, Content: "alert/a1/en"},
		To:      to, Voice: delivery.Voice{Language: "en", Zone: "UTC"}, Body: bulletin(), Attempts: 1, First: w.clock(),
	}
}

// again is a parcel whose answer was lost, claimed once more.
func again(p delivery.Parcel) delivery.Parcel {
	p.Doubtful, p.Attempts = true, p.Attempts+1
	return p
}

// follow is an edit, reply or delete of what p became.
func follow(p delivery.Parcel, op delivery.Op, id string, body delivery.Content) delivery.Parcel {
	p.Target, p.Key, p.Op, p.Body = p.Key, p.Key+delivery.Key("/"+string(op)), op, body
	p.Original = delivery.Delivered{MessageID: id, State: delivery.Sent}
	return p
}

func bulletin() delivery.Content {
	return delivery.Content{
		Kind: delivery.AlertContent, Batch: "alert/a1", Class: delivery.Bulletin, Language: "en",
		Headline: "Putin, Obama discuss security", Standfirst: "The leaders agreed to share more intelligence.",
		Credit: "RFE/RL, with AP", URL: "https://news.example/1", Published: time.Date(2013, 4, 29, 18, 42, 0, 0, time.UTC),
	}
}

func (w *world) deliver(p delivery.Parcel) string {
	w.t.Helper()
	id, err := w.Deliver(context.Background(), p)
	if err != nil {
		w.t.Fatalf("%s: %v", p.Op, err)
	}
	return id
}

// front is a reception that says what the test wants.
type front struct {
	mu      sync.Mutex
	answer  func(bots.Request) (bots.Answer, error)
	asked   []bots.Request
	events  []bots.Event
	greets  bool
	offered []bots.Command
}

func (f *front) Answer(_ context.Context, r bots.Request) (bots.Answer, error) {
	f.mu.Lock()
	f.asked = append(f.asked, r)
	answer := f.answer
	f.mu.Unlock()
	if answer == nil {
		return bots.Answer{Toast: "heard"}, nil
	}
	return answer(r)
}

func (f *front) Notice(_ context.Context, e bots.Event) (bots.Answer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.events = append(f.events, e)
	if f.greets && e.Kind == bots.Joined {
		return bots.Answer{Card: &bots.Card{Lines: []bots.Line{{Text: "Hello"}}}}, nil
	}
	return bots.Answer{}, nil
}

func (f *front) Commands(language string) []bots.Command {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.offered != nil {
		return f.offered
	}
	return []bots.Command{
		{Name: "help", Description: "What I can do (" + language + ")"},
		{Name: "follow", Description: "Follow a topic", Option: "topic", Hint: "Russia, health", Shared: true},
		{Name: "elsewhere", Description: "Not for Discord", Only: delivery.Telegram},
		{Name: "alert", Description: "Write an alert", Option: "text", Hint: "Headline", Staff: true},
	}
}

// times is how often something was asked.
func (f *front) times() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.asked)
}

func (f *front) last() bots.Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.asked) == 0 {
		return bots.Request{}
	}
	return f.asked[len(f.asked)-1]
}

func (f *front) says(answer func(bots.Request) (bots.Answer, error)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answer = answer
}

// heard says how many events of a kind came for a chat; chat "*" is any.
func (f *front) heard(kind bots.EventKind, chat string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, e := range f.events {
		if e.Kind == kind && (chat == "*" || e.Chat.Chat == chat) {
			n++
		}
	}
	return n
}

// journal is a log that can be read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func (j *journal) has(text string) bool { return strings.Contains(j.String(), text) }

func titles(ms []discordtest.Message) string {
	var all []string
	for _, m := range ms {
		for _, e := range m.Embeds {
			all = append(all, e.Title)
		}
	}
	return fmt.Sprint(all)
}
