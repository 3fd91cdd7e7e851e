package delivery

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"
)

// A soft stop leaves nobody in doubt, although the database fails just then: what is not settled would be told again.
func TestASoftStopSettlesItsLastReceiptsAlthoughTheDatabaseFails(t *testing.T) {
	for _, written := range []bool{false, true} {
		t.Run(fmt.Sprintf("after it was written: %v", written), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				base, platform := newMemory(), &closed{}
				lane := func() *Dispatcher {
					return &Dispatcher{Lane: "telegram/main", Ledger: base, Sender: platform, Wake: base.wake, Log: slog.New(slog.DiscardHandler),
						Now: time.Now, Pacer: NewPacer(Pace{PerSecond: 200}, time.Now)}
				}
				for i := range 100 {
					base.owe(Message{Key: Key(fmt.Sprint("alert/1/", i)), Subscriber: SubscriberID(i), Op: Send, Class: Bulletin, Due: time.Now()})
				}
				ctx, cancel := context.WithTimeout(t.Context(), 250*time.Millisecond)
				defer cancel()
				failures := 3
				base.fault = func() (before, after bool) {
					if ctx.Err() == nil || failures == 0 {
						return false, false
					}
					failures--
					return !written, written
				}
				if err := lane().Run(ctx, NewTenure(base.takeOver())); err != nil {
					t.Error(err)
				}
				for _, o := range base.all {
					if o.state == Sending {
						t.Errorf("%s is left in doubt", o.Key)
					}
				}
				if len(platform.arrived) == 0 || len(platform.arrived) == 100 {
					t.Errorf("%d had arrived, want a stop on the way", len(platform.arrived))
				}
			})
		})
	}
}

func TestALaneThatIsAnothersIsNotSettledWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		base := newMemory()
		d := &Dispatcher{Lane: "telegram/main", Ledger: base, Log: slog.New(slog.DiscardHandler), Now: time.Now, done: []Receipt{{Key: "alert/1/1"}}, flying: 1}
		lease := base.takeOver()
		base.takeOver()
		start := time.Now()
		if err := d.land(func() {}, NewTenure(lease)); err == nil || time.Since(start) > 0 {
			t.Errorf("it ended after %s with %v, want at once with an error", time.Since(start), err)
		}
		base.fault = func() (before, after bool) { return true, false }
		if err := d.land(func() {}, NewTenure(lease)); err == nil || time.Since(start) > Grace {
			t.Errorf("it ended after %s with %v, want an error within %s", time.Since(start), err, Grace)
		}
	})
}

// gone is leases of a database that does not answer between two instants.
type gone struct {
	*memory
	Leases
	from, to time.Time
}

func (g gone) down() bool { return !time.Now().Before(g.from) && time.Now().Before(g.to) }

func (g gone) Acquire(_ context.Context, _, _ string, ttl time.Duration) (Lease, error) {
	if g.down() {
		return Lease{}, errBase
	}
	l := g.takeOver()
	l.Until = time.Now().Add(ttl)
	return l, nil
}

func (g gone) Renew(_ context.Context, l Lease, ttl time.Duration) (Lease, error) {
	if g.down() {
		return l, errBase
	}
	l.Until = time.Now().Add(ttl)
	return l, nil
}

func (g gone) Release(context.Context, Lease) error {
	if g.down() {
		return errBase
	}
	return nil
}

// A database that is away for longer than the lease lasts, and than a stop would wait, tells nobody twice: what was in
// flight then has been answered, and is settled when it is back.
func TestADatabaseThatIsGoneForLongLeavesNobodyInDoubt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		base, platform := newMemory(), &closed{}
		leases := gone{memory: base, from: time.Now().Add(250 * time.Millisecond), to: time.Now().Add(10 * time.Minute)}
		base.fault = func() (before, after bool) { return leases.down(), false }
		for i := range 100 {
			base.owe(Message{Key: Key(fmt.Sprint("alert/1/", i)), Subscriber: SubscriberID(i), Op: Send, Class: Bulletin, Due: time.Now()})
		}
		log := slog.New(slog.DiscardHandler)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			Holding{Leases: leases, Name: "telegram/main", Log: log, Now: time.Now}.Hold(ctx, func(ctx context.Context, t *Tenure) error {
				d := &Dispatcher{Lane: "telegram/main", Ledger: base, Sender: platform, Wake: base.wake, Log: log, Now: time.Now,
					Pacer: NewPacer(Pace{PerSecond: 200}, time.Now)}
				return d.Run(ctx, t)
			})
		}()
		time.Sleep(time.Until(leases.to) - time.Second)
		platform.mu.Lock()
		n := len(platform.arrived)
		platform.mu.Unlock()
		if n == 0 || n == 100 {
			t.Errorf("%d had arrived before the database went, want some", n)
		}
		time.Sleep(time.Minute)
		cancel()
		<-ended
		told := map[Key]int{}
		for _, key := range platform.arrived {
			told[key]++
		}
		for _, o := range base.all {
			if told[o.Key] != 1 || o.state != Sent {
				t.Errorf("%s was told %d times and is %s, want once and sent", o.Key, told[o.Key], o.state)
			}
		}
	})
}
