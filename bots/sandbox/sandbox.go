// Package sandbox is the demo's world: a Telegram and a Discord in this process, people and channels in them, a
// newsroom with a minute of news (script.go, play.go), and one page that shows both clients side by side. Nothing
// leaves the machine; the bots under demonstration are the real ones and cannot tell the difference.
//
// The parts meet like this. telegram.go and discord.go each hold one world and say how it looks to the visitor: what
// happens there becomes a notice, and the hub hands it to every open page as a server-sent event (page.go). What the
// visitor types and presses comes back by POST and is done in the world as that person would. entities.go and
// markdown.go show the platforms' rich text as their clients do.
package sandbox

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// Config is what the sandbox needs.
type Config struct {
	// URL is where Handler is reached, "http://127.0.0.1:8080": the demo's articles have their addresses there.
	URL string
}

// Sandbox is the demo's world.
type Sandbox struct {
	site     string
	beats    []Beat
	now      func() time.Time
	timeline *timeline
	hub      *hub
	telegram *telegram
	discord  *discord
	watching chan struct{} // closed once no change can escape the pages
}

// New starts both platforms on free ports of the loopback. Close must be called in the end.
func New(c Config) (*Sandbox, error) {
	s := &Sandbox{site: c.URL, beats: Beats(), now: time.Now, hub: &hub{}, watching: make(chan struct{})}
	s.timeline = newTimeline(s.beats)
	var err error
	if s.telegram, err = newTelegram(); err != nil {
		return nil, err
	}
	if s.discord, err = newDiscord(); err != nil {
		s.telegram.close()
		return nil, err
	}
	return s, nil
}

// Close ends both platforms.
func (s *Sandbox) Close() {
	s.telegram.close()
	s.discord.close()
}

// TelegramURL is the base URL of the demo's Bot API, and DiscordURL that of its Discord.
func (s *Sandbox) TelegramURL() string { return s.telegram.server.URL() }

// DiscordURL is the base URL of the demo's Discord.
func (s *Sandbox) DiscordURL() string { return s.discord.server.URL() }

// Staff is the visitor on both platforms, as the setting TENBELLS_STAFF names people: they may send alerts from chat.
func (s *Sandbox) Staff() []string {
	return []string{"telegram:" + strconv.FormatInt(s.telegram.visitor.ID(), 10), "discord:" + s.discord.visitorID()}
}

// client is one platform as the page sees it.
type client interface {
	list() []chat
	messages(chat string) []shown
	commands(chat string) []command
	say(chat, text string) error
	press(context.Context, press) error
	watch(context.Context) func(notice)
}

func (s *Sandbox) clients() []client { return []client{s.telegram, s.discord} }

// find is the client a chat belongs to, nil where there is none.
func (s *Sandbox) find(chat string) client {
	for _, c := range s.clients() {
		for _, known := range c.list() {
			if known.ID == chat {
				return c
			}
		}
	}
	return nil
}

// Run tells open pages what happens on both platforms, until ctx ends. It is called once.
func (s *Sandbox) Run(ctx context.Context) error {
	defer s.hub.close()
	group, ctx := errgroup.WithContext(ctx)
	for _, c := range s.clients() {
		follow := c.watch(ctx)
		group.Go(func() error {
			follow(notice{s})
			if ctx.Err() == nil {
				return errors.New("sandbox: a platform has closed")
			}
			return nil
		})
	}
	close(s.watching)
	return group.Wait()
}

// notice is how a client tells the pages what happened.
type notice struct{ s *Sandbox }

func (n notice) message(m shown) { n.s.hub.tell("message", m) }
func (n notice) gone(g gone)     { n.s.hub.tell("gone", g) }
func (n notice) toast(t toast)   { n.s.hub.tell("toast", t) }

// arrived notes that a bot's words stand in a chat, for the timeline.
func (n notice) arrived(platform, chat, text string) {
	if n.s.timeline.seen(platform, chat, text, n.s.now()) {
		n.s.showTimeline()
	}
}

func (s *Sandbox) showTimeline() { s.hub.tell("timeline", render("timeline", s.timeline.lines())) }

// Subscribers are those who follow the newsroom before the visitor does anything: all chats but the private ones,
// where the visitor presses Start.
func (s *Sandbox) Subscribers() []subscriptions.Subscriber {
	return append(s.telegram.subscribers(), s.discord.subscribers()...)
}

// mainBot is what a bot is called that was set up by the environment.
const mainBot = "main"

// subscriber is somebody who is told everything of what they follow, at any hour.
func subscriber(a delivery.Address, follow ...subscriptions.Key) subscriptions.Subscriber {
	s := subscriptions.Subscriber{
		Address: a, Status: subscriptions.Active, Created: time.Now().UTC(), Language: "en", Zone: "UTC", Least: delivery.Routine,
	}
	if !slices.Contains(follow, subscriptions.Everything) { // everything is what those get who follow nothing
		s.Follow = follow
	}
	return s
}
