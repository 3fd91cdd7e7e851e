// Package digest tells everyone else, at their own hour: the Press asks whose digest is due, makes one ranked edition
// for each distinct set of wishes, owes it to all who share the set, and stores when the next one is due.
package digest

import (
	"context"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// Judged is an article with what the desk found in it.
type Judged struct {
	Article  articles.Article
	Findings articles.Findings
	Class    delivery.Class
	Alert    delivery.BatchID // the alert that told it, "" if none did
}

// Archive answers the newest usable version of each article first judged in [from, to), newest first, at most limit.
// An article that nobody has judged yet is in no window; it will be in the one in which it is.
type Archive interface {
	Between(ctx context.Context, from, to time.Time, limit int) ([]Judged, error)
}

// Issue is one subscriber's copy of an edition, or, with a nil Message, the note that there was nothing to tell.
type Issue struct {
	Message    *delivery.Message
	Subscriber subscriptions.ID
	Was        time.Time // NextDigest as it was read; where it has changed since, nothing is written
	Next       time.Time // the next date
	Until      time.Time // end of the window that this issue covers: the next one begins here
}

// Rounds is who is due, and the writing down that they were served.
type Rounds interface {
	// DueDigests answers up to limit active subscribers with NextDigest <= now and ID > after, ascending. Whoever is about to
	// be told an alert, as after quiet hours, is due once they have been, or ten minutes later: a digest tells nothing twice.
	DueDigests(ctx context.Context, now time.Time, after subscriptions.ID, limit int) ([]subscriptions.Subscriber, error)
	// Told answers which of these batches each of these subscribers was sent (or may have been).
	Told(ctx context.Context, batches []delivery.BatchID, subscribers []subscriptions.ID) (map[subscriptions.ID][]delivery.BatchID, error)
	// Serve owes the messages and moves each subscriber's dates, in one transaction: nobody gets a digest twice.
	Serve(ctx context.Context, issues []Issue) error
}
