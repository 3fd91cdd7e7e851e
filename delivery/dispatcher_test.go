package delivery

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"
)

// slow is a sender that never comes back by itself.
type slow struct{ begun int }

func (s *slow) Deliver(ctx context.Context, _ Parcel) (string, error) {
	s.begun++
	<-ctx.Done()
	return "", ctx.Err()
}

func TestASendNeitherBeginsNorEndsBeyondItsLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		platform := &slow{}
		d := &Dispatcher{Lane: "telegram/main", Sender: platform, Pacer: NewPacer(Pace{}, time.Now), Now: time.Now, Log: slog.New(slog.DiscardHandler)}
		short := NewTenure(Lease{Until: time.Now().Add(Attempt)})
		if r := d.deliver(t.Context(), short, Parcel{}); platform.begun > 0 || r.State != Queued || !r.Deferred {
			t.Errorf("a lease that may end under the send: %d sent, %+v", platform.begun, r)
		}
		if n, at := d.room(short); n > 0 || !at.After(time.Now()) {
			t.Errorf("%d would be claimed under it, or at once again", n)
		}
		long := NewTenure(Lease{Until: time.Now().Add(Attempt + time.Millisecond)})
		if r := d.deliver(t.Context(), long, Parcel{}); platform.begun != 1 || r.State != Unknown || !long.Valid(time.Now()) {
			t.Errorf("a send that hangs: %d begun, %+v, lease still ours: %v", platform.begun, r, long.Valid(time.Now()))
		}
	})
}

// deaf is a database that gives a lease and then answers nothing more.
type deaf struct{ Leases }

func (deaf) Acquire(_ context.Context, name, owner string, ttl time.Duration) (Lease, error) {
	return Lease{Name: name, Owner: owner, Epoch: 1, Until: time.Now().Add(ttl)}, nil
}

func (deaf) Renew(ctx context.Context, l Lease, _ time.Duration) (Lease, error) {
	<-ctx.Done()
	return l, ctx.Err()
}

func (deaf) Release(ctx context.Context, _ Lease) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestADatabaseThatHangsLosesTheLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		start := time.Now()
		h := Holding{Leases: deaf{}, Name: "desk", Log: slog.New(slog.DiscardHandler), Now: time.Now}
		h.Hold(ctx, func(working context.Context, _ *Tenure) error {
			<-working.Done()
			if held := time.Since(start); held > LeaseTTL {
				t.Errorf("the lease was held for %s, want %s at most", held, LeaseTTL)
			}
			cancel()
			return nil
		})
	})
}

func TestALostWakeUpCostsASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		base, platform := newMemory(), &closed{}
		d := &Dispatcher{Lane: "telegram/main", Ledger: base, Sender: platform, Pacer: NewPacer(Pace{}, time.Now), Now: time.Now,
			Wake: func() <-chan struct{} { return nil }, Log: slog.New(slog.DiscardHandler)}
		ended := make(chan error)
		go func() { ended <- d.Run(ctx, NewTenure(base.takeOver())) }()
		time.Sleep(time.Minute + time.Millisecond)
		base.owe(Message{Key: "alert/1/7", Op: Send, Class: Flash, Due: time.Now()})
		time.Sleep(1500 * time.Millisecond)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if len(platform.arrived) != 1 {
			t.Error("nobody told the lane, and it did not look by itself")
		}
	})
}

func TestAMessageThatMustWaitHoldsNoOtherBack(t *testing.T) {
	now := time.Date(2013, 4, 29, 18, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	d := &Dispatcher{Lane: "discord/main", Pacer: NewPacer(Pace{}, clock), Now: clock, Log: slog.New(slog.DiscardHandler)}
	p := Parcel{Message: Message{Key: "alert/1/7/edit"}, To: Address{Chat: "901", Kind: Announcement}, Attempts: 2}
	refused := &RetryError{Scope: ScopeMessage, Err: errors.New("edited too often")}
	for range 2 * breakAfter { // nor is the platform down, however many such edits there are
		if r := d.judge(p, refused, now); r.State != Queued || !r.Due.After(now) {
			t.Fatalf("it is not tried again later: %+v", r)
		}
	}
	if ok, at := d.Pacer.Take(p.To.Chat, p.To.Kind); !ok {
		t.Errorf("another to the same chat must wait until %s", at)
	}
	if n, _ := d.Pacer.Free(); n == 0 {
		t.Error("the whole lane must wait")
	}
}
