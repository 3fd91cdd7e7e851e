package telegram

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-telegram/bot/models"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// wanted are the kinds of update we ask for.
var wanted = []string{models.AllowedUpdateMessage, models.AllowedUpdateChannelPost, models.AllowedUpdateCallbackQuery,
	models.AllowedUpdateMyChatMember}

// heard is what is kept of an update until it is handled: no names, and of what was said only what is meant for us.
type heard struct {
	Kind     deedKind         `json:"kind"`
	Chat     int64            `json:"chat"`
	Sort     models.ChatType  `json:"sort"`
	Thread   int              `json:"thread,omitempty"`
	Message  int              `json:"message,omitempty"` // the command's, or that of the pressed button
	Person   int64            `json:"person,omitempty"`
	Admin    bool             `json:"admin,omitempty"` // known without asking
	Language string           `json:"language,omitempty"`
	About    delivery.BatchID `json:"about,omitempty"`

	Command string `json:"command,omitempty"`
	For     string `json:"for,omitempty"` // the bot a command is addressed to, "" any
	Args    string `json:"args,omitempty"`
	Text    string `json:"text,omitempty"`

	Press  string `json:"press,omitempty"` // id of the callback query
	Button string `json:"button,omitempty"`

	Event bots.EventKind `json:"event,omitempty"`
	To    int64          `json:"to,omitempty"` // where the chat moved
}

// deedKind is what sort of update it was.
type deedKind string

const (
	saidKind    deedKind = "said"
	pressedKind deedKind = "pressed"
	eventKind   deedKind = "event"
)

// listen reduces an update as it came. ok is false where it holds nothing for us.
func listen(raw json.RawMessage) (id int64, h heard, ok bool, err error) {
	var u models.Update
	if err := json.Unmarshal(raw, &u); err != nil {
		return numberOf(raw), heard{}, false, fmt.Errorf("read an update: %w", err)
	}
	switch {
	case u.Message != nil:
		h, ok = hearMessage(u.Message)
	case u.ChannelPost != nil:
		h, ok = hearMessage(u.ChannelPost)
		h.Admin = true // only administrators post in a channel
	case u.CallbackQuery != nil:
		h, ok = hearPress(u.CallbackQuery)
	case u.MyChatMember != nil:
		h, ok = hearMembership(u.MyChatMember)
	}
	return u.ID, h, ok, nil
}

// numberOf is an update's number even where the rest cannot be read, so that it is confirmed and does not come for ever.
func numberOf(raw json.RawMessage) int64 {
	var u struct {
		ID int64 `json:"update_id"`
	}
	if json.Unmarshal(raw, &u) != nil {
		return 0
	}
	return u.ID
}

func hearMessage(m *models.Message) (heard, bool) {
	h := heardWith(m)
	if m.MigrateToChatID != 0 {
		h.Kind, h.Event, h.To = eventKind, bots.Moved, m.MigrateToChatID
		return h, true
	}
	if m.From != nil && m.From.IsBot && m.SenderChat == nil {
		return h, false // two bots in one group must not talk to each other for ever
	}
	h.Kind = saidKind
	h.from(m.From)
	// An administrator who speaks as the chat itself.
	h.Admin = h.Sort == models.ChatTypePrivate || m.SenderChat != nil && m.SenderChat.ID == m.Chat.ID
	if m.ReplyToMessage != nil {
		h.About = aboutOf(m.ReplyToMessage)
	}
	cmd, ok := parseCommand(m.Text, m.Entities)
	private := h.Sort == models.ChatTypePrivate
	if ok && (private || cmd.first) {
		h.Command, h.For, h.Args = cmd.name, cmd.addressee, cmd.args
		return h, true
	}
	h.Text = m.Text
	return h, private && m.Text != ""
}

func hearPress(q *models.CallbackQuery) (heard, bool) {
	h := heard{}
	switch {
	case q.Message.Message != nil:
		h = heardWith(q.Message.Message)
		h.About = aboutOf(q.Message.Message)
	case q.Message.InaccessibleMessage != nil: // deleted, or too old to be told
		h = heardIn(q.Message.InaccessibleMessage.Chat)
	}
	h.Kind, h.Press, h.Button = pressedKind, q.ID, q.Data
	h.Admin = h.Sort == models.ChatTypePrivate
	h.from(&q.From)
	return h, h.Chat != 0 // else it is of an inline message: we send none
}

// hearMembership is what became of the bot itself in a chat.
func hearMembership(u *models.ChatMemberUpdated) (heard, bool) {
	h := heardIn(u.Chat)
	h.Kind = eventKind
	h.from(&u.From)
	was, is := u.OldChatMember, u.NewChatMember
	switch {
	case h.Sort == models.ChatTypePrivate && !present(is):
		h.Event = bots.Shunned
	case h.Sort == models.ChatTypePrivate:
		h.Event = bots.Returned
	case !present(is):
		h.Event = bots.Left
	case !present(was):
		h.Event = bots.Joined
	case !mute(is, h.Sort): // it may have been mute until now, by its own standing or the group's
		h.Event = bots.Returned
	}
	return h, h.Event != ""
}

func present(m models.ChatMember) bool {
	switch m.Type {
	case models.ChatMemberTypeLeft, models.ChatMemberTypeBanned:
		return false
	case models.ChatMemberTypeRestricted:
		return m.Restricted.IsMember
	default:
		return true
	}
}

// mute says whether the bot may be there and not speak. In a channel an administrator needs a right to post.
func mute(m models.ChatMember, sort models.ChatType) bool {
	switch m.Type {
	case models.ChatMemberTypeRestricted:
		return !m.Restricted.CanSendMessages
	case models.ChatMemberTypeAdministrator:
		return sort == models.ChatTypeChannel && !m.Administrator.CanPostMessages
	default:
		return false
	}
}

func heardIn(c models.Chat) heard { return heard{Chat: c.ID, Sort: c.Type} }

// heardWith is where a message stands. Topics are chats of their own in forums only: elsewhere a thread is a thread of
// replies.
func heardWith(m *models.Message) heard {
	h := heardIn(m.Chat)
	h.Message = m.ID
	if m.IsTopicMessage && m.Chat.Type == models.ChatTypeSupergroup {
		h.Thread = m.MessageThreadID
	}
	return h
}

func (h *heard) from(u *models.User) {
	if u != nil {
		h.Person, h.Language = u.ID, u.LanguageCode
	}
}

// aboutOf finds which alert a message tells in its own buttons.
func aboutOf(m *models.Message) delivery.BatchID {
	if m.ReplyMarkup == nil {
		return ""
	}
	for _, row := range m.ReplyMarkup.InlineKeyboard {
		for _, b := range row {
			if _, batch, ok := strings.Cut(b.CallbackData, ":"); ok && bots.MoreData(delivery.BatchID(batch)) == b.CallbackData {
				return delivery.BatchID(batch)
			}
		}
	}
	return ""
}

// address is where it was heard.
func (h heard) address(b *Bot) delivery.Address {
	a := b.address(strconv.FormatInt(h.Chat, 10), kindOf(h.Sort))
	if h.Thread != 0 {
		a.Thread = strconv.Itoa(h.Thread)
	}
	return a
}

func kindOf(sort models.ChatType) delivery.Kind {
	switch sort {
	case models.ChatTypePrivate:
		return delivery.Private
	case models.ChatTypeChannel:
		return delivery.Channel
	default:
		return delivery.Group
	}
}
