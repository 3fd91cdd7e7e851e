package telegramtest

import (
	"strings"
	"time"
)

func (s *Server) sendMessage(c *call) (any, *apiError) {
	content, err := c.textContent()
	if err != nil {
		return nil, err
	}
	return s.send(c, content, "text messages")
}

func (s *Server) sendPhoto(c *call) (any, *apiError) {
	photo, err := c.photo()
	if err != nil {
		return nil, err
	}
	content, err := c.captionContent()
	if err != nil {
		return nil, err
	}
	content.Photo = photo
	return s.send(c, content, "photos")
}

// send puts a new message of the bot into the chat it names.
func (s *Server) send(c *call, content Content, what string) (any, *apiError) {
	reply, err := c.replyParameters()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, err := s.target(c, toWrite)
	if err != nil {
		return nil, err
	}
	m := &Message{Content: content, From: c.bot.id, FromBot: true, Sender: c.bot.account.Name,
		Thread: int(c.integer("message_thread_id", 0)), Silent: c.boolean("disable_notification"),
		Protected: c.boolean("protect_content"), Paid: c.boolean("allow_paid_broadcast")}
	if err := chat.maySend(c.bot, m.Thread, what); err != nil {
		return nil, err
	}
	if err := chat.answerTo(m, reply); err != nil {
		return nil, err
	}
	chat.lastBot = c.bot.id
	chat.add(m)
	c.made = m.ID
	s.publishMessage(Written, m)
	w := chat.onWire(m)
	return &w, nil
}

// replyTo is reply_parameters as far as it is modelled.
type replyTo struct {
	Message int    `json:"message_id"`
	Chat    any    `json:"chat_id"` // a number or "@username"
	Lax     bool   `json:"allow_sending_without_reply"`
	Quote   string `json:"quote"`
}

func (c *call) replyParameters() (replyTo, *apiError) {
	var r replyTo
	given, err := c.decode("reply_parameters", &r)
	if err != nil || given && r.Message <= 0 {
		return r, badRequest("can't parse reply parameters JSON object")
	}
	return r, nil
}

// answerTo makes m a reply. A reply in a forum goes to the topic of what it answers.
func (c *Chat) answerTo(m *Message, r replyTo) *apiError {
	if r.Message == 0 {
		return nil
	}
	to := c.living(r.Message)
	switch {
	case to == nil && r.Lax:
		return nil
	case to == nil:
		return badRequest("message to be replied not found")
	case !strings.Contains(to.Text, r.Quote):
		return badRequest("QUOTE_TEXT_INVALID")
	}
	m.ReplyTo, m.Quote = to.ID, r.Quote
	if m.Thread == 0 && c.forum {
		m.Thread = to.Thread
	}
	return nil
}

// copyMessage sends a message's content again, with another caption where one is given.
func (s *Server) copyMessage(c *call) (any, *apiError) {
	content, err := s.contentToCopy(c)
	if err != nil {
		return nil, err
	}
	if content.Photo != "" && c.has("caption") {
		caption, err := c.captionContent()
		if err != nil {
			return nil, err
		}
		caption.Photo = content.Photo
		content = caption
	} else if err := c.markupInto(&content); err != nil {
		return nil, err
	}
	if _, err := s.send(c, content, "text messages"); err != nil {
		return nil, err
	}
	return wireMessageID{ID: c.made}, nil
}

func (s *Server) contentToCopy(c *call) (Content, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, err := s.chatFor(c, "from_chat_id", toRead)
	if err != nil {
		return Content{}, err
	}
	m := from.living(int(c.integer("message_id", 0)))
	switch {
	case m == nil:
		return Content{}, badRequest("message to copy not found")
	case m.Service != "" || m.Protected:
		return Content{}, badRequest("message can't be copied")
	}
	content := m.Content
	content.Buttons, content.Keyboard = nil, ""
	return content, nil
}

// maxAnswer is the most characters of a callback answer (core.telegram.org/bots/api#answercallbackquery).
const maxAnswer = 200

func (s *Server) answerCallbackQuery(c *call) (any, *apiError) {
	if len([]rune(c.get("text"))) > maxAnswer {
		return nil, badRequest("MESSAGE_TOO_LONG")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.world.presses[c.get("callback_query_id")]
	if p == nil || p.bot != c.bot || s.now().Sub(p.at) > pressLifetime {
		return nil, badRequest("query is too old and response timeout expired or query ID is invalid")
	}
	delete(s.world.presses, p.ID)
	p.answered, p.answer = true, PressAnswer{Text: c.get("text"), Alert: c.boolean("show_alert"), URL: c.get("url")}
	answer := p.answer
	s.publish(Event{Kind: Answered, Chat: p.Chat.id, Bot: c.bot.id, Press: p.ID, Answer: &answer})
	return true, nil
}

// deleteAge is how old a message a bot can delete may be (core.telegram.org/bots/api#deletemessage).
const deleteAge = 48 * time.Hour

func (s *Server) deleteMessage(c *call) (any, *apiError) {
	id := int(c.integer("message_id", 0))
	switch {
	case !c.has("chat_id"):
		return nil, badRequest("chat identifier is not specified")
	case id <= 0:
		return nil, badRequest("message identifier is not specified")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, err := s.target(c, toDelete)
	if err != nil {
		return nil, err
	}
	m := chat.living(id)
	switch {
	case m == nil:
		return nil, badRequest("message to delete not found")
	case !chat.mayDelete(c.bot, m):
		return nil, badRequest("message can't be deleted")
	}
	chat.remove(m)
	return true, nil
}

// mayDelete: its own, in a dialog all, elsewhere with the right to; none older than two days.
func (c *Chat) mayDelete(b *Bot, m *Message) bool {
	if c.s.now().Sub(m.Date) >= deleteAge {
		return false
	}
	st := c.status(b.id)
	return m.From == b.id || c.kind == Private || st.admin() && st.rights.DeleteMessages
}

// deleteMessages deletes what it can and skips the rest.
func (s *Server) deleteMessages(c *call) (any, *apiError) {
	var ids []int
	if _, err := c.decode("message_ids", &ids); err != nil {
		return nil, badRequest("can't parse message identifiers JSON object")
	}
	switch {
	case len(ids) == 0:
		return nil, badRequest("message identifiers are not specified")
	case len(ids) > 100: // core.telegram.org/bots/api#deletemessages
		return nil, badRequest("too many message identifiers specified")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, err := s.target(c, toDelete)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if m := chat.living(id); m != nil && chat.mayDelete(c.bot, m) {
			chat.remove(m)
		}
	}
	return true, nil
}
