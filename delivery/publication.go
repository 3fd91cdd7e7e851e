package delivery

import (
	"context"
	"time"
)

// Publication is a delivered announcement that is to be brought to others who follow its channel, too, as Discord does on
// request. It is owed until it is Done.
type Publication struct {
	Key        Key          // of the message
	Subscriber SubscriberID // whose channel it is; it is forgotten with them
	MessageID  string       // as the platform's sender names it; kept as ciphertext
	Flash      bool
	First      time.Time // when it was first to be published
	Due        time.Time // not before
	Tries      int       // that failed
	Done       bool      // published, or given up
}

// PublicationRetention is how long publications are kept: longer than any is owed, or counts towards a limit.
const PublicationRetention = 24 * time.Hour

// Publications keeps publications through restarts. They are not fenced by an epoch: of two owners that try the same
// one, the platform refuses the second.
type Publications interface {
	// SavePublication records p under its key, or how it stands by now; First stays what it was. One whose subscriber has
	// been forgotten is not kept.
	SavePublication(ctx context.Context, lane Lane, p Publication) error
	// Publications answers those of a lane that were first to be published at since or later, the oldest first.
	Publications(ctx context.Context, lane Lane, since time.Time) ([]Publication, error)
}
