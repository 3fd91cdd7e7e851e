package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/language"
	"github.com/tenbells/tenbells/articles/stories"
	"github.com/tenbells/tenbells/articles/topics"
	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/bots/discord"
	"github.com/tenbells/tenbells/bots/telegram"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/digest"
	"github.com/tenbells/tenbells/store"
)

// newsroom is what every command that touches the database works with: the store, and the editors who work in it.
type newsroom struct {
	set     Settings
	log     *slog.Logger
	store   *store.Store
	book    *store.Book
	file    *store.AlertFile
	topics  *topics.Catalogue
	editors *alerts.Editors
	past    atomic.Pointer[alerts.Past] // what editors' decisions taught; nil: nothing that is better than the rules
	key     store.Key
	keyMade bool
}

// openNewsroom opens the database and brings it up to date. close must be called in the end.
func openNewsroom(ctx context.Context, set Settings, log *slog.Logger) (*newsroom, error) {
	catalogue, err := topics.New(ownTopics(set.Topics))
	if err != nil {
		return nil, usageError{fmt.Errorf("the settings are at fault:\n%w", err)}
	}
	if err := set.checkFolders(); err != nil {
		return nil, usageError{err}
	}
	s, err := store.Open(ctx, set.DatabaseURL, store.Options{KeyFile: set.KeyFile, Log: log})
	if err != nil {
		return nil, openFault(err, set.KeyFile)
	}
	n := &newsroom{set: set, log: log, store: s, book: s.Book(), file: s.Alerts(), topics: catalogue}
	n.key, n.keyMade = s.Key()
	n.editors = &alerts.Editors{
		File: n.file, Audience: n.book, Record: s, Stories: s.Rulings(), Topics: catalogue, Approval: set.Approval, Outlet: set.Outlet,
		Rate: set.rate, Now: time.Now, Tariff: set.Paid, Purse: n.file,
	}
	return n, nil
}

// checkFolders finds the folders of database and key that are not there: nothing is made in a place nobody made.
func (s Settings) checkFolders() error {
	var faults []error
	for _, at := range []struct{ name, file string }{{"TENBELLS_DATABASE_URL", s.sqlitePath()}, {"TENBELLS_KEY_FILE", s.KeyFile}} {
		dir := filepath.Dir(at.file)
		if _, err := os.Stat(dir); at.file != "" && errors.Is(err, fs.ErrNotExist) {
			faults = append(faults, fmt.Errorf("%s: there is no folder %s; make it, for this user alone, with mkdir -p -m 700 %s", at.name, dir, dir))
		}
	}
	return errors.Join(faults...)
}

// openFault names the setting that is at fault, and says what to do about a key that is not the database's.
func openFault(err error, file string) error {
	var path *fs.PathError
	switch {
	case errors.Is(err, store.ErrOtherKey), errors.Is(err, store.ErrKeyMissing):
	case errors.As(err, &path) && path.Path == file:
		return fmt.Errorf("TENBELLS_KEY_FILE: %w", err)
	case errors.Is(err, store.ErrNewer):
		return fmt.Errorf("TENBELLS_DATABASE_URL: %w. Run the release that changed it, or go back to a backup made before", err)
	default:
		return fmt.Errorf("TENBELLS_DATABASE_URL: %w", err)
	}
	return usageError{fmt.Errorf("TENBELLS_KEY_FILE: %s is not the key of this database (%w). "+
		"Set TENBELLS_KEY_FILE to the key file it was begun with, or put a copy of that file there; every machine needs the same one", file, err)}
}

func (n *newsroom) close() error { return n.store.Close() }

// rate is how many calls a second a lane makes; a lane that is not set here is taken to be as fast as its platform
// allows.
func (s Settings) rate(lane delivery.Lane) float64 {
	for _, b := range s.Bots {
		if delivery.LaneOf(b.Platform, b.Name) == lane {
			return b.Rate
		}
	}
	return defaultRate[lane.Platform()]
}

// serves says whether the bot of a lane is set.
func (s Settings) serves(lane delivery.Lane) bool {
	return slices.ContainsFunc(s.Bots, func(b BotSettings) bool { return delivery.LaneOf(b.Platform, b.Name) == lane })
}

func ownTopics(set []TopicSettings) []topics.Own {
	own := make([]topics.Own, len(set))
	for i, t := range set {
		own[i] = topics.Own(t)
	}
	return own
}

// press makes digests.
func (n *newsroom) press() *digest.Press {
	return &digest.Press{Rounds: n.store, Archive: n.store, Outbox: n.store, Log: n.log, Now: time.Now}
}

// analyst says what an article is about, and which story it belongs to.
func analyst(catalogue *topics.Catalogue, index *stories.Index) alerts.Analyst {
	return func(_ context.Context, a articles.Article) (articles.Findings, error) {
		a.Language = language.Of(a) // what other programs put into the table came over no shelf of ours
		found := catalogue.Find(a)
		placed := index.Take(a, found.Places)
		return articles.Findings{
			Language: a.Language, Topics: found.Topics, Places: found.Places, Evidence: found.Evidence,
			Story: placed.Story, Merged: placed.Merged, Brings: placed.Is, Turns: placed.Turns,
			Lately: placed.Heat.Articles, Outlets: placed.Heat.Outlets, Headlines: placed.Heat.Headlines,
			Span: placed.Heat.Span, Kin: placed.Heat.Kin, Sudden: placed.Heat.Sudden,
		}, nil
	}
}

// signature names a member of the staff on the record without giving away their address.
func (n *newsroom) signature(p delivery.Platform, person string) string {
	return string(p) + ":" + hex.EncodeToString(n.key.Sign("staff", string(p)+":"+person)[:4])
}

// reception answers chats.
func (n *newsroom) reception() *bots.Reception {
	return bots.NewReception(bots.Config{
		Book: n.book, Editors: n.editors, Archive: n.store, Library: n.store, Told: n.store, Topics: n.topics, Staff: n.role, Enlist: n.enlist, Signature: n.signature,
		Outlet: n.set.Outlet, Where: n.set.Where, Language: n.set.Language, Log: n.log, Now: time.Now,
	})
}

// bot is one bot on its platform.
type bot interface {
	delivery.Sender
	// Run receives and answers what chats say until ctx ends; only while the lane is owned.
	Run(ctx context.Context) error
	Check(ctx context.Context) []bots.Finding
	// Tell says something to one person, past the ledger, and Show shows a card.
	Tell(ctx context.Context, person, text string) error
	Show(ctx context.Context, person string, c bots.Card, voice delivery.Voice, message string) (string, error)
}

// member is a bot with its budget.
type member struct {
	bot
	lane  delivery.Lane
	pacer *delivery.Pacer
	doors map[string]http.Handler // by pattern: how its platform reaches it, when it does not go there itself
}

// pace is what a platform allows one bot and each of its chats (platforms' own pages: core.telegram.org/bots/faq,
// discord.com/developers/docs/topics/rate-limits).
func (s Settings) pace(b BotSettings) delivery.Pace {
	if b.Platform == delivery.Telegram {
		return delivery.Pace{PerSecond: b.Rate, ChatEvery: time.Second, ChatBurst: 3, GroupPerMinute: 20, PaidPerSecond: s.Paid.Rate}
	}
	return delivery.Pace{PerSecond: b.Rate, ChatEvery: time.Second, ChatBurst: 5}
}

// hire makes the bots of the settings.
func (n *newsroom) hire(front bots.Front) ([]*member, error) {
	var all []*member
	for _, b := range n.set.Bots {
		m := &member{lane: delivery.LaneOf(b.Platform, b.Name), pacer: delivery.NewPacer(n.set.pace(b), time.Now), doors: map[string]http.Handler{}}
		make := n.telegram
		if b.Platform == delivery.Discord {
			make = n.discord
		}
		if err := make(b, m, front); err != nil {
			return nil, fmt.Errorf("bot %s: %w", m.lane, err)
		}
		all = append(all, m)
	}
	return all, nil
}

// telegramDoor is where Telegram reaches a bot that has a webhook.
func telegramDoor(name string) string { return "/hooks/telegram/" + name }

func (n *newsroom) telegram(b BotSettings, m *member, front bots.Front) error {
	cfg := telegram.Config{
		Name: b.Name, Token: b.Token, APIURL: b.APIURL, Pacer: m.pacer, Front: front, Inbox: n.store, Log: n.log, Now: time.Now,
	}
	if n.set.WebhookSecret != "" {
		cfg.WebhookURL, cfg.WebhookSecret = n.set.PublicURL+telegramDoor(b.Name), n.set.WebhookSecret
	}
	made, err := telegram.New(cfg)
	if err != nil {
		return err
	}
	m.bot = made
	if cfg.WebhookSecret != "" {
		m.doors["POST "+telegramDoor(b.Name)] = made.Webhook()
	}
	return nil
}

func (n *newsroom) discord(b BotSettings, m *member, front bots.Front) error {
	made, err := discord.New(discord.Config{
		Name: b.Name, Token: b.Token, APIURL: b.APIURL, PublicKey: n.set.PublicKey, Pacer: m.pacer, Front: front, Barred: n.book,
		Publications: n.store, Threads: n.store, Log: n.log, Now: time.Now,
	})
	if err != nil {
		return err
	}
	m.bot = made
	if n.set.PublicKey != "" {
		m.doors["POST /hooks/discord/"+b.Name] = made.Interactions()
	}
	return nil
}

// processName is who owns a lease, for people.
func processName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "?"
	}
	return host + "/" + strconv.Itoa(os.Getpid()) + " since " + time.Now().Format(time.TimeOnly)
}

// withNewsroom opens the newsroom of the settings for one command.
func (e *Env) withNewsroom(ctx context.Context, do func(*newsroom) error) (err error) {
	set, err := e.settings()
	if err != nil {
		return err
	}
	n, err := openNewsroom(ctx, set, e.log(set.LogLevel))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.close()) }()
	return do(n)
}

// withEditors opens the newsroom for those who work on alerts.
func (e *Env) withEditors(ctx context.Context, do func(*alerts.Editors) error) error {
	return e.withNewsroom(ctx, func(n *newsroom) error { return do(n.editors) })
}

// sqlitePath is the file of a SQLite database, "" for another one.
func (s Settings) sqlitePath() string {
	path, ok := strings.CutPrefix(s.DatabaseURL, "sqlite:")
	if !ok {
		return ""
	}
	return path
}
