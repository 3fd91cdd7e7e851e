package feed

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"code.dny.dev/ssrf"
)

// refusal is an answer that is not what was asked for.
type refusal struct {
	status int
	after  time.Duration // how long it asks to be left alone
}

func (r *refusal) Error() string {
	return fmt.Sprintf("answers %d %s", r.status, http.StatusText(r.status))
}

var errTooLong = errors.New("the answer is too long")

// isGone reports whether the publisher took the feed away for good.
func isGone(err error) bool { return refused(err, http.StatusGone) }

// isMissing reports whether nothing is there.
func isMissing(err error) bool {
	var name *net.DNSError
	return isGone(err) || refused(err, http.StatusNotFound) || errors.As(err, &name)
}

func refused(err error, status int) bool {
	var r *refusal
	return errors.As(err, &r) && r.status == status
}

// patience is how long the publisher asks to be left alone.
func patience(err error) time.Duration {
	var r *refusal
	if !errors.As(err, &r) {
		return 0
	}
	return r.after
}

// words says what is wrong so that an editor understands it, and what can be done.
func words(err error) string {
	var r *refusal
	var name *net.DNSError
	switch {
	case errors.As(err, &r):
		return r.words()
	case errors.As(err, &name):
		return "no such host: its name is not known. Is the address spelt right?"
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedPort), errors.Is(err, ssrf.ErrProhibitedNetwork):
		return "prohibited: its host has a private address. If it is yours, add the source again with --private"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return "it does not answer in time"
	case errors.Is(err, ErrNoFeed):
		return "no feed: what is there cannot be read as one. Is it the address of a web page?"
	}
	return err.Error()
}

func (r *refusal) words() string {
	says := fmt.Sprintf("it answers %d %s", r.status, http.StatusText(r.status))
	switch {
	case r.status == http.StatusGone:
		says += ": its publisher took it away for good. Look for its new address, or remove it"
	case r.status == http.StatusNotFound:
		says += ": nothing is there. Has it moved?"
	case r.status == http.StatusUnauthorized, r.status == http.StatusForbidden:
		says += ": it does not let us in"
	case r.status == http.StatusTooManyRequests:
		says += ": it wants to be asked less often"
	case r.status >= http.StatusInternalServerError:
		says += ": its server has trouble of its own"
	}
	if r.after > 0 {
		says += fmt.Sprintf(" (asks for %s of patience)", min(r.after, maxPatience).Round(time.Second))
	}
	return says
}
