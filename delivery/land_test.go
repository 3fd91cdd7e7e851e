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
