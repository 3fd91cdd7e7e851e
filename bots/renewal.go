package bots

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// Renewal says that a card shows what changes by itself: after After, Button is to be pressed for whoever has the card,
// and what is answered put in its place. The zero Renewal is a card that stays as it is.
type Renewal struct {
	After  time.Duration
	Button string // data of the button
}

const (
	// longestRenewal is how long a card is kept up to date after its person has last pressed something on it.
	longestRenewal = 5 * time.Minute
	// mostRenewals is how many cards are kept up to date at once: more than a newsroom has editors at work.
	mostRenewals = 64
)

// Renewals keeps cards up to date, for a platform's bot. It is in memory only: a restart ends it, and costs having to
// press the button oneself. The zero Renewals is closed.
type Renewals struct {
	mu    sync.Mutex
	open  bool
	cards map[string]*renewing
}

// renewing is one card while it is kept up to date.
type renewing struct {
	stop context.CancelFunc // presses no more
	cut  context.CancelFunc // and breaks off what is under way
	over chan struct{}      // closed when it has ended
}

// Open lets cards be kept up to date, until Close.
func (r *Renewals) Open() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open, r.cards = true, map[string]*renewing{}
}

// Close ends all renewals and waits for them.
func (r *Renewals) Close() {
	r.mu.Lock()
	r.open = false
	cards := slices.Collect(maps.Values(r.cards))
	r.mu.Unlock()
	for _, c := range cards {
		c.cut()
	}
	for _, c := range cards {
		<-c.over
	}
}

// Keep keeps a card up to date: press presses a button for its person, shows the answer in the card's place, and says
// when to press again. It goes on until press answers the zero Renewal, the card is stopped, or its time is up, which
// outlives ctx. Where the card is kept already, or too many are, nothing happens.
func (r *Renewals) Keep(ctx context.Context, card string, next Renewal, press func(ctx context.Context, button string) Renewal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if next.After <= 0 || !r.open || r.cards[card] != nil || len(r.cards) >= mostRenewals {
		return
	}
	pressing, cut := context.WithCancel(context.WithoutCancel(ctx))
	waiting, stop := context.WithTimeout(pressing, longestRenewal)
	c := &renewing{stop: stop, cut: cut, over: make(chan struct{})}
	r.cards[card] = c
	go func() {
		defer close(c.over)
		defer cut()
		defer stop()
		for wait(waiting, next.After) {
			next = press(pressing, next.Button)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.cards[card] == c {
			delete(r.cards, card)
		}
	}()
}

// wait waits for after, and says whether it did to the end; 0 is never.
func wait(ctx context.Context, after time.Duration) bool {
	if after <= 0 {
		return false
	}
	timer := time.NewTimer(after)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return ctx.Err() == nil
	}
}

// Stop ends the renewal of a card, so that what its person does next is not overtaken. One that is under way is waited
// for: a call that was broken off may still arrive.
func (r *Renewals) Stop(card string) {
	r.mu.Lock()
	c := r.cards[card]
	delete(r.cards, card)
	r.mu.Unlock()
	if c != nil {
		c.stop()
		<-c.over
	}
}
