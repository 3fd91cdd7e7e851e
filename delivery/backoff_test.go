package delivery

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// alone is a dispatcher whose clock the test sets.
func alone(now *time.Time) *Dispatcher {
	clock := func() time.Time { return *now }
	return &Dispatcher{Lane: "telegram/main", Pacer: NewPacer(Pace{}, clock), Now: clock, Log: slog.New(slog.DiscardHandler)}
}

func TestBackoffDoublesUpToFiveMinutesAndIsNeverTheSameForAll(t *testing.T) {
	last := time.Duration(0)
	for n := -1; n < 70; n++ {
		want := time.Duration(min(300, math.Pow(2, float64(max(n-1, 0)))) * float64(time.Second))
		least, most := 5*time.Minute, time.Duration(0)
		for range 100 {
			d := backoff(n)
			least, most = min(least, d), max(most, d)
		}
		if most > want || least <= want*8/10 || most-least < want/20 {
			t.Errorf("before attempt %d it waits %s to %s, want up to a fifth less than %s", n+1, least, most, want)
		}
		if n > 1 && most < 4*time.Minute && least <= last {
			t.Errorf("before attempt %d it waits %s, once no longer than the %s before", n+1, least, last)
		}
		last = most
	}
}

// Whatever the platform answers in whatever order, a message that is not finished is due again later, at the latest in a
// day, and not before it was told to come.
func TestNoAnswerOfAPlatformMakesAMessageHurryOrSleepForEver(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 21))
		now := time.Date(2026, 3, 29, 0, 30, 0, 0, time.UTC)
		d := alone(&now)
		for attempt := 1; attempt < 40; attempt++ {
			asked := anyWait(rng)
			err := []error{
				&RetryError{After: asked, Scope: []Scope{ScopeMessage, ScopeChat, ScopeLane}[rng.IntN(3)], Err: errors.New("429")},
				fmt.Errorf("%w: 502", ErrNotSent), errors.New("timeout"), ErrLaneDead,
			}[rng.IntN(4)]
			p := Parcel{Message: Message{Key: "alert/1/7"}, To: Address{Chat: "7", Kind: Private}, Attempts: attempt, Doubtful: rng.IntN(2) == 0}
			r := d.judge(p, err, now)
			var retry *RetryError
			least := time.Millisecond
			if errors.As(err, &retry) {
				least = min(max(asked, least), longestWait)
			}
			if wait := r.Due.Sub(now); wait < least || wait > longestWait {
				t.Fatalf("seed %d: after attempt %d and %v it is tried again in %s, want %s to %s", seed, attempt, err, wait, least, longestWait)
			}
			if r.State != Unknown && (p.Doubtful || r.State != Queued) {
				t.Fatalf("seed %d: %v leaves it %s", seed, err, r.State)
			}
			if ok, at := d.Pacer.Take("7", Private); !ok && (at.Before(now) || at.Sub(now) > longestWait) {
				t.Fatalf("seed %d: after %v its chat is called in %s", seed, err, at.Sub(now))
			}
			now = now.Add(time.Duration(rng.Int64N(int64(time.Hour))))
		}
	}
}

// anyWait is what a platform may say, or what is made of it by somebody who counts wrongly.
func anyWait(rng *rand.Rand) time.Duration {
	switch rng.IntN(5) {
	case 0:
		return time.Duration(rng.Uint64()) // of both signs
	case 1:
		return math.MaxInt64
	case 2:
		return -time.Second
	default:
		return time.Duration(rng.Int64N(int64(10 * time.Minute)))
	}
}

func TestWhatWouldWaitBeyondItsExpiryEndsThen(t *testing.T) {
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	expires := now.Add(time.Minute)
	for _, c := range []struct {
		name    string
		err     error
		expires time.Time
		due     time.Time
	}{
		{"told to come after it", &RetryError{After: time.Hour, Scope: ScopeChat, Err: errors.New("429")}, expires, expires.Add(time.Millisecond)},
		{"told to come before it", &RetryError{After: time.Second, Scope: ScopeChat, Err: errors.New("429")}, expires, now.Add(time.Second)},
		{"never expires", &RetryError{After: time.Hour, Scope: ScopeChat, Err: errors.New("429")}, time.Time{}, now.Add(time.Hour)},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := Parcel{Message: Message{Key: "alert/1/7", Expires: c.expires}, To: Address{Chat: "7", Kind: Private}, Attempts: 1}
			d := alone(&now)
			if r := receipt(p, d.judge(p, c.err, now)); r.State != Queued || !r.Due.Equal(c.due) {
				t.Errorf("it is %s until %s, want queued until %s", r.State, r.Due, c.due)
			}
		})
	}
}

// What the platform says of one message or chat says that it is there; only what it does not answer, or cannot do for
// anybody, opens the breaker, and that costs no subscriber anything.
func TestOnlyAPlatformThatIsDownOpensTheBreaker(t *testing.T) {
	cause := errors.New("cause")
	for _, c := range []struct {
		name  string
		err   error
		opens bool
	}{
		{"it never left us", fmt.Errorf("%w: no route", ErrNotSent), true},
		{"no answer came", cause, true},
		{"too fast for this message", &RetryError{After: time.Second, Scope: ScopeMessage, Err: cause}, false},
		{"too fast for this chat", &RetryError{After: time.Second, Scope: ScopeChat, Err: cause}, false},
		{"too fast for all", &RetryError{After: time.Second, Scope: ScopeLane, Err: cause}, false},
		{"blocked", &StandingError{Standing: StandingBlocked, Err: cause}, false},
		{"moved", &MovedError{To: Address{Chat: "8"}, Err: cause}, false},
		{"refused", ErrRejected, false},
		{"deleted there", ErrDeletedThere, false},
		{"arrived", nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
			d := alone(&now)
			p := Parcel{Message: Message{Key: "alert/1/7"}, To: Address{Chat: "7", Kind: Private}, Attempts: 1}
			for n := 1; n <= 3*breakAfter; n++ {
				r := d.judge(p, c.err, now)
				if want := c.opens && n >= breakAfter; d.breaker.open() != want {
					t.Fatalf("after %d in a row it is open: %v", n, !want)
				}
				if c.opens && (r.Standing != "" || r.State == Dropped) {
					t.Fatalf("it costs the subscriber: %+v", r)
				}
			}
			if d.judge(p, nil, now); d.breaker.open() != c.opens {
				t.Error("one that was on its way when it opened closes it")
			}
			now = now.Add(longestProbe)
			if d.judge(p, nil, now); d.breaker.open() {
				t.Error("it stays open although one arrived")
			}
			for range breakAfter - 1 {
				d.judge(p, c.err, now)
			}
			if d.breaker.open() {
				t.Error("it opens after a few")
			}
		})
	}
}
