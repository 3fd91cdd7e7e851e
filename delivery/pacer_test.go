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

// answered says whether an answer had its turn.
func answered(_ time.Time, err error) bool { return err == nil }

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
			if _, err := p.Answer(context.Background(), "reader", Private); err != nil {
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

// press lets n readers press a button, one every gap, beside what the test does, and answers how long each waited once
// all are answered.
func press(t *testing.T, p *Pacer, n int, gap time.Duration) (answered func() []time.Duration) {
	waits := make([]time.Duration, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			time.Sleep(time.Duration(i) * gap)
			start := time.Now()
			if _, err := p.Answer(context.Background(), fmt.Sprint("reader", i), Private); err != nil {
				t.Error(err)
			}
			waits[i] = time.Since(start)
		})
	}
	return func() []time.Duration {
		wg.Wait()
		slices.Sort(waits)
		return waits
	}
}

func TestAFlashGoesOnWhileAThousandReadersWaitForAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(Pace{PerSecond: 30}, time.Now)
		drain(p, 1)
		start := time.Now()
		waits := press(t, p, 1000, 0)
		synctest.Wait()
		if took := drain(p, 300)[299].Sub(start); took > 21*time.Second {
			t.Errorf("300 sends took %s beside answers, want at most every second slot lost", took)
		}
		if all := waits(); all[999] > 47*time.Second { // beside 300 sends at half the rate, and alone at the whole of it
			t.Errorf("1,000 answers took %s, want 1,300 slots at most and a second", all[999])
		}
	})
}

func TestAnswersWaitUnderATenthOfASecondOrSoBesideAFlash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(Pace{PerSecond: 30}, time.Now)
		drain(p, 1)
		waits := press(t, p, 200, 300*time.Millisecond)
		drain(p, 1550)
		if p95 := waits()[189]; p95 > 150*time.Millisecond {
			t.Errorf("200 answers a minute waited up to %s, want under 150 ms for 95 %%", p95)
		}
	})
}

func TestAnswersToAGroupLeaveCallsToTheLedger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(Pace{PerSecond: 30, GroupPerMinute: 20}, time.Now)
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		answers := 0
		for answered(p.Answer(ctx, "group", Group)) {
			answers++
		}
		sends := 0
		for range 20 {
			if ok, _ := p.Take("group", Group); ok {
				sends++
			}
			time.Sleep(time.Second)
		}
		if answers != 15 || sends != 5 {
			t.Errorf("within a minute %d answers and %d messages went to a group, want 15 and 5", answers, sends)
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

// grant is one call that a pacer let through.
type grant struct {
	at   time.Time
	chat string
}

// traffic is what random bursts of sends and answers to a few private chats and groups get from a pacer in five minutes,
// with rests between them and pauses that the platform asks for.
func traffic(rng *rand.Rand, p *Pacer, noted func(grant)) {
	var answers sync.WaitGroup
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); {
		chat, kind := fmt.Sprint("chat", rng.IntN(40)), Private
		if rng.IntN(4) == 0 {
			chat, kind = fmt.Sprint("group", rng.IntN(5)), Group
		}
		switch rng.IntN(400) {
		case 0:
			time.Sleep(time.Duration(rng.Int64N(int64(20 * time.Second))))
		case 1:
			p.PauseLane(time.Now().Add(time.Duration(rng.Int64N(int64(5 * time.Second)))))
		case 2, 3, 4, 5:
			answers.Go(func() {
				if answered(p.Answer(context.Background(), chat, kind)) {
					noted(grant{time.Now(), chat})
				}
			})
		default:
			free, next := p.Free()
			if ok, _ := p.Take(chat, kind); ok {
				noted(grant{time.Now(), chat})
			}
			if free == 0 {
				time.Sleep(max(time.Until(next), time.Duration(rng.Int64N(int64(40*time.Millisecond)))))
			}
		}
	}
	answers.Wait()
}

// Whatever is asked for, and when, no second holds more calls than the bot may make, no minute more than a group may get,
// and no chat more than its burst.
func TestNoTrafficGetsMoreThanIsAllowed(t *testing.T) {
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 7))
		pace := Pace{
			PerSecond: []float64{1, 5, 30, 50}[rng.IntN(4)], ChatEvery: time.Second, ChatBurst: 1 + rng.IntN(3),
			GroupPerMinute: 5 + rng.IntN(20),
		}
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { paced(t, rng, pace) })
		})
	}
}

func paced(t *testing.T, rng *rand.Rand, pace Pace) {
	var mu sync.Mutex
	var all []time.Time
	chats := map[string][]time.Time{}
	traffic(rng, NewPacer(pace, time.Now), func(g grant) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, g.at)
		chats[g.chat] = append(chats[g.chat], g.at)
	})
	if most := mostInASecond(all); most > int(pace.PerSecond) {
		t.Errorf("%d calls within one second, want at most %.0f", most, pace.PerSecond)
	}
	if len(all) < 60 {
		t.Errorf("only %d calls in five minutes", len(all))
	}
	for chat, at := range chats {
		slices.SortFunc(at, time.Time.Compare)
		for i := range at {
			if n := i - pace.ChatBurst; n >= 0 && at[i].Sub(at[n]) < pace.ChatEvery {
				t.Errorf("%s got %d calls within %s, want at most %d", chat, pace.ChatBurst+1, at[i].Sub(at[n]), pace.ChatBurst)
			}
			if n := i - pace.GroupPerMinute; chat[0] == 'g' && n >= 0 && at[i].Sub(at[n]) < time.Minute {
				t.Errorf("%s got %d calls within %s", chat, pace.GroupPerMinute+1, at[i].Sub(at[n]))
			}
		}
	}
}

func TestAnswerWaitingForItsChatHoldsNobodyBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(Pace{PerSecond: 30}, time.Now)
		p.PauseChat("slow", time.Now().Add(time.Minute))
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error)
		go func() {
			_, err := p.Answer(ctx, "slow", Private)
			done <- err
		}()
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

func TestWhatIsPaidForGoesBesideTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(Pace{PerSecond: 30, PaidPerSecond: 500, ChatEvery: time.Second, ChatBurst: 1}, time.Now)
		start := time.Now()
		var paid []time.Time
		for len(paid) < 5000 {
			free, next := p.FreePaid()
			if free == 0 {
				time.Sleep(time.Until(next))
				continue
			}
			if ok, at := p.TakePaid(fmt.Sprint("chat", len(paid)), Private); !ok {
				t.Fatalf("a slot that is free is not given before %s", at)
			}
			paid = append(paid, time.Now())
		}
		if took := time.Since(start); took > 10200*time.Millisecond || took < 9900*time.Millisecond {
			t.Errorf("5,000 at 500/s took %s, want at most 1.02 × 10 s", took)
		}
		if most := mostInASecond(paid); most > 500 {
			t.Errorf("%d paid calls in one second, want at most 500", most)
		}
		if free, at := p.Free(); free == 0 {
			t.Errorf("what costs nothing waits for what is paid for, until %s", at)
		}
		if ok, _ := p.TakePaid("chat4999", Private); ok {
			t.Error("a chat gets two at once because they are paid for")
		}
		p.PauseLane(time.Now().Add(time.Minute))
		if free, _ := p.FreePaid(); free > 0 {
			t.Error("a lane that was told to wait goes on with what is paid for")
		}
	})
}

func TestNothingIsPaidWithoutARate(t *testing.T) {
	p := NewPacer(Pace{PerSecond: 30}, time.Now)
	if free, _ := p.FreePaid(); free > 0 {
		t.Errorf("%d paid sends may start", free)
	}
	if ok, _ := p.TakePaid("chat", Private); ok {
		t.Error("a paid send may start")
	}
}

func TestCallsThatLeaveLateCountFromThenOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(Pace{PerSecond: 30}, time.Now)
		rng := rand.New(rand.NewPCG(1, 2))
		var left []time.Time
		var mu sync.Mutex
		var wg sync.WaitGroup
		for n := range 1500 {
			for free, next := p.Free(); free == 0; free, next = p.Free() {
				time.Sleep(time.Until(next))
			}
			ok, taken := p.Take(fmt.Sprint("chat", n), Private)
			if !ok {
				t.Fatalf("a slot that is free is not given before %s", taken)
			}
			late := time.Duration(0)
			if n%97 == 0 { // a handshake, or a processor that is busy
				late = time.Duration(rng.Int64N(int64(90 * time.Millisecond)))
			}
			wg.Go(func() {
				time.Sleep(late)
				Leave(p.Ride(t.Context(), taken))
				mu.Lock()
				defer mu.Unlock()
				left = append(left, time.Now())
			})
		}
		wg.Wait()
		if most := mostInASecond(left); most > 30 {
			t.Errorf("%d calls left within one second, want at most 30", most)
		}
		if took := left[len(left)-1].Sub(left[0]); took > 52*time.Second {
			t.Errorf("1,500 calls at 30/s took %s", took)
		}
	})
}

func TestACallThatLeavesSecondsLateTakesASlotThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(Pace{PerSecond: 10}, time.Now)
		_, taken := p.Take("slow", Private)
		ride := p.Ride(t.Context(), taken)
		drain(p, 25)
		Leave(ride)
		Leave(ride) // a call leaves once, however often its connection says so
		_, next := p.Free()
		if wait := time.Until(next); wait < 150*time.Millisecond || wait > 250*time.Millisecond {
			t.Errorf("the next slot comes after %s, want after the second interval of 101 ms", wait)
		}
	})
}

// travel makes n calls that arrive and are answered as a network has it, and answers when they arrived. way is how long a
// call takes to the platform and back from there, by when it leaves.
func travel(t *testing.T, p *Pacer, n int, way func(left time.Time) (there, back time.Duration)) (arrived []time.Time) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range n {
		for free, next := p.Free(); free == 0; free, next = p.Free() {
			time.Sleep(time.Until(next))
		}
		ok, taken := p.Take(fmt.Sprint("chat", i), Private)
		if !ok {
			t.Fatalf("a slot that is free is not given before %s", taken)
		}
		ctx := p.Ride(t.Context(), taken)
		Leave(ctx)
		there, back := way(time.Now())
		wg.Go(func() {
			time.Sleep(there)
			mu.Lock()
			arrived = append(arrived, time.Now())
			mu.Unlock()
			time.Sleep(back)
			Heard(ctx)
			Heard(ctx) // an answer comes once, however often it is told
		})
	}
	wg.Wait()
	return arrived
}

func TestCallsThatAreKeptOnTheirWayCountFromThenOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(Pace{PerSecond: 30}, time.Now)
		rng := rand.New(rand.NewPCG(1, 2))
		start := time.Now()
		stall := start.Add(10 * time.Second) // when all stands still next
		stalled := 60 * time.Millisecond
		arrived := travel(t, p, 3000, func(left time.Time) (there, back time.Duration) {
			there = time.Duration(rng.Int64N(int64(2 * time.Millisecond)))
			if left.After(stall.Add(stalled)) {
				stall, stalled = stall.Add(3*time.Second), time.Duration(30+rng.IntN(70))*time.Millisecond
			}
			if left.After(stall) {
				there = stall.Add(stalled).Sub(left)
			}
			return there, time.Duration(rng.Int64N(int64(2 * time.Millisecond)))
		})
		if most := mostInASecond(arrived); most > 30 {
			t.Errorf("%d calls arrived within one second, want at most 30", most)
		}
		if took := arrived[len(arrived)-1].Sub(start); took > 102*time.Second {
			t.Errorf("3,000 calls at 30/s took %s, want at most 1.02 × 100 s", took)
		}
	})
}

func TestAPlatformThatAnswersUnevenlyCostsNoSlots(t *testing.T) {
	for name, slow := range map[string]func(*rand.Rand) time.Duration{
		"each takes its own time": func(rng *rand.Rand) time.Duration { return time.Duration(20+rng.IntN(400)) * time.Millisecond },
		"one in five is slow":     func(rng *rand.Rand) time.Duration { return time.Duration(50+2000*(rng.IntN(5)/4)) * time.Millisecond },
		"one in twenty is slow":   func(rng *rand.Rand) time.Duration { return time.Duration(50+700*(rng.IntN(20)/19)) * time.Millisecond },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := NewPacer(Pace{PerSecond: 30}, time.Now)
				rng := rand.New(rand.NewPCG(3, 4))
				start := time.Now()
				arrived := travel(t, p, 3000, func(time.Time) (there, back time.Duration) { return 10 * time.Millisecond, slow(rng) })
				if took := arrived[len(arrived)-1].Sub(start); took > 102*time.Second {
					t.Errorf("3,000 calls at 30/s took %s, want at most 1.02 × 100 s", took)
				}
			})
		})
	}
}
