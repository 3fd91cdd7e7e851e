package feed

import (
	"context"
	"net/http"
	"time"
)

// Memory keeps what is known of each feed under its SourceName.
type Memory interface {
	// FeedState is what was last saved for a feed; the zero State when nothing was.
	FeedState(ctx context.Context, name string) (State, error)
	SaveFeedState(ctx context.Context, name string, state State) error
}

// State is what is known of a feed. The zero State is that of a feed which was never asked for.
type State struct {
	ETag         string
	LastModified string
	Since        time.Time // when it was first read whole; zero: what it holds is still its archive
	Fetched      time.Time // when it was last asked for
	Failures     int       // in a row
	Fault        string    // what the last failure was, for the operator; "" none
}

// Pauses between two requests.
const (
	Interval    = 2 * time.Minute // of a feed that works
	MaxInterval = time.Hour       // of one that fails: it doubles to this
)

// Due reports whether it is time to ask for a feed.
func Due(st State, now time.Time) bool {
	pause := Interval
	for range st.Failures {
		if pause = min(2*pause, MaxInterval); pause == MaxInterval {
			break
		}
	}
	return st.Fetched.IsZero() || !now.Before(st.Fetched.Add(pause))
}

// read is the state after the feed was read, or had nothing new.
func (st State) read(header http.Header, now time.Time) State {
	next := State{ETag: header.Get("ETag"), LastModified: header.Get("Last-Modified"), Since: st.Since, Fetched: now}
	if next.ETag == "" && next.LastModified == "" { // “not modified” need not repeat them
		next.ETag, next.LastModified = st.ETag, st.LastModified
	}
	if next.Since.IsZero() {
		next.Since = now
	}
	return next
}

// failed is the state after a failure. The marks of the last reading stay.
func (st State) failed(err error, now time.Time) State {
	st.Fetched, st.Fault = now, err.Error()
	st.Failures++
	return st
}
