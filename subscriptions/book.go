package subscriptions

import (
	"context"
	"errors"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// ErrUnknown says that no subscriber has this address or id.
var ErrUnknown = errors.New("no such subscriber")

// Query names an audience: active subscribers who follow one of Keys (or everything), exclude none of Excluding, and
// are rung by Class. Everyone leaves Keys aside.
type Query struct {
	Keys     []Key          // what the article or alert is about; Everything is added by the Book
	Everyone bool           // all active subscribers, whatever they follow
	Only     bool           // whoever follows everything is left out
	Class    delivery.Class // who wants at least this to ring
}

// Recipient is what is needed of a subscriber to owe them a message.
type Recipient struct {
	ID       ID
	Lane     delivery.Lane
	Kind     delivery.Kind
	Language string
	Reads    []string
	Zone     string
	Quiet    Quiet
	Budget   int
	Rings    int // rings owed on the subscriber's present local day
	Tomorrow int // rings owed on the next one already, of what is as urgent as Query.Class or more
	Digests  bool
}

// Book keeps subscribers. Addresses enter and leave it in clear and rest in it as ciphertext and keyed hash only.
type Book interface {
	// Find answers ErrUnknown where nobody has this address (platform, bot, chat and thread count).
	Find(ctx context.Context, a delivery.Address) (Subscriber, error)
	Get(ctx context.Context, id ID) (Subscriber, error)
	// Save inserts s (ID 0) or replaces what is there under its ID or its address, and answers with the ID set.
	Save(ctx context.Context, s Subscriber) (Subscriber, error)
	// Update changes one subscriber in one transaction. An error of change is answered and nothing written.
	Update(ctx context.Context, id ID, change func(*Subscriber) error) (Subscriber, error)
	// Forget removes the subscriber and all that was ever owed to them, completely.
	Forget(ctx context.Context, id ID) error
	// Each answers up to limit subscribers with ID > after, ascending.
	Each(ctx context.Context, after ID, limit int) ([]Subscriber, error)
}

// Audience finds those who are to be told, a page at a time, never all at once.
type Audience interface {
	// Page answers up to limit recipients with ID > after, ascending; fewer means the end.
	Page(ctx context.Context, q Query, now time.Time, after ID, limit int) ([]Recipient, error)
	// Count answers how many there are, by lane.
	Count(ctx context.Context, q Query) (map[delivery.Lane]int, error)
	// Estimate is Count where that takes no longer than patience; else what it has counted by then, taken as a sample of
	// all.
	Estimate(ctx context.Context, q Query, patience time.Duration) (map[delivery.Lane]int, error)
	// Followed answers which of the keys anybody follows or excludes: candidates in, known ones out.
	Followed(ctx context.Context, candidates []Key) ([]Key, error)
}
