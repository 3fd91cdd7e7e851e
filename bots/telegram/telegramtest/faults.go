package telegramtest

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// Request is what a fault hook is told of a call.
type Request struct {
	Bot    int64
	Method string // as the manual writes it
	Chat   int64  // 0 where the call names none
	Thread int
	Number int // the how manieth call to this chat (of this bot) it is, from 1; calls without a chat count together
	At     time.Time
	Poll   bool // getUpdates
	Write  bool // sends, edits or deletes
	get    func(string) string
}

// Get is an argument of the call; "" where there is none.
func (r Request) Get(name string) string { return r.get(name) }

// Cut is a way to end a connection without an answer.
type Cut int

// The ways a connection can end.
const (
	NoCut    Cut = iota
	CutReset     // TCP reset: "connection reset by peer"
	CutClose     // orderly close: "EOF"
	CutHang      // nothing ever comes; ends when the client gives up
)

// Fault says what goes wrong with one call. The zero value: nothing.
type Fault struct {
	// Delay passes before the call is looked at, Linger after it was done and before it is answered.
	Delay, Linger time.Duration

	// Change is done to the world before the call, which is then answered as that world demands.
	Change Change

	// Code other than 0 answers with that HTTP status instead of the call's own answer, with Description behind the
	// usual prefix. 429 takes RetryAfter seconds; until they are over further writes to the chat, or of the
	// WholeBot, are 429 too.
	Code        int
	Description string
	RetryAfter  int
	WholeBot    bool
	Page        bool // the body is an HTML page as a proxy makes it

	// Cut ends the connection instead of answering.
	Cut Cut

	// Done: the call is carried out first; then Code or Cut takes its answer away.
	Done bool
}

// Change is something that happens to a chat at a call.
type Change int

// What can happen to a chat.
const (
	NoChange   Change = iota
	Blocks            // the user blocks the bot
	Deactivate        // the user's account is deleted
	Migrates          // the group becomes a supergroup
	Kicks             // the bot is removed from the group or channel
)

// TooMany answers 429 for the chat.
func TooMany(seconds int) Fault {
	return Fault{Code: http.StatusTooManyRequests, RetryAfter: seconds}
}

// TooManyBot answers 429 for the whole bot.
func TooManyBot(seconds int) Fault {
	return Fault{Code: http.StatusTooManyRequests, RetryAfter: seconds, WholeBot: true}
}

// BadRequest answers 400 with that text behind "Bad Request: ".
func BadRequest(text string) Fault { return Fault{Code: http.StatusBadRequest, Description: text} }

// Forbidden answers 403 with that text behind "Forbidden: ".
func Forbidden(text string) Fault { return Fault{Code: http.StatusForbidden, Description: text} }

// Unauthorized answers 401, as for a revoked token.
func Unauthorized() Fault { return Fault{Code: http.StatusUnauthorized} }

// ServerError answers 5xx with an HTML page; the call is not carried out.
func ServerError(code int) Fault { return Fault{Code: code, Page: true} }

// Reset resets the connection; the call is not carried out.
func Reset() Fault { return Fault{Cut: CutReset} }

// ResetAfter carries the call out and then resets the connection.
func ResetAfter() Fault { return Fault{Cut: CutReset, Done: true} }

// LoseAnswer carries the call out and then closes the connection: accepted, but the answer was lost.
func LoseAnswer() Fault { return Fault{Cut: CutClose, Done: true} }

// Hang carries the call out and never answers.
func Hang() Fault { return Fault{Cut: CutHang, Done: true} }

// Slow carries the call out and answers only after d.
func Slow(d time.Duration) Fault { return Fault{Linger: d} }

func (f Fault) takesAnswer() bool { return f.Code != 0 || f.Cut != NoCut }

// apiError is the answer the fault gives in the Bot API's own form.
func (f Fault) apiError() *apiError {
	switch f.Code {
	case http.StatusTooManyRequests:
		return tooMany(f.RetryAfter)
	case http.StatusUnauthorized, http.StatusNotFound:
		return &apiError{Code: f.Code, Description: http.StatusText(f.Code)}
	}
	text := http.StatusText(f.Code)
	if f.Description != "" {
		text += ": " + f.Description
	}
	return &apiError{Code: f.Code, Description: text}
}

// strike gives the call the fault's answer, or none.
func (f Fault) strike(w http.ResponseWriter, c *call) {
	switch {
	case f.Cut == CutHang:
		c.hang()
		panic(http.ErrAbortHandler)
	case f.Cut == CutReset:
		reset(w)
	case f.Cut == CutClose:
		panic(http.ErrAbortHandler) // net/http closes the connection
	case f.Page:
		htmlReply(f.Code).write(w)
	default:
		errorReply(f.apiError()).write(w)
	}
}

// reset ends the connection with a TCP reset, or just ends it where that cannot be done.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // at worst the close is an orderly one
	}
	_ = conn.Close()
}

// Step is one line of a script: the fault of the first Times matching calls after Skip of them.
type Step struct {
	Method string // as the manual writes it; "" any but getUpdates
	Chat   int64  // 0 any
	Skip   int
	Times  int // 0 once; Always for ever
	Fault  Fault
}

// Always is for Step.Times.
const Always = -1

// Script is a list of steps that is played once. The first step that matches a call has its say.
type Script struct {
	mu    sync.Mutex
	steps []*Step
}

// NewScript makes a script; its Fault method goes into Options.Fault.
func NewScript(steps ...Step) *Script {
	sc := &Script{}
	sc.Add(steps...)
	return sc
}

// Add appends steps, also while the script is played. The function takes them out again.
func (sc *Script) Add(steps ...Step) (remove func()) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	added := map[*Step]bool{}
	for _, step := range steps {
		if step.Times == 0 {
			step.Times = 1
		}
		sc.steps = append(sc.steps, &step)
		added[&step] = true
	}
	return func() { sc.drop(added) }
}

func (sc *Script) drop(gone map[*Step]bool) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	var kept []*Step
	for _, step := range sc.steps {
		if !gone[step] {
			kept = append(kept, step)
		}
	}
	sc.steps = kept
}

// Fault is what the script has for a call.
func (sc *Script) Fault(r Request) Fault {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	for _, step := range sc.steps {
		if !step.matches(r) || step.Times == 0 {
			continue
		}
		if step.Skip > 0 {
			step.Skip--
			continue
		}
		if step.Times > 0 {
			step.Times--
		}
		return step.Fault
	}
	return Fault{}
}

func (st *Step) matches(r Request) bool {
	if st.Method == "" && r.Poll || st.Method != "" && !sameName(st.Method, r.Method) {
		return false
	}
	return st.Chat == 0 || st.Chat == r.Chat
}

// faultBox asks the hooks.
type faultBox struct {
	inject *Script
	hook   func(Request) Fault

	mu     sync.Mutex
	number map[limitKey]int
}

func newFaultBox(hook func(Request) Fault) *faultBox {
	return &faultBox{inject: NewScript(), hook: hook, number: map[limitKey]int{}}
}

// Inject adds steps that come before Options.Fault. The function takes them out again, which ends an outage:
//
//	mend := srv.Inject(telegramtest.Step{Times: telegramtest.Always, Fault: telegramtest.ServerError(502)})
func (s *Server) Inject(steps ...Step) (mend func()) { return s.faults.inject.Add(steps...) }

// fault is what goes wrong with a call.
func (fb *faultBox) fault(c *call) Fault {
	r := Request{Bot: c.bot.id, Method: c.method.name, Chat: c.chat, Thread: int(c.integer("message_thread_id", 0)),
		At: c.at, Poll: c.method.kind == kindPoll, Write: c.method.kind.writes(), get: c.get}
	if fb.hook != nil {
		r.Number = fb.count(limitKey{r.Bot, r.Chat})
	}
	if f := fb.inject.Fault(r); f != (Fault{}) || fb.hook == nil {
		return f
	}
	return fb.hook(r)
}

func (fb *faultBox) count(key limitKey) int {
	fb.mu.Lock()
	defer fb.mu.Unlock()
	fb.number[key]++
	return fb.number[key]
}
