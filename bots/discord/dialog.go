package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// rememberedDialogs is how many direct message channels are remembered at least; twice as many at most. At 100 bytes
// each that is a few megabytes.
const rememberedDialogs = 50_000

// dialogs knows the direct message channels of users: they never change, but asking costs a call, and asking often is
// frowned upon (discord.com/developers/docs/resources/user#create-dm).
type dialogs struct {
	mu     sync.Mutex
	young  map[string]string // channel by user
	old    map[string]string
	paused time.Time // Discord said we open them too fast
}

func newDialogs() *dialogs { return &dialogs{young: map[string]string{}} }

func (d *dialogs) known(user string) (channel string, paused time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if channel, ok := d.young[user]; ok {
		return channel, time.Time{}
	}
	return d.old[user], d.paused
}

func (d *dialogs) learn(user, channel string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.young) >= rememberedDialogs {
		d.young, d.old = map[string]string{}, d.young
	}
	d.young[user] = channel
}

func (d *dialogs) pause(until time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if until.After(d.paused) {
		d.paused = until
	}
}

// dialog is the direct message channel of a user, opened when it is not known. When Discord finds that too fast, only
// unknown dialogs wait.
func (b *Bot) dialog(ctx context.Context, user string) (string, error) {
	channel, paused := b.dialogs.known(user)
	if channel != "" {
		return channel, nil
	}
	if wait := paused.Sub(b.now()); wait > 0 {
		return "", &delivery.RetryError{After: wait, Scope: delivery.ScopeChat, Err: errors.New("opening dialogs too fast")}
	}
	var opened struct {
		ID string `json:"id"`
	}
	err := b.inSlot(ctx, call{doing: "open a dialog", method: http.MethodPost, path: "/users/@me/channels",
		body: map[string]string{"recipient_id": user}}, &opened)
	var retry *delivery.RetryError
	switch {
	case errors.As(err, &retry) && retry.Scope == delivery.ScopeChat:
		b.dialogs.pause(b.now().Add(retry.After))
		return "", err
	case err != nil && !refusedOrUnsent(err):
		// Opening a dialog says nothing to anybody: without an answer nothing arrived.
		return "", errors.Join(delivery.ErrNotSent, err)
	case err != nil:
		return "", err
	case opened.ID == "":
		return "", errors.Join(delivery.ErrNotSent, errors.New("open a dialog: the answer names no channel"))
	}
	b.dialogs.learn(user, opened.ID)
	return opened.ID, nil
}

// inSlot makes a call in a slot of its own, beside the one that the dispatcher has paced already.
func (b *Bot) inSlot(ctx context.Context, c call, answer any) error {
	taken, err := b.door.pacer.Answer(ctx, c.chat, delivery.DM)
	if err != nil {
		return fmt.Errorf("%w: %w", delivery.ErrNotSent, err)
	}
	return b.door.do(b.door.pacer.Ride(ctx, taken), c, answer)
}

// refusedOrUnsent says that err has a kind already.
func refusedOrUnsent(err error) bool {
	var (
		refused *refusal
		retry   *delivery.RetryError
	)
	return errors.As(err, &refused) || errors.As(err, &retry) ||
		errors.Is(err, delivery.ErrNotSent) || errors.Is(err, delivery.ErrLaneDead)
}
