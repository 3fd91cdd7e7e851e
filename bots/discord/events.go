package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// hear takes in events in their order until ctx ends. People are answered beside it.
func (l *line) hear(ctx context.Context) {
	for {
		select {
		case e := <-l.events:
			l.heard(ctx, e)
		case <-ctx.Done():
			return
		}
	}
}

// heard takes in one event. What a fault of ours does to one must not cost the others.
func (l *line) heard(ctx context.Context, e *discordgo.Event) {
	defer l.survive(e.Type)
	if err := l.event(ctx, e.Type, e.RawData); err != nil {
		l.b.log.Error("an event was not taken in", "type", e.Type, "err", err)
	}
}

// survive is deferred: it keeps a panic to what was being taken in.
func (l *line) survive(what string) {
	if fault := recover(); fault != nil {
		l.b.log.Error("an event ended in a panic", "type", what, "fault", fault)
	}
}

// event does what an event asks for. They are read with our own types: discordgo hands over half-filled ones.
func (l *line) event(ctx context.Context, kind string, data json.RawMessage) error {
	switch kind {
	case "READY":
		return l.onReady(ctx, data)
	case "GUILD_CREATE":
		return l.onGuild(ctx, data)
	case "GUILD_DELETE":
		return l.onGuildGone(ctx, data)
	case "CHANNEL_CREATE":
		return errors.Join(l.onChannel(data), l.onChannelChanged(ctx, data))
	case "CHANNEL_UPDATE", "THREAD_UPDATE":
		return l.onChannelChanged(ctx, data)
	case "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE", "GUILD_MEMBER_UPDATE":
		return l.onAccess(ctx, kind, data)
	case "CHANNEL_DELETE", "THREAD_DELETE":
		return l.onChannelGone(ctx, data)
	case "INTERACTION_CREATE":
		var i interaction
		if err := json.Unmarshal(data, &i); err != nil {
			return fmt.Errorf("read it: %w", err)
		}
		l.answer(ctx, func(ctx context.Context) { l.b.answer(ctx, i) })
	case "MESSAGE_CREATE":
		var m written
		if err := json.Unmarshal(data, &m); err != nil {
			return fmt.Errorf("read it: %w", err)
		}
		if m.isForUs() {
			l.answer(ctx, func(ctx context.Context) { l.b.answerText(ctx, m) })
		}
	}
	return nil
}

// lastWords is how long somebody is still answered after the connection has ended over which they asked.
const lastWords = 5 * time.Second

// answer answers somebody beside the events. Neither a new connection nor a stop cuts them off at once; Run waits.
func (l *line) answer(ctx context.Context, do func(context.Context)) {
	answering, cut := context.WithCancel(context.WithoutCancel(ctx))
	ended := context.AfterFunc(ctx, func() { time.AfterFunc(lastWords, cut) })
	l.b.answering.Go(func() {
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
func (l *line) onReady(ctx context.Context, data json.RawMessage) error {
	var ready struct {
		User   account `json:"user"`
		Guilds []guild `json:"guilds"`
	}
	if err := json.Unmarshal(data, &ready); err != nil {
		return fmt.Errorf("read it: %w", err)
	}
	l.me = ready.User.ID
	select {
	case l.ready <- struct{}{}:
	default: // nobody waits any more
	}
	for _, gone := range l.roster.ready(ready.Guilds) {
		l.left(ctx, gone.id, gone.channels)
	}
	return nil
}

// onGuild takes in a server: one we were in already, or one we were just invited to.
func (l *line) onGuild(ctx context.Context, data json.RawMessage) error {
	var g guild
	if err := json.Unmarshal(data, &g); err != nil {
		return fmt.Errorf("read it: %w", err)
	}
	if g.Unavailable {
		return nil
	}
	isNew, gone := l.roster.arrived(g)
	for _, c := range gone {
		l.notice(ctx, bots.Event{Kind: bots.Left, Chat: l.address(g.ID, c)})
	}
	if isNew {
		l.notice(ctx, bots.Event{Kind: bots.Joined, Chat: l.address(g.ID, channel{ID: g.System})})
	}
	l.reopened(ctx, g.ID, l.b.access.arrived(l.me, g))
	return nil
}

func (l *line) onGuildGone(ctx context.Context, data json.RawMessage) error {
	var g guild
	if err := json.Unmarshal(data, &g); err != nil {
		return fmt.Errorf("read it: %w", err)
	}
	if !g.Unavailable { // that would be an outage, not the end
		l.b.access.gone(g.ID)
		l.left(ctx, g.ID, l.roster.gone(g.ID))
	}
	return nil
}

func (l *line) onChannel(data json.RawMessage) error {
	var c channel
	if err := json.Unmarshal(data, &c); err != nil {
		return fmt.Errorf("read it: %w", err)
	}
	l.roster.found(c)
	return nil
}

func (l *line) onChannelGone(ctx context.Context, data json.RawMessage) error {
	var c channel
	if err := json.Unmarshal(data, &c); err != nil {
		return fmt.Errorf("read it: %w", err)
	}
	l.roster.lost(c)
	l.b.access.changed(c.Guild, func(g *grounds) { g.drop(c.ID) })
	l.notice(ctx, bots.Event{Kind: bots.Left, Chat: l.address(c.Guild, c)})
	return nil
}

// left tells of a server we are no longer in: of each of its channels, and of it all.
func (l *line) left(ctx context.Context, guild string, channels []channel) {
	for _, c := range channels {
		l.notice(ctx, bots.Event{Kind: bots.Left, Chat: l.address(guild, c)})
	}
	l.notice(ctx, bots.Event{Kind: bots.Left, Chat: l.address(guild, channel{})})
}

// address is a channel's; one without an id is all of the server.
func (l *line) address(guild string, c channel) delivery.Address {
	a := delivery.Address{Platform: delivery.Discord, Bot: l.b.name, Guild: guild, Chat: c.ID, Kind: kindOf(c.Type)}
	if c.isThread() {
		a.Chat, a.Thread = c.Parent, c.ID
	}
	return a
}

// notice tells the Front, and says in the chat what it answers.
func (l *line) notice(ctx context.Context, e bots.Event) {
	a, err := l.b.front.Notice(ctx, e)
	if err != nil {
		l.b.log.Error("an event was not taken in", "kind", e.Kind, "err", err)
		return
	}
	if a.Card == nil || e.Kind != bots.Joined || e.Chat.Chat == "" {
		return
	}
	if err := l.b.speak(ctx, e.Chat, e.Chat.Chat, l.b.writerFor(a, e.Language).card(*a.Card)); err != nil {
		l.b.log.Warn("could not greet a server", "err", err)
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
