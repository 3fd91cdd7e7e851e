package telegramtest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// call is one request to a method while it is being done.
type call struct {
	params
	ctx    context.Context // ends when the client goes
	server context.Context // ends when the server closes
	bot    *Bot
	method *method
	at     time.Time // when it came, by the server's clock
	chat   int64     // the chat it names, 0 for none
	entry  int       // place in the ledger of the figures, from 1; 0 for none
	made   int       // number of the message it made
	note   string    // description beside the result
}

// sleep waits for d of real time, or until nobody waits for the call any more.
func (c *call) sleep(d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.ctx.Done():
	case <-c.server.Done():
	}
}

// hang waits until nobody waits for the call any more.
func (c *call) hang() {
	select {
	case <-c.ctx.Done():
	case <-c.server.Done():
	}
}

// ServeHTTP answers /bot<token>/<method>. It can be mounted anywhere with http.StripPrefix.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.begin() {
		panic(http.ErrAbortHandler) // closed: the connection ends without an answer, as with a server that is gone
	}
	defer s.running.Done()
	token, name, ok := splitPath(r.URL.Path)
	if !ok {
		errorReply(&apiError{Code: http.StatusNotFound, Description: "Not Found"}).write(w)
		return
	}
	bot := s.world.byToken[token]
	if bot == nil {
		errorReply(&apiError{Code: http.StatusUnauthorized, Description: "Unauthorized"}).write(w)
		return
	}
	ps, err := readParams(w, r)
	if err != nil {
		errorReply(badRequest("can't parse the request: %v", err)).write(w)
		return
	}
	s.serve(w, s.newCall(r.Context(), bot, name, ps), name)
}

// newCall is a call by a bot; its method is nil where there is none of that name.
func (s *Server) newCall(ctx context.Context, b *Bot, name string, ps params) *call {
	return &call{params: ps, ctx: ctx, server: s.ctx, bot: b, method: s.methods[strings.ToLower(name)], chat: s.chatNumber(ps)}
}

// chatNumber is the id of the chat that a call names, 0 for none.
func (s *Server) chatNumber(ps params) int64 {
	name, public := strings.CutPrefix(ps.get("chat_id"), "@")
	if !public {
		return ps.integer("chat_id", 0)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.find(nil, 0, name); c != nil {
		return c.id
	}
	return 0
}

// serve does a call, lets it fail where it is to fail, and answers it.
func (s *Server) serve(w http.ResponseWriter, c *call, name string) {
	defer s.finished()
	if c.method == nil {
		s.violate("%s: there is no such method here", name)
		s.stats.strange(name)
		errorReply(&apiError{Code: http.StatusNotFound, Description: "Not Found: method not found"}).write(w)
		return
	}
	s.checkRequest(c)
	s.stats.begin(c, s.now)
	fault := s.faults.fault(c)
	c.sleep(fault.Delay)
	s.apply(c, fault)
	if fault.takesAnswer() && !fault.Done {
		s.stats.struck(c, fault.Code)
		fault.strike(w, c)
		return
	}
	answer := s.do(c)
	c.sleep(fault.Linger)
	if fault.takesAnswer() {
		s.stats.lost()
		fault.strike(w, c)
		return
	}
	answer.write(w)
	if c.ctx.Err() == nil { // else who asked has gone, and does not hear it
		s.stats.answered(c)
	}
}

// apply makes the world as the fault wants it.
func (s *Server) apply(c *call, f Fault) {
	if f.Code == http.StatusTooManyRequests && c.method.kind.writes() {
		key := limitKey{c.bot.id, c.chat}
		if f.WholeBot {
			key.chat = 0
		}
		s.limiter.impose(key, c.at, f.RetryAfter)
	}
	if f.Change == NoChange {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if chat := s.find(c.bot, c.chat, ""); chat != nil {
		chat.undergo(f.Change, c.bot)
	}
}

// do carries the call out and renders its answer.
func (s *Server) do(c *call) reply {
	result, err, early := s.run(c)
	s.stats.done(c, err, early)
	if err != nil {
		return errorReply(err)
	}
	text, bad := json.Marshal(result)
	if bad != nil {
		panic(fmt.Sprintf("telegramtest: %s answers no JSON: %v", c.method.name, bad)) // our own types always are
	}
	s.checkAnswer(c, text)
	return resultReply(text, c.note)
}

// run is the call itself, within the limits. early: it should not have come yet.
func (s *Server) run(c *call) (result any, err *apiError, early bool) {
	if err, early := s.limiter.take(c, s.isGroup); err != nil {
		return nil, err, early
	}
	if c.boolean("allow_paid_broadcast") {
		if err := c.bot.purse.pay(c.at); err != nil {
			return nil, err, false
		}
	}
	result, err = c.method.run(s, c)
	return result, err, false
}

// isGroup says that an id is a group's or supergroup's.
func (s *Server) isGroup(id int64) bool {
	if id >= 0 {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.world.chats[id]
	if c == nil {
		return id > supergroupStart // as Options.AutoChats would make it
	}
	return c.kind == Group || c.kind == Supergroup
}

// named is the number of the message an edit or deletion is about, 0 for a new one.
func (c *call) named() int {
	if c.method.kind == kindSend {
		return 0
	}
	return int(c.integer("message_id", 0))
}

// finished lets those who Await look again.
func (s *Server) finished() {
	s.mu.Lock()
	s.wakeWaiting()
	s.mu.Unlock()
}
