package discord

import (
	"sync"
	"time"
)

// unopenableFor is how long no thread is opened in a channel that refused one: each try is an invalid request, of which
// Discord bears so many only (brake.go).
const unopenableFor = time.Hour

// unopenable remembers the channels that refuse threads. It is in memory: after a restart each is tried once more.
type unopenable struct {
	mu    sync.Mutex
	since map[string]time.Time
}

// refused notes that a channel has refused a thread, and forgets those that did so long ago.
func (u *unopenable) refused(chat string, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for c, at := range u.since {
		if now.Sub(at) >= unopenableFor {
			delete(u.since, c)
		}
	}
	if u.since == nil {
		u.since = map[string]time.Time{}
	}
	u.since[chat] = now
}

// has says whether a channel is not to be tried now.
func (u *unopenable) has(chat string, now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	at, known := u.since[chat]
	return known && now.Sub(at) < unopenableFor
}
