package feed

import (
	"net/http"
	"slices"
	"time"
)

// State is what is known of a feed. The zero State is that of a feed which was never asked for.
type State struct {
	ETag         string
	LastModified string // as the server said it
	Body         uint64 // fingerprint of the last body that was read
	Seen         Prints // fingerprints of the items that were stored

	Since   time.Time // when it was first read whole; zero: what it holds is still its archive
	Fetched time.Time // when it was last asked for
	Read    time.Time // when it was last read, or had nothing new
	Before  time.Time // when it was read before that
	Next    time.Time // when it is asked for next; zero: now
	Every   time.Duration

	Failures int    // in a row
	Fault    string // what is wrong, in words an editor understands, without the address; "" nothing
	Gone     bool   // the publisher took it away for good

	Moved   string    // where it has moved for good, "" nowhere; may hold a token
	MovedAt time.Time // when the old address last said so

	Kind   Kind
	Title  string
	Items  int           // articles and versions stored so far
	Recent []time.Time   // when its newest articles were published, the newest first
	Lag    time.Duration // how long after the publisher's own time articles are stored, smoothed; 0 not known
	Hub    string        // the hub that it names, "" none
	Topic  string        // what the hub calls it
}

// remembered is how many publications a feed's silences are compared with.
const remembered = 40

// answered is the state after the feed was read or had nothing new, but for its items.
func (st State) answered(answer Answer, now time.Time) State {
	st.Before, st.Fetched, st.Read = st.Read, now, now
	st.Failures, st.Fault, st.Gone = 0, "", false
	etag, modified := answer.Header.Get("ETag"), answer.Header.Get("Last-Modified")
	if answer.Status == http.StatusOK || etag != "" || modified != "" { // “not modified” need not repeat them
		st.ETag, st.LastModified = etag, modified
	}
	switch {
	case answer.Moved != "":
		st.Moved, st.MovedAt = answer.Moved, now
	case answer.Original:
		st.Moved, st.MovedAt = "", time.Time{}
	}
	return st
}

// failed is the state after a failure. The marks of the last reading stay.
func (st State) failed(err error, now time.Time) State {
	st.Fetched, st.Fault, st.Gone = now, words(err), isGone(err)
	st.Failures = min(st.Failures+1, 1<<20)
	st.Next = now.Add(st.backoff(err))
	if st.Moved != "" && isMissing(err) { // where it moved to, it is no more: ask the old address again
		st.Moved, st.MovedAt, st.ETag, st.LastModified = "", time.Time{}, "", ""
	}
	return st
}

// skew is by how much the clocks of two machines may differ.
const skew = time.Minute

// due is when a feed is asked for next. Where it was last asked for in the future, the clock has been set back since, and
// the date is worth nothing: it is asked for now.
func (st State) due(now time.Time) time.Time {
	if st.Fetched.After(now.Add(skew)) {
		return now
	}
	return st.Next
}

// published notes when an article came out.
func (st State) published(at time.Time) State {
	recent := append(slices.Clone(st.Recent), at)
	slices.SortFunc(recent, func(a, b time.Time) int { return b.Compare(a) })
	st.Recent = recent[:min(len(recent), remembered)]
	return st
}

// lagged notes how late an article was; the last ones count most.
func (st State) lagged(by time.Duration) State {
	if st.Lag == 0 {
		st.Lag = by
	}
	st.Lag += (by - st.Lag) / 4
	return st
}
