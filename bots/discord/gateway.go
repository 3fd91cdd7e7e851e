package discord

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Run registers the slash commands where they differ and, without a public key, listens on the gateway; with one it looks
// now and then at channels that bar the bot. It returns when
// ctx ends, after all it began. What Discord refuses for good is told in the log and by Check; Run then waits, since
// trying again would cost the token.
func (b *Bot) Run(ctx context.Context) error {
	if b.front == nil {
		return errors.New("discord: run: there is no front to answer people")
	}
	var parts sync.WaitGroup
	b.renewals.Open()
	parts.Go(func() { b.register(ctx) })
	parts.Go(func() { b.publishBacklog(ctx) })
	if b.threads != nil {
		parts.Go(func() { b.tendThreads(ctx) })
	}
	if b.key == nil {
		parts.Go(func() { b.listen(ctx) })
	} else if b.barred != nil {
		o := &lookout{Bot: b, every: b.lookEvery}
		parts.Go(func() { o.run(ctx) })
	}
	<-ctx.Done()
	b.renewals.Close()
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
		s := b.newShard(id, max(1, g.Shards), gate)
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
