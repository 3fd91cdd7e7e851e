package discord

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/delivery"
)

func TestACallThatArrivesLateCountsLater(t *testing.T) {
	var w *world
	var late atomic.Bool
	w = newWorld(t, discordtest.Options{Now: func() time.Time {
		if late.CompareAndSwap(true, false) {
			w.later(500 * time.Millisecond)
		}
		return time.Now()
	}})
	w.still = time.Now() // or a busy machine, on which many a call takes long, would not find this one late
	w.pacer = delivery.NewPacer(delivery.Pace{PerSecond: 1}, w.clock)
	w.Bot = w.bot(Config{})
	p := w.parcel(w.to(w.news))
	call := func() (before time.Time) {
		t.Helper()
		w.later(2 * time.Second)
		before = w.clock()
		ok, taken := w.pacer.Take(p.To.Chat, p.To.Kind)
		if !ok {
			t.Fatal("a slot that is free is not given")
		}
		if _, err := w.Deliver(w.pacer.Ride(context.Background(), taken), p); err != nil {
			t.Fatal(err)
		}
		return before
	}
	for range 32 { // until it is known how long a call takes
		call()
	}
	late.Store(true)
	before := call()
	if _, next := w.pacer.Free(); next.Sub(before) < 1100*time.Millisecond {
		t.Errorf("the next call may go %s after one that came late", next.Sub(before))
	}
}
