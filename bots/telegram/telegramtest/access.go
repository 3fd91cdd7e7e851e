package telegramtest

import (
	"slices"
	"strings"
)

// access is what a call wants to do in a chat.
type access int

const (
	toRead   access = iota
	toEdit          // what is there already
	toDelete        // what is there already
	toWrite         // something new
)

// target is the chat a call names, if the bot may do there what it wants. The caller holds the lock.
func (s *Server) target(c *call, want access) (*Chat, *apiError) {
	return s.chatFor(c, "chat_id", want)
}

func (s *Server) chatFor(c *call, argument string, want access) (*Chat, *apiError) {
	name := strings.TrimSpace(c.get(argument))
	if name == "" {
		return nil, badRequest("%s is empty", argument)
	}
	username, public := strings.CutPrefix(name, "@")
	if !public {
		username = ""
	}
	chat := s.find(c.bot, c.integer(argument, 0), username)
	if chat == nil {
		return nil, badRequest("chat not found")
	}
	if chat.kind == Private {
		return chat, chat.dialogAccess(want)
	}
	return chat, chat.groupAccess(c.bot, want)
}

func (c *Chat) dialogAccess(want access) *apiError {
	switch {
	case want == toRead && !c.started:
		return badRequest("chat not found")
	case want == toRead:
		return nil
	case c.peer.deactivated:
		return forbidden("user is deactivated")
	case want == toDelete: // works behind a block too
		return nil
	case !c.started:
		return forbidden("bot can't initiate conversation with a user")
	case c.blocked:
		return forbidden("bot was blocked by the user")
	}
	return nil
}

// groupAccess follows check_chat_access of tdlib/telegram-bot-api, and the refusals that come from behind it.
func (c *Chat) groupAccess(b *Bot, want access) *apiError {
	st := c.status(b.id)
	_, known := c.members[b.id]
	switch {
	case !known && c.username == "":
		return badRequest("chat not found")
	case c.kind == Group && want == toRead:
		return nil
	case c.movedTo != nil && want == toEdit: // only writing is told where the group went
		return badRequest("message can't be edited")
	case c.movedTo != nil:
		err := badRequest("group chat was upgraded to a supergroup chat")
		err.MigrateTo = c.movedTo.id
		return err
	case c.deleted && c.kind == Group:
		return forbidden("the group chat was deleted")
	case c.deleted, st.kind == kicked:
		return forbidden("bot was kicked from the %s chat", c.kind)
	case !st.present() && (want != toRead || c.username == ""):
		return forbidden("bot is not a member of the %s chat", c.kind)
	case c.kind == Channel && (want == toEdit || want == toWrite) && !(st.admin() && st.rights.Post):
		return badRequest("need administrator rights in the channel chat")
	}
	return nil
}

// maySend says whether the bot may send what ("text messages", "photos") into the topic it named.
func (c *Chat) maySend(b *Bot, thread int, what string) *apiError {
	st := c.status(b.id)
	if c.kind != Private && (st.mute || c.muted && !st.admin()) {
		return badRequest("not enough rights to send %s to the chat", what)
	}
	if thread == 0 {
		return nil
	}
	t := c.topics[thread]
	switch {
	case c.forum && t == nil, !c.forum && (c.kind != Supergroup || c.living(thread) == nil):
		return badRequest("message thread not found")
	case c.forum && t.closed && !(st.admin() && st.rights.ManageTopics):
		return badRequest("TOPIC_CLOSED")
	}
	return nil
}

// undergo is what a Fault does to a chat. What cannot happen to its kind of chat does not.
func (c *Chat) undergo(change Change, b *Bot) {
	switch {
	case change == Blocks && c.kind == Private:
		c.block(true)
	case change == Deactivate && c.kind == Private:
		c.peer.deactivated = true
	case change == Migrates && c.kind == Group:
		c.migrate()
	case change == Kicks && c.kind != Private && c.status(b.id).present():
		c.change(c.someone(), b, status{kind: kicked})
	}
}

// chatActions are what sendChatAction knows (core.telegram.org/bots/api#sendchataction).
var chatActions = []string{"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
	"upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note"}

func (s *Server) sendChatAction(c *call) (any, *apiError) {
	action := c.get("action")
	if !slices.Contains(chatActions, action) {
		return nil, badRequest("wrong parameter action in request")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, err := s.target(c, toWrite)
	if err != nil {
		return nil, err
	}
	s.publish(Event{Kind: Typing, Chat: chat.id, Bot: c.bot.id, Action: action})
	return true, nil
}
