package discord

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/bwmarrin/discordgo"
)

const (
	// longestWait is the longest pause between two tries to connect.
	longestWait = 2 * time.Minute
	// steady is how long a connection lasts that was a success.
	steady = time.Minute
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
	s.gate.wait(ctx)
	g, err := s.b.gateway(ctx)
	if err != nil {
		return err
	}
	if left := g.Limit; left.Total > 0 && left.Remaining == 0 {
		wait := resetIn(left.ResetAfter)
		s.b.log.Error("Discord lets us begin no more sessions for now", "shard", s.id, "seconds", wait.Seconds())
		exactly(ctx, wait)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	l := &line{shard: s, events: make(chan *discordgo.Event, 512), ready: make(chan struct{}, 1)}
	return l.run(ctx, g.URL)
}
