package bots

import (
	"context"

	"github.com/tenbells/tenbells/delivery"
)

// Update is something a platform told a bot, kept from its arrival until it is handled.
type Update struct {
	Lane    delivery.Lane
	ID      int64  // the platform's own number, Telegram's update_id
	Payload []byte // only the fields needed; at rest it is ciphertext, and wiped once handled
}

// Inbox keeps updates until they are handled, so that a crash loses none. Numbers of handled updates are remembered for
// a day (the platforms' own retention), without content, so that a repeated update is not handled twice.
type Inbox interface {
	// Accept stores updates durably before it returns; those already known are nothing new.
	Accept(ctx context.Context, us []Update) error
	// Pending answers what is not handled yet, in the order of arrival.
	Pending(ctx context.Context, lane delivery.Lane, limit int) ([]Update, error)
	// Done wipes the payload.
	Done(ctx context.Context, lane delivery.Lane, id int64) error
	// Newest is the highest number ever accepted in the lane; 0 for none.
	Newest(ctx context.Context, lane delivery.Lane) (int64, error)
}
