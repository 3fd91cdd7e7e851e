package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// hear takes in events in their order until ctx ends. People are answered beside it.
func (s *shard) hear(ctx context.Context) {
	for {
		select {
		case e := <-s.events:
			s.heard(ctx, e)
		case <-ctx.Done():
			return
		}
	}
}

// heard takes in one event. What a fault of ours does to one must not cost the others.
func (s *shard) heard(ctx context.Context, e packet) {
	defer s.b.survive(e.Type)
	if err := s.event(ctx, e.Type, e.Data); err != nil {
		s.b.log.Error("an event was not taken in", "type", e.Type, "err", err)
	}
}

// survive is deferred: it keeps a panic to what was being taken in.
func (b *Bot) survive(what string) {
	if fault := recover(); fault != nil {
		b.log.Error("an event ended in a panic", "type", what, "fault", fault)
	}
}

// event does what an event asks for. They are read with our own types: discordgo's fail on what it does not know.
func (s *shard) event(ctx context.Context, kind string, data json.RawMessage) error {
	switch kind {
	case "READY":
		return s.onReady(ctx, data)
	case "GUILD_CREATE":
		return s.onGuild(ctx, data)
	case "GUILD_DELETE":
		return s.onGuildGone(ctx, data)
	case "CHANNEL_CREATE":
		return errors.Join(s.onChannel(data), s.onChannelChanged(ctx, data))
	case "CHANNEL_UPDATE", "THREAD_UPDATE":
		return s.onChannelChanged(ctx, data)
	case "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE", "GUILD_MEMBER_UPDATE":
		return s.onAccess(ctx, kind, data)
	case "CHANNEL_DELETE", "THREAD_DELETE":
		return s.onChannelGone(ctx, data)
	case "INTERACTION_CREATE":
		var i interaction
		if err := json.Unmarshal(data, &i); err != nil {
			return fmt.Errorf("read it: %w", err)
		}
		s.answer(ctx, func(ctx context.Context) { s.b.answer(ctx, i) })
	case "MESSAGE_CREATE":
		var m written
		if err := json.Unmarshal(data, &m); err != nil {
			return fmt.Errorf("read it: %w", err)
		}
		if m.isForUs() {
			s.answer(ctx, func(ctx context.Context) { s.b.answerText(ctx, m) })
		}
	}
	return nil
}

// lastWords is how long somebody is still answered after the bot was told to stop.
const lastWords = 5 * time.Second

// answer answers somebody beside the events. The end of a connection does not cut them off, nor a stop at once; Run waits.
func (s *shard) answer(ctx context.Context, do func(context.Context)) {
	answering, cut := context.WithCancel(context.WithoutCancel(ctx))
	ended := context.AfterFunc(ctx, func() { time.AfterFunc(lastWords, cut) })
	s.b.answering.Go(func() {
		defer cut()
		defer ended()
		do(answering)
	})
}

// guild is a server, as far as it concerns us.
type guild struct {
	ID          string     `json:"id"`
	Unavailable bool       `json:"unavailable"`
	System      string     `json:"system_channel_id"`
	Channels    []channel  `json:"channels"`
	Threads     []channel  `json:"threads"` // those not archived that we see
	Members     []struct { // ourselves, at least
		User  account  `json:"user"`
		Roles []string `json:"roles"`
	} `json:"members"`
	permittedGuild
}

// onReady compares the servers we are in with those we knew: what happened while we did not listen is made up for.
func (s *shard) onReady(ctx context.Context, data json.RawMessage) error {
	var ready struct {
		User   account `json:"user"`
		Guilds []guild `json:"guilds"`
	}
	if err := json.Unmarshal(data, &ready); err != nil {
		return fmt.Errorf("read it: %w", err)
	}
	s.me = ready.User.ID
	for _, gone := range s.roster.ready(ready.Guilds) {
		s.left(ctx, gone.id, gone.channels)
	}
	return nil
}

// onGuild takes in a server: one we were in already, or one we were just invited to.
func (s *shard) onGuild(ctx context.Context, data json.RawMessage) error {
	var g guild
	if err := json.Unmarshal(data, &g); err != nil {
		return fmt.Errorf("read it: %w", err)
	}
	if g.Unavailable {
		return nil
	}
	isNew, gone := s.roster.arrived(g)
	for _, c := range gone {
		s.b.notice(ctx, bots.Event{Kind: bots.Left, Chat: s.address(g.ID, c)})
	}
	if isNew {
		s.b.notice(ctx, bots.Event{Kind: bots.Joined, Chat: s.address(g.ID, channel{ID: g.System})})
	}
	s.reopened(ctx, g.ID, s.b.access.arrived(s.me, g))
	return nil
}

func (s *shard) onGuildGone(ctx context.Context, data json.RawMessage) error {
	var g guild
	if err := json.Unmarshal(data, &g); err != nil {
		return fmt.Errorf("read it: %w", err)
	}
	if !g.Unavailable { // that would be an outage, not the end
		s.b.access.gone(g.ID)
		s.left(ctx, g.ID, s.roster.gone(g.ID))
	}
	return nil
}

func (s *shard) onChannel(data json.RawMessage) error {
	var c channel
	if err := json.Unmarshal(data, &c); err != nil {
		return fmt.Errorf("read it: %w", err)
	}
	s.roster.found(c)
	return nil
}

func (s *shard) onChannelGone(ctx context.Context, data json.RawMessage) error {
	var c channel
	if err := json.Unmarshal(data, &c); err != nil {
		return fmt.Errorf("read it: %w", err)
	}
	s.roster.lost(c)
	s.b.access.changed(c.Guild, func(g *grounds) { g.drop(c.ID) })
	s.b.notice(ctx, bots.Event{Kind: bots.Left, Chat: s.address(c.Guild, c)})
	return nil
}

// left tells of a server we are no longer in: of each of its channels, and of it all.
func (s *shard) left(ctx context.Context, guild string, channels []channel) {
	for _, c := range channels {
		s.b.notice(ctx, bots.Event{Kind: bots.Left, Chat: s.address(guild, c)})
	}
	s.b.notice(ctx, bots.Event{Kind: bots.Left, Chat: s.address(guild, channel{})})
}

// address is a channel's; one without an id is all of the server.
func (s *shard) address(guild string, c channel) delivery.Address {
	a := delivery.Address{Platform: delivery.Discord, Bot: s.b.name, Guild: guild, Chat: c.ID, Kind: kindOf(c.Type)}
	if c.isThread() {
		a.Chat, a.Thread = c.Parent, c.ID
	}
	return a
}

// notice tells the Front, and says in the chat what it answers.
func (b *Bot) notice(ctx context.Context, e bots.Event) {
	a, err := b.front.Notice(ctx, e)
	if err != nil {
		b.log.Error("an event was not taken in", "kind", e.Kind, "err", err)
		return
	}
	if a.Card == nil || e.Kind != bots.Joined || e.Chat.Chat == "" {
		return
	}
	if err := b.speak(ctx, e.Chat, e.Chat.Chat, b.writerFor(a, e.Language).card(*a.Card)); err != nil {
		b.log.Warn("could not greet a server", "err", err)
	}
}

// written is a message somebody wrote.
type written struct {
	Channel string `json:"channel_id"`
	Guild   string `json:"guild_id"`
	Content string `json:"content"`
	Author  struct {
		ID  string `json:"id"`
		Bot bool   `json:"bot"`
	} `json:"author"`
}

// isForUs says that a person wrote it to the bot alone.
func (m written) isForUs() bool {
	return m.Guild == "" && !m.Author.Bot && strings.TrimSpace(m.Content) != ""
}

// answerText answers plain text in a direct message. Text that begins with a slash is a command, as people write them
// who come from elsewhere.
func (b *Bot) answerText(ctx context.Context, m written) {
	if !b.enter(ctx) {
		return
	}
	defer func() { <-b.crowd }()
	to := delivery.Address{Platform: delivery.Discord, Bot: b.name, Chat: m.Author.ID, Kind: delivery.DM}
	r := bots.Request{Chat: to, Person: m.Author.ID, Admin: true}
	r.Command, r.Args, r.Text = asCommand(m.Content)
	a := b.consult(ctx, r)
	if a.Card == nil && a.Toast == "" {
		return
	}
	b.dialogs.learn(m.Author.ID, m.Channel)
	if err := b.speak(ctx, to, m.Channel, b.writerFor(a, "").whole(a)); err != nil {
		b.log.Error("an answer did not get through", "err", err)
	}
}

// asCommand reads "/alert now" and "/news alert now" alike; anything else is text.
func asCommand(content string) (command, args, text string) {
	content = strings.TrimSpace(content)
	line, ok := strings.CutPrefix(content, "/")
	if !ok {
		return "", "", content
	}
	command, args, _ = strings.Cut(line, " ")
	if command == commandName {
		command, args, _ = strings.Cut(strings.TrimSpace(args), " ")
	}
	return strings.ToLower(command), strings.TrimSpace(args), ""
}
