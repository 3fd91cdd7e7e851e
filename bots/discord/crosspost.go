package discord

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
)

// Discord publishes about 10 messages an hour from one announcement channel; then it answers 429 with minutes to an
// hour, which would hold up the channel's own messages. It is not documented, but seen.
const (
	crosspostsPerHour = 10
	crosspostWindow   = time.Hour
)

// crossposts counts what was published lately, by channel.
type crossposts struct {
	mu       sync.Mutex
	channels map[string][]time.Time
}

func newCrossposts() *crossposts { return &crossposts{channels: map[string][]time.Time{}} }

// take says whether one more may be published from a channel now, and counts it. Channels that were silent for an hour
// are forgotten.
func (c *crossposts) take(channel string, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for name, times := range c.channels {
		for len(times) > 0 && now.Sub(times[0]) >= crosspostWindow {
			times = times[1:]
		}
		c.channels[name] = times
		if len(times) == 0 {
			delete(c.channels, name)
		}
	}
	if len(c.channels[channel]) >= crosspostsPerHour {
		return false
	}
	c.channels[channel] = append(c.channels[channel], now)
	return true
}

// crosspost publishes a message to the servers that follow an announcement channel. It has been sent by now: that it
// cannot be published is told in the log, and is no fault of the send.
func (b *Bot) crosspost(ctx context.Context, channel, id string) {
	if !b.crossposts.take(channel, b.now()) {
		b.log.Warn("not published: this announcement channel has used up its hour", "limit", crosspostsPerHour)
		return
	}
	if err := b.slot(ctx); err != nil {
		b.log.Warn("not published", "err", err)
		return
	}
	err := b.door.do(ctx, call{doing: "publish a message", method: http.MethodPost,
		path: spot{channel, id}.path() + "/crosspost"}, nil)
	if err != nil && code(err) != discordgo.ErrCodeMessageAlreadyCrossposted {
		b.log.Warn("not published", "err", err)
	}
}
