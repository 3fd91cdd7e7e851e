package alerts

import (
	"context"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// File keeps alerts, verdicts and the acts of the staff.
type File interface {
	// Create stores a new alert and records act (if it is not nil) in one transaction. Where one with the same ID, or the
	// same non-empty Idempotency, is there already, it changes and records nothing and answers that one, and false.
	Create(ctx context.Context, al Alert, act *Act) (Alert, bool, error)
	// Get answers ErrNotFound where there is none.
	Get(ctx context.Context, id ID) (Alert, error)
	// Update changes one alert and records act (if it is not nil) in one transaction. An error of change is answered
	// as it is, and nothing written.
	Update(ctx context.Context, id ID, act *Act, change func(*Alert) error) (Alert, error)
	// Open answers the alerts that want work at now: scheduled ones whose time has come, those being sent, and those
	// with an amendment not carried yet, and offers that have expired; the most urgent first. next is when the earliest
	// scheduled one falls due or offer expires; zero: none.
	Open(ctx context.Context, now time.Time) (open []Alert, next time.Time, err error)
	// Recent answers the newest alerts, newest first.
	Recent(ctx context.Context, limit int) ([]Alert, error)
	// Record writes an act that changes no alert.
	Record(ctx context.Context, act Act) error

	// Of answers all alerts that told of this article, newest first.
	Of(ctx context.Context, article articles.ID) ([]Alert, error)

	// SaveVerdict keeps a verdict; a verdict on the same article version replaces the old one, but for its At: digests
	// go by when an article was first judged.
	SaveVerdict(ctx context.Context, v Verdict) error
	// Verdict answers ErrNotFound where that version was never judged. Version 0 asks for the newest judged one.
	Verdict(ctx context.Context, id articles.ID, version int) (Verdict, error)
	// Told answers the newest alert that told of this article, else the newest of another article of its story;
	// ErrNotFound if none did.
	Told(ctx context.Context, article articles.ID, story articles.StoryID) (Alert, error)
}
