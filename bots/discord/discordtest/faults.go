package discordtest

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// Request is what a fault hook is told of a call.
type Request struct {
	Bot     string // "" for answers to interactions, which carry no bot's token
	Method  string // operationId of Discord's OpenAPI, "create_message"
	Channel string // "" where the path names none
	Number  int    // the how manieth call to this channel (of this bot) it is, from 1; calls without one count together
	At      time.Time
	Write   bool   // sends, edits or deletes a message
	Body    []byte // JSON
}

// Cut is a way to end a connection without an answer.
type Cut int

// The ways a connection can end.
const (
	NoCut    Cut = iota
	CutReset     // TCP reset: "connection reset by peer"
	CutClose     // orderly close: "EOF"
	CutHang      // nothing ever comes; ends when the client gives up
)

// Scope says whose rate limit a 429 is of (discord.com/developers/docs/topics/rate-limits#header-format).
type Scope string

// The scopes there are.
const (
	ScopeUser   Scope = "user"   // the bot's in this channel (route)
	ScopeGlobal Scope = "global" // the bot's as a whole
	ScopeShared Scope = "shared" // everybody's in this channel; not counted as invalid
)

// Fault says what goes wrong with one call. The zero value: nothing.
type Fault struct {
	// Delay passes before the call is looked at, Linger after it was done and before it is answered.
	Delay, Linger time.Duration

	// Change is done to the world before the call, which is then answered as that world demands.
	Change Change

	// Status other than 0 answers with that HTTP status instead of the call's own answer, with Code and Message as its
	// JSON. 429 takes Scope and RetryAfter; until it is over further calls of that scope are 429 too.
	Status     int
	Code       int
	Message    string
	Scope      Scope
	RetryAfter time.Duration
	Page       bool // the body is an HTML page as a proxy makes it

	// Cut ends the connection instead of answering.
	Cut Cut

	// Done: the call is carried out first; then Status or Cut takes its answer away.
	Done bool
}

// Change is something that happens to a channel at a call.
type Change int

// What can happen to a channel.
const (
	NoChange Change = iota
	Closes          // the user closes their direct messages
	Vanishes        // the channel is deleted
	Kicks           // the bot is thrown out of the server
	Mutes           // the bot may no longer write there
)

// TooMany answers 429 for the channel.
func TooMany(wait time.Duration) Fault {
	return Fault{Status: http.StatusTooManyRequests, Scope: ScopeUser, RetryAfter: wait}
}

// TooManyBot answers 429 for the whole bot: without X-RateLimit-Reset headers, as the real ones are.
func TooManyBot(wait time.Duration) Fault {
	return Fault{Status: http.StatusTooManyRequests, Scope: ScopeGlobal, RetryAfter: wait}
}

// TooManyShared answers 429 for everybody in the channel, code 20028.
func TooManyShared(wait time.Duration) Fault {
	return Fault{Status: http.StatusTooManyRequests, Scope: ScopeShared, RetryAfter: wait, Code: 20028}
}

// Banned answers as Cloudflare does an address with too many invalid requests: 429 and an HTML page.
func Banned() Fault { return Fault{Status: http.StatusTooManyRequests, Page: true} }

// Refuse answers with one of Discord's error codes, such as 50013, in its usual status and words.
func Refuse(code int) Fault {
	f := Fault{Status: http.StatusBadRequest, Code: code, Message: "Refused"}
	if e := known[code]; e != nil {
		f.Status, f.Message = e.Status, e.Message
	}
	return f
}

// Unauthorized answers 401, as for a revoked token.
func Unauthorized() Fault {
	return Fault{Status: http.StatusUnauthorized, Message: errUnauthorized.Message}
}

// ServerError answers 5xx with an HTML page; the call is not carried out.
func ServerError(status int) Fault { return Fault{Status: status, Page: true} }

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

func (f Fault) takesAnswer() bool { return f.Status != 0 || f.Cut != NoCut }

// limits says that the fault is a 429 of Discord's own, not of a proxy before it.
func (f Fault) limits() bool { return f.Status == http.StatusTooManyRequests && !f.Page }

// strike gives the call the fault's answer, or none.
func (s *Server) strike(w http.ResponseWriter, c *call, f Fault) {
	s.limiter.invalid(c.at, f.Status, f.Scope)
	switch {
	case f.Cut == CutHang:
		c.hang()
		panic(http.ErrAbortHandler)
	case f.Cut == CutReset:
		reset(w)
	case f.Cut == CutClose:
		panic(http.ErrAbortHandler) // net/http closes the connection
	case f.limits():
		(&limitHit{scope: f.Scope, wait: f.RetryAfter, code: f.Code}).write(w, c)
	case f.Page && f.Status == http.StatusTooManyRequests:
		cloudflare(w)
	case f.Page:
		writePage(w, f.Status)
	default:
		writeError(w, &apiError{Status: f.Status, Code: f.Code, Message: f.Message})
	}
}

// writePage answers as a proxy before Discord does.
func writePage(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	w.WriteHeader(status)
	text := http.StatusText(status)
	_, _ = w.Write([]byte("<html><head><title>" + text + "</title></head><body><h1>" + text + "</h1></body></html>\n"))
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

// undergo lets a change happen to the channel. The caller holds the lock.
func (c *Channel) undergo(change Change, b *Bot) {
	switch {
	case change == Closes && c.kind == DM:
		c.peer.noDMs = true
	case change == Vanishes && c.kind != DM:
		c.delete()
	case change == Kicks && c.guild != nil && c.guild.members[b.id] != nil:
		c.guild.kick(b)
	case change == Mutes && c.guild != nil:
		at := c
		if c.parent != nil {
			at = c.parent
		}
		at.setOverwrite(b.id, true, 0, SendMessages|SendMessagesInThreads)
		at.updated()
	}
}

// Step is one line of a script: the fault of the first Times matching calls after Skip of them.
type Step struct {
	Method  string // operationId; "" any
	Channel string // "" any
	Skip    int
	Times   int // 0 once; Always for ever
	Fault   Fault
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
	return (st.Method == "" || st.Method == r.Method) && (st.Channel == "" || st.Channel == r.Channel)
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
//	mend := srv.Inject(discordtest.Step{Times: discordtest.Always, Fault: discordtest.ServerError(502)})
func (s *Server) Inject(steps ...Step) (mend func()) { return s.faults.inject.Add(steps...) }

// fault is what goes wrong with a call.
func (fb *faultBox) fault(c *call) Fault {
	r := Request{Method: c.route.name, Channel: c.channelID(), At: c.at, Write: c.route.kind.writes(), Body: c.body}
	if c.bot != nil {
		r.Bot = c.bot.id
	}
	if fb.hook != nil {
		r.Number = fb.count(limitKey{r.Bot, r.Channel})
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
