package feed

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Bounds of what one host is asked at a time.
const (
	perHost = 2           // requests under way
	spacing = time.Second // from the beginning of one request to that of the next
)

// Hosts keep requests to one host apart. The zero Hosts is ready.
type Hosts struct {
	mu   sync.Mutex
	busy map[string]*host
}

type host struct {
	under int // requests under way
	next  time.Time
}

// hostOf is the host of an address.
func hostOf(address string) string {
	at, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(at.Hostname())
}

// try begins a request to a host, which ends with leave. Where it is not its turn, leave is nil and again says when to
// try again; a zero again: when another one ends.
func (h *Hosts) try(name string, now time.Time) (leave func(), again time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := h.at(name, now)
	switch {
	case at.under >= perHost:
		return nil, time.Time{}
	case now.Before(at.next):
		return nil, at.next
	}
	at.under++
	at.next = now.Add(spacing)
	return sync.OnceFunc(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		at.under--
	}), time.Time{}
}

// maxRest is the longest that all feeds of a host wait since one of them was asked too often.
const maxRest = 10 * time.Minute

// rest leaves a host alone for a while: what it refuses to one feed since it is asked too often, it refuses to all.
func (h *Hosts) rest(name string, now time.Time, pause time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := h.at(name, now)
	if until := now.Add(min(pause, maxRest)); until.After(at.next) {
		at.next = until
	}
}

// at is a host, and forgets those that are idle once there are many.
func (h *Hosts) at(name string, now time.Time) *host {
	if h.busy == nil || len(h.busy) > 10_000 {
		kept := map[string]*host{}
		for other, at := range h.busy {
			if at.under > 0 || now.Before(at.next) {
				kept[other] = at
			}
		}
		h.busy = kept
	}
	at, known := h.busy[name]
	if !known {
		at = &host{}
		h.busy[name] = at
	}
	return at
}

// wait begins a request to a host when it is its turn.
func (h *Hosts) wait(ctx context.Context, name string) (leave func(), err error) {
	for {
		leave, again := h.try(name, time.Now())
		if leave != nil {
			return leave, nil
		}
		pause := time.NewTimer(max(time.Until(again), spacing/10))
		select {
		case <-ctx.Done():
			pause.Stop()
			return nil, ctx.Err()
		case <-pause.C:
		}
	}
}
