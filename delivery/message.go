// Package delivery holds what is owed and sees that it arrives: each message once, the most urgent first, at the pace
// the platform allows, and nothing lost when a process dies at any line.
//
// The Ledger is outbox and record in one. A Dispatcher owns one Lane (all messages of one bot token), claims what is
// due from the Ledger, lets the Sender of that platform deliver it and settles what became of it. The states:
//
//	queued ─claim→ sending ─┬→ sent
//	  ↑                     ├→ queued again at an instant: it surely did not arrive (429, refused, never left us)
//	  │                     ├→ dropped: gone | rejected | expired | cancelled | deleted_there
//	  └── until answered ───┴→ unknown: it left us and no answer came (5xx, reset, timeout, crash): sent again until
//	      or expired           answered or expired, each repeat counted
//
// Edits, deletes and corrective replies are messages of their own, in the class of what they correct.
package delivery

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"
)

// SubscriberID names a subscriber for ever, whatever becomes of their address. It is all the ledger knows of them.
type SubscriberID int64

// BatchID names everything owed for one alert ("alert/…") or one digest edition ("edition/…").
// It must not end in a digit-only path element, so that keys of different batches never share a prefix up to a slash.
type BatchID string

// Key names one message: the guard against telling anyone twice. It holds no address, so it survives a group's
// migration and gives nobody away. Keys are derived, never drawn.
type Key string

// SendKey is the key of a batch's first telling to one subscriber.
func SendKey(b BatchID, to SubscriberID) Key {
	return Key(string(b) + "/" + strconv.FormatInt(int64(to), 10))
}

// FollowUpKey is the key of an edit, reply or delete that brings a delivered message to a version.
func FollowUpKey(b BatchID, op Op, version int, to SubscriberID) Key {
	return Key(fmt.Sprintf("%s/%s/%d/%d", b, op, version, to))
}

// AfterReplyKey is the key of an edit or delete that brings a reply, of which one subscriber may have several, to a
// version.
func AfterReplyKey(b BatchID, op Op, version int, reply Key) Key {
	return Key(fmt.Sprintf("%s/%s/%d%s", b, op, version, strings.TrimPrefix(string(reply), string(b))))
}

// Lane is all messages of one bot: "telegram/main". One process at a time owns it; it is paced as a whole.
type Lane string

// LaneOf names the lane of a bot on a platform.
func LaneOf(platform Platform, bot string) Lane { return Lane(string(platform) + "/" + bot) }

// Platform takes the lane's name apart again.
func (l Lane) Platform() Platform {
	platform, _, _ := strings.Cut(string(l), "/")
	return Platform(platform)
}

// Bot is the bot's name within its platform.
func (l Lane) Bot() string {
	_, bot, _ := strings.Cut(string(l), "/")
	return bot
}

// Class is the order within a lane; lower goes first.
type Class int

const (
	Answer Class = iota // to somebody who is waiting for it; never in the ledger
	Flash
	Bulletin
	Urgent
	Routine // an alert that rings silently
	Digest
)

var classNames = [...]string{"answer", "flash", "bulletin", "urgent", "routine", "digest"}

func (c Class) String() string {
	if c < Answer || c > Digest {
		return "class " + strconv.Itoa(int(c))
	}
	return classNames[c]
}

// ParseClass reads one of the urgency classes "flash", "bulletin", "urgent", "routine".
func ParseClass(name string) (Class, error) {
	for c := Flash; c <= Routine; c++ {
		if classNames[c] == name {
			return c, nil
		}
	}
	return 0, fmt.Errorf("%q is no urgency class; one of flash, bulletin, urgent, routine", name)
}

// MarshalText writes the class by name.
func (c Class) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (c *Class) UnmarshalText(text []byte) error {
	for i, name := range classNames {
		if name == string(text) {
			*c = Class(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no class", text)
}

// Op is what is done with a message.
type Op string

const (
	Send   Op = "send"
	Edit   Op = "edit"   // brings the target to the newest content
	Reply  Op = "reply"  // a correction, told as a reply to the target
	Delete Op = "delete" // removes the target
)

// State is where a message stands.
type State string

const (
	Queued  State = "queued"
	Sending State = "sending" // attempt on record, receipt not yet
	Sent    State = "sent"
	Unknown State = "unknown" // it left us and no answer came
	Dropped State = "dropped"
)

// Reason says why a message was dropped.
type Reason string

const (
	Gone         Reason = "gone"     // the chat or the reader is gone, or wants nothing more from us
	Rejected     Reason = "rejected" // the platform refuses this content
	Expired      Reason = "expired"
	Cancelled    Reason = "cancelled"
	DeletedThere Reason = "deleted_there" // somebody deleted it on the platform, and it stays deleted
)

// Message is one thing owed to one subscriber.
type Message struct {
	Key        Key
	Batch      BatchID
	Lane       Lane
	Subscriber SubscriberID
	Op         Op
	Class      Class
	Rank       int       // order within the class, lower first; see Rank
	Due        time.Time // not before
	Expires    time.Time // goes out as new no later than this; zero means never expires
	Content    ContentID
	Target     Key   // the message to edit, delete or reply to; "" when Op is Send
	Omit       []int // digest items this reader was told already, by index
	Silent     bool  // without sound
}

// FollowsReply says whether m edits or deletes a reply, not a first telling.
func (m Message) FollowsReply() bool {
	return strings.HasPrefix(string(m.Target), string(m.Batch)+"/"+string(Reply)+"/")
}

// How long the record of a finished message is kept, so that it can still be corrected or recalled: private chats are
// forgotten as soon as their messages cannot be edited any more, channels stay as long as their readers scroll.
const (
	PrivateRetention = 72 * time.Hour
	ChannelRetention = 30 * 24 * time.Hour
)

// BeyondChannels is the first rank that is not a channel's.
const BeyondChannels = 1 << 32

// Rank orders the messages of a batch: channels (many readers behind one send) before groups before private chats, and
// each of these by the subscriber's id with bits of it flipped, others for every batch, so that never the same people are
// always last. Those who subscribed one after another stay beside each other: what is owed, claimed and settled together
// lies on the same few pages of the database.
func Rank(kind Kind, b BatchID, to SubscriberID) int {
	h := fnv.New32a()
	h.Write([]byte(b))
	return kind.order()*BeyondChannels + int(uint32(to)^h.Sum32())
}
