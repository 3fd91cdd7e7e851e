package telegram

import (
	"sync"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// crowdSize is how many different chats must be told to wait, with nothing accepted in between, before the whole bot is
// taken to be meant: Telegram's 429 does not say which of its limits it speaks of.
const crowdSize = 3

// longestGuess is how long the whole bot rests on such a guess before somebody is tried again: three busy chats may be
// told to wait for hours, and say nothing of the others.
const longestGuess = 30 * time.Second

// crowd watches whom the platform tells to wait.
type crowd struct {
	mu      sync.Mutex
	waiting map[string]time.Time // chat → until when
}

// accepted says that the platform took something: the bot as a whole is not meant.
func (c *crowd) accepted() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.waiting)
}

// told notes that chat must wait, and answers whom to hold back.
func (c *crowd) told(chat string, after time.Duration, now time.Time) delivery.Scope {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting == nil {
		c.waiting = map[string]time.Time{}
	}
	for other, until := range c.waiting {
		if until.Before(now) {
			delete(c.waiting, other)
		}
	}
	c.waiting[chat] = now.Add(after)
	if len(c.waiting) >= crowdSize {
		return delivery.ScopeLane
	}
	return delivery.ScopeChat
}
