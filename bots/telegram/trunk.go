package telegram

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

const (
	// idleTime is how long a connection is kept for the next call: Telegram's front end gives up idle ones later, which
	// would fail the send that finds out.
	idleTime = 45 * time.Second

	// maxAnswer is the most bytes of an answer that are read, headers included. Telegram's to a send have some hundreds.
	maxAnswer = 1 << 20

	// maxHints is how many provisional answers (1xx) may come before the answer.
	maxHints = 4
)

// trunk is a bundle of connections kept open to the platform, for sends alone: net/http's client hands each call to two
// goroutines of the connection and back, which costs more than all else about a send. It is HTTP/1.1 on purpose, with
// one call at a time on a connection: one that breaks leaves one message in doubt, not all in flight.
type trunk struct {
	addr string
	tls  *tls.Config // nil: in the clear
	head string      // of each request, up to the length of its body

	mu    sync.Mutex
	idle  []*channel // who rested longest comes first
	sweep *time.Timer
}

// channel is one connection of a trunk.
type channel struct {
	net.Conn
	in   *bufio.Reader
	left int // bytes that the present answer may still have
	out  []byte
	rest time.Time // since when it is idle
}

// newTrunk is a trunk to a URL that calls are posted to; nil where a proxy or a password stands between: net/http knows
// more of these.
func newTrunk(to string) *trunk {
	u, err := url.Parse(to)
	if err != nil || u.User != nil || u.Host == "" {
		return nil
	}
	if proxy, err := http.ProxyFromEnvironment(&http.Request{URL: u}); err != nil || proxy != nil {
		return nil
	}
	k := &trunk{head: "POST " + u.RequestURI() + " HTTP/1.1\r\nHost: " + u.Host +
		"\r\nUser-Agent: tenbells\r\nContent-Type: application/json\r\nContent-Length: "}
	port := u.Port()
	switch {
	case u.Scheme == "http" && port == "":
		port = "80"
	case u.Scheme == "https":
		k.tls = &tls.Config{ServerName: u.Hostname(), NextProtos: []string{"http/1.1"}}
		if port == "" {
			port = "443"
		}
	case u.Scheme != "http":
		return nil
	}
	k.addr = net.JoinHostPort(u.Hostname(), port)
	return k
}

// post makes a call and reads the answer, until ctx ends. t notes how far it came.
func (k *trunk) post(ctx context.Context, body []byte, t *trip) (answer []byte, err error) {
	c, err := k.channel(ctx)
	if err != nil {
		return nil, err
	}
	t.left = true
	stop := context.AfterFunc(ctx, func() { _ = c.Close() }) // whatever it says, nobody uses it any more
	answer, again, err := c.call(ctx, k.head, body, t)
	cut := !stop()
	switch {
	case err != nil && cut:
		err = context.Cause(ctx)
	case err == nil && again && !cut:
		k.keep(c)
		return answer, nil
	}
	_ = c.Close() // it has said what it had to say
	return answer, err
}

// channel is a connection that nobody uses: one that rests, or a new one.
func (k *trunk) channel(ctx context.Context) (*channel, error) {
	for c := k.take(); c != nil; c = k.take() {
		if time.Since(c.rest) < idleTime && untouched(c.Conn) {
			return c, nil
		}
		_ = c.Close() // the platform has given it up
	}
	dialer := net.Dialer{Timeout: attemptTime, KeepAlive: 30 * time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", k.addr)
	if err != nil {
		return nil, err
	}
	if k.tls != nil {
		secure := tls.Client(conn, k.tls)
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		conn = secure
	}
	c := &channel{Conn: conn}
	c.in = bufio.NewReader(c)
	return c, nil
}

func (k *trunk) take() *channel {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := len(k.idle)
	if n == 0 {
		return nil
	}
	c := k.idle[n-1]
	k.idle = k.idle[:n-1]
	return c
}

// keep lets a connection rest until the next call.
func (k *trunk) keep(c *channel) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.idle) >= connections {
		_ = c.Close() // more than enough rest already
		return
	}
	c.rest = time.Now()
	k.idle = append(k.idle, c)
	if k.sweep == nil {
		k.sweep = time.AfterFunc(idleTime, k.clear)
	}
}

// clear closes what has rested too long.
func (k *trunk) clear() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for len(k.idle) > 0 && time.Since(k.idle[0].rest) >= idleTime {
		_ = k.idle[0].Close() // nobody used it
		k.idle = k.idle[1:]
	}
	k.sweep = nil
	if len(k.idle) > 0 {
		k.sweep = time.AfterFunc(idleTime-time.Since(k.idle[0].rest), k.clear)
	}
}

// hangUp closes all that rest.
func (k *trunk) hangUp() {
	for c := k.take(); c != nil; c = k.take() {
		_ = c.Close() // nobody used it
	}
}

// Read reads what is left of an answer.
func (c *channel) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errTooLong
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}

var errTooLong = errors.New("the answer is too long")

// call makes one call; again says that the connection may be used for another one.
func (c *channel) call(ctx context.Context, head string, body []byte, t *trip) (answer []byte, again bool, err error) {
	c.out = append(c.out[:0], head...)
	c.out = strconv.AppendInt(c.out, int64(len(body)), 10)
	c.out = append(c.out, "\r\n\r\n"...)
	c.out = append(c.out, body...)
	if _, err := c.Write(c.out); err != nil {
		return nil, false, err
	}
	delivery.Leave(ctx)
	c.left = maxAnswer
	resp, err := c.response()
	if err != nil {
		return nil, false, err
	}
	delivery.Heard(ctx)
	t.answered(resp)
	answer, err = io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return nil, false, fmt.Errorf("read the answer: %w", err)
	}
	return answer, !resp.Close && c.in.Buffered() == 0, nil
}

// response reads an answer up to its body, and passes over provisional ones.
func (c *channel) response() (*http.Response, error) {
	for range maxHints {
		resp, err := http.ReadResponse(c.in, nil)
		if err != nil || resp.StatusCode >= http.StatusOK {
			return resp, err
		}
	}
	return nil, errStrange
}
