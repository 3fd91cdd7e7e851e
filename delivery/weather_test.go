package delivery

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// sky is a platform in changing weather.
type sky struct {
	mu      sync.Mutex
	rng     *rand.Rand
	clears  time.Time // from then on all goes well
	down    [2]time.Time
	rough   int // one call of so many comes to no good
	arrived map[Key]int
	barred  map[string]barring // by chat; "" is the bot
	early   []string           // who was called before their time
}

// barring is how long somebody is to be left alone. Who is called in the instant in which we are told cannot help it.
type barring struct{ told, until time.Time }

func (s *sky) bar(whom string, after time.Duration) {
	s.barred[whom] = barring{time.Now(), time.Now().Add(after)}
}

// check notes a call before its time.
func (s *sky) check(p Parcel, whom string, now time.Time) {
	if b := s.barred[whom]; now.After(b.told) && now.Before(b.until) {
		s.early = append(s.early, fmt.Sprintf("%s was called %s before the time of %q", p.Key, b.until.Sub(now), whom))
	}
}

func (s *sky) Deliver(ctx context.Context, p Parcel) (string, error) {
	trip := s.begin(p)
	select {
	case <-time.After(trip):
	case <-ctx.Done():
		return "", ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.raining(time.Now()) {
		return "", s.outage()
	}
	err := s.answer(p)
	if err == nil || errors.Is(err, errNoWord) {
		s.arrived[p.Key]++
	}
	return "", err
}

func (s *sky) begin(p Parcel) (trip time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.check(p, "", now)
	s.check(p, p.To.Chat, now)
	trip = time.Duration(20+s.rng.IntN(60)) * time.Millisecond
	if s.raining(now) && s.rng.IntN(3) == 0 {
		trip = time.Minute // it hangs
	}
	return trip
}

func (s *sky) raining(now time.Time) bool { return !now.Before(s.down[0]) && now.Before(s.down[1]) }

var errNoWord = errors.New("connection reset") // it arrived, and no answer came

func (s *sky) outage() error {
	return []error{errors.New("502"), fmt.Errorf("%w: no route", ErrNotSent)}[s.rng.IntN(2)]
}

func (s *sky) answer(p Parcel) error {
	if !time.Now().Before(s.clears) || s.rng.IntN(s.rough) > 0 {
		return nil
	}
	after := time.Duration(s.rng.IntN(20)) * time.Second
	switch s.rng.IntN(9) {
	case 0:
		return fmt.Errorf("%w: 503", ErrNotSent)
	case 1:
		return errNoWord
	case 2:
		s.bar(p.To.Chat, after)
		return &RetryError{After: after, Scope: ScopeChat, Err: errors.New("429")}
	case 3:
		s.bar("", after/4)
		return &RetryError{After: after / 4, Scope: ScopeLane, Err: errors.New("429")}
	case 4:
		return &RetryError{After: after, Scope: ScopeMessage, Err: errors.New("429")}
	case 5:
		return &StandingError{Standing: StandingBlocked, Err: errors.New("403")}
	case 6:
		return fmt.Errorf("%w: 400", ErrRejected)
	case 7:
		return ErrLaneDead
	default:
		return &MovedError{To: p.To, Err: errors.New("moved in circles")}
	}
}

// season is a lane through an hour of bad weather, and a clear one after it.
type season struct {
	*testing.T
	rng  *rand.Rand
	base *memory
	sky  *sky
	pace Pace
	back time.Duration // how far the clock was set back in all
	end  time.Time     // of the bad weather
}

var zones = []*time.Location{time.UTC, time.FixedZone("summer", 2*3600), time.FixedZone("winter", 3600)}

// dispatcher is one on a machine whose zone changes all the time.
func (s *season) dispatcher(pacer *Pacer) *Dispatcher {
	return &Dispatcher{
		Lane: "telegram/main", Ledger: s.base, Sender: s.sky, Wake: s.base.wake, Log: slog.New(slog.DiscardHandler),
		Pacer: pacer, Now: func() time.Time { return time.Now().In(zones[time.Now().UnixMilli()%3]) },
	}
}

// run owns the lane until ctx ends, begins again where the database failed, and hands over to the next owner when takeOver
// is told: each with all that is in flight.
func (s *season) run(ctx context.Context, takeOver <-chan struct{}) {
	pacer := NewPacer(s.pace, time.Now)
	for ctx.Err() == nil {
		d, lease, ended := s.dispatcher(pacer), s.base.takeOver(), make(chan error, 1)
		go func() { ended <- d.Run(ctx, NewTenure(lease)) }()
		select {
		case <-takeOver:
		case <-ended:
		}
		time.Sleep(time.Millisecond)
	}
}

// pass lets the bad weather pass: alerts are owed, the clock is set, owners are killed.
func (s *season) pass(killed chan<- struct{}) {
	for n := 0; time.Now().Before(s.end); n++ {
		time.Sleep(time.Duration(s.rng.IntN(120_000)) * time.Millisecond)
		switch s.rng.IntN(6) {
		case 0:
			step := time.Duration(s.rng.IntN(600)-300) * time.Second
			s.back += max(0, -step)
			s.base.set(s.base.skew + step)
		case 1:
			killed <- struct{}{}
		default:
			s.alert(n)
		}
	}
}

func (s *season) alert(n int) {
	class, expires := Class(1+s.rng.IntN(5)), time.Time{}
	if s.rng.IntN(2) == 0 {
		expires = time.Now().Add(time.Duration(1+s.rng.IntN(1800)) * time.Second)
	}
	var ms []Message
	for i := range 1 + s.rng.IntN(60) {
		ms = append(ms, Message{Key: Key(fmt.Sprintf("alert/%d/%d", n, i)), Subscriber: SubscriberID(i), Op: Send, Class: class, Due: time.Now(), Expires: expires})
	}
	s.base.owe(ms...)
}

// Whatever a platform, a database, a clock and the kernel do for an hour: from the instant on at which all is well, all
// that is owed arrives within the longest wait there is, once; nothing arrives twice but what may not have arrived, and
// nobody is called before the platform's time.
func TestNothingIsLostOrLateWhateverTheWeather(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { newSeason(t, seed).live() })
		})
	}
}

func newSeason(t *testing.T, seed uint64) *season {
	rng := rand.New(rand.NewPCG(seed, 11))
	end := time.Now().Add(time.Hour)
	from := time.Now().Add(time.Duration(rng.IntN(45)) * time.Minute)
	sky := &sky{rng: rand.New(rand.NewPCG(seed, 12)), clears: end, rough: 2 + rng.IntN(20), arrived: map[Key]int{}, barred: map[string]barring{},
		down: [2]time.Time{from, from.Add(time.Duration(rng.IntN(15)) * time.Minute)}}
	faults := rand.New(rand.NewPCG(seed, 13))
	base := newMemory()
	base.fault = func() (before, after bool) {
		if !time.Now().Before(end) {
			return false, false
		}
		n := faults.IntN(200)
		return n == 0, n == 1
	}
	pace := Pace{PerSecond: []float64{0, 1, 30, 50}[rng.IntN(4)], ChatEvery: time.Second, ChatBurst: 2}
	return &season{T: t, rng: rng, base: base, sky: sky, pace: pace, end: end}
}

func (s *season) live() {
	ctx, cancel := context.WithCancel(context.Background())
	killed, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		s.run(ctx, killed)
	}()
	s.pass(killed)
	time.Sleep(s.bound())
	cancel()
	<-over
	s.judge()
}

// bound is how long after the weather has cleared the last may arrive: the longest wait for another try, what the clock
// was set back, which is how much later than meant an instant on record comes, and the pace.
func (s *season) bound() time.Duration {
	perSecond := cmp.Or(s.pace.PerSecond, 30)
	return 5*time.Minute + longestProbe + Attempt + s.back + time.Duration(float64(2*len(s.base.all))/perSecond)*time.Second + time.Minute
}

func (s *season) judge() {
	for _, o := range s.base.all {
		switch n := s.sky.arrived[o.Key]; {
		case o.finals != 1 || o.state != Sent && o.state != Dropped:
			s.Errorf("%s came to an end %d times, and is %s after %d attempts", o.Key, o.finals, o.state, o.attempts)
		case o.state == Sent && n == 0:
			s.Errorf("%s is sent, and never arrived", o.Key)
		case n > 1+o.doubts:
			s.Errorf("%s arrived %d times; %d attempts were in doubt", o.Key, n, o.doubts)
		}
	}
	for _, early := range s.sky.early {
		s.Error(early)
	}
}
