package telegramtest

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Say is one message a person writes.
type Say struct {
	Text    string
	Thread  int // forum topic
	ReplyTo int // number of the message answered
}

// Say writes text into the chat as u. Bots that may see it get an Update, with bot_command entities.
// In a dialog the first message starts the bot. Where u cannot write, it panics: that is a mistake in the test.
func (c *Chat) Say(u *User, text string) Message { return c.mustWrite(u, Say{Text: text}) }

// Reply answers a message, as Say.
func (c *Chat) Reply(u *User, to int, text string) Message {
	return c.mustWrite(u, Say{Text: text, ReplyTo: to})
}

func (c *Chat) mustWrite(u *User, say Say) Message {
	m, err := c.Write(u, say)
	if err != nil {
		panic(err.Error())
	}
	return m
}

// Write is Say with all there is to set. The error says why u cannot write here.
func (c *Chat) Write(u *User, say Say) (Message, error) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if err := c.mayWrite(u); err != nil {
		return Message{}, err
	}
	m := &Message{From: u.id, Sender: u.person.FirstName, Thread: say.Thread, ReplyTo: say.ReplyTo,
		Content: Content{Text: say.Text, Entities: commandEntities(say.Text)}}
	if c.kind == Channel {
		m.From, m.Sender = 0, c.title
	}
	c.started = c.started || c.kind == Private
	c.add(m)
	c.tellBots(m)
	c.s.publishMessage(Written, m)
	return m.clone(), nil
}

func (c *Chat) mayWrite(u *User) error {
	switch {
	case u.deactivated:
		return fmt.Errorf("telegramtest: user %d is deactivated", u.id)
	case c.blocked:
		return fmt.Errorf("telegramtest: user %d has blocked the bot and must Unblock it first", u.id)
	case c.deleted || c.movedTo != nil:
		return fmt.Errorf("telegramtest: chat %d is no more", c.id)
	case c.kind == Private && u != c.peer, !c.status(u.id).present():
		return fmt.Errorf("telegramtest: user %d is not in chat %d", u.id, c.id)
	case c.kind == Channel && !c.status(u.id).rights.Post:
		return fmt.Errorf("telegramtest: user %d may not post in channel %d", u.id, c.id)
	}
	return nil
}

// tellBots makes the update of a new message, for each bot that may see it.
func (c *Chat) tellBots(m *Message) {
	for _, b := range c.botsHere() {
		if m.From == b.id || !c.visibleTo(b, m) {
			continue
		}
		kind := "message"
		if c.kind == Channel {
			kind = "channel_post"
		}
		w := c.onWire(m)
		b.push(kind, c.id, map[string]any{kind: &w})
	}
}

// visibleTo is privacy mode: in a group a bot that is neither its administrator nor set to read all sees only commands
// for it, answers to it and service messages (core.telegram.org/bots/features#privacy-mode).
func (c *Chat) visibleTo(b *Bot, m *Message) bool {
	st := c.status(b.id)
	if c.kind == Private || c.kind == Channel || b.account.ReadsAll || st.admin() || m.Service != "" {
		return true
	}
	if to := c.message(m.ReplyTo); to != nil && to.From == b.id {
		return true
	}
	addressee, command := commandAddressee(m.Text)
	switch {
	case !command:
		return false
	case addressee != "":
		return sameName(addressee, b.account.Username)
	default: // a bare command is for the bot that spoke last
		return c.lastBot == 0 || c.lastBot == b.id
	}
}

// EditOwn changes a message u wrote; bots get edited_message.
func (c *Chat) EditOwn(u *User, id int, text string) (Message, error) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	m := c.living(id)
	if m == nil || (m.From != u.id && c.kind != Channel) || m.FromBot {
		return Message{}, fmt.Errorf("telegramtest: user %d has no message %d in chat %d", u.id, id, c.id)
	}
	content := m.Content
	content.Text, content.Entities = text, commandEntities(text)
	c.replace(m, content)
	kind := "edited_message"
	if c.kind == Channel {
		kind = "edited_channel_post"
	}
	for _, b := range c.botsHere() {
		if c.visibleTo(b, m) {
			w := c.onWire(m)
			b.push(kind, c.id, map[string]any{kind: &w})
		}
	}
	return m.clone(), nil
}

// DeleteMessage deletes a message as a person would, whoever wrote it. Bots are not told, as on Telegram.
func (c *Chat) DeleteMessage(id int) error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	m := c.living(id)
	if m == nil {
		return fmt.Errorf("telegramtest: no message %d in chat %d", id, c.id)
	}
	c.remove(m)
	return nil
}

// replace gives m a new content and remembers the former.
func (c *Chat) replace(m *Message, content Content) {
	now := c.s.now()
	m.Edits = append(m.Edits, Edit{Content: m.Content, Until: now})
	m.Content, m.EditedAt = content, now
	c.s.publishMessage(Edited, m)
}

func (c *Chat) remove(m *Message) {
	m.Deleted, m.DeletedAt = true, c.s.now()
	c.s.publishMessage(Deleted, m)
}

// Press is a pressed callback button, and the bot's answer to it.
type Press struct {
	ID      string
	User    *User
	Chat    *Chat
	Message int
	Data    string

	at       time.Time
	bot      *Bot
	answered bool
	answer   PressAnswer
}

// PressAnswer is what answerCallbackQuery said.
type PressAnswer struct {
	Text  string `json:"text,omitempty"`
	Alert bool   `json:"alert,omitempty"`
	URL   string `json:"url,omitempty"`
}

// errNoButton: the button to press is not there.
var errNoButton = errors.New("telegramtest: no such button")

// pressLifetime is how long a callback query can be answered. The official limit is not published; a minute is on the
// short side of what is seen.
const pressLifetime = time.Minute

// Press presses the button with that callback data on a message. The error says that the message or button is not there.
func (c *Chat) Press(u *User, message int, data string) (*Press, error) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	m := c.living(message)
	if m == nil {
		return nil, fmt.Errorf("%w: chat %d has no message %d", errNoButton, c.id, message)
	}
	if _, ok := m.Button(data); !ok {
		return nil, fmt.Errorf("%w: message %d of chat %d has no button %q", errNoButton, message, c.id, data)
	}
	return c.press(u, m, data)
}

// press makes the callback query of a button, also of one that an edit has taken away meanwhile.
func (c *Chat) press(u *User, m *Message, data string) (*Press, error) {
	b, ok := c.s.account(m.From).(*Bot)
	if !ok {
		return nil, fmt.Errorf("%w: message %d of chat %d is not a bot's", errNoButton, m.ID, c.id)
	}
	c.s.world.lastCall++
	p := &Press{ID: strconv.FormatInt(b.id<<16+c.s.world.lastCall, 10), User: u, Chat: c, Message: m.ID, Data: data,
		at: c.s.now(), bot: b}
	c.s.world.presses[p.ID] = p
	query := wireCallback{ID: p.ID, From: u.wire(), Instance: strconv.FormatInt(c.id, 10), Data: data}
	if w := c.onWire(m); m.Deleted {
		query.Message = wireInaccessible{Chat: w.Chat, ID: w.ID}
	} else {
		query.Message = &w
	}
	b.push("callback_query", u.id, map[string]any{"callback_query": query})
	return p, nil
}

// PressAnyway presses a button that the user still saw although it has gone since: the message was edited or deleted.
func (c *Chat) PressAnyway(u *User, message int, data string) (*Press, error) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	m := c.message(message)
	if m == nil {
		return nil, fmt.Errorf("%w: chat %d has no message %d", errNoButton, c.id, message)
	}
	return c.press(u, m, data)
}

// Answer is what the bot answered; false while it has not.
func (p *Press) Answer() (PressAnswer, bool) {
	p.Chat.s.mu.Lock()
	defer p.Chat.s.mu.Unlock()
	return p.answer, p.answered
}
