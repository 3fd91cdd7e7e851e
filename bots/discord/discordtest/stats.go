package discordtest

import (
	"encoding/json"
	"hash/fnv"
	"maps"
	"net/http"
	"sync"
	"time"
)

// Stats are the server's figures since it was made, by its own clock.
type Stats struct {
	Calls      map[string]int `json:"calls"`       // by operationId, however they ended
	PeakCalls  int            `json:"peak_calls"`  // most calls that came in any one second, answers to interactions aside
	PeakWrites int            `json:"peak_writes"` // the same of sends, edits and deletes
	PeakSends  int            `json:"peak_sends"`  // the same of sends
	Accepted   int            `json:"accepted"`    // sends that became a message
	Repeated   int            `json:"repeated"`    // sends that became none because their nonce had: the first message was answered
	Refused    map[int]int    `json:"refused"`     // calls by HTTP status, faults included
	TooMany    int            `json:"too_many"`    // 429 given, by limits and by faults
	Early      int            `json:"early"`       // calls answered 429 because an earlier 429 had not run out, and that came more than half a second after it
	Invalid    int            `json:"invalid"`     // 401, 403 and 429, as Discord counts them against an address
	Faults     int            `json:"faults"`      // calls that a fault struck before they were done
	Lost       int            `json:"lost"`        // calls that were done but whose answer a fault took
	Identifies int            `json:"identifies"`  // sessions begun on the gateway
	Resumes    int            `json:"resumes"`     // sessions taken up again
	Misplaced  int            `json:"misplaced"`   // of these, elsewhere than READY asked for
}

// Send is one call that sends, edits or deletes, and what became of it.
type Send struct {
	Method   string    `json:"method"` // operationId: create_message, create_thread, update_message, delete_message
	Bot      string    `json:"bot"`
	Channel  string    `json:"channel"`
	Message  string    `json:"message"` // id of the message made or named; "": none was made
	At       time.Time `json:"at"`
	Nonce    string    `json:"nonce,omitempty"`
	Text     uint64    `json:"text"`     // TextHash of the content and the embeds' titles and descriptions
	Accepted bool      `json:"accepted"` // it was done
	Repeated bool      `json:"repeated"` // its nonce had made a message before: no second one was made
	Answered bool      `json:"answered"` // its answer was written; false when a fault took it, when who asked had gone, or for what is still under way
	Status   int       `json:"status"`   // HTTP status of the answer it got or would have got; 0 when a fault cut the connection before it was done
	Code     int       `json:"code"`     // JSON error code, such as 50013

	kind kind
}

// TextHash is the 64-bit FNV-1a hash in Send.Text, of the texts one after the other.
func TextHash(texts ...string) uint64 {
	h := fnv.New64a()
	for _, text := range texts {
		_, _ = h.Write([]byte(text)) // never fails
	}
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
	return &stats{sum: Stats{Calls: map[string]int{}, Refused: map[int]int{}}}
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

// said is the part of a message that Send.Text is a hash of.
type said struct {
	Content string `json:"content"`
	Embeds  []struct {
		Title       string `json:"title"`
		Description string `json:"description"`
	} `json:"embeds"`
	Nonce json.RawMessage `json:"nonce"`
}

func (s said) texts() []string {
	all := []string{s.Content}
	for _, e := range s.Embeds {
		all = append(all, e.Title, e.Description)
	}
	return all
}

// textOf is what a send or edit says, as TextHash wants it, and its nonce.
func textOf(c *call) (texts []string, nonce string) {
	if c.route.name == "create_thread" {
		var post struct {
			Message said `json:"message"`
		}
		_ = json.Unmarshal(c.body, &post) // the call is refused where it cannot be read
		return post.Message.texts(), ""
	}
	var s said
	_ = json.Unmarshal(c.body, &s) // as above
	return s.texts(), messageBody{Nonce: s.Nonce}.nonce()
}

// begin counts a call that came and stamps it. The clock is read under the lock, so that stamps never go back.
func (st *stats) begin(c *call, now func() time.Time) {
	var e Send
	if k := c.route.kind; k.writes() {
		texts, nonce := textOf(c)
		e = Send{Method: c.route.name, Bot: c.bot.id, Channel: c.channelID(), Message: c.named["message_id"],
			Nonce: nonce, Text: TextHash(texts...), kind: k}
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	c.at = now()
	st.sum.Calls[c.route.name]++
	if c.route.kind == kindAnswer {
		return
	}
	st.calls.add(c.at)
	if !c.route.kind.writes() {
		return
	}
	st.writes.add(c.at)
	if c.route.kind == kindSend {
		st.sends.add(c.at)
	}
	e.At = c.at
	st.ledger = append(st.ledger, e)
	c.entry = len(st.ledger)
}

// refuse counts what was no call.
func (st *stats) refuse(status int) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.refused(status)
}

func (st *stats) refused(status int) {
	st.sum.Refused[status]++
	if status == http.StatusTooManyRequests {
		st.sum.TooMany++
	}
}

// done notes how a call ended. early: it came although it had been told to wait.
func (st *stats) done(c *call, status, code int, early bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if status >= http.StatusBadRequest {
		st.refused(status)
	}
	if early {
		st.sum.Early++
	}
	if c.entry == 0 {
		return
	}
	e := &st.ledger[c.entry-1]
	e.Status, e.Code, e.Accepted, e.Repeated = status, code, status < http.StatusBadRequest, c.repeated
	if c.made != "" {
		e.Message = c.made
	}
	switch {
	case !e.Accepted || e.kind != kindSend:
	case c.repeated:
		st.sum.Repeated++
	default:
		st.sum.Accepted++
	}
}

// struck notes a fault before the call was done; status 0 when it cut the connection.
func (st *stats) struck(c *call, status int) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.sum.Faults++
	if status != 0 {
		st.refused(status)
	}
	if c.entry != 0 {
		st.ledger[c.entry-1].Status = status
		st.ledger[c.entry-1].Answered = status != 0
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

// session counts a gateway session begun or taken up again.
func (st *stats) session(resumed bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if resumed {
		st.sum.Resumes++
		return
	}
	st.sum.Identifies++
}

// misplaced counts a session taken up again elsewhere than READY asked for.
func (st *stats) misplaced() {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.sum.Misplaced++
}

// Stats are the figures so far.
func (s *Server) Stats() Stats {
	st := s.stats
	st.mu.Lock()
	defer st.mu.Unlock()
	sum := st.sum
	sum.PeakCalls, sum.PeakWrites, sum.PeakSends = st.calls.most, st.writes.most, st.sends.most
	sum.Invalid = s.limiter.invalidCount()
	sum.Calls, sum.Refused = maps.Clone(sum.Calls), maps.Clone(sum.Refused)
	return sum
}

// Sends are all calls that were to send a message, in the order they came. Answers to interactions are none.
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
