// Package telegramtest is Telegram in a box: an in-process Bot API server that speaks the protocol, and the people,
// groups and channels behind it. Tests and the demo point a real client at it, so the real client, the real JSON and the
// real limits are exercised.
//
// The parts meet like this. A Server owns a world of Users, Bots and Chats. A program under test talks to it over HTTP
// (ServeHTTP: request.go parses, faults.go may break the call, limits.go may refuse it, methods_*.go do it, contract.go
// checks what came and what goes back, stats.go remembers). A test talks to the world through the handles of user.go and
// chat.go: people write, press buttons, block, leave; each act becomes an Update, fetched by getUpdates (updates.go) or
// posted to a webhook (webhook.go). What the bot did is read back with Chat.Messages or followed with Server.Watch.
//
// It fails on request, above all the hard way: accepted, but the answer was lost.
//
// Behaviour and error texts follow the official Bot API server (github.com/tdlib/telegram-bot-api) as run locally: plain
// http and any port are fine for webhooks. Left out: media other than photos, inline mode, payments, Markdown modes.
package telegramtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// TB is the part of testing.TB that a Server reports to.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	Cleanup(func())
}

// Options say what a Server is. The zero value is a server with one bot, no limits, no faults and no contract checks.
type Options struct {
	// Bots are the bots served, each with its own token. Empty: one bot, token DefaultToken, username "tenbells_bot".
	Bots []BotAccount

	// Addr is where Start listens. Default "127.0.0.1:0", a free port.
	Addr string

	// Limits are the rates at which the server answers 429. The zero value is no limits; RealLimits are Telegram's.
	Limits Limits

	// Fault is asked on every call what is to go wrong with it; nil: nothing. See Script and Chaos.
	Fault func(Request) Fault

	// Contracts is a folder with telegram-bot-api.json and limits.json. Every request and every answer is checked
	// against them; see Violations. Empty: nothing is checked, which is what load tests want.
	Contracts string

	// T, when set, gets every violation as a test error, and closes the server when the test ends.
	T TB

	// Now is the clock of message dates, rates and figures. Default time.Now. Waiting (long polls, retries of webhooks,
	// slow answers) always takes real time, or a synctest bubble's.
	Now func() time.Time

	// AutoChats lets a chat id that nobody created exist at its first use: a positive id is a user who has started the
	// bot, an id from -1000000000000 down a channel the bot administers, any other a group it is a member of.
	AutoChats bool

	// History is how many messages each chat keeps; the oldest are forgotten as if they never were. 0 keeps all.
	History int

	// WebhookPause is the pause before the second retry of a webhook call (the first is at once); it doubles up to a
	// minute. Default two seconds, as the official server.
	WebhookPause time.Duration
}

// DefaultToken is the token of the bot a Server has when Options.Bots is empty.
const DefaultToken = "1000000001:TestTokenTestTokenTestTokenTestToken"

// Server is one Bot API server and the world behind it. It is safe for use by many goroutines.
type Server struct {
	opt       Options
	contracts *contracts
	limiter   *limiter
	stats     *stats
	faults    *faultBox
	methods   map[string]*method
	hooks     *http.Client // posts to webhooks

	mu    sync.Mutex // guards the world and the feed
	world world
	feed  feed

	ctx    context.Context // ends at Close: long polls, webhook calls, watchers and slow answers stop
	cancel context.CancelFunc
	http   *http.Server
	ln     net.Listener

	closing sync.Mutex // guards closed against a call that begins while Close waits
	closed  bool
	running sync.WaitGroup
}

// New makes a Server that does not listen yet: mount it, or call Start. It panics when Options.Contracts cannot be read
// or a bot's token is not a token: both are mistakes in the test that wrote them.
func New(opt Options) *Server {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Addr == "" {
		opt.Addr = "127.0.0.1:0"
	}
	if opt.WebhookPause == 0 {
		opt.WebhookPause = firstHookPause
	}
	if len(opt.Bots) == 0 {
		opt.Bots = []BotAccount{{Token: DefaultToken, Username: "tenbells_bot", Name: "tenbells"}}
	}
	s := &Server{opt: opt, limiter: newLimiter(opt.Limits), stats: newStats(), faults: newFaultBox(opt.Fault),
		methods: allMethods(), hooks: newHookClient()}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.world = newWorld(s, opt.Bots)
	if opt.Contracts != "" {
		s.contracts = mustLoadContracts(opt.Contracts)
	}
	if opt.T != nil {
		opt.T.Cleanup(s.Close)
	}
	return s
}

// Start listens on Options.Addr and serves until Close. The error is that of listening.
func (s *Server) Start() error {
	ln, err := net.Listen("tcp", s.opt.Addr)
	if err != nil {
		return fmt.Errorf("telegramtest: listen: %w", err)
	}
	s.ln = ln
	s.http = &http.Server{Handler: s}
	if !s.begin() {
		return errors.Join(errors.New("telegramtest: started after Close"), ln.Close())
	}
	go func() {
		defer s.running.Done()
		_ = s.http.Serve(ln) // always ends with http.ErrServerClosed: by Close
	}()
	return nil
}

// URL is the base to give a client, such as "http://127.0.0.1:41233", without a slash at the end. Empty before Start.
func (s *Server) URL() string {
	if s.ln == nil {
		return ""
	}
	return "http://" + s.ln.Addr().String()
}

// Close stops everything the server started and waits for it. Long polls end with their connections. Calling it again
// does nothing.
func (s *Server) Close() {
	s.closing.Lock()
	s.closed = true
	s.closing.Unlock()
	s.cancel()
	if s.http != nil {
		_ = s.http.Close() // the listener's error at closing tells nobody anything
	}
	s.running.Wait()
	s.hooks.CloseIdleConnections()
}

// begin registers work that Close waits for; false once closed.
func (s *Server) begin() bool {
	s.closing.Lock()
	defer s.closing.Unlock()
	if s.closed {
		return false
	}
	s.running.Add(1)
	return true
}

// now is the server's clock.
func (s *Server) now() time.Time { return s.opt.Now() }

// Bots are the bots served, in the order of Options.Bots.
func (s *Server) Bots() []*Bot { return append([]*Bot(nil), s.world.bots...) }

// Bot is the bot with that token, nil for none.
func (s *Server) Bot(token string) *Bot { return s.world.byToken[token] }
