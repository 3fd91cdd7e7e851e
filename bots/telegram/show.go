package telegram

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// Show shows a card to one person who has not asked for it, in the place of the message that showed one before, if there
// is one and it can be changed. It answers the message that shows it. Its errors are those of Deliver.
func (b *Bot) Show(ctx context.Context, person string, c bots.Card, voice delivery.Voice, message string) (string, error) {
	to := b.address(person, delivery.Private)
	s := card(&c, writer{voice: voice, now: b.Now()})
	if id, err := strconv.Atoi(message); err == nil {
		err := b.answering(ctx, to, func(ctx context.Context) error {
			_, err := b.api.EditMessageText(ctx, &bot.EditMessageTextParams{ChatID: to.Chat, MessageID: id, Text: s.html,
				ParseMode: models.ParseModeHTML, LinkPreviewOptions: s.preview(), ReplyMarkup: s.markup()})
			return err
		})
		switch {
		case err == nil, errors.Is(err, delivery.ErrUnchanged):
			return message, nil
		case !errors.Is(err, delivery.ErrDeletedThere) && !errors.Is(err, delivery.ErrRejected):
			return "", fmt.Errorf("telegram: change a card: %w", err)
		}
	}
	var shown *models.Message
	err := b.answering(ctx, to, func(ctx context.Context) (err error) {
		shown, err = b.api.SendMessage(ctx, &bot.SendMessageParams{ChatID: to.Chat, Text: s.html, ParseMode: models.ParseModeHTML,
			LinkPreviewOptions: s.preview(), DisableNotification: voice.Discreet, ReplyMarkup: s.markup()})
		return err
	})
	if err != nil {
		return "", fmt.Errorf("telegram: show a card: %w", err)
	}
	return strconv.Itoa(shown.ID), nil
}
