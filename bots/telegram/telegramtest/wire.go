package telegramtest

import "encoding/json"

// The types of this file are the Bot API's own, as they go over the wire.

type wireUser struct {
	ID        int64  `json:"id"`
	IsBot     bool   `json:"is_bot"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name,omitempty"`
	Username  string `json:"username,omitempty"`
	Language  string `json:"language_code,omitempty"`
	Premium   bool   `json:"is_premium,omitempty"`
}

// wireMe is the bot itself as getMe tells it.
type wireMe struct {
	wireUser
	CanJoinGroups   bool `json:"can_join_groups"`
	ReadsAll        bool `json:"can_read_all_group_messages"`
	SupportsInline  bool `json:"supports_inline_queries"`
	CanConnect      bool `json:"can_connect_to_business"`
	HasMainWebApp   bool `json:"has_main_web_app"`
	HasTopics       bool `json:"has_topics_enabled"`
	UsersMakeTopics bool `json:"allows_users_to_create_topics"`
}

type wireChat struct {
	ID        int64  `json:"id"`
	Type      string `json:"type"`
	Title     string `json:"title,omitempty"`
	Username  string `json:"username,omitempty"`
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
	IsForum   bool   `json:"is_forum,omitempty"`
}

type wireFullChat struct {
	wireChat
	AccentColor     int          `json:"accent_color_id"`
	MaxReactions    int          `json:"max_reaction_count"`
	AcceptedGifts   wireGifts    `json:"accepted_gift_types"`
	ActiveUsernames []string     `json:"active_usernames,omitempty"`
	Permissions     *wirePermits `json:"permissions,omitempty"`
}

type wireGifts struct {
	Unlimited    bool `json:"unlimited_gifts"`
	Limited      bool `json:"limited_gifts"`
	Unique       bool `json:"unique_gifts"`
	Premium      bool `json:"premium_subscription"`
	FromChannels bool `json:"gifts_from_channels"`
}

type wirePermits struct {
	CanSend bool `json:"can_send_messages"`
}

type wireMessage struct {
	ID            int           `json:"message_id"`
	Thread        int           `json:"message_thread_id,omitempty"`
	From          *wireUser     `json:"from,omitempty"`
	SenderChat    *wireChat     `json:"sender_chat,omitempty"`
	Date          int64         `json:"date"`
	Chat          wireChat      `json:"chat"`
	IsTopic       bool          `json:"is_topic_message,omitempty"`
	ReplyTo       *wireMessage  `json:"reply_to_message,omitempty"`
	Quote         *wireQuote    `json:"quote,omitempty"`
	EditDate      int64         `json:"edit_date,omitempty"`
	Protected     bool          `json:"has_protected_content,omitempty"`
	Text          string        `json:"text,omitempty"`
	Entities      []Entity      `json:"entities,omitempty"`
	LinkPreview   *LinkPreview  `json:"link_preview_options,omitempty"`
	Photo         []wirePhoto   `json:"photo,omitempty"`
	Caption       string        `json:"caption,omitempty"`
	CaptionMarks  []Entity      `json:"caption_entities,omitempty"`
	CaptionTop    bool          `json:"show_caption_above_media,omitempty"`
	Joined        []wireUser    `json:"new_chat_members,omitempty"`
	Left          *wireUser     `json:"left_chat_member,omitempty"`
	MigrateTo     int64         `json:"migrate_to_chat_id,omitempty"`
	MigrateFrom   int64         `json:"migrate_from_chat_id,omitempty"`
	TopicCreated  *wireTopic    `json:"forum_topic_created,omitempty"`
	TopicClosed   *struct{}     `json:"forum_topic_closed,omitempty"`
	TopicReopened *struct{}     `json:"forum_topic_reopened,omitempty"`
	Markup        *wireKeyboard `json:"reply_markup,omitempty"`
}

type wireQuote struct {
	Text     string `json:"text"`
	Position int    `json:"position"`
	Manual   bool   `json:"is_manual,omitempty"`
}

type wirePhoto struct {
	FileID       string `json:"file_id"`
	FileUniqueID string `json:"file_unique_id"`
	Width        int    `json:"width"`
	Height       int    `json:"height"`
}

type wireTopic struct {
	Name  string `json:"name"`
	Color int    `json:"icon_color"`
}

type wireKeyboard struct {
	Rows [][]json.RawMessage `json:"inline_keyboard"`
}

type wireMessageID struct {
	ID int `json:"message_id"`
}

type wireCallback struct {
	ID       string   `json:"id"`
	From     wireUser `json:"from"`
	Message  any      `json:"message,omitempty"` // wireMessage or wireInaccessible
	Instance string   `json:"chat_instance"`
	Data     string   `json:"data,omitempty"`
}

// wireInaccessible is a message that is deleted: its date is always 0 (core.telegram.org/bots/api#inaccessiblemessage).
type wireInaccessible struct {
	Chat wireChat `json:"chat"`
	ID   int      `json:"message_id"`
	Date int64    `json:"date"`
}

type wireMemberUpdated struct {
	Chat wireChat `json:"chat"`
	From wireUser `json:"from"`
	Date int64    `json:"date"`
	Old  any      `json:"old_chat_member"`
	New  any      `json:"new_chat_member"`
}

type wireWebhook struct {
	URL           string   `json:"url"`
	Certificate   bool     `json:"has_custom_certificate"`
	Pending       int      `json:"pending_update_count"`
	LastErrorDate int64    `json:"last_error_date,omitempty"`
	LastError     string   `json:"last_error_message,omitempty"`
	MaxConns      int      `json:"max_connections,omitempty"`
	Allowed       []string `json:"allowed_updates,omitempty"`
}
