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
	// inHand is how many updates are looked at beyond the oldest unhandled one: more than a hundred groups may have
	// waiting at a time, so that whoever comes after them is seen.
	inHand = 1000
	// atOnce is how many things that were said in shared chats are thought about at the same time, and as many beside
	// them that were said in private or became of a chat: what groups say holds up neither the staff nor a migration.
	atOnce = 32
	// patience is how many updates of a private chat may wait, groupPatience how many of a shared one, which may hear
	// little more than that in a minute. Who writes faster is not heard for what is more, so that a flood in one chat
	// keeps nobody else waiting.
	patience      = 30
	groupPatience = 8
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
	shared chan struct{} // places for what is said in shared chats
	kept   chan struct{} // places for everything else
	free   chan struct{} // there is room for more in hand; one is enough

	mu      sync.Mutex
	known   map[int64]bool // in a line, being handled, or wiped since the Inbox was read
	wiped   []int64
	lines   map[int64][]errand // by chat
	working sync.WaitGroup
}

func (b *Bot) newClerk() *clerk {
	return &clerk{b: b, shared: make(chan struct{}, atOnce), kept: make(chan struct{}, atOnce), free: make(chan struct{}, 1),
		known: map[int64]bool{}, lines: map[int64][]errand{}}
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

// roomForMore says that the Inbox is to be looked at again although hands were full.
func (c *clerk) roomForMore() {
	select {
	case c.free <- struct{}{}:
	default:
	}
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
	begins, tooMany := c.stand(errand{u, h})
	if tooMany {
		c.b.Log.Warn("a chat says more than can be answered: let go", "lane", c.b.Lane())
		if c.finish(ctx, u) {
			c.roomForMore()
		}
	}
	if begins {
		c.working.Go(func() { c.serve(ctx, working, h.Chat) })
	}
}

// handle handles one update and wipes it. One whose handling a stop has cut off stays for the next owner. decided is
// called when it is known what to do, before the platform is asked to do it.
func (c *clerk) handle(working context.Context, e errand, decided func()) {
	ctx, cancel := context.WithTimeout(working, handleTime)
	err := c.b.handle(ctx, e.heard, decided)
	cancel()
	if working.Err() != nil {
		return
	}
	c.tell(e.heard, err)
	c.finish(working, e.update)
	if errors.Is(err, errNoTurn) {
		c.dismiss(working, e.heard.Chat)
	}
}

// tell writes down what went wrong. Who blocks the bot before its answer comes is no fault.
func (c *clerk) tell(h heard, err error) {
	var standing *delivery.StandingError
	level := slog.LevelError
	switch {
	case errors.As(err, &standing):
		level = slog.LevelInfo
	case errors.Is(err, errNoTurn):
		level = slog.LevelWarn
	}
	if err != nil {
		c.b.Log.Log(context.Background(), level, "an update was not answered as it should", "lane", c.b.Lane(), "kind", h.Kind, "err", err)
	}
}

// finish wipes an update. Where that fails it stays known, and so is handled again only after a restart.
func (c *clerk) finish(ctx context.Context, u bots.Update) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer cancel()
	if err := c.b.Inbox.Done(ctx, u.Lane, u.ID); err != nil {
		c.b.Log.Error("a handled update was not wiped", "lane", c.b.Lane(), "err", err)
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known[u.ID] = true
	c.wiped = append(c.wiped, u.ID)
	return true
}
