package delivery

import (
	"context"
	"sync/atomic"
	"time"
)

// punctual is how long after its slot a call may leave without being late.
const punctual = time.Millisecond

// ride is a call on its way from its slot to the wire.
type ride struct {
	pacer *Pacer
	taken time.Time
	left  atomic.Bool
}

type rideKey struct{}

// Ride makes a context for the one call whose slot was taken at an instant (see Take and Answer). Whoever makes the call
// says when it leaves: Leave.
func (p *Pacer) Ride(ctx context.Context, taken time.Time) context.Context {
	if p.pace.PerSecond <= 0 {
		return ctx
	}
	return context.WithValue(ctx, rideKey{}, &ride{pacer: p, taken: taken})
}

// Leave notes that the call of ctx has been written to the wire just now. The platform counts it from here on, not from
// when its slot came: between the two may lie a busy processor or a handshake, and the calls behind it, were they not to
// wait as well, would be too many in one second. A call that rides on no slot is left alone.
func Leave(ctx context.Context) {
	if r, ok := ctx.Value(rideKey{}).(*ride); ok && r.left.CompareAndSwap(false, true) {
		r.pacer.leaves(r.taken)
	}
}

// leaves moves a call to where it leaves.
func (p *Pacer) leaves(taken time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if now.Sub(taken) < punctual {
		return
	}
	if !p.paid.move(taken, now) && !p.free.move(taken, now) {
		p.free.note(now) // it has been forgotten: it is so late that it counts among those of now
	}
}
