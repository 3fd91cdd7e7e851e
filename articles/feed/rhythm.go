package feed

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// Pauses between two requests for a feed.
const (
	MinInterval = 30 * time.Second
	MaxInterval = time.Hour

	ringInterval = 2 * time.Minute  // the longest for a feed that may ring: its first flash at night must not wait
	netInterval  = 10 * time.Minute // the shortest while its hub pushes
	goneInterval = 24 * time.Hour   // once its publisher took it away for good
	maxPatience  = 24 * time.Hour   // the longest that a publisher can ask us to stay away
)

// A feed is asked for several times between two of its articles, and less often the longer it has been silent.
const (
	perGap     = 4
	perSilence = 8
	lately     = 8 // publications that make a rhythm
)

// interval is the pause that suits a feed's own rhythm.
func (st State) interval(src Source, now time.Time) time.Duration {
	newest := st.Since
	if len(st.Recent) > 0 {
		newest = st.Recent[0]
	}
	silence := time.Duration(0)
	if !newest.IsZero() {
		silence = now.Sub(newest)
	}
	pause := max(median(gaps(st.Recent[:min(len(st.Recent), lately)])), silence/perSilence) / perGap
	longest := MaxInterval
	if src.MayRing {
		longest = ringInterval
	}
	if st.Kind == Index {
		pause = max(pause, leavesPause)
	}
	return min(max(pause, MinInterval), longest)
}

// gaps are the times between instants, of which the last comes first.
func gaps(recent []time.Time) (all []time.Duration) {
	for i := 1; i < len(recent); i++ {
		all = append(all, recent[i-1].Sub(recent[i]))
	}
	return all
}

func median(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// jittered is a pause a little longer or shorter, so that feeds that began together do not stay together.
func jittered(d time.Duration) time.Duration {
	return d - d/10 + rand.N(d/5+1)
}

// backoff is the pause after a failure: it doubles, and is never shorter than the publisher asks for.
func (st State) backoff(err error) time.Duration {
	if st.Gone {
		return goneInterval
	}
	pause := max(st.Every, MinInterval)
	for range st.Failures {
		if pause = min(2*pause, MaxInterval); pause == MaxInterval {
			break
		}
	}
	return max(jittered(pause), min(patience(err), maxPatience))
}

// A source is in trouble after so many failures in a row; its first ones may be a passing cloud.
const tellAfter = 3

// A source is silent when the longest gap among what is remembered, a night or a weekend, has passed twice.
const (
	silentGaps   = 2
	leastSilence = 12 * time.Hour
	mostSilence  = 30 * 24 * time.Hour
)

// Silent reports whether a feed that can be read has nothing new for far longer than it used to, and since when.
func (st State) Silent(now time.Time) (since time.Time, is bool) {
	between := gaps(st.Recent)
	if len(between) < 2 {
		return time.Time{}, false
	}
	limit := min(max(silentGaps*slices.Max(between), leastSilence), mostSilence)
	return st.Recent[0], now.Sub(st.Recent[0]) > limit
}

// What may be the trouble with a source.
const (
	gone    = "gone"
	failing = "failing"
	silent  = "silent"
)

// trouble is what people should be told of a source as it was at an instant, in a word and in words; "" nothing.
func (st State) trouble(at time.Time) (what, says string) {
	since, quiet := st.Silent(at)
	switch {
	case st.Gone:
		return gone, st.Fault
	case st.Failures >= tellAfter:
		return failing, st.Fault
	case quiet:
		return silent, fmt.Sprintf("nothing new since %s, though it used to publish more often", since.Format("2 January 15:04 MST"))
	}
	return "", ""
}

// Health is how a source stands in a word: new, ok, failing, gone or silent.
func (st State) Health(now time.Time) string {
	what, _ := st.trouble(now)
	switch {
	case what != "":
		return what
	case st.Failures > 0:
		return failing
	case st.Since.IsZero():
		return "new"
	}
	return "ok"
}

// Trouble says what is wrong with a source now, in words an editor understands; "" nothing.
func (st State) Trouble(now time.Time) string {
	if st.Fault != "" {
		return st.Fault
	}
	_, says := st.trouble(now)
	return says
}
