package bots

import (
	"context"

	"github.com/tenbells/tenbells/delivery"
)

// Front is what a platform's bot asks of the Reception.
type Front interface {
	// Answer says what to do about a request. An error is ours: the person gets a sentence, the log the cause.
	Answer(ctx context.Context, r Request) (Answer, error)
	// Notice takes in what a platform tells of a chat itself, such as being blocked or added.
	Notice(ctx context.Context, e Event) (Answer, error)
	// Commands are those offered in the platform's own menu, in the order they are shown, worded in language.
	Commands(language string) []Command
}

// Command is one command as the platform's menu offers it.
type Command struct {
	Name        string // lower case, 1–32 of a-z 0-9 _
	Description string // at most 100 characters
	Option      string // name of its one argument, "" none
	Hint        string // what the argument is, at most 100 characters
	Required    bool
	Staff       bool // only for the staff; offered to nobody else
	Shared      bool // also of use in groups, channels and servers

	Only delivery.Platform // the one platform that has what it is about; "" all
}

// EventKind is what happened to a chat.
type EventKind string

const (
	Joined   EventKind = "joined"   // the bot was added to a group, channel or server
	Left     EventKind = "left"     // the bot was removed, or the chat was deleted
	Shunned  EventKind = "shunned"  // the reader blocked the bot
	Returned EventKind = "returned" // the reader unblocked it
	Moved    EventKind = "moved"    // the chat has a new id: To
)

// Event is something a platform tells of a chat itself.
type Event struct {
	Kind     EventKind
	Chat     delivery.Address
	To       delivery.Address // where it moved
	Language string           // of the person who did it, "" unknown
}

// Finding is one thing that was checked, and how to mend it where it is wrong.
type Finding struct {
	What string // "Telegram token of bot main"
	OK   bool
	Says string // what was found
	Mend string // what to do, "" when all is well
}
