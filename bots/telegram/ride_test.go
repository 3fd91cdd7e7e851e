package telegram

import (
	"sync"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
	"github.com/tenbells/tenbells/delivery"
)

// timepiece stands still, but for what a test adds; it may be told to go on by some time when it is next looked at.
type timepiece struct {
	mu     sync.Mutex
	at     time.Time
	behind time.Duration
}

func (c *timepiece) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// late is now, of one who may have been kept.
func (c *timepiece) late() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.behind = c.at.Add(c.behind), 0
	return c.at
}

func (c *timepiece) add(now, behind time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.behind = c.at.Add(now), behind
}

func TestACallThatArrivesLateCountsLater(t *testing.T) {
	for _, op := range []delivery.Op{delivery.Send, delivery.Edit} { // one goes by a connection of ours, one by the library
		t.Run(string(op), func(t *testing.T) {
			clock := &timepiece{at: time.Now()}
			pacer := delivery.NewPacer(delivery.Pace{PerSecond: 1}, clock.now)
			w := open(t, telegramtest.Options{Now: clock.late}, func(c *Config) { c.Pacer = pacer })
			p := parcel(private(w.reader("Ann")))
			call := func(behind time.Duration) {
				t.Helper()
				clock.add(2*time.Second, behind)
				ok, taken := pacer.Take(p.To.Chat, p.To.Kind)
				if !ok {
					t.Fatal("a slot that is free is not given")
				}
				id, err := w.bot.Deliver(pacer.Ride(t.Context(), taken), p)
				if err != nil {
					t.Fatal(err)
				}
				p.Original.MessageID = id
			}
			for range 32 { // until it is known how long a call takes
				call(0)
			}
			p.Op, p.Version, p.Body.Headline = op, 2, "Obama, Putin meet"
			call(80 * time.Millisecond)
			if _, next := pacer.Free(); next.Sub(clock.now()) < time.Second {
				t.Errorf("the next call may go %s after the one that came late", next.Sub(clock.now()))
			}
		})
	}
}
