package delivery

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Sender delivers on one bot. It makes one attempt and says what the platform meant by its answer in the kinds of error
// below; an error of no kind means: it left us and no answer came, so it may have arrived.
type Sender interface {
	// Deliver sends, edits, replies or deletes, until ctx ends at the latest: after an Attempt. The id is the platform's own of the new message, "" for edit and delete.
	Deliver(ctx context.Context, p Parcel) (messageID string, err error)
}

// Kinds of refusal. All of them mean that this attempt had no effect there.
var (
	ErrNotSent      = errors.New("not sent")                // it never left us, or was refused for a passing reason: try again
	ErrRejected     = errors.New("refused by the platform") // this content will never pass
	ErrDeletedThere = errors.New("deleted there")           // the message to edit, delete or reply to is gone: finished
	ErrUnchanged    = errors.New("already so")              // an edit that changes nothing: done
	ErrLaneDead     = errors.New("the token is refused")    // nothing can be sent by this bot: stop and alarm
)

// RetryError is a 429 or its like: not now, and not before After has passed; 0 where the platform does not say how long.
type RetryError struct {
	After time.Duration
	Scope Scope
	Err   error
}

// Scope is what a RetryError pauses.
type Scope string

const (
	ScopeMessage Scope = "message" // only this one: the chat hears others meanwhile
	ScopeChat    Scope = "chat"
	ScopeLane    Scope = "lane"
)

func (e *RetryError) Error() string {
	return fmt.Sprintf("%s must wait %s: %v", e.Scope, e.After, e.Err)
}
func (e *RetryError) Unwrap() error { return e.Err }

// StandingError says that the subscriber cannot be reached, and in which way.
type StandingError struct {
	Standing Standing
	Err      error
}

func (e *StandingError) Error() string { return fmt.Sprintf("%s: %v", e.Standing, e.Err) }
func (e *StandingError) Unwrap() error { return e.Err }

// MovedError says that the chat has a new id (a Telegram group that became a supergroup): rewrite it and send again.
type MovedError struct {
	To  Address
	Err error
}

func (e *MovedError) Error() string { return "chat has moved: " + e.Err.Error() }
func (e *MovedError) Unwrap() error { return e.Err }
