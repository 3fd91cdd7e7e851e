package telegram

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// maxToast is the most characters of a pop-up, and longestFlicker of one that shows for a moment only instead of waiting
// to be closed (core.telegram.org/bots/api#answercallbackquery).
const (
	maxToast       = 200
	longestFlicker = 60
)

// perform does what the Front answered. All parts are tried; the error tells of those that failed.
func (b *Bot) perform(ctx context.Context, h heard, a bots.Answer) (err error) {
	defer catch(&err)
	toast := a.Toast
	if h.Press == "" && toast != "" && a.Card == nil { // a pop-up needs a pressed button
		a.Card, toast = &bots.Card{Lines: []bots.Line{{Text: toast}}}, ""
	}
	var faults []error
	if h.Press != "" {
		faults = append(faults, b.closePress(ctx, h, toast))
	}
	if a.Card != nil {
		faults = append(faults, b.show(ctx, h, a))
	}
	if a.Close && h.Message != 0 && h.Press != "" {
		faults = append(faults, b.takeAway(ctx, h))
	}
	return errors.Join(faults...)
}

// closePress answers a pressed button, which otherwise goes on spinning. Nobody looks any more where it is too late.
func (b *Bot) closePress(ctx context.Context, h heard, toast string) error {
	toast = clip(text(toast).plain, maxToast)
	err := b.answering(ctx, delivery.Address{}, func(ctx context.Context) error {
		_, err := b.api.AnswerCallbackQuery(ctx, &bot.AnswerCallbackQueryParams{CallbackQueryID: h.Press, Text: toast,
			ShowAlert: len([]rune(toast)) > longestFlicker || strings.Contains(toast, "\n")})
		return err
	})
	if errors.Is(err, delivery.ErrRejected) {
		return nil // “query is too old and response timeout expired or query ID is invalid”
	}
	if err != nil {
		return fmt.Errorf("answer a pressed button: %w", err)
	}
	return nil
}

// writerFor writes for whoever asked: as the book knows them, else in the language of their app.
func (b *Bot) writerFor(h heard, a bots.Answer) writer {
	w := writer{voice: a.Voice, now: b.Now(), shared: h.Sort != models.ChatTypePrivate}
	w.voice.Language = cmp.Or(w.voice.Language, h.Language)
	return w
}

// show puts a card in the place of the one that was pressed, or sends it as a new message where that is gone.
func (b *Bot) show(ctx context.Context, h heard, a bots.Answer) error {
	s := card(a.Card, b.writerFor(h, a))
	if a.Replace && h.Press != "" && h.Message != 0 {
		err := b.replace(ctx, h, s, b.replying)
		if err == nil || errors.Is(err, delivery.ErrUnchanged) {
			b.keepFresh(ctx, h, a)
			return nil
		}
		if !errors.Is(err, delivery.ErrDeletedThere) && !errors.Is(err, delivery.ErrRejected) {
			return fmt.Errorf("change a card: %w", err)
		}
	}
	if s.empty() {
		return nil
	}
	if err := b.send(ctx, h, s, a.Voice.Discreet); err != nil {
		return fmt.Errorf("send a card: %w", err)
	}
	return nil
}

// replace edits the card that was pressed; a card without words changes its buttons only.
func (b *Bot) replace(ctx context.Context, h heard, s sheet, by way) error {
	to := h.address(b)
	if s.empty() {
		return by(ctx, to, func(ctx context.Context) error {
			_, err := b.api.EditMessageReplyMarkup(ctx, &bot.EditMessageReplyMarkupParams{ChatID: to.Chat, MessageID: h.Message,
				ReplyMarkup: s.markup()})
			return err
		})
	}
	return by(ctx, to, func(ctx context.Context) error {
		_, err := b.api.EditMessageText(ctx, &bot.EditMessageTextParams{ChatID: to.Chat, MessageID: h.Message, Text: s.html,
			ParseMode: models.ParseModeHTML, LinkPreviewOptions: s.preview(), ReplyMarkup: s.markup()})
		return err
	})
}

// send sends a card where it was asked for: as a reply to the alert whose button was pressed, and in a group to who
// asked, so that it is seen whose answer it is. Who is discreet hears no sound.
func (b *Bot) send(ctx context.Context, h heard, s sheet, silent bool) error {
	to := h.address(b)
	params := &bot.SendMessageParams{ChatID: to.Chat, MessageThreadID: h.Thread, Text: s.html, ParseMode: models.ParseModeHTML,
		LinkPreviewOptions: s.preview(), DisableNotification: silent, ReplyMarkup: s.markup()}
	if h.Message != 0 && (h.Kind == pressedKind || to.Kind == delivery.Group) {
		params.ReplyParameters = &models.ReplyParameters{MessageID: h.Message, AllowSendingWithoutReply: true}
	}
	return b.replying(ctx, to, func(ctx context.Context) error {
		_, err := b.api.SendMessage(ctx, params)
		return err
	})
}

func (b *Bot) takeAway(ctx context.Context, h heard) error {
	to := h.address(b)
	err := b.replying(ctx, to, func(ctx context.Context) error {
		_, err := b.api.DeleteMessage(ctx, &bot.DeleteMessageParams{ChatID: to.Chat, MessageID: h.Message})
		return err
	})
	if err == nil || errors.Is(err, delivery.ErrDeletedThere) {
		return nil
	}
	if errors.Is(err, errTooOld) { // what cannot be taken away loses at least its buttons
		return b.replace(ctx, h, sheet{}, b.replying)
	}
	return fmt.Errorf("take a card away: %w", err)
}
