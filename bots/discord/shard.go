package discord

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

const (
	// longestWait is the longest pause between two tries to connect.
	longestWait = 2 * time.Minute
	// steady is how long a connection lasts that was a success.
	steady = time.Minute
	// unheardEvents is how many events wait at most to be heard; then no more are read.
	unheardEvents = 512
)

// shard is one of the parts a bot's servers are spread over: a session that goes on over one connection after another.
type shard struct {
	b       *Bot
	id, of  int
	gate    *gate
	session session     // keep's and its connection's own
	events  chan packet // heard in their order, over whichever connection they came

	roster *roster
	me     string // the bot's user id, as READY says; hear's own
}

func (b *Bot) newShard(id, of int, gate *gate) *shard {
	return &shard{b: b, id: id, of: of, gate: gate, roster: newRoster(), events: make(chan packet, unheardEvents)}
}

// keep connects again and again until ctx ends, or Discord says for good that it will not.
func (s *shard) keep(ctx context.Context) {
	var ears sync.WaitGroup
	ears.Go(func() { s.hear(ctx) })
	defer ears.Wait()
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
		case errors.Is(err, errInvalidSession), errors.Is(err, errTryResuming): // Discord wants one to five seconds before the next
			exactly(ctx, time.Second+time.Duration(rand.Int64N(int64(4*time.Second))))
		}
		now := s.b.now()
		if now.Sub(began) >= steady {
			failures = 0
		}
		s.b.log.Info("gateway connection ended, connecting again", "shard", s.id, "why", err, "resumes", s.session.resumable(now))
		if failures++; failures > 1 {
			rest(ctx, pauseAfter(failures))
		}
	}
}

// pauseAfter is how long to wait after so many failures in a row, two at least; rest makes it up to a fifth shorter.
func pauseAfter(failures int) time.Duration {
	return min(longestWait, time.Second<<min(failures-2, 10))
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
	address := s.session.address
	if !s.session.resumable(s.b.now()) {
		s.session = session{}
		var err error
		if address, err = s.turn(ctx); err != nil {
			return err
		}
	}
	l := &line{shard: s, address: address}
	err := l.run(ctx)
	s.parted(l.welcome, err)
	return err
}

// turn waits until the shard may begin a session. It answers where. Resuming one needs no turn, and is not counted.
func (s *shard) turn(ctx context.Context) (address string, err error) {
	s.gate.wait(ctx)
	g, err := s.b.gateway(ctx)
	if err != nil {
		return "", err
	}
	if left := g.Limit; left.Total > 0 && left.Remaining == 0 {
		wait := resetIn(left.ResetAfter)
		s.b.log.Error("Discord lets us begin no more sessions for now", "shard", s.id, "seconds", wait.Seconds())
		exactly(ctx, wait)
	}
	return g.URL, ctx.Err()
}

// parted keeps the session of a connection that has ended, or forgets it where it has ended, too.
func (s *shard) parted(welcome bool, why error) {
	var closed *closedError
	if errors.Is(why, errInvalidSession) || errors.As(why, &closed) && over(closed.code) {
		s.session = session{}
	} else if welcome {
		s.session.lost = s.b.now()
	}
}
