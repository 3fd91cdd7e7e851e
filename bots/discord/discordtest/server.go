// Package discordtest is Discord in a box: an in-process HTTP API and gateway that speak the protocol, and the people,
// servers and channels behind them. Tests and the demo point a real client at it, so the real client, the real JSON and
// the real limits are exercised.
//
// The parts meet like this. A Server owns a world of Users, Bots, Guilds and Channels. A program under test talks to it
// over HTTP (ServeHTTP: call.go finds the route, faults.go may break the call, limits.go may refuse it, rest_*.go do it,
// contract.go checks what came and what goes back, stats.go remembers) and over the gateway (gateway.go, session.go). A
// test talks to the world through the handles of user.go, guild.go and channel.go: people write, run commands, press
// buttons, close their DMs, throw the bot out. What the bot may know of it becomes an event on the gateway or a signed
// HTTP call (interaction.go, signed.go). What the bot did is read back with Channel.Messages or followed with
// Server.Watch.
//
// It fails on request, above all the hard way: accepted, but the answer was lost.
//
// Behaviour and error texts follow Discord's documentation (github.com/discord/discord-api-docs) and its OpenAPI. Left
// out: voice, attachments, reactions, polls, message events (a bot without message intents gets none), user installs.
package discordtest

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
	// Bots are the bots served, each with its own token. Empty: one bot, token DefaultToken, name "tenbells".
	Bots []BotAccount

	// Addr is where Start listens. Default "127.0.0.1:0", a free port.
	Addr string

	// Limits are the rates at which the server answers 429. The zero value is no limits; RealLimits are Discord's.
	Limits Limits

	// Fault is asked on every call what is to go wrong with it; nil: nothing. See Script and Chaos.
	Fault func(Request) Fault

	// Contracts is a folder with discord-openapi.json and limits.json. Every request and every answer is checked
	// against them; see Violations. Empty: nothing is checked, which is what load tests want.
	Contracts string

	// T, when set, gets every violation as a test error, and closes the server when the test ends.
	T TB

	// Now is the clock of message dates, rates and figures. Default time.Now. Waiting (heartbeats, slow answers) always
	// takes real time, or a synctest bubble's.
	Now func() time.Time

	// AutoChannels lets an id that nobody created exist at its first use: as a channel, a text channel the bot may
	// write to, all of them in one server; as the recipient of a direct message, a user whose DMs are open.
	AutoChannels bool

	// History is how many messages each channel keeps; the oldest are forgotten as if they never were. 0 keeps all.
	History int

	// NonceWindow is how long an enforced nonce is remembered: the documentation says "the past few minutes". Default
	// three minutes.
	NonceWindow time.Duration

	// Heartbeat is the interval told in hello. Default 41.25 s, Discord's. A connection without a heartbeat for one and
	// a half of it is closed with 4009.
	Heartbeat time.Duration

	// Answer is how long a first answer to an interaction may take. Default three seconds, Discord's.
	Answer time.Duration
}

// DefaultToken is the token of the bot a Server has when Options.Bots is empty.
const DefaultToken = "MTAwMDAwMDAwMDAwMDAwMDAx.Test00.TestTokenTestTokenTestTokenTestToken"

// What Options say nothing of.
const (
	defaultNonceWindow = 3 * time.Minute
	defaultHeartbeat   = 41250 * time.Millisecond
	defaultAnswer      = 3 * time.Second
)

// Server is one Discord and the world behind it. It is safe for use by many goroutines.
type Server struct {
	opt       Options
	contracts *contracts
	limiter   *limiter
	stats     *stats
	faults    *faultBox
	routes    []*route
	hooks     *http.Client // posts interactions

	mu       sync.Mutex // guards the world, the feed and the gateway's sessions
	world    world
	feed     feed
	sessions map[string]*session
	greets   []GatewayFault
	shut     bool // nobody is let in to the gateway

	ctx    context.Context // ends at Close: connections, watchers and slow answers stop
	cancel context.CancelFunc
	http   *http.Server
	ln     net.Listener

	closing sync.Mutex // guards closed against a call that begins while Close waits
	closed  bool
	running sync.WaitGroup
}

// New makes a Server that does not listen yet: mount it, or call Start. It panics when Options.Contracts cannot be read:
// that is a mistake in the test that wrote it.
func New(opt Options) *Server {
	opt.fill()
	s := &Server{opt: opt, limiter: newLimiter(opt.Limits), stats: newStats(), faults: newFaultBox(opt.Fault),
		routes: allRoutes(), hooks: newHookClient(), sessions: map[string]*session{}}
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

// fill sets what is not set.
func (o *Options) fill() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.NonceWindow == 0 {
		o.NonceWindow = defaultNonceWindow
	}
	if o.Heartbeat == 0 {
		o.Heartbeat = defaultHeartbeat
	}
	if o.Answer == 0 {
		o.Answer = defaultAnswer
	}
	if len(o.Bots) == 0 {
		o.Bots = []BotAccount{{Token: DefaultToken, Name: "tenbells"}}
	}
}

// Start listens on Options.Addr and serves until Close. The error is that of listening.
func (s *Server) Start() error {
	ln, err := net.Listen("tcp", s.opt.Addr)
	if err != nil {
		return fmt.Errorf("discordtest: listen: %w", err)
	}
	s.ln = ln
	s.http = &http.Server{Handler: s}
	if !s.begin() {
		return errors.Join(errors.New("discordtest: started after Close"), ln.Close())
	}
	go func() {
		defer s.running.Done()
		_ = s.http.Serve(ln) // always ends with http.ErrServerClosed: by Close
	}()
	return nil
}

// URL is the base to give a client, such as "http://127.0.0.1:41233", without a slash at the end: it stands for
// "https://discord.com". The gateway's address comes from GET /gateway. Empty before Start.
func (s *Server) URL() string {
	if s.ln == nil {
		return ""
	}
	return "http://" + s.ln.Addr().String()
}

// Close stops everything the server started and waits for it. Gateway connections end with it. Calling it again does
// nothing.
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
