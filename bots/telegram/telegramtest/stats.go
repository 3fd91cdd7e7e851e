package telegramtest

import (
	"hash/fnv"
	"maps"
	"sync"
	"time"
)

// Stats are the server's figures since it was made, by its own clock.
type Stats struct {
	Calls      map[string]int `json:"calls"`       // by method, however they ended
	Done       map[string]int `json:"done"`        // by method, those that had their effect
	PeakCalls  int            `json:"peak_calls"`  // most calls that came in any one second, getUpdates aside
	PeakWrites int            `json:"peak_writes"` // the same of sends, edits and deletes
	PeakSends  int            `json:"peak_sends"`  // the same of sends
	Accepted   int            `json:"accepted"`    // sends that became a message
	Refused    map[int]int    `json:"refused"`     // calls by error code, faults included
	TooMany    int            `json:"too_many"`    // 429 given, by limits and by faults
	Early      int            `json:"early"`       // calls answered 429 because an earlier 429 had not run out, and that came more than half a second after it
	Faults     int            `json:"faults"`      // calls that a fault struck before they were done
	Lost       int            `json:"lost"`        // calls that were done but whose answer a fault took
	Paid       int            `json:"paid"`        // sends accepted with allow_paid_broadcast
}

// Send is one call that sends, edits or deletes, and what became of it.
type Send struct {
	Method   string    `json:"method"`
	Bot      int64     `json:"bot"`
	Chat     int64     `json:"chat"`    // as the call named it; of "@username", the id it stands for
	Thread   int       `json:"thread"`  // message_thread_id
	Message  int       `json:"message"` // number of the message made or named; 0: none was made
	At       time.Time `json:"at"`
	Text     uint64    `json:"text"`     // TextHash of the text or caption as it was sent, markup included
	Accepted bool      `json:"accepted"` // it was done
	Answered bool      `json:"answered"` // its answer was written; false when a fault took it, when who asked had gone, or for what is still under way
	Code     int       `json:"code"`     // HTTP status of the answer it got or would have got; 0 when a fault cut the connection before it was done

	kind kind
}

// TextHash is the 64-bit FNV-1a hash in Send.Text.
func TextHash(text string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text)) // never fails
	return h.Sum64()
}

// stats gathers the figures.
type stats struct {
	mu     sync.Mutex
	sum    Stats
	calls  peak
	writes peak
	sends  peak
	ledger []Send

	violations []string
}

func newStats() *stats {
	return &stats{sum: Stats{Calls: map[string]int{}, Done: map[string]int{}, Refused: map[int]int{}}}
}

// peak counts what came within the last second.
type peak struct {
	times []time.Time
	most  int
}

func (p *peak) add(now time.Time) {
	n := 0
	for n < len(p.times) && now.Sub(p.times[n]) >= time.Second {
		n++
	}
	p.times = append(p.times[n:], now)
	p.most = max(p.most, len(p.times))
}

// begin counts a call that came and stamps it. The clock is read under the lock, so that stamps never go back.
func (st *stats) begin(c *call, now func() time.Time) {
	var text uint64
	if c.method.kind.writes() {
		text = TextHash(c.get("text") + c.get("caption"))
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	c.at = now()
	st.sum.Calls[c.method.name]++
	if c.method.kind == kindPoll {
		return
	}
	st.calls.add(c.at)
	if !c.method.kind.writes() {
		return
	}
	st.writes.add(c.at)
	if c.method.kind == kindSend {
		st.sends.add(c.at)
	}
	st.ledger = append(st.ledger, Send{Method: c.method.name, Bot: c.bot.id, Chat: c.chat, At: c.at, Text: text,
		Thread: int(c.integer("message_thread_id", 0)), Message: c.named(), kind: c.method.kind})
	c.entry = len(st.ledger)
}

// strange counts a call to a method there is none of.
func (st *stats) strange(name string) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.sum.Calls[name]++
}

// done notes how a call ended. early: it came although it had been told to wait.
func (st *stats) done(c *call, err *apiError, early bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	code := 200
	if err != nil {
		code = err.Code
		st.sum.Refused[code]++
	} else {
		st.sum.Done[c.method.name]++
	}
	if code == 429 {
		st.sum.TooMany++
	}
	if early {
		st.sum.Early++
	}
	if c.entry == 0 {
		return
	}
	e := &st.ledger[c.entry-1]
	e.Code, e.Accepted = code, err == nil
	if c.made != 0 {
		e.Message = c.made
	}
	if err == nil && c.method.kind == kindSend {
		st.sum.Accepted++
		if c.boolean("allow_paid_broadcast") {
			st.sum.Paid++
		}
	}
}

// struck notes a fault before the call was done; code 0 when it cut the connection.
func (st *stats) struck(c *call, code int) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.sum.Faults++
	if code != 0 {
		st.sum.Refused[code]++
	}
	if code == 429 {
		st.sum.TooMany++
	}
	if c.entry != 0 {
		st.ledger[c.entry-1].Code = code
		st.ledger[c.entry-1].Answered = code != 0
	}
}

// lost notes that the answer to a call that was done is taken away.
func (st *stats) lost() {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.sum.Lost++
}

// answered notes that the answer was written.
func (st *stats) answered(c *call) {
	if c.entry == 0 {
		return
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	st.ledger[c.entry-1].Answered = true
}

// Stats are the figures so far.
func (s *Server) Stats() Stats {
	st := s.stats
	st.mu.Lock()
	defer st.mu.Unlock()
	sum := st.sum
	sum.PeakCalls, sum.PeakWrites, sum.PeakSends = st.calls.most, st.writes.most, st.sends.most
	sum.Calls, sum.Done, sum.Refused = maps.Clone(sum.Calls), maps.Clone(sum.Done), maps.Clone(sum.Refused)
	return sum
}

// Sends are all calls that were to send a message, in the order they came.
func (s *Server) Sends() []Send { return s.stats.entries(true) }

// Edits are all calls that were to edit or delete a message, in the order they came.
func (s *Server) Edits() []Send { return s.stats.entries(false) }

func (st *stats) entries(sends bool) []Send {
	st.mu.Lock()
	defer st.mu.Unlock()
	found := make([]Send, 0, len(st.ledger))
	for _, e := range st.ledger {
		if (e.kind == kindSend) == sends {
			found = append(found, e)
		}
	}
	return found
}
