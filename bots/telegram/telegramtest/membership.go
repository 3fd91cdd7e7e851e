package telegramtest

// Block is what a user does to end a dialog: the bot gets my_chat_member, and 403 on every send until Unblock.
func (c *Chat) Block() { c.setBlocked(true) }

// Unblock ends a block; the bot gets my_chat_member.
func (c *Chat) Unblock() { c.setBlocked(false) }

// Blocked says whether the user of a dialog has blocked the bot.
func (c *Chat) Blocked() bool {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.blocked
}

func (c *Chat) setBlocked(blocked bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.kind != Private {
		panic("telegramtest: only a dialog can be blocked")
	}
	c.block(blocked)
}

func (c *Chat) block(blocked bool) {
	if c.blocked == blocked {
		return
	}
	c.blocked = blocked
	before, after := status{kind: kicked}, status{kind: member}
	if blocked {
		before, after = after, before
	}
	c.tellMember(c.peer, c.bot, before, after)
	c.s.publish(Event{Kind: Membership, Chat: c.id, Bot: c.bot.id, Status: after.kind})
}

// Add brings an account into a group or supergroup as a member, with the service message that shows it. In a channel,
// where bots can only be administrators, use Promote.
func (c *Chat) Add(by *User, who Account) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.change(by, who, status{kind: member})
	if c.kind != Channel {
		joined := []wireUser{who.wire()}
		c.announce(by, "new_chat_members", func(w *wireMessage) { w.Joined = joined })
	}
}

// Promote makes an account an administrator with these rights, bringing it in where it is not there yet.
func (c *Chat) Promote(by *User, who Account, rights Rights) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.change(by, who, status{kind: administrator, rights: rights})
}

// Demote makes an administrator an ordinary member again.
func (c *Chat) Demote(by *User, who Account) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.change(by, who, status{kind: member})
}

// Mute takes an account's right to send messages.
func (c *Chat) Mute(by *User, who Account) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.change(by, who, status{kind: restricted, mute: true})
}

// Remove kicks an account: a bot is answered 403 from then on.
func (c *Chat) Remove(by *User, who Account) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.change(by, who, status{kind: kicked})
	if c.kind != Channel {
		gone := who.wire()
		c.announce(by, "left_chat_member", func(w *wireMessage) { w.Left = &gone })
	}
}

// Silence takes the right to send from all who are no administrators (the group's own permissions); false gives it back.
func (c *Chat) Silence(on bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.muted = on
}

// change sets who's status and tells the bots whom it concerns.
func (c *Chat) change(by Account, who Account, to status) {
	before := c.status(who.ID())
	c.members[who.ID()] = &membership{account: who, status: to}
	if b, ok := who.(*Bot); ok {
		c.tellMember(by, b, before, to)
	}
	c.tellAdmins(by, who, before, to)
	c.s.publish(Event{Kind: Membership, Chat: c.id, Bot: who.ID(), Status: to.kind})
}

// tellMember tells a bot of its own new status.
func (c *Chat) tellMember(by Account, b *Bot, before, after status) {
	b.push("my_chat_member", c.id, map[string]any{"my_chat_member": c.memberUpdate(by, b, before, after)})
}

// tellAdmins tells bots that administer the chat and have asked for chat_member.
func (c *Chat) tellAdmins(by, who Account, before, after status) {
	for _, b := range c.botsHere() {
		if b.id != who.ID() && c.status(b.id).admin() {
			b.push("chat_member", c.id, map[string]any{"chat_member": c.memberUpdate(by, who, before, after)})
		}
	}
}

func (c *Chat) memberUpdate(by, who Account, before, after status) wireMemberUpdated {
	return wireMemberUpdated{Chat: c.wire(), From: by.wire(), Date: c.s.now().Unix(),
		Old: wireStatus(c.kind, who, before), New: wireStatus(c.kind, who, after)}
}

// announce adds a service message and tells the bots.
func (c *Chat) announce(by Account, kind string, tell func(*wireMessage)) *Message {
	return c.announceIn(by, kind, 0, tell)
}

func (c *Chat) announceIn(by Account, kind string, thread int, tell func(*wireMessage)) *Message {
	m := c.add(&Message{From: by.ID(), Sender: by.wire().FirstName, Service: kind, Thread: thread, tell: tell})
	c.tellBots(m)
	c.s.publishMessage(Written, m)
	return m
}

// Migrate makes a basic group a supergroup. Both get the service message that names the other; the old id is answered
// 400 with migrate_to_chat_id from then on. Messages stay with the old id.
func (c *Chat) Migrate() *Chat {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.migrate()
}

func (c *Chat) migrate() *Chat {
	if c.kind != Group {
		panic("telegramtest: only a basic group can migrate")
	}
	if c.movedTo != nil {
		return c.movedTo
	}
	super := c.s.addChat(&Chat{kind: Supergroup, title: c.title})
	for id, m := range c.members {
		super.members[id] = &membership{account: m.account, status: m.status}
	}
	by := c.someone()
	c.announce(by, "migrate_to_chat_id", func(w *wireMessage) { w.MigrateTo = super.id })
	c.movedTo = super
	super.announce(by, "migrate_from_chat_id", func(w *wireMessage) { w.MigrateFrom = c.id })
	c.s.publish(Event{Kind: Migrated, Chat: c.id, NewChat: super.id})
	return super
}

// someone is the chat's owner, or the account with the lowest number where it has none.
func (c *Chat) someone() Account {
	var found Account
	for _, m := range c.members {
		if m.status.kind == creator {
			return m.account
		}
		if found == nil || m.account.ID() < found.ID() {
			found = m.account
		}
	}
	return found
}

// Delete ends a group, supergroup or channel. Bots are answered 403.
func (c *Chat) Delete() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.deleted = true
}

// NewTopic opens a topic in a forum and answers its number.
func (c *Chat) NewTopic(by *User, name string) int {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if !c.forum {
		panic("telegramtest: only a forum has topics")
	}
	m := c.add(&Message{From: by.id, Sender: by.person.FirstName, Service: "forum_topic_created",
		tell: func(w *wireMessage) { w.TopicCreated = &wireTopic{Name: name, Color: 0x6FB9F0} }})
	m.Thread = m.ID
	c.topics[m.ID] = &topic{name: name}
	c.tellBots(m)
	return m.ID
}

// CloseTopic lets only administrators who manage topics write to it.
func (c *Chat) CloseTopic(by *User, thread int) {
	c.setTopicClosed(by, thread, true)
}

// ReopenTopic lets all write to it again.
func (c *Chat) ReopenTopic(by *User, thread int) {
	c.setTopicClosed(by, thread, false)
}

func (c *Chat) setTopicClosed(by *User, thread int, closed bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	t := c.topics[thread]
	if t == nil {
		panic("telegramtest: no such topic")
	}
	t.closed = closed
	kind, tell := "forum_topic_closed", func(w *wireMessage) { w.TopicClosed = &struct{}{} }
	if !closed {
		kind, tell = "forum_topic_reopened", func(w *wireMessage) { w.TopicReopened = &struct{}{} }
	}
	c.announceIn(by, kind, thread, tell)
}

// DeleteTopic takes a topic away with all its messages.
func (c *Chat) DeleteTopic(thread int) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	delete(c.topics, thread)
	for _, m := range c.messages {
		if m.Thread == thread && !m.Deleted {
			c.remove(m)
		}
	}
}
