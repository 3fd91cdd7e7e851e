package telegram

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// attemptTime is how long one call may take. All calls of a delivery together take no longer: the dispatcher sees to it.
const attemptTime = delivery.Attempt

// connections is how many are kept open to the platform: all that a lane may have in flight, and answers beside them.
// The library's default client keeps two and opens a new one for nearly every send.
const connections = 256

// newTransport is HTTP/1.1 on purpose: a connection that breaks then leaves one message in doubt, not all in flight.
// Idle connections are given up before Telegram's front end does it, which would fail the send that finds out.
func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: attemptTime, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:   attemptTime,
		MaxIdleConns:          2 * connections,
		MaxIdleConnsPerHost:   connections,
		IdleConnTimeout:       idleTime,
		ExpectContinueTimeout: time.Second,
	}
}

// wire is what the library sends through. It sends each call whole, with its length, instead of in chunks; and notes in
// the call's trip how far it came, which the library does not tell.
type wire struct{ next http.RoundTripper }

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	whole, err := unchunked(r)
	if err != nil {
		return nil, err
	}
	resp, err := w.next.RoundTrip(whole)
	if err == nil {
		tripOf(r.Context()).answered(resp)
	}
	return resp, err
}

// unchunked is the request with its body in one piece.
func unchunked(r *http.Request) (*http.Request, error) {
	if r.Body == nil || r.ContentLength > 0 {
		return r, nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, fmt.Errorf("build the request: %w", err)
	}
	if err := r.Body.Close(); err != nil {
		return nil, fmt.Errorf("build the request: %w", err)
	}
	whole := r.WithContext(r.Context()) // a RoundTripper must not change what it is given
	whole.Body, whole.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	whole.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	return whole, nil
}

// trip is how far one call came.
type trip struct {
	left       bool          // it had a connection: from here on it may have arrived
	status     int           // of the answer, 0 for none
	retryAfter time.Duration // of a refusal that is no Bot API answer, 0 unsaid
}

type tripKey struct{}

// embark makes a context in which one call is made, and the trip that tells of it.
func embark(ctx context.Context) (context.Context, *trip) {
	t := &trip{}
	riding := ctx
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn:              func(httptrace.GotConnInfo) { t.left = true },
		WroteRequest:         func(httptrace.WroteRequestInfo) { delivery.Leave(riding) },
		GotFirstResponseByte: func() { delivery.Heard(riding) },
	})
	return context.WithValue(ctx, tripKey{}, t), t
}

// tripOf is the call's trip; one that nobody looks at where it has none.
func tripOf(ctx context.Context) *trip {
	if t, ok := ctx.Value(tripKey{}).(*trip); ok {
		return t
	}
	return &trip{}
}

func (t *trip) answered(resp *http.Response) {
	t.status = resp.StatusCode
	if n, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
		t.retryAfter = seconds(n)
	}
}
