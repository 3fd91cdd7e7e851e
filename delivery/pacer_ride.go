package delivery

import (
	"context"
	"time"
)

// punctual is how much later than thought a call may leave or arrive and still count as on time.
const punctual = time.Millisecond

// ride is one call on its way from its slot to the platform and back.
type ride struct {
	pacer *Pacer

	// guarded by the pacer
	counts time.Time // the instant from which the call counts now: of its slot, of its leaving, or a later one
	left   time.Time // when it was written to the wire; zero: not yet
	heard  bool      // its answer came
}

type rideKey struct{}

// Ride makes a context for the one call whose slot was taken at an instant (see Take and Answer). Whoever makes the call
// says when it leaves and when its answer comes: Leave, Heard.
func (p *Pacer) Ride(ctx context.Context, taken time.Time) context.Context {
	if p.pace.PerSecond <= 0 {
		return ctx
	}
	return context.WithValue(ctx, rideKey{}, &ride{pacer: p, counts: taken})
}

// Leave notes that the call of ctx has been written to the wire just now. The platform counts it from here on, not from
// when its slot came: between the two may lie a busy processor or a handshake, and the calls behind it, were they not to
// wait as well, would be too many in one second. A call that rides on no slot is left alone.
func Leave(ctx context.Context) {
	if r, ok := ctx.Value(rideKey{}).(*ride); ok {
		r.pacer.leaves(r)
	}
}

// Heard notes that the answer to the call of ctx begins to arrive just now. One that comes later than nearly all others
// may have been kept on its way to the platform, together with all that left meanwhile: those count as one burst there,
// and the call a second after each of them would be too early. So it counts later by as much as its answer is late.
func Heard(ctx context.Context) {
	if r, ok := ctx.Value(rideKey{}).(*ride); ok {
		r.pacer.heard(r)
	}
}

// leaves moves a call to where it leaves.
func (p *Pacer) leaves(r *ride) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !r.left.IsZero() {
		return
	}
	r.left = p.now()
	if r.left.Sub(r.counts) < punctual {
		return
	}
	if !p.move(r.counts, r.left) {
		p.free.note(r.left) // it has been forgotten: it is so late that it counts among those of now
	}
	r.counts = r.left
}

// mostDetour is how much later than it left a call may count. A stall of a busy machine or network is shorter; where it is
// the platform that takes long for one call in ten, they cost at most a hundredth of the rate.
const mostDetour = 100 * time.Millisecond

// heard moves a call by as much as its answer is later than usual.
func (p *Pacer) heard(r *ride) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.heard || r.left.IsZero() { // the wire's own report may come behind the answer
		return
	}
	r.heard = true
	took := p.now().Sub(r.left)
	usual, known := p.trips.usual()
	p.trips.note(took)
	if late := min(took-usual, mostDetour); known && late >= punctual {
		if to := r.left.Add(late); p.move(r.counts, to) {
			r.counts = to
		}
	}
}

// move counts a call from another, later instant; false where the call is so old that it counts no more.
func (p *Pacer) move(from, to time.Time) bool { return p.paid.move(from, to) || p.free.move(from, to) }
