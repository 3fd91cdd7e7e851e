package bots

import (
	"sync"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// noteLife is how long we remember what somebody was asked.
const noteLife = 15 * time.Minute

// notes remembers what is open in a chat: what the next text there is for, and what a shown proposal would do. It is in
// memory only.
type notes struct {
	now func() time.Time

	mu   sync.Mutex
	open map[noteKey]note
}

// noteKey is a chat, and the ticket of a proposal in it; "" for the next text.
type noteKey struct {
	chat   delivery.Address
	ticket string
}

// note is one thing that is open.
type note struct {
	command string // what the text may also be written behind, where there is no plain text
	deed    deed
	until   time.Time
}

// ask remembers that the next text in this chat is for d. Where a platform has no plain text it is written as the
// argument of command.
func (v *visit) ask(command string, d deed) {
	v.r.notes.keep(noteKey{chat: v.q.Chat}, note{command: command, deed: d})
}

// keep remembers n, and forgets what is too old.
func (n *notes) keep(key noteKey, open note) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.open == nil {
		n.open = map[noteKey]note{}
	}
	now := n.now()
	for key, old := range n.open {
		if old.until.Before(now) {
			delete(n.open, key)
		}
	}
	open.until = now.Add(noteLife)
	n.open[key] = open
}

// take answers what was remembered, once. Another command than the note's means that it is not wanted any more.
func (n *notes) take(key noteKey, command string) (note, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	open, ok := n.open[key]
	delete(n.open, key)
	if !ok || open.until.Before(n.now()) || command != "" && command != open.command {
		return note{}, false
	}
	return open, true
}
