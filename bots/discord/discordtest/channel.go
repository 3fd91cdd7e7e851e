package discordtest

import (
	"fmt"
	"slices"
	"time"
)

// Kind is a channel's type as the wire has it (discord.com/developers/docs/resources/channel#channel-object-channel-types).
type Kind int

// The kinds of channels a newsroom's bot writes to.
const (
	Text               Kind = 0
	DM                 Kind = 1
	Announcement       Kind = 5
	AnnouncementThread Kind = 10
	Thread             Kind = 11
	Forum              Kind = 15
)

// Channel is a channel, thread or dialog, and the handle by which tests act in it.
type Channel struct {
	s          *Server
	id         string
	kind       Kind
	guild      *Guild // nil for DMs
	name       string
	overwrites []overwrite
	gone       bool

	bot  *Bot // of a DM
	peer *User

	parent   *Channel // of a thread
	starter  string   // account that opened it
	archived bool
	locked   bool

	archiveAfter int // minutes

	messages []*Message
	sent     int // messages ever written
}

// ID is the channel's id.
func (c *Channel) ID() string { return c.id }

// Kind is the channel's type.
func (c *Channel) Kind() Kind { return c.kind }

// Guild is the server it belongs to; nil for a dialog.
func (c *Channel) Guild() *Guild { return c.guild }

// Parent is the channel a thread hangs on; nil for all others.
func (c *Channel) Parent() *Channel { return c.parent }

// Name is the channel's name; of a dialog, the user's.
func (c *Channel) Name() string {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.kind == DM {
		return c.peer.person.Name
	}
	return c.name
}

// Channel is the channel, thread or dialog with that id, nil for none.
func (s *Server) Channel(id string) *Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world.channels[id]
}

// Channels are all there are, dialogs and threads included, by age.
func (s *Server) Channels() []*Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	return sorted(s.world.channels)
}

func (c *Channel) thread() bool { return c.kind == Thread || c.kind == AnnouncementThread }

// Messages are copies of all messages, the deleted and ephemeral ones too, in order.
func (c *Channel) Messages() []Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.clones(func(*Message) bool { return true })
}

// Received are the messages bots have sent here for all to see, the deleted ones too, in order.
func (c *Channel) Received() []Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.clones(func(m *Message) bool { return m.FromBot && m.For == "" })
}

// Visible is what a user sees who looks into the channel: nothing deleted, and no ephemeral answers to others.
func (c *Channel) Visible(u *User) []Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if !c.permissions(u.id).Has(ViewChannel) {
		return nil
	}
	return c.clones(func(m *Message) bool { return !m.Deleted && (m.For == "" || m.For == u.id) })
}

func (c *Channel) clones(want func(*Message) bool) []Message {
	var found []Message
	for _, m := range c.messages {
		if want(m) {
			found = append(found, m.clone())
		}
	}
	return found
}

// Message is a copy of one message; false when there is none with that id.
func (c *Channel) Message(id string) (Message, bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for _, m := range c.messages {
		if m.ID == id {
			return m.clone(), true
		}
	}
	return Message{}, false
}

// Last is the newest message for all to see that is not deleted; false when there is none.
func (c *Channel) Last() (Message, bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for _, m := range slices.Backward(c.messages) {
		if !m.Deleted && m.For == "" {
			return m.clone(), true
		}
	}
	return Message{}, false
}

// find is a message that is still there, nil for none. The caller holds the lock.
func (c *Channel) find(id string) *Message {
	i, ok := slices.BinarySearchFunc(c.messages, id, func(m *Message, id string) int { return compareIDs(m.ID, id) })
	if !ok || c.messages[i].Deleted {
		return nil
	}
	return c.messages[i]
}

// Say writes text into the channel as u. In a dialog the bot gets MESSAGE_CREATE, if it asked for direct messages. Where u
// cannot write, it panics: that is a mistake in the test.
func (c *Channel) Say(u *User, text string) Message { return c.Reply(u, "", text) }

// Reply answers a message, as Say.
func (c *Channel) Reply(u *User, to, text string) Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if err := c.mayWrite(u.id); err != nil || c.gone {
		panic(fmt.Sprintf("discordtest: %s cannot write in %s: %v", u.person.Name, c.id, err))
	}
	m := &Message{From: u.id, Sender: u.person.Name, author: u.wire(), Content: Content{Text: text}, ReplyTo: to}
	m.Pinged, m.named = c.pings(u.id, text, nil, c.find(to))
	c.write(m)
	return m.clone()
}

// write puts a message into the channel, with a new id where it has none. The caller holds the lock.
func (c *Channel) write(m *Message) {
	if m.ID == "" {
		m.ID = c.s.newID()
	}
	m.Channel, m.Date = c.id, c.s.now()
	if c.guild != nil {
		m.Guild = c.guild.id
	}
	c.archived = false
	c.messages = append(c.messages, m)
	c.sent++
	if most := c.s.opt.History; most > 0 && len(c.messages) > most {
		c.messages[0] = nil
		c.messages = c.messages[1:]
	}
	if c.kind == DM {
		c.bot.dispatch(intentDirectMessages, "MESSAGE_CREATE", m.wire(c.s)) // its own messages, too
	}
	c.s.publishMessage(Written, m)
}

// edit gives a message new content. The caller holds the lock.
func (c *Channel) edit(m *Message, content Content) {
	now := c.s.now()
	m.Edits = append(m.Edits, Edit{m.Content, now})
	m.Content, m.EditedAt = content, now
	c.s.publishMessage(Edited, m)
}

// DeleteMessage deletes a message as a moderator would, whoever wrote it. Bots without message intents are not told.
func (c *Channel) DeleteMessage(id string) error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	m := c.find(id)
	if m == nil {
		return fmt.Errorf("discordtest: no message %s in channel %s", id, c.id)
	}
	c.remove(m)
	return nil
}

func (c *Channel) remove(m *Message) {
	m.Deleted, m.DeletedAt = true, c.s.now()
	c.s.publishMessage(Deleted, m)
}

// Gone says whether the channel was deleted.
func (c *Channel) Gone() bool {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.gone
}

// Delete takes the channel away, with its threads. Bots get CHANNEL_DELETE (THREAD_DELETE), and 10003 from then on.
func (c *Channel) Delete() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.delete()
}

func (c *Channel) delete() {
	if c.gone {
		return
	}
	for _, t := range sorted(c.s.world.channels) {
		if t.parent == c {
			t.gone = true
		}
	}
	c.gone = true
	if c.guild != nil {
		c.guild.tell(c.event("DELETE"), c.wire())
	}
	c.s.publish(Event{Kind: Changed, Channel: c.id})
}

// event is the name of an event about the channel.
func (c *Channel) event(what string) string {
	if c.thread() {
		return "THREAD_" + what
	}
	return "CHANNEL_" + what
}

// Rename changes the channel's name. Bots get CHANNEL_UPDATE.
func (c *Channel) Rename(name string) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.name = name
	c.updated()
}

// updated tells the bots of a change. The caller holds the lock.
func (c *Channel) updated() {
	if c.guild != nil {
		c.guild.tell(c.event("UPDATE"), c.wire())
	}
	c.s.publish(Event{Kind: Changed, Channel: c.id})
}

// SetArchived puts a thread away, or brings it back. Writing to an archived thread brings it back too, a locked one stays.
func (c *Channel) SetArchived(archived, locked bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.archived, c.locked = archived, locked
	c.updated()
}

// Deny takes permissions from somebody in this channel alone.
func (c *Channel) Deny(a Account, p Permissions) { c.overwrite(a.ID(), true, 0, p) }

// Allow gives permissions to somebody in this channel alone.
func (c *Channel) Allow(a Account, p Permissions) { c.overwrite(a.ID(), true, p, 0) }

// DenyRole takes permissions from a role in this channel alone.
func (c *Channel) DenyRole(r *Role, p Permissions) { c.overwrite(r.id, false, 0, p) }

// AllowRole gives permissions to a role in this channel alone.
func (c *Channel) AllowRole(r *Role, p Permissions) { c.overwrite(r.id, false, p, 0) }

// overwrite adds to what is allowed and denied somebody; the newer word wins.
func (c *Channel) overwrite(id string, member bool, allow, deny Permissions) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.setOverwrite(id, member, allow, deny)
	c.updated()
}

func (c *Channel) setOverwrite(id string, member bool, allow, deny Permissions) {
	i := slices.IndexFunc(c.overwrites, func(o overwrite) bool { return o.id == id })
	if i < 0 {
		c.overwrites = append(c.overwrites, overwrite{id: id, member: member})
		i = len(c.overwrites) - 1
	}
	o := &c.overwrites[i]
	o.allow, o.deny = o.allow&^deny|allow, o.deny&^allow|deny
}

// Permissions are what somebody may do here.
func (c *Channel) Permissions(a Account) Permissions {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.permissions(a.ID())
}

// wire is the channel as the API gives it. The caller holds the lock.
func (c *Channel) wire() *wireChannel {
	w := &wireChannel{ID: c.id, Type: int(c.kind)}
	if len(c.messages) > 0 {
		w.LastMessageID = &c.messages[len(c.messages)-1].ID
	}
	if c.kind == DM {
		w.Recipients = []wireUser{c.peer.wire()}
		return w
	}
	w.GuildID, w.Name = c.guild.id, c.name
	if c.thread() {
		c.addThread(w)
		return w
	}
	w.Position = new(int)
	for _, o := range c.overwrites {
		member := 0
		if o.member {
			member = 1
		}
		w.Overwrites = append(w.Overwrites, wireOverwrite{o.id, member, o.allow.String(), o.deny.String()})
	}
	return w
}

// archiveAfter is the minutes without a message after which clients put a thread away, where its opener does not say.
const archiveAfter = 1440

func (c *Channel) addThread(w *wireChannel) {
	members, count := 1, min(c.sent, 50)
	w.ParentID, w.OwnerID, w.MessageCount, w.MemberCount, w.TotalSent = &c.parent.id, c.starter, &count, &members, &c.sent
	w.Thread = &wireThread{Archived: c.archived, Locked: c.locked, After: c.archiveAfter, ArchiveAt: stamp(time.Unix(0, 0))}
	if len(c.messages) > 0 {
		w.Thread.ArchiveAt = stamp(c.messages[len(c.messages)-1].Date)
	}
}
