package deliverytest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// TestLeases runs the suite for leases. open answers two processes on one empty store: one and two are the same to the
// database. later moves both clocks on.
func TestLeases(t *testing.T, open func(*testing.T) (one, two delivery.Leases, later func(time.Duration))) {
	ctx := context.Background()
	held := func(t *testing.T, err error, owner string) {
		t.Helper()
		var h *delivery.HeldError
		if !errors.As(err, &h) || h.Owner != owner || h.Name != "desk" || h.Until.IsZero() {
			t.Errorf("got %v, want it held by %s", err, owner)
		}
	}
	acquire := func(t *testing.T, ls delivery.Leases, owner string) delivery.Lease {
		t.Helper()
		l, err := ls.Acquire(ctx, "desk", owner, 10*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	t.Run("one owner at a time", func(t *testing.T) {
		one, two, _ := open(t)
		l := acquire(t, one, "a")
		_, err := two.Acquire(ctx, "desk", "b", 10*time.Second)
		held(t, err, "a")
		_, err = one.Acquire(ctx, "desk", "c", 10*time.Second)
		held(t, err, "a")
		if _, err := two.Acquire(ctx, "lane", "b", 10*time.Second); err != nil {
			t.Errorf("another lease: %v", err)
		}
		if err := one.Release(ctx, l); err != nil {
			t.Fatal(err)
		}
		if next := acquire(t, two, "b"); next.Epoch <= l.Epoch {
			t.Errorf("epoch %d after %d", next.Epoch, l.Epoch)
		}
	})
	t.Run("what has run out is taken over, and the former owner learns it", func(t *testing.T) {
		one, two, later := open(t)
		l := acquire(t, one, "a")
		later(9 * time.Second)
		l, err := one.Renew(ctx, l, 10*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		later(9 * time.Second)
		_, err = two.Acquire(ctx, "desk", "b", 10*time.Second)
		held(t, err, "a")
		later(2 * time.Second)
		next := acquire(t, two, "b")
		if next.Epoch <= l.Epoch {
			t.Errorf("epoch %d after %d", next.Epoch, l.Epoch)
		}
		if _, err := one.Renew(ctx, l, time.Second); !errors.Is(err, delivery.ErrLeaseLost) {
			t.Errorf("the former owner renewed: %v", err)
		}
		if err := one.Release(ctx, l); !errors.Is(err, delivery.ErrLeaseLost) {
			t.Errorf("the former owner released: %v", err)
		}
		if _, err := two.Renew(ctx, next, time.Second); err != nil {
			t.Errorf("the owner cannot renew: %v", err)
		}
	})
	t.Run("of many who ask at once one gets it", func(t *testing.T) {
		one, two, _ := open(t)
		var wg sync.WaitGroup
		var got atomic.Int32
		for i := range 20 {
			ls := one
			if i%2 == 1 {
				ls = two
			}
			wg.Go(func() {
				_, err := ls.Acquire(ctx, "desk", fmt.Sprint(i), time.Minute)
				var h *delivery.HeldError
				switch {
				case err == nil:
					got.Add(1)
				case !errors.As(err, &h):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got.Load() != 1 {
			t.Errorf("%d got the lease, want 1", got.Load())
		}
	})
}
