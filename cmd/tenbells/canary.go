package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// canaryPatience is how long a canary may be under way before it counts as lost.
const canaryPatience = 2 * time.Minute

// canary sends a test alert to the hidden chats of a lane from time to time, the whole way: over the desk, the audience,
// the ledger and the lane to the platform. When it does not arrive in time, the operator is told.
type canary struct {
	lane    delivery.Lane
	chats   []delivery.Address
	every   time.Duration
	book    subscriptions.Book
	editors *alerts.Editors
	halted  func(context.Context) (bool, error)
	alarm   func(fault error)
	meter   *meter
	log     *slog.Logger

	mu       sync.Mutex
	flying   delivery.BatchID
	left     int // how many of its messages have not arrived
	came     time.Time
	arrived  chan struct{} // closed when all have
	sounding bool          // the operator was told
}

// newCanary is the canary of a bot; without hidden chats it never flies.
func (s *service) newCanary(m *member) *canary {
	c := &canary{
		lane: m.lane, every: s.set.CanaryEvery, book: s.book, editors: s.editors, halted: s.store.Halted, meter: s.meter, log: s.log,
		alarm: func(fault error) { s.operator.alarm(m.lane, fault) },
	}
	for _, name := range s.set.Canary {
		if lane, chat := hiddenChat(name); lane == m.lane {
			c.chats = append(c.chats, hidden(lane, chat))
		}
	}
	return c
}

// hidden is the address of a canary's chat.
func hidden(lane delivery.Lane, chat string) delivery.Address {
	a := delivery.Address{Platform: lane.Platform(), Bot: lane.Bot(), Chat: chat, Kind: delivery.Channel}
	if lane.Platform() == delivery.Telegram && !strings.HasPrefix(chat, "-") {
		a.Kind = delivery.Private
	}
	return a
}

// run flies until ctx ends.
func (c *canary) run(ctx context.Context) error {
	if len(c.chats) == 0 {
		return nil
	}
	for ctx.Err() == nil {
		if err := c.fly(ctx); err != nil && ctx.Err() == nil {
			c.log.Error("the canary cannot fly, will be repeated", "lane", c.lane, "err", err)
		}
		wait(ctx, nil, c.every)
	}
	return nil
}

// fly sends one canary and waits for it.
func (c *canary) fly(ctx context.Context) error {
	if halted, err := c.halted(ctx); halted || err != nil {
		return err
	}
	if err := c.settle(ctx); err != nil {
		return err
	}
	patience := min(canaryPatience, c.every)
	began := c.editors.Now().UTC()
	c.mu.Lock() // what arrives before we know its name waits here
	al, err := c.editors.Canary(ctx, c.lane, "Canary "+began.Format("15:04:05 MST"), patience)
	c.flying, c.left, c.arrived = al.ID.Batch(), len(c.chats), make(chan struct{})
	arrived := c.arrived
	c.mu.Unlock()
	if err != nil {
		return err
	}
	wait(ctx, arrived, patience)
	select {
	case <-arrived:
		c.meter.canary(c.lane, c.came.Sub(began), c.came)
		if c.sounding {
			c.sounding = false
			c.alarm(nil)
		}
	default:
		if ctx.Err() == nil {
			c.meter.canaryLost(c.lane)
			c.sounding = true
			c.alarm(fmt.Errorf("the canary of %s has not arrived after %s", began.Format("15:04:05 MST"), patience))
		}
	}
	return nil
}

// attempted is told of all that the lane sends.
func (c *canary) attempted(p delivery.Parcel, r delivery.Receipt) {
	if len(c.chats) == 0 || r.State != delivery.Sent || p.Op != delivery.Send {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.Batch != c.flying || c.left == 0 {
		return
	}
	if c.left--; c.left == 0 {
		c.came = r.At
		close(c.arrived)
	}
}

// settle sees that the hidden chats are subscribers, of the canary and of nothing else.
func (c *canary) settle(ctx context.Context) error {
	for _, to := range c.chats {
		s, err := c.book.Find(ctx, to)
		switch {
		case errors.Is(err, subscriptions.ErrUnknown):
			s = subscriptions.Subscriber{Address: to, Zone: "UTC", Created: c.editors.Now()}
		case err != nil:
			return err
		case s.Status == subscriptions.Active && slices.Contains(s.Follow, alerts.CanaryKey(c.lane)):
			continue
		}
		s.Status, s.Least, s.Follow, s.Digest = subscriptions.Active, delivery.Routine, []subscriptions.Key{alerts.CanaryKey(c.lane)}, nil
		if _, err := c.book.Save(ctx, s); err != nil {
			return err
		}
	}
	return nil
}
