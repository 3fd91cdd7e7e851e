package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

const (
	// inHand is how many updates are looked at beyond the oldest unhandled one.
	inHand = 500
	// atOnce is how many are handled at the same time.
	atOnce = 64
	// patience is how many updates of one chat may wait. Who writes faster than that is not heard for what is more, so
	// that a flood in one chat keeps nobody else waiting.
	patience = 30
	// handleTime is how long one update may take, the waiting for its turn included.
	handleTime = time.Minute
	// lastWords is how long a stop waits for what is being answered.
	lastWords = 3 * time.Second
	// lookAgain is when the Inbox is looked at without having been woken: updates may come in by another process.
	lookAgain = time.Second
)

// clerk handles what is in the Inbox: each chat in its order, several chats at once.
type clerk struct {
	b      *Bot
	places chan struct{}
	free   chan struct{} // hands are half empty; one is enough

	mu      sync.Mutex
	known   map[int64]bool // in a line, being handled, or wiped since the Inbox was read
	wiped   []int64
	lines   map[int64][]bots.Update // by chat
	working sync.WaitGroup
}

func (b *Bot) newClerk() *clerk {
	return &clerk{b: b, places: make(chan struct{}, atOnce), free: make(chan struct{}, 1),
		known: map[int64]bool{}, lines: map[int64][]bots.Update{}}
}

// wake tells the clerk that there is something in the Inbox.
func (b *Bot) wake() {
	select {
	case b.woken <- struct{}{}:
	default:
	}
}

// run handles updates until ctx ends; those that were not begun stay in the Inbox.
func (c *clerk) run(ctx context.Context) error {
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	for ctx.Err() == nil {
		full, err := c.takeIn(ctx, working)
		if err != nil && ctx.Err() == nil {
			c.b.Log.Error("cannot read the inbox, will be repeated", "lane", c.b.Lane(), "err", err)
		}
		c.wait(ctx, full)
	}
	timer := time.AfterFunc(lastWords, stop)
	defer timer.Stop()
	c.working.Wait()
	return nil
}

// wait rests until there may be something to take in. With full hands only finished work changes that.
func (c *clerk) wait(ctx context.Context, full bool) {
	woken, free := c.b.woken, c.free
	if full {
		woken = nil
	} else {
		free = nil
	}
	timer := time.NewTimer(lookAgain)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-woken:
	case <-free:
	case <-timer.C:
	}
}

// takeIn puts what is not handled yet into the lines of its chats. full says that there may be more than it looked at.
func (c *clerk) takeIn(ctx, working context.Context) (full bool, err error) {
	c.forget()
	us, err := c.b.Inbox.Pending(ctx, c.b.Lane(), inHand)
	if err != nil {
		return false, fmt.Errorf("read the inbox: %w", err)
	}
	for _, u := range us {
		c.queue(ctx, working, u)
	}
	return len(us) == inHand, nil
}

// forget drops the numbers of updates that were wiped before the Inbox is read again. Those that are wiped while it is
// read may be in what it answers, and must be known then.
func (c *clerk) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range c.wiped {
		delete(c.known, id)
	}
	c.wiped = c.wiped[:0]
}

// queue puts an update at the end of its chat's line, unless it stands there.
func (c *clerk) queue(ctx, working context.Context, u bots.Update) {
	var h heard
	if err := json.Unmarshal(u.Payload, &h); err != nil {
		c.b.Log.Error("an update in the inbox cannot be read, and is let go", "lane", c.b.Lane(), "err", err)
		c.finish(ctx, u)
		return
	}
	begins, tooMany := c.stand(u, h)
	if tooMany {
		c.b.Log.Warn("a chat says more than can be answered: let go", "lane", c.b.Lane())
		c.finish(ctx, u)
	}
	if begins {
		c.working.Go(func() { c.serve(ctx, working, h.Chat) })
	}
}

// stand puts an update into its chat's line. begins says that the line was not there before, tooMany that it is too long
// for one more; what a chat becomes is never too much.
func (c *clerk) stand(u bots.Update, h heard) (begins, tooMany bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	line, there := c.lines[h.Chat]
	switch {
	case c.known[u.ID]:
		return false, false
	case len(line) >= patience && h.Kind != eventKind:
		return false, true
	}
	c.known[u.ID] = true
	c.lines[h.Chat] = append(line, u)
	return !there, false
}

// serve handles a chat's line until it is empty or ctx ends.
func (c *clerk) serve(ctx, working context.Context, chat int64) {
	for {
		u, ok := c.next(chat)
		if !ok {
			return
		}
		select {
		case c.places <- struct{}{}:
		case <-ctx.Done():
			return
		}
		if ctx.Err() == nil {
			c.handle(working, u)
		}
		<-c.places
		c.leave(chat)
		if ctx.Err() != nil {
			return
		}
	}
}

func (c *clerk) next(chat int64) (bots.Update, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.lines[chat]) == 0 {
		delete(c.lines, chat)
		return bots.Update{}, false
	}
	return c.lines[chat][0], true
}

// leave takes the first update out of its line.
func (c *clerk) leave(chat int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines[chat] = c.lines[chat][1:]
	if len(c.known)-len(c.wiped) <= inHand/2 {
		select {
		case c.free <- struct{}{}:
		default:
		}
	}
}

// handle handles one update and wipes it. One whose handling a stop has cut off stays for the next owner.
func (c *clerk) handle(working context.Context, u bots.Update) {
	var h heard
	err := json.Unmarshal(u.Payload, &h)
	if err == nil {
		ctx, cancel := context.WithTimeout(working, handleTime)
		err = c.b.handle(ctx, h)
		cancel()
	}
	if working.Err() != nil {
		return
	}
	c.tell(h, err)
	c.finish(working, u)
}

// tell writes down what went wrong. Who blocks the bot before its answer comes is no fault.
func (c *clerk) tell(h heard, err error) {
	var standing *delivery.StandingError
	level := slog.LevelError
	if errors.As(err, &standing) {
		level = slog.LevelInfo
	}
	if err != nil {
		c.b.Log.Log(context.Background(), level, "an update was not answered as it should", "lane", c.b.Lane(), "kind", h.Kind, "err", err)
	}
}

// finish wipes an update. Where that fails it stays known, and so is handled again only after a restart.
func (c *clerk) finish(ctx context.Context, u bots.Update) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer cancel()
	if err := c.b.Inbox.Done(ctx, u.Lane, u.ID); err != nil {
		c.b.Log.Error("a handled update was not wiped", "lane", c.b.Lane(), "err", err)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known[u.ID] = true
	c.wiped = append(c.wiped, u.ID)
}
