package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// Show shows a card to one person who has not asked for it, in the place of the message that showed one before, if there
// is one and it can be changed. It answers the message that shows it. Its errors are those of Deliver.
func (b *Bot) Show(ctx context.Context, user string, c bots.Card, voice delivery.Voice, message string) (string, error) {
	channel, err := b.dialog(ctx, user)
	if err != nil {
		return "", fmt.Errorf("discord: show a card: %w", outcome(err))
	}
	m := writer{voice: voice, now: b.now()}.card(c)
	to := call{doing: "change a card", method: http.MethodPatch, chat: user, path: "/channels/" + channel + "/messages/" + message, body: m}
	if message != "" {
		err := outcome(b.inSlot(ctx, to, nil))
		switch {
		case err == nil:
			return message, nil
		case !errors.Is(err, delivery.ErrDeletedThere) && !errors.Is(err, delivery.ErrRejected):
			return "", fmt.Errorf("discord: change a card: %w", err)
		}
	}
	var made struct {
		ID string `json:"id"`
	}
	to.doing, to.method, to.path = "show a card", http.MethodPost, "/channels/"+channel+"/messages"
	if err := b.inSlot(ctx, to, &made); err != nil {
		return "", fmt.Errorf("discord: show a card: %w", outcome(err))
	}
	return made.ID, nil
}
