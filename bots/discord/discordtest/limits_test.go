package discordtest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
)

// clock is a server's clock that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func TestAChannelsBucketIsToldInTheHeaders(t *testing.T) {
	c := newClock()
	w := newTown(t, discordtest.Options{Now: c.now, Limits: discordtest.RealLimits()})
	path := "/channels/" + w.text.ID() + "/messages"
	for left := 4; left >= 0; left-- {
		a := call(t, w.srv, "POST", path, `{"content":"x"}`)
		if a.Status != 200 || a.Header.Get("X-RateLimit-Remaining") != fmt.Sprint(left) || a.Header.Get("X-RateLimit-Reset-After") != "5.000" {
			t.Fatalf("%d left: %d, headers %v", left, a.Status, a.Header)
		}
	}
	c.pass(2 * time.Second)
	a := call(t, w.srv, "POST", path, `{"content":"x"}`)
	var body struct {
		RetryAfter float64 `json:"retry_after"`
		Global     bool
	}
	if err := json.Unmarshal(a.Body, &body); err != nil {
		t.Fatal(err)
	}
	if a.Status != 429 || body.RetryAfter != 3 || body.Global || a.Header.Get("X-RateLimit-Scope") != "user" || a.Header.Get("Retry-After") != "3" {
		t.Errorf("sixth: %d %s %v", a.Status, a.Body, a.Header)
	}
	if a := call(t, w.srv, "POST", "/channels/"+w.news.ID()+"/messages", `{"content":"x"}`); a.Status != 200 {
		t.Errorf("another channel waits too: %d", a.Status)
	}
	c.pass(time.Second)
	call(t, w.srv, "POST", path, `{"content":"x"}`)
	c.pass(2 * time.Second)
	if a := call(t, w.srv, "POST", path, `{"content":"x"}`); a.Status != 200 {
		t.Errorf("after the wait: %d %s", a.Status, a.Body)
	}
	if s := w.srv.Stats(); s.TooMany != 2 || s.Early != 1 || s.Invalid != 2 {
		t.Errorf("too many %d, early %d, invalid %d", s.TooMany, s.Early, s.Invalid)
	}
}

func TestTheWholeBotsLimitHasNoResetHeaders(t *testing.T) {
	c := newClock()
	w := newTown(t, discordtest.Options{Now: c.now, Limits: discordtest.RealLimits(), AutoChannels: true})
	var last answer
	for i := range 51 {
		last = call(t, w.srv, "POST", fmt.Sprintf("/channels/%d/messages", 1000+i), `{"content":"x"}`)
		if i < 50 && last.Status != 200 {
			t.Fatalf("send %d: %d %s", i, last.Status, last.Body)
		}
	}
	h := last.Header
	if last.Status != 429 || !strings.Contains(string(last.Body), `"global":true`) || h.Get("X-RateLimit-Global") != "true" ||
		h.Get("X-RateLimit-Scope") != "global" || h.Get("X-RateLimit-Reset-After") != "" || h.Get("Retry-After") != "1" {
		t.Errorf("%d %s %v", last.Status, last.Body, h)
	}
	c.pass(time.Second)
	if a := call(t, w.srv, "GET", "/users/@me", ""); a.Status != 200 {
		t.Errorf("a second later: %d", a.Status)
	}
}

func TestTooManyInvalidRequestsAreAnsweredByCloudflare(t *testing.T) {
	c := newClock()
	w := newTown(t, discordtest.Options{Now: c.now, Limits: discordtest.Limits{Invalid: discordtest.Rate{Calls: 3, Per: 10 * time.Minute}}})
	w.srv.Inject(discordtest.Step{Times: 5, Fault: discordtest.TooManyShared(0)})
	for range 5 {
		call(t, w.srv, "GET", "/users/@me", "")
	}
	if n := w.srv.Stats().Invalid; n != 0 {
		t.Errorf("%d of scope shared counted as invalid", n)
	}
	w.srv.Inject(discordtest.Step{Times: 4, Fault: discordtest.Refuse(50013)})
	for range 4 {
		call(t, w.srv, "GET", "/users/@me", "")
	}
	a := call(t, w.srv, "GET", "/users/@me", "")
	if a.Status != 429 || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
		t.Errorf("%d %s", a.Status, a.Header.Get("Content-Type"))
	}
	c.pass(11 * time.Minute)
	if a := call(t, w.srv, "GET", "/users/@me", ""); a.Status != 200 {
		t.Errorf("after the ban: %d", a.Status)
	}
}

func TestTenCrosspostsAnHour(t *testing.T) {
	c := newClock()
	w := newTown(t, discordtest.Options{Now: c.now, Limits: discordtest.Limits{Crosspost: discordtest.RealLimits().Crosspost}})
	crosspost := func() answer {
		id := send(t, w.srv, w.news, `{"content":"x"}`)
		return call(t, w.srv, "POST", "/channels/"+w.news.ID()+"/messages/"+id+"/crosspost", "")
	}
	for i := range 10 {
		if a := crosspost(); a.Status != 200 {
			t.Fatalf("crosspost %d: %d", i, a.Status)
		}
	}
	c.pass(20 * time.Minute)
	if a := crosspost(); a.Status != 429 || a.Header.Get("Retry-After") != "2400" {
		t.Errorf("eleventh: %d, retry after %s", a.Status, a.Header.Get("Retry-After"))
	}
}
