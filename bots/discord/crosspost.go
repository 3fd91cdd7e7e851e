package discord

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/delivery"
)

// Discord publishes about 10 messages an hour from one announcement channel; then it answers 429 with minutes to an
// hour, which would hold up the channel's own messages. It is not documented, but seen. Three of them are kept for
// flashes.
const (
	crosspostsPerHour = 10
	crosspostsKept    = 3
	crosspostWindow   = time.Hour
)

var (
	errHourUsedUp = errors.New("this announcement channel has used up its hour")
	errHourKept   = errors.New("what is left of this announcement channel's hour is kept for flashes")
)

// crossposts counts what was published lately, by channel.
type crossposts struct {
	mu       sync.Mutex
	channels map[string][]place
}

// place is one of a channel's hour, taken by a message.
type place struct {
	message string
	flash   bool
	at      time.Time
}

func newCrossposts() *crossposts { return &crossposts{channels: map[string][]place{}} }

// recall takes in what was published before us.
func (c *crossposts) recall(channel string, p place) {
	c.mu.Lock()
	defer c.mu.Unlock()
	known := func(q place) bool { return q.message == p.message }
	if !slices.ContainsFunc(c.channels[channel], known) {
		c.channels[channel] = append(c.channels[channel], p)
	}
}

// take takes a place for a message, once; the error says why there is none.
func (c *crossposts) take(s spot, flash bool, now time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forget(now)
	taken := c.channels[s.channel]
	others := 0
	for _, p := range taken {
		if p.message == s.message {
			return nil
		}
		if !p.flash {
			others++
		}
	}
	switch {
	case len(taken) >= crosspostsPerHour:
		return errHourUsedUp
	case !flash && others >= crosspostsPerHour-crosspostsKept:
		return errHourKept
	}
	c.channels[s.channel] = append(taken, place{s.message, flash, now})
	return nil
}

// forget frees the places of more than an hour ago, and forgets channels that have been silent since.
func (c *crossposts) forget(now time.Time) {
	for channel, taken := range c.channels {
		taken = slices.DeleteFunc(taken, func(p place) bool { return now.Sub(p.at) >= crosspostWindow })
		c.channels[channel] = taken
		if len(taken) == 0 {
			delete(c.channels, channel)
		}
	}
}

// crosspost publishes a message to the servers that follow an announcement channel. It has been sent by now: that it is
// not published is no fault of the send, and is tried again beside it. That is on record before the send is settled: after a
// crash on any line either the send is repeated, which ends here again, or the record is read.
func (b *Bot) crosspost(ctx context.Context, p delivery.Parcel, s spot) {
	b.recall(ctx)
	now := b.now()
	flash := p.Class == delivery.Flash
	if err := b.crossposts.take(s, flash, now); err != nil {
		b.notPublished(err)
		return
	}
	owed, waits := b.backlog.withdraw(s)
	if !waits {
		owed = publication{spot: s, key: p.Key, subscriber: p.Subscriber, flash: flash, first: now, due: now}
	}
	b.publish(ctx, owed)
}

// publish tries to publish a message. What may yet succeed is put back; the log is told once of what will not.
func (b *Bot) publish(ctx context.Context, p publication) {
	err := b.tryToPublish(ctx, p.spot)
	if code(err) == discordgo.ErrCodeMessageAlreadyCrossposted {
		err = nil
	}
	if err != nil && passes(err) {
		if err = b.postpone(ctx, p, err); err == nil {
			return
		}
	}
	b.record(ctx, p, true)
	if err != nil {
		b.notPublished(err)
	}
}

func (b *Bot) tryToPublish(ctx context.Context, s spot) error {
	if err := b.door.brake.held(delivery.Announcement, b.now()); err != nil {
		return err
	}
	return b.inSlot(ctx, call{doing: "publish a message", method: http.MethodPost, path: s.path() + "/crosspost"}, nil)
}

// passes says that what went wrong may be right another time.
func passes(err error) bool {
	var refused *refusal
	var retry *delivery.RetryError
	return errors.As(err, &retry) || !errors.As(err, &refused) && !errors.Is(err, delivery.ErrLaneDead) && !errors.Is(err, delivery.ErrRejected)
}

func (b *Bot) notPublished(why error) {
	b.log.Warn("an announcement was sent, but not published to the servers that follow the channel", "err", why)
}
