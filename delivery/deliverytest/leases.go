package deliverytest

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	t.Run("all that are held can be seen", func(t *testing.T) {
		one, two, later := open(t)
		sees := func(want ...string) {
			t.Helper()
			all, err := two.Held(ctx)
			var got []string
			for _, l := range all {
				got = append(got, fmt.Sprintf("%s of %s, %d", l.Name, l.Owner, l.Epoch))
			}
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("held are %q (%v), want %q", got, err, want)
			}
		}
		sees()
		if _, err := one.Acquire(ctx, "lane", "a", time.Minute); err != nil {
			t.Fatal(err)
		}
		l := acquire(t, one, "a")
		sees("desk of a, 1", "lane of a, 1")
		later(11 * time.Second)
		sees("lane of a, 1")
		l = acquire(t, two, "b")
		sees("desk of b, 2", "lane of a, 1")
		if err := two.Release(ctx, l); err != nil {
			t.Fatal(err)
		}
		sees("lane of a, 1")
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
