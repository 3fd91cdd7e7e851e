package discord

import (
	"sync"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// banPause is how long a lane rests when Cloudflare bars the door and does not say for how long; bans last up to an
// hour, and each try counts.
const banPause = 10 * time.Minute

// longestBarring is the longest wait of a message that Cloudflare bars again and again.
const longestBarring = 2 * time.Hour

// barring remembers which messages met Cloudflare's page instead of Discord. A message that is barred a second time waits
// longer than the others, so that one of them shows next whether the door is open: the page may be about this one's text
// alone, and it would be the first again after each pause.
type barring struct {
	mu   sync.Mutex
	met  map[delivery.Key]barred
	word time.Time // when Discord itself last answered
}

// barred is what became of one message's tries.
type barred struct {
	times int
	last  time.Time
}

// answered notes that Discord itself was reached.
func (b *barring) answered(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.word = now
}

// meet counts a page. It answers how many this message has met by now, and whether others got through meanwhile.
func (b *barring) meet(key delivery.Key, now time.Time) (times int, alone bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for k, m := range b.met {
		if now.Sub(m.last) > 2*longestBarring {
			delete(b.met, k)
		}
	}
	if b.met == nil {
		b.met = map[delivery.Key]barred{}
	}
	m := b.met[key]
	alone = m.times > 0 && b.word.After(m.last)
	m = barred{m.times + 1, now}
	b.met[key] = m
	return m.times, alone
}

// barredFor is how long a message waits that has met so many pages, where the lane waits for pause.
func barredFor(pause time.Duration, times int) time.Duration {
	return min(pause<<min(2*(times-1), 8), max(pause, longestBarring))
}
