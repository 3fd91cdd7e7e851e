package telegramtest

import (
	"reflect"
)

func (s *Server) editMessageText(c *call) (any, *apiError) {
	if err := c.namesMessage(); err != nil {
		return nil, err
	}
	content, err := c.textContent()
	if err != nil {
		return nil, err
	}
	return s.edit(c, func(m *Message) (Content, *apiError) {
		if m.Photo != "" || m.Service != "" {
			return content, badRequest("there is no text in the message to edit")
		}
		return content, nil
	})
}

func (s *Server) editMessageCaption(c *call) (any, *apiError) {
	if err := c.namesMessage(); err != nil {
		return nil, err
	}
	content, err := c.captionContent()
	if err != nil {
		return nil, err
	}
	return s.edit(c, func(m *Message) (Content, *apiError) {
		if m.Photo == "" {
			return content, badRequest("there is no caption in the message to edit")
		}
		content.Photo = m.Photo
		return content, nil
	})
}

func (s *Server) editMessageReplyMarkup(c *call) (any, *apiError) {
	if err := c.namesMessage(); err != nil {
		return nil, err
	}
	var keyboard Content
	if err := c.markupInto(&keyboard); err != nil {
		return nil, err
	}
	return s.edit(c, func(m *Message) (Content, *apiError) {
		content := m.Content
		content.Buttons = keyboard.Buttons
		return content, nil
	})
}

// namesMessage: an edit names its message in one of two ways. Inline messages do not exist here.
func (c *call) namesMessage() *apiError {
	switch {
	case c.has("inline_message_id"):
		return badRequest("MESSAGE_ID_INVALID")
	case !c.has("chat_id") && !c.has("message_id"):
		return badRequest("message identifier is not specified")
	}
	return nil
}

// edit gives a message of the bot's own a new content. There is no age limit (tdlib/td, can_edit_message).
func (s *Server) edit(c *call, change func(*Message) (Content, *apiError)) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, err := s.target(c, toEdit)
	if err != nil {
		return nil, err
	}
	m := chat.living(int(c.integer("message_id", 0)))
	switch {
	case m == nil:
		return nil, badRequest("message to edit not found")
	case m.From != c.bot.id || m.Keyboard != "" || m.Service != "":
		return nil, badRequest("message can't be edited")
	}
	content, err := change(m)
	if err != nil {
		return nil, err
	}
	if content.Keyboard != "" {
		return nil, badRequest("inline keyboard expected")
	}
	if content.same(m.Content) {
		return nil, badRequest("message is not modified: specified new message content and reply markup are exactly " +
			"the same as a current content and reply markup of the message")
	}
	chat.replace(m, content)
	w := chat.onWire(m)
	return &w, nil
}

func (c Content) same(as Content) bool { return reflect.DeepEqual(c, as) }
