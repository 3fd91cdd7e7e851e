package telegram

import (
	"context"
	"sync"

	"github.com/go-telegram/bot/models"

	"github.com/tenbells/tenbells/bots"
)

// errand is an update as it stands in the line of its chat.
type errand struct {
	update bots.Update
	heard  heard
}

// shared says whether it was said before others.
func (h heard) shared() bool { return h.Kind != eventKind && h.Sort != models.ChatTypePrivate }

// patience is how many may stand before it; what a chat becomes is never too much.
func (e errand) patience() int {
	switch {
	case e.heard.Kind == eventKind:
		return inHand
	case e.heard.shared():
		return groupPatience
	default:
		return patience
	}
}

// stand puts an update into its chat's line. begins says that the line was not there before, tooMany that it is too long
// for one more.
func (c *clerk) stand(e errand) (begins, tooMany bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	line, there := c.lines[e.heard.Chat]
	switch {
	case c.known[e.update.ID]:
		return false, false
	case len(line) >= e.patience():
		return false, true
	}
	c.known[e.update.ID] = true
	c.lines[e.heard.Chat] = append(line, e)
	return !there, false
}

// serve handles a chat's line until it is empty or ctx ends. A place is kept only until it is decided what to do: a chat
// that must wait for its turn to hear it holds up nobody but itself.
func (c *clerk) serve(ctx, working context.Context, chat int64) {
	for {
		e, ok := c.next(chat)
		if !ok {
			return
		}
		places := c.kept
		if e.heard.shared() {
			places = c.shared
		}
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
			return
		}
		decided := sync.OnceFunc(func() { <-places })
		if ctx.Err() == nil {
			c.handle(working, e, decided)
		}
		decided()
		c.leave(chat)
		if ctx.Err() != nil {
			return
		}
	}
}

func (c *clerk) next(chat int64) (errand, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.lines[chat]) == 0 {
		delete(c.lines, chat)
		return errand{}, false
	}
	return c.lines[chat][0], true
}

// leave takes the first update out of its line.
func (c *clerk) leave(chat int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines[chat] = c.lines[chat][1:]
	if len(c.known)-len(c.wiped) <= inHand/2 {
		c.roomForMore()
	}
}

// dismiss lets go of what was said behind the first in a line: the chat may not hear that much for now. What the chat
// became stays.
func (c *clerk) dismiss(ctx context.Context, chat int64) {
	for _, e := range c.sendAway(chat) {
		c.finish(ctx, e.update)
	}
}

// sendAway takes what was said out of a line, but for the first.
func (c *clerk) sendAway(chat int64) (away []errand) {
	c.mu.Lock()
	defer c.mu.Unlock()
	line := c.lines[chat]
	stays := line[:1:1]
	for _, e := range line[1:] {
		if e.heard.Kind == eventKind {
			stays = append(stays, e)
		} else {
			away = append(away, e)
		}
	}
	c.lines[chat] = stays
	return away
}
