package delivery

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"
)

// Time to live of a lease, and how often its owner renews it: a takeover after kill -9 within 10 s, and two renewals
// may fail before anything is lost. Between two renewals there must be room for an Attempt and a second beside it; where
// a renewal fails, nothing new is sent until one succeeds.
const (
	LeaseTTL   = 8 * time.Second
	RenewEvery = 2 * time.Second
)

// askTime is how long the database may take to give or renew a lease. One that hangs loses it: who stands behind the
// database must not hold a gateway or a desk that another could serve.
const askTime = 2 * time.Second

// Tenure is a lease while it is held and renewed.
type Tenure struct {
	lease   atomic.Pointer[Lease]
	holding context.Context // of who holds it, done once the process is to stop; nil: it is to stop
}

// NewTenure is a tenure of a lease that somebody else renews (or that needs no renewal, in a test).
func NewTenure(l Lease) *Tenure {
	t := &Tenure{}
	t.lease.Store(&l)
	return t
}

// Lease is the lease as last renewed.
func (t *Tenure) Lease() Lease { return *t.lease.Load() }

// Valid says whether the lease has not run out at now.
func (t *Tenure) Valid(now time.Time) bool { return now.Before(t.Lease().Until) }

// goesOn says whether the process is not to stop, however the lease stands.
func (t *Tenure) goesOn() bool { return t.holding != nil && t.holding.Err() == nil }

// outlasts says whether an attempt begun at now surely ends before the lease does.
func (t *Tenure) outlasts(now time.Time) bool { return t.Valid(now.Add(Attempt)) }

// Guard is ErrLeaseLost once the lease has run out.
func (t *Tenure) Guard(now time.Time) error {
	if !t.Valid(now) {
		return ErrLeaseLost
	}
	return nil
}

// Holding is what Hold needs.
type Holding struct {
	Leases Leases
	Name   string // of the lease
	Owner  string // for people
	Log    *slog.Logger
	Now    func() time.Time

	may func(context.Context) error // asked before the lease is; nil: it is asked for at any time
}

// Hold waits for its turn to own a lease, runs work while it is owned, and begins again when it was lost or work
// failed. It ends with ctx, after work has returned and the lease is released.
func (h Holding) Hold(ctx context.Context, work func(context.Context, *Tenure) error) {
	told := ""
	for ctx.Err() == nil {
		lease, err := h.acquire(ctx)
		var held *HeldError
		switch {
		case errors.As(err, &held):
			if told != held.Owner {
				h.Log.Info("waiting for our turn", "lease", h.Name, "held_by", held.Owner)
				told = held.Owner
			}
			_ = pause(ctx, RenewEvery/4) // only ctx can end it early, and the loop sees that
			continue
		case errors.Is(err, errOthersFirst):
			_ = pause(ctx, RenewEvery/4)
			continue
		case err != nil:
			if ctx.Err() == nil {
				h.Log.Error("lease: cannot be asked for, will be repeated", "lease", h.Name, "err", err)
				_ = pause(ctx, RenewEvery/2)
			}
			continue
		}
		told = ""
		if err := h.serve(ctx, lease, work); err != nil {
			h.Log.Error("ended with an error", "lease", h.Name, "err", err)
			_ = pause(ctx, RenewEvery/2)
		}
	}
}

func (h Holding) acquire(ctx context.Context) (Lease, error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	if h.may != nil {
		if err := h.may(ctx); err != nil {
			return Lease{}, err
		}
	}
	return h.Leases.Acquire(ctx, h.Name, h.Owner, LeaseTTL)
}

// serve runs work while the lease is renewed beside it.
func (h Holding) serve(ctx context.Context, lease Lease, work func(context.Context, *Tenure) error) error {
	h.Log.Debug("lease is ours", "lease", h.Name, "epoch", lease.Epoch)
	t := NewTenure(lease)
	t.holding = ctx
	working, stop := context.WithCancel(ctx)
	renewed := make(chan struct{})
	finished, finish := context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		defer close(renewed)
		h.renew(finished, t, stop)
	}()
	err := work(working, t)
	stop()
	finish()
	<-renewed
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if released := h.Leases.Release(ctx, t.Lease()); released != nil && !errors.Is(released, ErrLeaseLost) {
		h.Log.Warn("lease: not released, it will run out", "lease", h.Name, "err", released)
	}
	return err
}

// renew keeps the lease until ctx ends; lost is called once it is another's or has run out. It goes on while work
// lands its last sends.
func (h Holding) renew(ctx context.Context, t *Tenure, lost func()) {
	for pause(ctx, RenewEvery) == nil {
		lease, err := h.prolong(ctx, t.Lease())
		switch {
		case err == nil:
			t.lease.Store(&lease)
		case ctx.Err() != nil:
			return
		case errors.Is(err, ErrLeaseLost) || !t.Valid(h.Now()):
			h.Log.Error("lease lost: stopping", "lease", h.Name, "err", err)
			lost()
			return
		default:
			h.Log.Warn("lease: not renewed, will be repeated", "lease", h.Name, "err", err)
		}
	}
}

func (h Holding) prolong(ctx context.Context, l Lease) (Lease, error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	return h.Leases.Renew(ctx, l, LeaseTTL)
}
