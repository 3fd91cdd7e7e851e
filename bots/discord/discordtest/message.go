package discordtest

import (
	"slices"
	"time"
)

// Flags are a message's flags (discord.com/developers/docs/resources/message#message-object-message-flags).
type Flags int

// The flags a newsroom's bot meets.
const (
	Crossposted           Flags = 1 << 0
	SuppressEmbeds        Flags = 1 << 2
	HasThread             Flags = 1 << 5
	Ephemeral             Flags = 1 << 6
	Loading               Flags = 1 << 7 // "thinking …"
	SuppressNotifications Flags = 1 << 12
	ComponentsV2          Flags = 1 << 15
)

// settable are the flags a request may set.
const settable = SuppressEmbeds | Ephemeral | SuppressNotifications | ComponentsV2

// Content is what an edit can change.
type Content struct {
	Text       string      `json:"text"`
	Embeds     []Embed     `json:"embeds,omitempty"`
	Components []Component `json:"components,omitempty"`
}

// Edit is a former content and when it was replaced.
type Edit struct {
	Content
	Until time.Time `json:"until"`
}

// Message is one message as its channel shows it. What callers get are copies.
type Message struct {
	ID       string    `json:"id"`
	Channel  string    `json:"channel"`
	Guild    string    `json:"guild,omitempty"`
	From     string    `json:"from"`   // id of the user or bot
	Sender   string    `json:"sender"` // its name
	FromBot  bool      `json:"from_bot"`
	Date     time.Time `json:"date"`
	EditedAt time.Time `json:"edited_at,omitzero"`

	Content
	Flags   Flags  `json:"flags,omitempty"`
	Nonce   string `json:"nonce,omitempty"`
	ReplyTo string `json:"reply_to,omitempty"` // id of the message answered
	Thread  string `json:"thread,omitempty"`   // the thread that was started from it

	// For is the only user who sees an ephemeral message; "" for one that all see.
	For string `json:"for,omitempty"`
	// Interaction is the id of the interaction it answers.
	Interaction string `json:"interaction,omitempty"`

	// Pinged is who got a notification because they are named in it; an edit pings nobody.
	Pinged Pings `json:"pinged,omitzero"`

	Deleted   bool      `json:"deleted,omitempty"`
	DeletedAt time.Time `json:"deleted_at,omitzero"`

	// Edits are the earlier contents, oldest first.
	Edits []Edit `json:"edits,omitempty"`

	author    wireUser
	webhook   string // application whose interaction made it
	named     named
	published []time.Time // edits while it was published, within the last hour
}

// Silent says that it arrived without a sound.
func (m Message) Silent() bool { return m.Flags&SuppressNotifications != 0 }

// Published says that it was crossposted to the channels that follow this one.
func (m Message) Published() bool { return m.Flags&Crossposted != 0 }

// Component finds a button or select by its custom id.
func (m Message) Component(customID string) (Component, bool) {
	return findComponent(m.Components, customID)
}

// clone is a copy that shares no memory that changes.
func (m *Message) clone() Message {
	c := *m
	c.Edits = slices.Clone(m.Edits)
	c.published = nil
	return c
}

// wire is the message as the API gives it. The caller holds the lock.
func (m *Message) wire(s *Server) *wireMessage {
	w := &wireMessage{ID: m.ID, ChannelID: m.Channel, Content: m.Text, Author: m.author, Timestamp: stamp(m.Date),
		MentionEveryone: m.Pinged.Everyone, Mentions: m.named.users, MentionRoles: m.named.roles, Embeds: m.Embeds,
		Components: m.Components, Flags: m.Flags, WebhookID: m.webhook, ApplicationID: m.webhook}
	fillEmpty(&w.Mentions)
	fillEmpty(&w.MentionRoles)
	fillEmpty(&w.Attachments)
	fillEmpty(&w.Embeds)
	fillEmpty(&w.Components)
	if !m.EditedAt.IsZero() {
		at := stamp(m.EditedAt)
		w.EditedTimestamp = &at
	}
	c := s.world.channels[m.Channel]
	if t := s.world.channels[m.Thread]; t != nil && m.Thread != "" {
		w.Thread = t.wire()
	}
	m.addReference(w, c)
	switch {
	case m.ReplyTo != "":
		w.Type = 19 // REPLY
	case m.Interaction != "":
		w.Type = 20 // CHAT_INPUT_COMMAND
	}
	return w
}

// addReference adds what a reply answers, where it still is.
func (m *Message) addReference(w *wireMessage, c *Channel) {
	if m.ReplyTo == "" {
		return
	}
	w.Reference = &wireReference{ChannelID: m.Channel, MessageID: m.ReplyTo, GuildID: m.Guild}
	if to := c.find(m.ReplyTo); to != nil && to.ReplyTo == "" {
		w.Referenced = to.wire(c.s)
	}
}

// fillEmpty makes a nil slice an empty one: Discord writes [], not null.
func fillEmpty[T any](list *[]T) {
	if *list == nil {
		*list = []T{}
	}
}
