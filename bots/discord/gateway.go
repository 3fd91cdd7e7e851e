package discord

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/delivery"
)

// Run registers the slash commands where they differ and, without a public key, listens on the gateway. It returns when
// ctx ends, after all it began. What Discord refuses for good is told in the log and by Check; Run then waits, since
// trying again would cost the token.
func (b *Bot) Run(ctx context.Context) error {
	if b.front == nil {
		return errors.New("discord: run: there is no front to answer people")
	}
	var parts sync.WaitGroup
	parts.Go(func() { b.register(ctx) })
	if b.key == nil {
		parts.Go(func() { b.listen(ctx) })
	}
	<-ctx.Done()
	parts.Wait()
	b.answering.Wait()
	return nil
}

// gateway is where to listen, and how often we may begin to
// (discord.com/developers/docs/events/gateway#get-gateway-bot).
type gateway struct {
	URL    string `json:"url"`
	Shards int    `json:"shards"`
	Limit  struct {
		Total      int   `json:"total"`
		Remaining  int   `json:"remaining"`
		ResetAfter int64 `json:"reset_after"` // milliseconds
	} `json:"session_start_limit"`
}

// identifyEvery is the least time between two beginnings: one per five seconds is what every bot may.
const identifyEvery = 5 * time.Second

// listen keeps all shards connected until ctx ends.
func (b *Bot) listen(ctx context.Context) {
	g, err := b.gateway(ctx)
	for wait := time.Second; err != nil; wait = min(2*wait, longestWait) {
		b.log.Warn("the gateway's address is not to be had, will be repeated", "err", err)
		if rest(ctx, wait); ctx.Err() != nil {
			return
		}
		g, err = b.gateway(ctx)
	}
	gate := &gate{every: b.identifyEvery, now: b.now}
	var shards sync.WaitGroup
	for id := range max(1, g.Shards) {
		s := &shard{b: b, id: id, of: max(1, g.Shards), gate: gate, roster: newRoster()}
		shards.Go(func() { s.keep(ctx) })
	}
	shards.Wait()
}

func (b *Bot) gateway(ctx context.Context) (gateway, error) {
	var g gateway
	if err := b.ask(ctx, "ask for the gateway", "/gateway/bot", &g); err != nil {
		return g, err
	}
	if g.URL == "" {
		return g, fmt.Errorf("ask for the gateway: the answer has no address")
	}
	return g, nil
}

// gate lets one shard at a time begin, and no more often than Discord allows.
type gate struct {
	every time.Duration
	now   func() time.Time
	mu    sync.Mutex
	next  time.Time
}

// wait takes the next turn to begin and waits for it.
func (g *gate) wait(ctx context.Context) {
	g.mu.Lock()
	now := g.now()
	at := g.next
	if at.Before(now) {
		at = now
	}
	g.next = at.Add(g.every)
	g.mu.Unlock()
	exactly(ctx, at.Sub(now))
}

// exactly waits for d, or until ctx ends.
func exactly(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

const (
	// longestWait is the longest pause between two tries to connect.
	longestWait = 2 * time.Minute
	// steady is how long a connection lasts that was a success.
	steady = time.Minute
	// opening is how long discordgo may take to open a connection, and Discord to say READY after it.
	opening = 30 * time.Second
)

// shard is one of the connections a bot's servers are spread over.
type shard struct {
	b      *Bot
	id, of int
	gate   *gate
	roster *roster
}

// keep connects again and again until ctx ends, or Discord says for good that it will not.
func (s *shard) keep(ctx context.Context) {
	failures := 0
	for ctx.Err() == nil {
		began := s.b.now()
		err := s.connect(ctx)
		var closed *closedError
		switch {
		case ctx.Err() != nil:
			return
		case errors.As(err, &closed) && forGood(closed.code):
			s.b.giveUp(closed)
			<-ctx.Done()
			return
		case errors.Is(err, errInvalidSession): // Discord wants one to five seconds before the next identify
			exactly(ctx, time.Second+time.Duration(rand.Int64N(int64(4*time.Second))))
		}
		if s.b.now().Sub(began) >= steady {
			failures = 0
		}
		s.b.log.Info("gateway connection ended, connecting again", "shard", s.id, "why", err)
		if failures++; failures > 1 {
			rest(ctx, min(longestWait, time.Second<<min(failures-2, 10)))
		}
	}
}

// forGood says that coming back as we are would only be refused again
// (discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes).
func forGood(code int) bool {
	switch code {
	case 4004, // authentication failed
		4010, // invalid shard
		4011, // sharding required
		4012, // invalid API version
		4013, // invalid intents
		4014: // disallowed intents
		return true
	}
	return false
}

func (b *Bot) giveUp(closed *closedError) {
	text := fmt.Sprintf("%v: it will not have us as we are; messages still go out, but commands are not heard", closed)
	b.mu.Lock()
	b.ended = text
	b.mu.Unlock()
	b.log.Error("the gateway is given up", "err", closed, "mend", "run tenbells check, mend what it says, start again")
}

// connect makes one connection and listens until it ends. The error says why.
func (s *shard) connect(ctx context.Context) error {
	s.gate.wait(ctx)
	g, err := s.b.gateway(ctx)
	if err != nil {
		return err
	}
	if left := g.Limit; left.Total > 0 && left.Remaining == 0 {
		wait := time.Duration(left.ResetAfter) * time.Millisecond
		s.b.log.Error("Discord lets us begin no more sessions for now", "shard", s.id, "seconds", wait.Seconds())
		exactly(ctx, wait)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	l := &line{shard: s, events: make(chan *discordgo.Event, 512), ready: make(chan struct{}, 1)}
	return l.run(ctx, g.URL)
}

// line is one connection.
type line struct {
	*shard
	events chan *discordgo.Event
	ready  chan struct{} // gets a word at READY

	mu  sync.Mutex
	tap *tap
	why error // given up before there was a tap
}

// run opens the connection and hears what comes over it until it ends.
func (l *line) run(ctx context.Context, address string) error {
	session, err := l.session(ctx, address)
	if err != nil {
		return err
	}
	hearing, stop := context.WithCancel(ctx)
	var ears sync.WaitGroup
	ears.Go(func() { l.hear(hearing) })
	err = l.open(ctx, session)
	if err == nil {
		err = l.watch(ctx)
	}
	stop()
	ears.Wait()
	return err
}

// session is discordgo's, with all that it does by itself taken away but identifying and heartbeats.
func (l *line) session(ctx context.Context, address string) (*discordgo.Session, error) {
	session, err := discordgo.New("Bot " + l.b.door.token)
	if err != nil {
		return nil, fmt.Errorf("make a session: %w", err)
	}
	session.LogLevel = -1 // it would print what people say
	session.StateEnabled, session.SyncEvents = false, true
	session.ShouldReconnectOnError, session.ShouldReconnectVoiceOnSessionError = false, false
	session.Compress, session.Identify.Compress = false, false // the tap reads along
	session.ShardID, session.ShardCount = l.id, l.of
	session.Identify.Intents = discordgo.IntentsGuilds | discordgo.IntentsDirectMessages
	session.Client = &http.Client{Transport: gatewayAddress(address)}
	session.Dialer = tapped(ctx, l.b.now, l.tapMade)
	session.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) {
		select {
		case l.events <- e:
		case <-ctx.Done():
		}
	})
	return session, nil
}

func (l *line) tapMade(t *tap) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tap = t
	if l.why != nil {
		_ = t.end(l.why)
	}
}

// end gives the connection up, if there is one yet, and says why it has ended.
func (l *line) end(why error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tap == nil {
		l.why = why
		return why
	}
	return l.tap.end(why)
}

// open opens the session. discordgo can hang there holding its lock, and takes no context: what takes too long loses
// its connection, and the session is dropped; a goroutine that hangs all the same ends with the process.
func (l *line) open(ctx context.Context, session *discordgo.Session) error {
	opened := make(chan error, 1)
	go func() { opened <- session.Open() }()
	late := time.NewTimer(opening)
	defer late.Stop()
	select {
	case err := <-opened:
		if err != nil {
			return l.end(err)
		}
		return nil
	case <-late.C:
		return l.end(errors.New("opening takes too long"))
	case <-ctx.Done():
		return l.end(ctx.Err())
	}
}

// watch waits for the end of the connection: Discord's, one that no READY or no acknowledgement comes over, or ours.
// discordgo's own goroutines then end by themselves within a second; the lane need not wait for that.
func (l *line) watch(ctx context.Context) error {
	late := time.NewTimer(opening)
	defer late.Stop()
	_, interval := l.tap.silent()
	beat := time.NewTicker(max(interval/2, 10*time.Millisecond))
	defer beat.Stop()
	for {
		select {
		case <-l.tap.over:
			return l.tap.reason()
		case <-ctx.Done():
			l.tap.leave()
			return ctx.Err()
		case <-l.ready:
			late.Stop()
		case <-late.C:
			return l.tap.end(errors.New("no READY came"))
		case <-beat.C:
			if silent, _ := l.tap.silent(); silent {
				return l.tap.end(errSilent)
			}
		}
	}
}

// gatewayAddress answers discordgo's question for the gateway with what the API told us already.
type gatewayAddress string

// RoundTrip is for discordgo's one call, GET /gateway; it makes no other.
func (a gatewayAddress) RoundTrip(r *http.Request) (*http.Response, error) {
	return answerWith(r, map[string]string{"url": string(a)})
}

var _ delivery.Sender = (*Bot)(nil)
