package telegram

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
	"github.com/tenbells/tenbells/delivery"
)

// platform answers calls, and counts its connections.
type platform struct {
	*httptest.Server
	opened atomic.Int32
	mu     sync.Mutex
	open   map[net.Conn]bool
}

func newPlatform(t *testing.T, secure bool, answer http.HandlerFunc) *platform {
	t.Helper()
	p := &platform{open: map[net.Conn]bool{}}
	p.Server = httptest.NewUnstartedServer(answer)
	p.Config.ConnState = func(c net.Conn, state http.ConnState) {
		p.mu.Lock()
		defer p.mu.Unlock()
		switch state {
		case http.StateNew:
			p.opened.Add(1)
			p.open[c] = true
		case http.StateClosed, http.StateHijacked:
			delete(p.open, c)
		}
	}
	if secure {
		p.StartTLS()
	} else {
		p.Start()
	}
	t.Cleanup(p.Close)
	return p
}

// hangUp closes all connections from the platform's end, as a front end does with idle ones.
func (p *platform) hangUp(t *testing.T) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.open {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		delete(p.open, c)
	}
}

func (p *platform) trunk(t *testing.T) *trunk {
	t.Helper()
	k := newTrunk(p.URL + "/bot1:secret/sendMessage")
	if k == nil {
		t.Fatal("no trunk leads there")
	}
	if k.tls != nil {
		k.tls.RootCAs = p.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
		k.tls.ServerName = "example.com" // whom the test certificate is for
	}
	t.Cleanup(k.hangUp)
	return k
}

// echo answers with what it was sent.
func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		_, err = w.Write(body)
	}
	if err != nil {
		panic(http.ErrAbortHandler)
	}
}

func TestCallsShareAConnectionAndAreToldApart(t *testing.T) {
	for name, secure := range map[string]bool{"in the clear": false, "by TLS": true} {
		t.Run(name, func(t *testing.T) {
			p := newPlatform(t, secure, func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPost || r.RequestURI != "/bot1:secret/sendMessage" || r.Header.Get("Content-Type") != "application/json" {
					t.Errorf("got %s %s of %s", r.Method, r.RequestURI, r.Header.Get("Content-Type"))
				}
				echo(w, r)
			})
			k := p.trunk(t)
			for i := range 50 {
				body := strings.Repeat(fmt.Sprint(i, " "), i*40) // also none, and one in many chunks
				var far trip
				answer, err := k.post(t.Context(), []byte(body), &far)
				if err != nil || string(answer) != body || far.status != http.StatusOK || !far.left {
					t.Fatalf("call %d: %d bytes of %d, %v, came as far as %+v", i, len(answer), len(body), err, far)
				}
			}
			if n := p.opened.Load(); n != 1 {
				t.Errorf("%d connections were opened for calls one after another", n)
			}
		})
	}
}

func TestCallsAtTheSameTimeHaveConnectionsOfTheirOwn(t *testing.T) {
	p := newPlatform(t, false, echo)
	k := p.trunk(t)
	var running sync.WaitGroup
	for i := range 32 {
		running.Go(func() {
			for j := range 50 {
				body := fmt.Sprint(i, "/", j)
				answer, err := k.post(t.Context(), []byte(body), &trip{})
				if err != nil || string(answer) != body {
					t.Errorf("%s was answered by %q, %v", body, answer, err)
				}
			}
		})
	}
	running.Wait()
	if n := p.opened.Load(); n > 32 {
		t.Errorf("%d connections for 32 at a time", n)
	}
}

// A call on a connection that the platform has given up would be in doubt, and might tell somebody twice.
func TestAConnectionThatWasGivenUpIsNotUsed(t *testing.T) {
	for name, secure := range map[string]bool{"in the clear": false, "by TLS": true} {
		t.Run(name, func(t *testing.T) {
			p := newPlatform(t, secure, echo)
			k := p.trunk(t)
			for range 5 {
				if _, err := k.post(t.Context(), []byte("x"), &trip{}); err != nil {
					t.Fatal(err)
				}
				p.hangUp(t)
				for untouched(k.idle[0].Conn) { // until it has heard of it
				}
			}
			if n := p.opened.Load(); n != 5 {
				t.Errorf("%d connections", n)
			}
		})
	}
}

func TestAnAnswerMayEndAConnection(t *testing.T) {
	p := newPlatform(t, false, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	k := p.trunk(t)
	for range 3 {
		var far trip
		if _, err := k.post(t.Context(), nil, &far); err != nil || far.status != http.StatusTooManyRequests || far.retryAfter.Seconds() != 7 {
			t.Errorf("got %v, %+v", err, far)
		}
	}
	if len(k.idle) > 0 || p.opened.Load() != 3 {
		t.Errorf("%d connections were kept", len(k.idle))
	}
}

func TestAHintIsNoAnswer(t *testing.T) {
	p := newPlatform(t, false, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		echo(w, r)
	})
	answer, err := p.trunk(t).post(t.Context(), []byte("x"), &trip{})
	if err != nil || string(answer) != "x" {
		t.Errorf("got %q, %v", answer, err)
	}
}

// speaks serves one connection after another with text that is no good answer.
func speaks(t *testing.T, text func(net.Conn)) *trunk {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
				text(c)
			}
			_ = c.Close()
		}
	}()
	k := newTrunk("http://" + ln.Addr().String() + "/x")
	t.Cleanup(k.hangUp)
	return k
}

func TestAnAnswerThatIsNoneIsAnError(t *testing.T) {
	for name, text := range map[string]func(net.Conn){
		"nothing":           func(net.Conn) {},
		"no HTTP":           func(c net.Conn) { _, _ = io.WriteString(c, "220 mail.example.org ESMTP\r\n") },
		"cut off":           func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{") },
		"hints without end": func(c net.Conn) { _, _ = io.WriteString(c, strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 100)) },
		"a body without end": func(c net.Conn) {
			_, _ = io.Copy(c, io.MultiReader(strings.NewReader("HTTP/1.1 200 OK\r\n\r\n"), zeros{}))
		},
		"a header without end": func(c net.Conn) {
			_, _ = io.Copy(c, io.MultiReader(strings.NewReader("HTTP/1.1 200 OK\r\nX: "), zeros{}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			k := speaks(t, text)
			var far trip
			answer, err := k.post(t.Context(), []byte("x"), &far)
			if err == nil || len(answer) > 0 || !far.left {
				t.Errorf("got %d bytes, %v", len(answer), err)
			}
			if len(k.idle) > 0 {
				t.Error("the connection was kept")
			}
		})
	}
}

// zeros never ends.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}

func TestWhatIsSaidUnaskedIsNobodysAnswer(t *testing.T) {
	const one = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"
	k := speaks(t, func(c net.Conn) {
		_, _ = io.WriteString(c, one+"a"+one+"b")
		_, _ = io.Copy(io.Discard, c) // until we hang up
	})
	for range 3 {
		answer, err := k.post(t.Context(), []byte("x"), &trip{})
		if err != nil || string(answer) != "a" {
			t.Errorf("got %q, %v", answer, err)
		}
	}
}

func TestACallEndsWithItsContext(t *testing.T) {
	ended := errors.New("no time left")
	ctx, cancel := context.WithCancelCause(t.Context())
	k := speaks(t, func(c net.Conn) {
		cancel(ended)
		_, _ = io.Copy(io.Discard, c) // no answer comes
	})
	var far trip
	if _, err := k.post(ctx, []byte("x"), &far); !errors.Is(err, ended) || !far.left {
		t.Errorf("got %v, %+v", err, far)
	}
	if _, err := k.post(ctx, []byte("x"), &trip{}); err == nil {
		t.Error("a call began after the end")
	}
}

// Without a certificate for its name nobody is told anything, the token least of all.
func TestAStrangersCertificateIsRefused(t *testing.T) {
	p := newPlatform(t, true, func(http.ResponseWriter, *http.Request) { t.Error("a stranger was called") })
	p.Config.ErrorLog = log.New(io.Discard, "", 0) // it is told of the refusal
	b, err := New(Config{Token: telegramtest.DefaultToken, APIURL: p.URL})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.Deliver(t.Context(), parcel(at(1, delivery.Private)))
	if !errors.Is(err, delivery.ErrNotSent) {
		t.Errorf("got %v", err)
	}
	tellsNothing(t, err, "127.0.0.1:")
}

func TestWhereNoTrunkLeadsTheUsualClientGoes(t *testing.T) {
	for url, want := range map[string]string{
		"https://api.telegram.org/x":  "api.telegram.org:443",
		"http://localhost:8081/x":     "localhost:8081",
		"http://[::1]/x":              "[::1]:80",
		"http://ann:pass@localhost/x": "",
		"unix:///run/api":             "",
		"http://bad host/":            "",
	} {
		got := ""
		if k := newTrunk(url); k != nil {
			got = k.addr
		}
		if got != want {
			t.Errorf("%s: leads to %q, want %q", url, got, want)
		}
	}
	w := open(t, telegramtest.Options{}, nil)
	w.bot.trunk = nil
	ann := w.reader("Ann")
	if id, err := w.bot.Deliver(t.Context(), parcel(private(ann))); err != nil || id == "" {
		t.Errorf("got %q, %v", id, err)
	}
	w.srv.Inject(telegramtest.Step{Method: "sendMessage", Fault: telegramtest.TooMany(7)})
	var retry *delivery.RetryError
	if _, err := w.bot.Deliver(t.Context(), parcel(private(ann))); !errors.As(err, &retry) {
		t.Errorf("too fast: %v", err)
	}
}
