package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// closed is a platform that answers nothing as it should between two instants.
type closed struct {
	from, to time.Time
	trip     time.Duration // the way there and back while it is down
	err      error

	mu      sync.Mutex
	flying  int
	calls   []call
	arrived []Key
	fresh   time.Time // when the last arrived that was never tried before
}

// call is one attempt while the platform is down, and how many others were under way.
type call struct {
	at     time.Time
	beside int
}

func (c *closed) Deliver(ctx context.Context, p Parcel) (string, error) {
	trip, down := 400*time.Millisecond, c.begin()
	if down {
		trip = c.trip
	}
	defer func() {
		c.mu.Lock()
		c.flying--
		c.mu.Unlock()
	}()
	select {
	case <-time.After(trip):
	case <-ctx.Done():
		return "", fmt.Errorf("%w: %w", c.err, ctx.Err())
	}
	if down {
		return "", c.err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.arrived = append(c.arrived, p.Key); p.Attempts == 1 {
		c.fresh = time.Now()
	}
	return "", nil
}

func (c *closed) begin() (down bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if down = !now.Before(c.from) && now.Before(c.to); down {
		c.calls = append(c.calls, call{now, c.flying})
	}
	c.flying++
	return down
}

// While a platform is down, one message at a time finds out whether it still is, and no other goes: each of them may be
// one that arrives and is not answered. When it is back, everybody is told, once, in order.
func TestAPlatformThatIsDownIsProbedByOneMessageAtATime(t *testing.T) {
	for _, c := range []struct {
		name string
		trip time.Duration
		err  error
		most int           // probes in ten minutes, after those that were under way
		rest time.Duration // between two of them
	}{
		{"it refuses", 40 * time.Millisecond, fmt.Errorf("%w: 503", ErrNotSent), 26, longestProbe},
		{"it hangs", time.Minute, errors.New("timeout"), 26, longestProbe + Attempt},
		{"its token is dead", 40 * time.Millisecond, ErrLaneDead, 12, time.Minute},
	} {
		for _, rate := range []float64{0, 30} {
			t.Run(fmt.Sprintf("%s at %.0f a second", c.name, rate), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					from := time.Now().Add(2 * time.Second)
					platform := &closed{from: from, to: from.Add(10 * time.Minute), trip: c.trip, err: c.err}
					base := outage(t, platform, rate)
					probed(t, platform, c.most)
					told(t, platform, base)
					if late := platform.fresh.Sub(platform.to); late > c.rest+25*time.Second {
						t.Errorf("the last who was never tried before was told %s after the platform was back", late)
					}
				})
			})
		}
	}
}

// outage lets a lane owe five hundred, a few each second, through an outage and half an hour more.
func outage(t *testing.T, platform *closed, rate float64) *memory {
	ctx, cancel := context.WithCancel(t.Context())
	base := newMemory()
	d := &Dispatcher{
		Lane: "telegram/main", Ledger: base, Sender: platform, Wake: base.wake, Log: slog.New(slog.DiscardHandler), Now: time.Now,
		Pacer: NewPacer(Pace{PerSecond: rate}, time.Now),
	}
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx, NewTenure(base.takeOver())) }()
	for i := range 500 {
		base.owe(Message{Key: Key(fmt.Sprintf("alert/1/%03d", i)), Subscriber: SubscriberID(i), Op: Send, Class: Bulletin, Due: time.Now()})
		time.Sleep(20 * time.Millisecond)
	}
	time.Sleep(time.Until(platform.to.Add(10 * time.Minute)))
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	return base
}

// probed asks that none goes beside another once those have come back that were under way when it went down.
func probed(t *testing.T, platform *closed, most int) {
	settled := platform.from.Add(Attempt + time.Second)
	probes := 0
	for _, c := range platform.calls {
		if c.at.Before(settled) {
			continue
		}
		if probes++; c.beside > 0 {
			t.Errorf("%s into the outage a message goes beside %d others", c.at.Sub(platform.from), c.beside)
		}
	}
	if probes > most || probes < most/2 {
		t.Errorf("%d probes in ten minutes, want %d at most and half of them at least", probes, most)
	}
}

// told asks that everybody was told once, those who were never tried before in their order.
func told(t *testing.T, platform *closed, base *memory) {
	once := slices.Compact(slices.Sorted(slices.Values(platform.arrived)))
	if len(once) != 500 || len(platform.arrived) != 500 {
		t.Errorf("%d were told, %d in all, want 500 once", len(once), len(platform.arrived))
	}
	untried := slices.DeleteFunc(slices.Clone(platform.arrived), func(k Key) bool { return base.of[k].attempts > 1 })
	if len(untried) < 300 || rankErrors(untried) > 0 {
		t.Errorf("of %d who were told at the first attempt %d were told out of turn", len(untried), rankErrors(untried))
	}
}

// rankErrors is how many of those who go at most a window at a time came more than a window before their turn.
func rankErrors(keys []Key) (n int) {
	sorted := slices.Sorted(slices.Values(keys))
	for i, k := range keys {
		if at, _ := slices.BinarySearch(sorted, k); at-i > Window {
			n++
		}
	}
	return n
}
