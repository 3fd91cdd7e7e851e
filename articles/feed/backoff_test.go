package feed

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

// moody is a feed that fails in all ways until it is well again, and what it asked for each time.
type moody struct {
	rng     *rand.Rand
	well    time.Time
	asked   []time.Time
	pauses  []time.Duration // that it asked for
	answers int             // it gave since it is well
}

func (m *moody) answer(*http.Request) (int, http.Header, string) {
	now := time.Now()
	m.asked = append(m.asked, now)
	if !now.Before(m.well) {
		m.answers++
		m.pauses = append(m.pauses, 0)
		return http.StatusOK, nil, rss(item("1", "One", "<pubDate>"+now.UTC().Format(time.RFC1123Z)+"</pubDate>"))
	}
	status := []int{200, 403, 404, 410, 429, 500, 502, 503}[m.rng.IntN(8)]
	pause, said := m.wish(now)
	m.pauses = append(m.pauses, pause)
	if status == http.StatusOK { // what is there cannot be read, and its patience is nobody's
		m.pauses[len(m.pauses)-1] = 0
		return status, nil, "<html>\x00"
	}
	if said == "" {
		return status, nil, ""
	}
	return status, http.Header{"Retry-After": {said}}, ""
}

// wish is how long it asks to be left alone, and how it says so.
func (m *moody) wish(now time.Time) (time.Duration, string) {
	seconds := m.rng.IntN(7200)
	pause := time.Duration(seconds) * time.Second
	switch m.rng.IntN(6) {
	case 0:
		return pause, strconv.Itoa(seconds)
	case 1:
		return pause, now.Add(pause).UTC().Format(http.TimeFormat)
	case 2:
		return maxPatience, []string{"99999999999999999999", "4294967296", "400000000"}[m.rng.IntN(3)]
	case 3:
		return 0, []string{"-5", "soon", "NaN", "1e9", "Mon, 01 Jan 1990 00:00:00 GMT"}[m.rng.IntN(5)]
	default:
		return 0, ""
	}
}

// However a feed fails, it is left alone for as long as it asks, asked less and less often, and read within a day of its
// being well.
func TestAFeedThatFailsIsNeitherHurriedNorForgotten(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rng := rand.New(rand.NewPCG(seed, 31))
				m := &moody{rng: rng, well: time.Now().Add(time.Duration(rng.IntN(30)) * time.Hour)}
				p := newPress()
				p.feeds["https://moody.example/"] = m.answer
				d := newDesk(p, "https://moody.example/")
				d.run(t, time.Until(m.well)+goneInterval+MaxInterval)
				for i := 1; i < len(m.asked); i++ {
					pause := m.asked[i].Sub(m.asked[i-1])
					if least := max(MinInterval*9/10, m.pauses[i-1]-time.Second); pause < least {
						t.Errorf("it was asked again after %s, want %s at least", pause, least)
					}
					if pause > goneInterval+time.Minute {
						t.Errorf("it was left alone for %s", pause)
					}
				}
				if st := d.states[SourceName("https://moody.example/")]; m.answers == 0 || st.Failures > 0 || st.Fault != "" {
					t.Errorf("a day after it is well it was read %d times; %d failures, %q", m.answers, st.Failures, st.Fault)
				}
			})
		})
	}
}

func TestPausesOfAFeedThatFailsDouble(t *testing.T) {
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 32))
		st := State{Every: time.Duration(rng.Int64N(int64(MaxInterval)))}
		last := time.Duration(0)
		for range 30 {
			st = st.failed(&refusal{status: 503}, now)
			pause := st.Next.Sub(now)
			if top := MaxInterval * 9 / 10; pause < min(last*16/10, top) || pause > MaxInterval*11/10 {
				t.Fatalf("seed %d: it waits %s after %s, with %d failures", seed, pause, last, st.Failures)
			}
			last = pause
		}
	}
}

// A machine may begin its day in a year to come. What was noted then must not keep a feed from being read once its clock
// is right.
func TestAFeedIsReadAlthoughTheClockWasSetBack(t *testing.T) {
	for _, c := range []struct {
		name    string
		fetched time.Duration // from now
		next    time.Duration
		read    bool
	}{
		{"it was a year ahead", 365 * 24 * time.Hour, 365*24*time.Hour + time.Minute, true},
		{"it was an hour ahead", time.Hour, 2 * time.Hour, true},
		{"another machine's is a second ahead", time.Second, time.Hour, false},
		{"it was right", -time.Minute, time.Hour, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPress()
				p.publish("https://feed.example/", time.Hour)
				d := newDesk(p, "https://feed.example/")
				d.states[SourceName("https://feed.example/")] = State{Fetched: time.Now().Add(c.fetched), Next: time.Now().Add(c.next)}
				d.run(t, time.Minute)
				if read := d.times("https://feed.example/") > 0; read != c.read {
					t.Errorf("read: %v, want %v", read, c.read)
				}
			})
		})
	}
}

func TestAHubThatFailsIsAskedLessAndLessOftenAndNeverForgotten(t *testing.T) {
	var sub Subscription
	last := time.Duration(0)
	for range 70 {
		sub.answered(errors.New("answers 500"), now)
		pause := sub.Next.Sub(now)
		if pause != min(max(2*last, silentHub), maxHubPause) || sub.due(now.Add(pause-time.Second)) || !sub.due(now.Add(pause)) {
			t.Fatalf("after %d failures it is asked in %s, which was %s", sub.Failures, pause, last)
		}
		last = pause
	}
	sub.answered(nil, now)
	if sub.answered(errors.New("answers 500"), now); sub.Next.Sub(now) != silentHub {
		t.Errorf("after an answer it is asked in %s", sub.Next.Sub(now))
	}
	sub = Subscription{Asked: now.Add(365 * 24 * time.Hour), Next: now.Add(366 * 24 * time.Hour)}
	if !sub.due(now) {
		t.Error("asked by a clock that was a year ahead, it is not asked for a year")
	}
}
