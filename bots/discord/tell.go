package discord

import (
	"context"
	"fmt"
	"net/http"

	"github.com/tenbells/tenbells/delivery"
)

// Tell writes text to a user directly: to the operator, about a fault. Its errors are those of Deliver.
func (b *Bot) Tell(ctx context.Context, user, text string) error {
	channel, err := b.dialog(ctx, user)
	if err == nil {
		err = b.speak(ctx, delivery.Address{Chat: user, Kind: delivery.DM}, channel, note(text))
	}
	if err != nil {
		return fmt.Errorf("discord: tell: %w", outcome(err))
	}
	return nil
}

// speak says something that is in no ledger, to somebody who waits for it.
func (b *Bot) speak(ctx context.Context, to delivery.Address, channel string, m message) error {
	taken, err := b.door.pacer.Answer(ctx, to.Chat, to.Kind)
	if err != nil {
		return fmt.Errorf("%w: %w", delivery.ErrNotSent, err)
	}
	return b.door.do(b.door.pacer.Ride(ctx, taken), call{doing: "send a message", method: http.MethodPost, chat: to.Chat,
		path: "/channels/" + channel + "/messages", body: m}, nil)
}
