package telegramtest

import (
	"slices"
	"sort"
)

// Kind is a chat's type as the wire has it.
type Kind string

// The four types of chats (core.telegram.org/bots/api#chat).
const (
	Private    Kind = "private"
	Group      Kind = "group"
	Supergroup Kind = "supergroup"
	Channel    Kind = "channel"
)

// Chat is a dialog, group, supergroup or channel, and the handle by which tests act in it.
type Chat struct {
	s        *Server
	id       int64
	kind     Kind
	title    string
	username string
	forum    bool

	bot     *Bot  // private: whose dialog it is
	peer    *User // private: with whom
	started bool  // private: the user has written to the bot, so it may write to them
	blocked bool  // private: the user has blocked the bot

	members map[int64]*membership
	topics  map[int]*topic
	muted   bool  // members who are no administrators may not send
	lastBot int64 // the bot that spoke last
	movedTo *Chat // the supergroup a group became
	deleted bool

	lastMessage int // all but private chats number their own messages
	messages    []*Message
}

// topic is one topic of a forum; its number is that of the service message that made it.
type topic struct {
	name   string
	closed bool
}

// NewGroup makes a basic group, without any bot in it yet.
func (s *Server) NewGroup(owner *User, title string) *Chat {
	return s.newChat(owner, &Chat{kind: Group, title: title})
}

// NewSupergroup makes a supergroup, without any bot in it yet.
func (s *Server) NewSupergroup(owner *User, title string) *Chat {
	return s.newChat(owner, &Chat{kind: Supergroup, title: title})
}

// NewForum makes a supergroup with topics, without any bot in it yet.
func (s *Server) NewForum(owner *User, title string) *Chat {
	return s.newChat(owner, &Chat{kind: Supergroup, title: title, forum: true, topics: map[int]*topic{}})
}

// NewChannel makes a channel, public when username is not empty, without any bot in it yet.
func (s *Server) NewChannel(owner *User, title, username string) *Chat {
	return s.newChat(owner, &Chat{kind: Channel, title: title, username: username})
}

func (s *Server) newChat(owner *User, c *Chat) *Chat {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addChat(c)
	c.members[owner.id] = &membership{account: owner, status: status{kind: creator, rights: AllRights()}}
	return c
}

// Chat is the chat with that id: for a positive id the user's dialog with the server's first bot. nil for none.
func (s *Server) Chat(id int64) *Chat {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id < 0 {
		return s.world.chats[id]
	}
	return s.world.private[privateKey{s.world.bots[0].id, id}]
}

// Chats are all chats there are, dialogs included, by id.
func (s *Server) Chats() []*Chat {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*Chat
	for _, c := range s.world.chats {
		all = append(all, c)
	}
	for _, c := range s.world.private {
		all = append(all, c)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].id < all[j].id })
	return all
}

// ID is the chat's id as bots use it.
func (c *Chat) ID() int64 { return c.id }

// Kind is the chat's type.
func (c *Chat) Kind() Kind { return c.kind }

// MovedTo is the supergroup that the group became; nil while it is none.
func (c *Chat) MovedTo() *Chat {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.movedTo
}

// Title is the chat's title; of a dialog, the user's first name.
func (c *Chat) Title() string {
	if c.peer != nil {
		return c.peer.person.FirstName
	}
	return c.title
}

// Messages are copies of all messages, the deleted ones too, in order.
func (c *Chat) Messages() []Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	all := make([]Message, 0, len(c.messages))
	for _, m := range c.messages {
		all = append(all, m.clone())
	}
	return all
}

// Received are the messages bots have sent here, the deleted ones too, in order.
func (c *Chat) Received() []Message {
	return slices.DeleteFunc(c.Messages(), func(m Message) bool { return !m.FromBot || m.Service != "" })
}

// Message is a copy of one message; false when there is none with that number.
func (c *Chat) Message(id int) (Message, bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if m := c.message(id); m != nil {
		return m.clone(), true
	}
	return Message{}, false
}

// Last is the newest message that is not deleted; false when there is none.
func (c *Chat) Last() (Message, bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for _, m := range slices.Backward(c.messages) {
		if !m.Deleted {
			return m.clone(), true
		}
	}
	return Message{}, false
}

// message finds a message by its number, nil for none. Numbers only grow, so the list is in order.
func (c *Chat) message(id int) *Message {
	i, ok := slices.BinarySearchFunc(c.messages, id, func(m *Message, id int) int { return m.ID - id })
	if !ok {
		return nil
	}
	return c.messages[i]
}

// living is a message that is there and not deleted, nil for none.
func (c *Chat) living(id int) *Message {
	if m := c.message(id); m != nil && !m.Deleted {
		return m
	}
	return nil
}

// add gives m its number and time and puts it at the end of the chat.
func (c *Chat) add(m *Message) *Message {
	counter := &c.lastMessage
	if c.kind == Private {
		counter = &c.bot.lastMessage
		m.Bot = c.bot.id
	}
	*counter++
	m.ID, m.Chat, m.Date = *counter, c.id, c.s.now()
	c.messages = append(c.messages, m)
	if keep := c.s.opt.History; keep > 0 && len(c.messages) >= 2*keep {
		c.messages = append([]*Message(nil), c.messages[len(c.messages)-keep:]...)
	}
	return m
}

func (c *Chat) wire() wireChat {
	if c.kind == Private {
		p := c.peer.person
		return wireChat{ID: c.id, Type: string(Private), FirstName: p.FirstName, LastName: p.LastName, Username: p.Username}
	}
	return wireChat{ID: c.id, Type: string(c.kind), Title: c.title, Username: c.username, IsForum: c.forum}
}

// status is what an account is in the chat.
func (c *Chat) status(id int64) status {
	if c.kind == Private {
		if id == c.id || id == c.bot.id {
			return status{kind: member}
		}
		return status{kind: left}
	}
	if m := c.members[id]; m != nil {
		return m.status
	}
	return status{kind: left}
}

// botsHere are the bots that are in the chat, in the order of the server's list.
func (c *Chat) botsHere() []*Bot {
	if c.kind == Private {
		return []*Bot{c.bot}
	}
	var here []*Bot
	for _, b := range c.s.world.bots {
		if c.status(b.id).present() {
			here = append(here, b)
		}
	}
	return here
}

// onWire is m as the Bot API shows it. Replies are shown one level deep, as Telegram does.
func (c *Chat) onWire(m *Message) wireMessage {
	w := c.bareOnWire(m)
	switch {
	case m.ReplyTo != 0:
		if to := c.message(m.ReplyTo); to != nil && !to.Deleted {
			bare := c.bareOnWire(to)
			w.ReplyTo = &bare
		}
	case m.Thread != 0 && !m.FromBot && m.ID != m.Thread:
		// A message in a topic that answers nothing is told as an answer to the topic's beginning.
		if top := c.message(m.Thread); top != nil {
			bare := c.bareOnWire(top)
			w.ReplyTo = &bare
		}
	}
	return w
}

func (c *Chat) bareOnWire(m *Message) wireMessage {
	w := wireMessage{ID: m.ID, Date: m.Date.Unix(), Chat: c.wire(), Thread: m.Thread, IsTopic: m.Thread != 0 && c.forum,
		Protected: m.Protected, LinkPreview: m.LinkPreview, Markup: m.keyboardOnWire()}
	if !m.EditedAt.IsZero() {
		w.EditDate = m.EditedAt.Unix()
	}
	c.authorOnWire(m, &w)
	if m.Quote != "" {
		w.Quote = &wireQuote{Text: m.Quote, Manual: true}
	}
	if m.Photo != "" {
		w.Photo = photoOnWire(m.Photo)
		w.Caption, w.CaptionMarks, w.CaptionTop = m.Text, m.Entities, m.CaptionTop
	} else {
		w.Text, w.Entities = m.Text, m.Entities
	}
	if m.tell != nil {
		m.tell(&w)
	}
	return w
}

// authorOnWire says who wrote m: in channels the channel itself.
func (c *Chat) authorOnWire(m *Message, w *wireMessage) {
	if c.kind == Channel {
		w.SenderChat = &w.Chat
		return
	}
	if author := c.s.account(m.From); author != nil {
		from := author.wire()
		w.From = &from
	}
}

// account is the user or bot with that id, nil for none.
func (s *Server) account(id int64) Account {
	if u := s.world.users[id]; u != nil {
		return u
	}
	for _, b := range s.world.bots {
		if b.id == id {
			return b
		}
	}
	return nil
}
