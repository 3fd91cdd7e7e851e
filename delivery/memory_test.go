package delivery

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// errBase is a database that does not answer for a moment.
var errBase = errors.New("the database does not answer")

// owing is one message on record.
type owing struct {
	Message
	state    State
	due      int64 // Unix milliseconds of the machine's clock as it was set then, as are all instants on record
	expires  int64
	attempts int
	doubtful bool
	epoch    int64
	doubts   int // how often it may have arrived without our knowing
	finals   int // how often it came to an end
}

// memory is a Ledger in memory whose instants are those of a clock on the wall that is set forward and back, while time
// itself, as the Dispatcher's, goes on evenly: so it is with time.Now and with a column of milliseconds.
type memory struct {
	mu      sync.Mutex
	skew    time.Duration // of the clock on the wall
	epoch   int64
	all     []*owing
	of      map[Key]*owing
	changed chan struct{}
	fault   func() (before, after bool) // the next turn fails, before or after it was written
}

func newMemory() *memory {
	return &memory{of: map[Key]*owing{}, changed: make(chan struct{}), fault: func() (before, after bool) { return false, false }}
}

func (m *memory) wall(t time.Time) int64 { return t.Add(m.skew).UnixMilli() }

func (m *memory) wake() <-chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.changed
}

// set sets the clock.
func (m *memory) set(skew time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.skew = skew
}

// takeOver begins a new epoch.
func (m *memory) takeOver() Lease {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.epoch++
	return Lease{Epoch: m.epoch, Until: time.Now().Add(1000 * time.Hour)}
}

func (m *memory) owe(ms ...Message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, one := range ms {
		o := &owing{Message: one, state: Queued, due: m.wall(one.Due)}
		if !one.Expires.IsZero() {
			o.expires = m.wall(one.Expires)
		}
		m.all = append(m.all, o)
		m.of[one.Key] = o
	}
	close(m.changed)
	m.changed = make(chan struct{})
}

func (m *memory) Recover(_ context.Context, l Lease, _ Lane, now time.Time) (n int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, o := range m.all {
		if o.state == Sending && o.epoch < l.Epoch {
			n++
			o.state, o.due, o.doubtful = Unknown, m.wall(now), true
			o.doubts++
		}
	}
	return n, nil
}

func (m *memory) Turn(ctx context.Context, l Lease, _ Lane, now time.Time, receipts []Receipt, n int) (c Claim, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	before, after := m.fault()
	switch {
	case ctx.Err() != nil || before:
		return c, errors.Join(ctx.Err(), errBase)
	case l.Epoch != m.epoch:
		return c, ErrLeaseLost
	}
	for _, r := range receipts {
		m.settle(l, r)
	}
	if n > 0 {
		c = m.claim(l, now, n)
	}
	if after {
		return Claim{}, errBase
	}
	return c, nil
}

func (m *memory) settle(l Lease, r Receipt) {
	o := m.of[r.Key]
	if o.state != Sending || o.epoch != l.Epoch {
		return
	}
	o.state, o.due = r.State, m.wall(r.Due.Add(time.Millisecond-time.Nanosecond))
	if r.Deferred {
		o.attempts--
	}
	switch r.State {
	case Unknown:
		o.doubtful = true
		o.doubts++
	case Sent, Dropped:
		o.finals++
	}
}

func (m *memory) claim(l Lease, now time.Time, n int) (c Claim) {
	slices.SortStableFunc(m.all, func(a, b *owing) int { return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.due, b.due)) })
	wall := m.wall(now)
	for _, o := range m.all {
		switch {
		case o.state != Queued && o.state != Unknown:
		case o.due > wall:
			if at := time.UnixMilli(o.due).Add(-m.skew); c.Next.IsZero() || at.Before(c.Next) {
				c.Next = at
			}
		case o.expires > 0 && o.expires < wall:
			o.state = Dropped
			o.finals++
		case len(c.Parcels) < n:
			o.state, o.epoch = Sending, l.Epoch
			o.attempts++
			c.Parcels = append(c.Parcels, m.parcel(o))
		}
	}
	return c
}

func (m *memory) parcel(o *owing) Parcel {
	p := Parcel{Message: o.Message, To: Address{Chat: fmt.Sprint(o.Subscriber), Kind: Private}, Attempts: o.attempts, Doubtful: o.doubtful}
	if o.expires > 0 {
		p.Expires = time.UnixMilli(o.expires).Add(-m.skew)
	}
	return p
}
