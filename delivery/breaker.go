package delivery

import (
	"sync"
	"time"
)

// breakAfter is how many failures in a row open the breaker: more than single chats' bad luck.
const breakAfter = 8

// longestProbe is the longest pause between probes of a platform that is down, so that an outage costs at most this
// much more than itself.
const longestProbe = 30 * time.Second

// breaker pauses a lane whose platform is down, and lets it probe now and then.
type breaker struct {
	mu       sync.Mutex
	failures int // in a row
	trips    int
	until    time.Time
}

// fail counts a failure and answers until when to pause. Failures of sends that were in flight when it opened do not
// count again. first says that it opened just now.
func (b *breaker) fail(now time.Time) (until time.Time, first bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now.Before(b.until) {
		return b.until, false
	}
	if b.failures++; b.failures < breakAfter {
		return time.Time{}, false
	}
	b.trips++
	b.until = now.Add(min(longestProbe, time.Second<<min(b.trips-1, 10)))
	return b.until, b.trips == 1
}

// rest lets the lane pause until an instant, without a failure to count.
func (b *breaker) rest(until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.until = later(b.until, until)
}

// rests says whether the lane pauses: what comes back now was on its way before, and says nothing of how it is since.
func (b *breaker) rests(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return now.Before(b.until)
}

// open says whether the platform is down, as far as is known.
func (b *breaker) open() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.trips > 0
}

// works closes the breaker; it answers whether it was open.
func (b *breaker) works() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	open := b.trips > 0
	b.failures, b.trips, b.until = 0, 0, time.Time{}
	return open
}
