package telegramtest

import (
	"slices"
	"time"
)

// Message is one message as its chat shows it. What callers get are copies.
type Message struct {
	ID       int       `json:"id"`
	Chat     int64     `json:"chat"`
	Bot      int64     `json:"bot,omitempty"`    // private chats: the bot it was exchanged with
	Thread   int       `json:"thread,omitempty"` // forum topic, 0 for none or General
	From     int64     `json:"from"`             // id of the user or bot; 0 for a post of the channel itself
	Sender   string    `json:"sender"`           // first name of From, or the channel's title
	FromBot  bool      `json:"from_bot"`
	Date     time.Time `json:"date"`
	EditedAt time.Time `json:"edited_at,omitzero"`

	Content
	Service string `json:"service,omitempty"` // kind of a service message, such as "migrate_to_chat_id"

	ReplyTo   int    `json:"reply_to,omitempty"`  // id of the message answered
	Quote     string `json:"quote,omitempty"`     // the part of it that is quoted
	Silent    bool   `json:"silent,omitempty"`    // disable_notification: arrived without a sound
	Protected bool   `json:"protected,omitempty"` // protect_content
	Paid      bool   `json:"paid,omitempty"`      // allow_paid_broadcast was set

	Deleted   bool      `json:"deleted,omitempty"`
	DeletedAt time.Time `json:"deleted_at,omitzero"`

	// Edits are the earlier contents, oldest first.
	Edits []Edit `json:"edits,omitempty"`

	tell func(*wireMessage) // sets a service message's own field on the wire
}

// Content is what an edit can change.
type Content struct {
	Text        string       `json:"text"`            // the text, or the caption of a photo; markup parsed away
	Entities    []Entity     `json:"entities"`        // what the markup said
	Photo       string       `json:"photo,omitempty"` // URL of the photo, or "attach:NAME" for an uploaded one
	Buttons     [][]Button   `json:"buttons,omitempty"`
	Keyboard    string       `json:"keyboard,omitempty"` // JSON of a reply keyboard, its removal or a forced reply
	LinkPreview *LinkPreview `json:"link_preview,omitempty"`
	CaptionTop  bool         `json:"caption_top,omitempty"` // show_caption_above_media
}

// Edit is a former content and when it was replaced.
type Edit struct {
	Content
	Until time.Time `json:"until"`
}

// Entity is a stretch of text with a meaning. Offset and Length count UTF-16 code units
// (core.telegram.org/bots/api#messageentity).
type Entity struct {
	Type     string `json:"type"`
	Offset   int    `json:"offset"`
	Length   int    `json:"length"`
	URL      string `json:"url,omitempty"`
	Language string `json:"language,omitempty"`
	Emoji    string `json:"custom_emoji_id,omitempty"`
}

// Button is one button of an inline keyboard.
type Button struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`

	raw string // the button as it was sent, with the kinds not modelled here
}

// LinkPreview is what link_preview_options asked for.
type LinkPreview struct {
	Disabled  bool   `json:"is_disabled,omitempty"`
	URL       string `json:"url,omitempty"`
	Small     bool   `json:"prefer_small_media,omitempty"`
	Large     bool   `json:"prefer_large_media,omitempty"`
	AboveText bool   `json:"show_above_text,omitempty"`
}

// Button finds a button by its callback data.
func (m Message) Button(data string) (Button, bool) {
	for _, row := range m.Buttons {
		for _, b := range row {
			if b.Data == data {
				return b, true
			}
		}
	}
	return Button{}, false
}

// clone is a copy that shares nothing which the server may still change. Contents are replaced, never changed in place.
func (m *Message) clone() Message {
	c := *m
	c.Edits = slices.Clone(m.Edits)
	return c
}
