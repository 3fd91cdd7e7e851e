// Package bots is what chats say to us and what we answer, the same on every platform. A platform's bot turns what it
// hears into a Request, hands it to the Reception, and renders the Answer in its own form. Cards carry no markup.
package bots

import (
	"github.com/tenbells/tenbells/delivery"
)

// Request is one thing said to a bot: a command, a press of a button, a choice, or plain text. Nothing of it is kept.
type Request struct {
	Chat     delivery.Address // where it was said
	Person   string           // platform's id of who said it; compared with the staff list, never stored
	Admin    bool             // may change this chat's settings: oneself in private; group, channel or server admins
	Language string           // the person's app language as the platform tells it, "" unknown
	Zone     string           // unknown on both platforms today: ""

	Command string   // "follow", without slash, folded; "" when it is not a command
	Args    string   // the rest of the command line
	Button  string   // data of a pressed button, at most 64 bytes (Telegram's callback_data)
	Choices []string // values chosen in a select menu; Button then names the menu
	Text    string   // plain text in a private chat

	// About is the alert or digest message that was replied to or whose button was pressed, "" if none.
	About delivery.BatchID
}

// Answer is what to do about a Request. Toast and Card may come together.
type Answer struct {
	Card *Card // nil: no message
	// Replace puts the card in the place of the one whose button was pressed: so all of our own cards change. A card
	// that answers the button of an alert or a digest comes without it, as a message of its own (a reply on Telegram,
	// ephemeral on Discord): what was told stays where it is.
	Replace bool
	// Voice is how whoever asked wants to be spoken to, for what a platform adds to a card in words of its own.
	Voice delivery.Voice
	// Renew keeps the card up to date, where it has taken the place of the one whose button was pressed.
	Renew Renewal
	Toast string // short text in a pop-up where the platform has one (Telegram: at most 200 characters), else ephemeral
	Close bool   // take the card away
}

// Card is a message with buttons, without markup.
type Card struct {
	Lines   []Line
	Buttons [][]Button // rows
	Menu    *Menu
	// Items are whole alerts or digest stories shown in the card, most important first; those that do not fit are
	// left out from the end.
	Items []delivery.Item
}

// Line is one line of a card.
type Line struct {
	Text   string
	Strong bool
	Quiet  bool   // small print
	Link   string // the whole line is a link
}

// Button is pressed or opens a link.
type Button struct {
	Label string
	Data  string // what comes back as Request.Button, at most 64 bytes
	URL   string
}

// Menu is a list to choose several from. Where the platform has no menus, each option is a button that toggles.
type Menu struct {
	Data        string // what comes back as Request.Button
	Placeholder string
	Options     []Option // Discord shows 25; the rest is left out from the end
	Max         int      // most that may be chosen at once
}

// Option is one choice of a Menu.
type Option struct {
	Label, Value string
	Chosen       bool
}
