package discord

import (
	"fmt"
	"sync"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// Discord bans an address for a while that makes 10,000 invalid requests (401, 403, 429) within ten minutes
// (discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans). Direct messages, whose
// recipients close them without telling, are held back first, so that channels still hear a flash.
const (
	invalidForDMs = 2500
	invalidForAll = 5000
)

// brake counts the invalid requests of the last ten minutes.
type brake struct {
	mu      sync.Mutex
	minutes [11]int // by minute, so that ten whole ones are always covered
	newest  int64   // the minute last counted
}

func (b *brake) count(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.turn(now)
	b.minutes[b.newest%int64(len(b.minutes))]++
}

// held is the error for a call of that kind while too many were invalid.
func (b *brake) held(kind delivery.Kind, now time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.turn(now)
	total := 0
	for _, n := range b.minutes {
		total += n
	}
	switch {
	case total >= invalidForAll:
		return &delivery.RetryError{After: time.Minute, Scope: delivery.ScopeLane, Err: tooManyInvalid(total)}
	case total >= invalidForDMs && kind == delivery.DM:
		return &delivery.RetryError{After: time.Minute, Scope: delivery.ScopeChat, Err: tooManyInvalid(total)}
	}
	return nil
}

// turn forgets what is older than the window. A clock that goes back a little changes nothing; one that was ahead by more
// than the window is believed from now on, and what it counted is forgotten as the minutes pass.
func (b *brake) turn(now time.Time) {
	minute := now.Unix() / 60
	if minute-b.newest > int64(len(b.minutes)) {
		b.newest = minute - int64(len(b.minutes)) // all of it is older
	}
	if b.newest-minute > int64(len(b.minutes)) {
		b.newest = minute
	}
	for b.newest < minute {
		b.newest++
		b.minutes[b.newest%int64(len(b.minutes))] = 0
	}
}

func tooManyInvalid(n int) error {
	return fmt.Errorf("%d requests were refused in ten minutes; Discord bans whoever makes 10,000", n)
}
