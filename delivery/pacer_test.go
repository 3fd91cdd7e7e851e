package delivery

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// drain takes n slots as fast as the pacer gives them, each for a chat of its own, and answers when.
func drain(p *Pacer, n int) []time.Time {
	var at []time.Time
	for len(at) < n {
		free, next := p.Free()
		if free == 0 {
			time.Sleep(time.Until(next))
			continue
		}
		if ok, _ := p.Take(fmt.Sprint("chat", len(at)), Private); ok {
			at = append(at, time.Now())
		}
	}
	return at
}

// mostInASecond is the largest number of instants in any window of one second.
func mostInASecond(at []time.Time) int {
	slices.SortFunc(at, time.Time.Compare)
	most, from := 0, 0
	for i := range at {
		for at[i].Sub(at[from]) >= time.Second {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}

func TestPacerUsesEverySlotAndNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(Pace{PerSecond: 30}, time.Now)
		start := time.Now()
		at := drain(p, 3000)
		if took := at[len(at)-1].Sub(start); took > 102*time.Second || took < 99*time.Second {
			t.Errorf("3,000 calls at 30/s took %s, want at most 1.02 × 100 s", took)
		}
		rng := rand.New(rand.NewPCG(1, 2))
		for i := range at { // the way to the platform takes each call a little longer or shorter
			at[i] = at[i].Add(time.Duration(rng.Int64N(int64(8 * time.Millisecond))))
		}
		if most := mostInASecond(at); most > 30 {
			t.Errorf("%d calls arrived within one second, want at most 30", most)
		}
	})
}

func TestPacerCatchesUpAfterALateWakeUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(Pace{PerSecond: 50}, time.Now)
		start := time.Now()
		for range 500 {
			for {
				free, next := p.Free()
				if free > 0 {
					break
				}
				time.Sleep(time.Until(next) + 3*time.Millisecond) // the scheduler was busy
			}
			p.Take("", Private)
		}
		if took := time.Since(start); took > 10200*time.Millisecond {
			t.Errorf("500 calls at 50/s with late wake-ups took %s, want at most 10.2 s", took)
		}
	})
}

func TestPacerLetsAnswersGoFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(Pace{PerSecond: 10}, time.Now)
		p.Take("a", Private)
		start := time.Now()
		var waited time.Duration
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := p.Answer(context.Background(), "reader", Private); err != nil {
				t.Error(err)
			}
			waited = time.Since(start)
		})
		synctest.Wait()
		for sends := 0; sends < 5; {
			free, next := p.Free()
			if free == 0 {
				time.Sleep(time.Until(next))
				continue
			}
			p.Take("b", Private)
			sends++
		}
		wg.Wait()
		if waited > 150*time.Millisecond {
			t.Errorf("the answer waited %s behind sends; want the next slot", waited)
		}
	})
}

func TestPacerWaitingChatBlocksNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(Pace{PerSecond: 30, ChatEvery: time.Second, ChatBurst: 2, GroupPerMinute: 20}, time.Now)
		take := func(chat string, kind Kind) bool {
			for {
				if free, next := p.Free(); free == 0 {
					time.Sleep(time.Until(next))
					continue
				}
				ok, _ := p.Take(chat, kind)
				return ok
			}
		}
		for range 2 {
			if !take("reader", Private) {
				t.Fatal("a burst of two should pass")
			}
		}
		if take("reader", Private) {
			t.Error("a third call within a second passed")
		}
		if !take("other", Private) {
			t.Error("another chat was held up")
		}
		passed := 0
		for range 40 {
			if take("group", Group) {
				passed++
			}
			time.Sleep(time.Second)
		}
		if passed != 20 {
			t.Errorf("%d calls to a group passed in 40 s, want 20", passed)
		}
		p.PauseChat("other", time.Now().Add(time.Hour))
		time.Sleep(10 * time.Minute) // longer than idle chats are remembered
		take("someone", Private)
		time.Sleep(2 * generation)
		take("someone", Private)
		if take("other", Private) {
			t.Error("a pause the platform asked for was forgotten")
		}
	})
}

func TestAnswerWaitingForItsChatHoldsNobodyBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(Pace{PerSecond: 30}, time.Now)
		p.PauseChat("slow", time.Now().Add(time.Minute))
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error)
		go func() { done <- p.Answer(ctx, "slow", Private) }()
		synctest.Wait()
		if at := drain(p, 30); at[29].Sub(at[0]) > 2*time.Second {
			t.Errorf("sends took %s behind an answer whose chat must wait", at[29].Sub(at[0]))
		}
		cancel()
		if err := <-done; err != context.Canceled {
			t.Errorf("got %v, want context.Canceled", err)
		}
	})
}

func TestBreakerOpensOnceAndProbes(t *testing.T) {
	now := time.Date(2026, 4, 29, 12, 0, 0, 0, time.UTC)
	var b breaker
	opened := 0
	for range 40 { // what was in flight when the platform went down
		if _, first := b.fail(now); first {
			opened++
		}
	}
	until, _ := b.fail(now)
	if opened != 1 || until.Sub(now) != time.Second {
		t.Errorf("opened %d times until %s, want once for a second", opened, until.Sub(now))
	}
	for range 100 { // an hour's outage
		now = until
		until, _ = b.fail(now)
		if until.Sub(now) > longestProbe {
			t.Fatalf("pauses %s between probes, want at most %s", until.Sub(now), longestProbe)
		}
	}
	if !b.works() || b.works() {
		t.Error("an answer should close the breaker, once")
	}
}
