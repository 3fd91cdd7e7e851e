package discordtest

import (
	"slices"
	"strconv"
	"time"
)

// visible is the channel the path names, where the bot may see it. The caller holds the lock.
func (s *Server) visible(c *call) (*Channel, *apiError) {
	ch := s.channel(c.bot, c.channelID())
	switch {
	case ch == nil:
		return nil, errUnknownChannel
	case !ch.permissions(c.bot.id).Has(ViewChannel):
		return nil, errMissingAccess
	}
	return ch, nil
}

// writable is the channel the path names, where the bot may write into it. The caller holds the lock.
func (s *Server) writable(c *call) (*Channel, *apiError) {
	ch, err := s.visible(c)
	switch {
	case err != nil:
		return nil, err
	case ch.kind == Forum:
		return nil, errNoText
	case ch.kind == DM && !ch.peer.reachable(c.bot):
		return nil, errNoDM
	case ch.locked:
		return nil, errLocked
	}
	return ch, ch.mayWrite(c.bot.id)
}

func (s *Server) createMessage(c *call) (any, *apiError) {
	var body messageBody
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	if err := s.checkForm(c, "", body); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, err := s.writable(c)
	if err != nil {
		return nil, err
	}
	if body.Enforce && body.nonce() != "" {
		if first := c.bot.repeated(body.nonce(), c.at); first != nil {
			c.repeated, c.made = true, first.ID
			return first.wire(s).withNonce(body), nil
		}
	}
	m, err := ch.compose(c.bot, body)
	if err != nil {
		return nil, err
	}
	ch.write(m)
	c.made = m.ID
	if body.Enforce && body.nonce() != "" {
		c.bot.remember(body.nonce(), c.at, m)
	}
	return m.wire(s).withNonce(body), nil
}

// withNonce gives the nonce back, in the form it came.
func (w *wireMessage) withNonce(b messageBody) *wireMessage {
	if b.nonce() != "" {
		w.Nonce = b.Nonce
	}
	return w
}

// compose makes the message a body asks for. The caller holds the lock.
func (c *Channel) compose(b *Bot, body messageBody) (*Message, *apiError) {
	m := &Message{From: b.id, Sender: b.name, FromBot: true, author: b.wire(), Content: body.content(),
		Flags: body.flags() &^ Ephemeral, Nonce: body.nonce()}
	switch {
	case m.Content.empty():
		return nil, errEmptyMessage
	case len(m.Embeds) > 0 && !c.permissions(b.id).Has(EmbedLinks):
		return nil, errMissingPermissions
	}
	var replied *Message
	if body.Reference != nil && body.Reference.MessageID != "" {
		replied = c.find(body.Reference.MessageID)
		switch {
		case !c.permissions(b.id).Has(ReadMessageHistory):
			return nil, errReplyHistory
		case replied != nil:
			m.ReplyTo = replied.ID
		case body.Reference.MustExist == nil || *body.Reference.MustExist:
			return nil, invalidForm(fieldFault{"message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message"})
		}
	}
	m.Pinged, m.named = c.pings(b.id, m.Text, body.Allowed, replied)
	return m, nil
}

// message is the message the path names, where the bot may see it. The caller holds the lock.
func (s *Server) message(c *call) (*Channel, *Message, *apiError) {
	ch, err := s.visible(c)
	if err != nil {
		return nil, nil, err
	}
	m := ch.find(c.named["message_id"])
	if m == nil || m.For != "" {
		return nil, nil, errUnknownMessage
	}
	return ch, m, nil
}

func (s *Server) getMessage(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, m, err := s.message(c)
	switch {
	case err != nil:
		return nil, err
	case !ch.permissions(c.bot.id).Has(ReadMessageHistory):
		return nil, errMissingAccess
	}
	return m.wire(s), nil
}

// historyLimit is how many messages a page of them has at most, and pageLimit how many when not asked.
const (
	historyLimit = 100
	pageLimit    = 50
)

func (s *Server) listMessages(c *call) (any, *apiError) {
	limit := pageLimit
	if text := c.query.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > historyLimit {
			return nil, invalidForm(fieldFault{"limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100."})
		}
		limit = n
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, err := s.visible(c)
	if err != nil {
		return nil, err
	}
	page := []*wireMessage{}
	if !ch.permissions(c.bot.id).Has(ReadMessageHistory) {
		return page, nil // as documented: none, not an error
	}
	for _, m := range ch.page(c.query.Get("before"), c.query.Get("after"), c.query.Get("around"), limit) {
		page = append(page, m.wire(s))
	}
	return page, nil
}

// page is a stretch of what all see of the channel, the newest first.
func (c *Channel) page(before, after, around string, limit int) []*Message {
	var all []*Message
	for _, m := range c.messages {
		if !m.Deleted && m.For == "" {
			all = append(all, m)
		}
	}
	from, to := max(0, len(all)-limit), len(all)
	place := func(id string) int {
		n, _ := slices.BinarySearchFunc(all, id, func(m *Message, id string) int { return compareIDs(m.ID, id) })
		return n
	}
	switch {
	case around != "":
		from = max(0, place(around)-limit/2)
		to = min(len(all), from+limit)
	case before != "":
		to = place(before)
		from = max(0, to-limit)
	case after != "":
		from = place(after)
		if from < len(all) && all[from].ID == after {
			from++
		}
		to = min(len(all), from+limit)
	}
	found := slices.Clone(all[from:to])
	slices.Reverse(found)
	return found
}

func (s *Server) updateMessage(c *call) (any, *apiError) {
	var body messageBody
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	if err := s.checkForm(c, "", body); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, m, err := s.message(c)
	if err != nil {
		return nil, err
	}
	if err := ch.mayEdit(c, m, body); err != nil {
		return nil, err
	}
	next := body.over(m.Content, c.body)
	if next.empty() {
		return nil, errEmptyMessage
	}
	if body.Flags != nil {
		m.Flags = m.Flags&^SuppressEmbeds | body.flags()&(SuppressEmbeds|ComponentsV2)
	}
	_, m.named = ch.pings(c.bot.id, next.Text, body.Allowed, nil)
	ch.edit(m, next)
	return m.wire(s), nil
}

// mayEdit says why the bot cannot change a message, nil where it can. The caller holds the lock.
func (c *Channel) mayEdit(call *call, m *Message, body messageBody) *apiError {
	switch {
	case m.From != call.bot.id:
		return errNotAuthor
	case c.archived || c.locked:
		return errArchived
	case len(body.embeds()) > 0 && !c.permissions(call.bot.id).Has(EmbedLinks):
		return errMissingPermissions
	case m.Published() && !m.countPublishedEdit(c.s.opt.Limits.EditPublished, call.at):
		return &apiError{Status: 429, Code: 20022, Message: "This message cannot be edited due to announcement rate limits"}
	}
	return nil
}

// countPublishedEdit notes an edit of a published message; false: there were too many.
func (m *Message) countPublishedEdit(most Rate, now time.Time) bool {
	if most.Calls == 0 {
		return true
	}
	w := window{span: most.Per, limit: most.Calls, times: m.published}
	if w.wait(now) > 0 {
		return false
	}
	w.add(now)
	m.published = w.times
	return true
}

func (s *Server) deleteMessage(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, m, err := s.message(c)
	switch {
	case err != nil:
		return nil, err
	case m.From != c.bot.id && ch.kind == DM:
		return nil, errNotInDM
	case m.From != c.bot.id && !ch.permissions(c.bot.id).Has(ManageMessages):
		return nil, errMissingPermissions
	}
	ch.remove(m)
	return nil, nil
}

func (s *Server) crosspostMessage(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, m, err := s.message(c)
	switch {
	case err != nil:
		return nil, err
	case ch.kind != Announcement:
		return nil, errWrongChannelType
	case m.Published():
		return nil, errAlreadyCrossposted
	case m.From == c.bot.id && !ch.permissions(c.bot.id).Has(SendMessages),
		m.From != c.bot.id && !ch.permissions(c.bot.id).Has(ManageMessages):
		return nil, errMissingPermissions
	}
	m.Flags |= Crossposted
	s.publishMessage(Edited, m)
	return m.wire(s), nil
}
