// Package telegram is our bot on Telegram: it delivers what the ledger owes there, hears what people and chats say to
// it, and answers.
//
// The parts meet like this. Deliver (deliver.go) renders a parcel (render.go and its neighbours), makes one call and
// says in delivery's kinds of error what the platform meant (fault.go). Run keeps the command menus up to date
// (commands.go) and receives: the poller (poll.go) or the webhook (webhook.go) reduces each update to what is needed of
// it (heard.go), stores it in the Inbox and only then confirms it; the clerk (clerk.go) takes from the Inbox what is not
// handled, in the order of each chat (line.go), asks the Front what to do (handle.go), does it (answer.go, card.go, and renew.go
// for a card that changes by itself), and wipes it.
// After a crash the same clerk finds the same Inbox.
//
// All calls but polls draw on one pacer: sends when the dispatcher claims them, everything else here, before it goes.
//
// It is the only user of github.com/go-telegram/bot, for its types and calls; not for its poller, which confirms updates
// before they are handled.
package telegram

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// defaultAPI is Telegram's own server.
const defaultAPI = "https://api.telegram.org"

// Config is what a Bot needs.
type Config struct {
	// Name is the bot's name in our settings. Default "main".
	Name string
	// Token is "<bot id>:<secret>", from @BotFather. It is in no log and no error.
	Token string
	// APIURL is the Bot API's base URL, http or https, without the token. Default https://api.telegram.org.
	APIURL string
	// Pacer is the bot's budget, shared with the lane's dispatcher. nil means no limit of ours.
	Pacer *delivery.Pacer
	// Front says what to answer.
	Front bots.Front
	// Inbox keeps updates until they are handled.
	Inbox bots.Inbox
	// WebhookURL is where Telegram posts updates to, WebhookSecret what it must know (1–256 of A-Z a-z 0-9 _ -). Both
	// set: webhook; both empty: long polling.
	WebhookURL, WebhookSecret string
	// Log gets neither addresses nor what was said. nil means slog.Default().
	Log *slog.Logger
	// Now is the clock. nil means time.Now.
	Now func() time.Time
	// Alarm is told once when receiving fails in a way that needs the operator, and once when it is over (nil).
	// nil means that only the log is told.
	Alarm func(fault error)
}

// Bot is one bot. Its methods may be used by many goroutines; Run by one, while the lane is owned.
type Bot struct {
	Config
	api    *bot.Bot
	http   *http.Client
	trunk  *trunk // nil: sends go through http, too
	crowd  crowd
	admins admins
	me     atomic.Pointer[Profile]
	woken  chan struct{} // there is something in the Inbox; one is enough
	alarm  alarm

	renewals bots.Renewals
	prints   bots.Prints[sheet]
}

// Profile is the bot as its people see it.
type Profile struct {
	ID       int64
	Username string // without "@"
	Name     string
	ReadsAll bool // privacy mode is off: it gets everything said in its groups
	Joins    bool // it can be added to groups
}

// New makes a Bot. It calls nobody; errors are mistakes in the settings.
func New(c Config) (*Bot, error) {
	c.Name = cmp.Or(c.Name, "main")
	c.APIURL = strings.TrimRight(cmp.Or(c.APIURL, defaultAPI), "/")
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Pacer == nil {
		c.Pacer = delivery.NewPacer(delivery.Pace{}, c.Now)
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if (c.WebhookURL == "") != (c.WebhookSecret == "") {
		return nil, errors.New("telegram: a webhook needs both its URL and its secret")
	}
	client := &http.Client{Transport: wire{newTransport()}}
	api, err := bot.New(c.Token, bot.WithServerURL(c.APIURL), bot.WithSkipGetMe(), bot.WithHTTPClient(attemptTime, client),
		bot.WithErrorsHandler(func(error) {})) // it is told only of pipes that were closed after the call had failed
	if err != nil {
		return nil, errors.New("telegram: the token is empty")
	}
	b := &Bot{Config: c, api: api, http: client, trunk: newTrunk(c.sendURL()), woken: make(chan struct{}, 1)}
	b.alarm = alarm{tell: c.Alarm}
	return b, nil
}

// Lane is the lane the bot delivers.
func (b *Bot) Lane() delivery.Lane { return delivery.LaneOf(delivery.Telegram, b.Name) }

// Me is the bot's profile. It is asked for once, in one attempt.
func (b *Bot) Me(ctx context.Context) (Profile, error) { return b.profile(ctx, b.paced) }

func (b *Bot) profile(ctx context.Context, by way) (Profile, error) {
	if me := b.me.Load(); me != nil {
		return *me, nil
	}
	var user *models.User
	err := by(ctx, delivery.Address{}, func(ctx context.Context) (err error) {
		user, err = b.api.GetMe(ctx)
		return err
	})
	if err != nil {
		return Profile{}, fmt.Errorf("telegram: ask who we are: %w", err)
	}
	me := Profile{ID: user.ID, Username: user.Username, Name: user.FirstName, ReadsAll: user.CanReadAllGroupMessages, Joins: user.CanJoinGroups}
	b.me.Store(&me)
	return me, nil
}

// Tell sends plain text to a chat: to the operator, about a fault.
func (b *Bot) Tell(ctx context.Context, chat, words string) error {
	to := b.address(chat, delivery.Private)
	if strings.HasPrefix(chat, "-") {
		to.Kind = delivery.Group
	}
	err := b.answering(ctx, to, func(ctx context.Context) error {
		_, err := b.api.SendMessage(ctx, &bot.SendMessageParams{ChatID: to.Chat, Text: clip(text(words).plain, maxText),
			LinkPreviewOptions: sheet{}.preview()})
		return err
	})
	if err != nil {
		return fmt.Errorf("telegram: tell the operator: %w", err)
	}
	return nil
}

// address is a chat of this bot.
func (b *Bot) address(chat string, kind delivery.Kind) delivery.Address {
	return delivery.Address{Platform: delivery.Telegram, Bot: b.Name, Chat: chat, Kind: kind}
}

// Run receives updates and answers them until ctx ends, and then lets what is being answered finish. It is called only
// while the lane is owned. An error means that it could not go on; faults of the platform are waited out.
func (b *Bot) Run(ctx context.Context) error {
	var running sync.WaitGroup
	defer running.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	b.renewals.Open()
	running.Go(func() {
		<-ctx.Done()
		b.renewals.Close()
	})
	running.Go(func() { b.offerCommands(ctx) })
	running.Go(func() { b.receive(ctx) })
	return b.newClerk().run(ctx)
}

// receive brings updates into the Inbox until ctx ends.
func (b *Bot) receive(ctx context.Context) {
	if b.WebhookURL != "" {
		b.announce(ctx)
		return
	}
	b.poll(ctx)
}
