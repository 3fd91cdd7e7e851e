package telegram

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

const (
	// maxUpdate is the most bytes of one update that are read: Telegram's are a few kilobytes.
	maxUpdate = 1 << 20
	// secretHeader carries what Telegram was told to show (core.telegram.org/bots/api#setwebhook).
	secretHeader = "X-Telegram-Bot-Api-Secret-Token"
	// webhookConnections is how many updates Telegram may post at the same time.
	webhookConnections = 40
)

// Webhook takes in updates that Telegram posts. It answers 200 only once an update is stored, so that Telegram keeps and
// repeats what we could not take; whoever does not know the secret gets 401. It may be mounted in every process: who owns
// the lane handles what was stored.
func (b *Bot) Webhook() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(b.takePost(w, r))
	})
}

func (b *Bot) takePost(w http.ResponseWriter, r *http.Request) (status int) {
	secret := r.Header.Get(secretHeader)
	switch {
	case b.WebhookSecret == "" || subtle.ConstantTimeCompare([]byte(secret), []byte(b.WebhookSecret)) != 1:
		return http.StatusUnauthorized
	case r.Method != http.MethodPost:
		return http.StatusMethodNotAllowed
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxUpdate))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge
	case err != nil:
		return http.StatusBadRequest
	}
	u, ok := b.reduce(raw)
	if !ok { // nothing for us; sent again it would be no more
		return http.StatusOK
	}
	if err := b.Inbox.Accept(r.Context(), []bots.Update{u}); err != nil {
		b.Log.Error("cannot store an update; Telegram sends it again", "lane", b.Lane(), "err", err)
		return http.StatusInternalServerError
	}
	b.wake()
	return http.StatusOK
}

// announce tells Telegram where to post, until it has taken it in or ctx ends.
func (b *Bot) announce(ctx context.Context) {
	b.insist(ctx, "set the webhook", b.alarm.report, func(ctx context.Context) error {
		_, err := b.api.SetWebhook(ctx, &bot.SetWebhookParams{URL: b.WebhookURL, SecretToken: b.WebhookSecret,
			AllowedUpdates: wanted, MaxConnections: webhookConnections})
		return err
	})
}

// dropWebhook takes back a webhook that stands in the way of polling. Updates that wait are kept.
func (b *Bot) dropWebhook(ctx context.Context) {
	b.insist(ctx, "take back the webhook", b.alarm.report, func(ctx context.Context) error {
		info, err := b.api.GetWebhookInfo(ctx)
		if err != nil || info.URL == "" {
			return err
		}
		b.Log.Warn("taking back a webhook: this bot is set to long polling", "lane", b.Lane())
		_, err = b.api.DeleteWebhook(ctx, &bot.DeleteWebhookParams{})
		return err
	})
}

// insist makes a call that belongs to no chat until it works, is refused for what is in it, or ctx ends. What only the
// operator can mend is told to report, and nil once it works.
func (b *Bot) insist(ctx context.Context, what string, report func(error), do func(context.Context) error) {
	for pause := time.Duration(0); ctx.Err() == nil; {
		err := b.answering(ctx, delivery.Address{}, do)
		if ctx.Err() != nil {
			return
		}
		if errors.Is(err, delivery.ErrRejected) {
			b.Log.Error("Telegram refuses", "lane", b.Lane(), "what", what, "err", err)
			report(fmt.Errorf("%s: %w", what, err))
			return
		}
		report(receivingFault(err))
		if err == nil {
			return
		}
		pause = pauseAfter(err, pause)
		b.Log.Warn("Telegram does not do it, will be repeated", "lane", b.Lane(), "what", what, "in", pause, "err", err)
		_ = rest(ctx, pause) // only ctx ends it early, and the loop sees that
	}
}

// webhookInfo is where Telegram posts updates to at present.
func (b *Bot) webhookInfo(ctx context.Context) (*models.WebhookInfo, error) {
	var info *models.WebhookInfo
	err := b.paced(ctx, delivery.Address{}, func(ctx context.Context) (err error) {
		info, err = b.api.GetWebhookInfo(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("telegram: ask for the webhook: %w", err)
	}
	return info, nil
}
