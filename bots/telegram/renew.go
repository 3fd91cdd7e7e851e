package telegram

import (
	"context"
	"errors"
	"fmt"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// renewTime is how long one renewal may take, its turn with the pacer included; who presses meanwhile waits for it.
const renewTime = 2 * attemptTime

// cardKey names a card among those kept up to date.
func (h heard) cardKey() string { return fmt.Sprint(h.Chat, "/", h.Message) }

// keepFresh keeps the card that was pressed up to date, if the answer says so.
func (b *Bot) keepFresh(ctx context.Context, h heard, a bots.Answer) {
	b.renewals.Keep(ctx, h.cardKey(), a.Renew, func(ctx context.Context, button string) bots.Renewal {
		next, err := b.pressAgain(ctx, h, button)
		if err != nil && ctx.Err() == nil {
			b.Log.Warn("a card is kept up to date no longer", "lane", b.Lane(), "err", err)
		}
		return next
	})
}

// pressAgain presses a button of a card for the person who has it, and shows what comes of it. A card that is gone, or
// that another answer than a new card of its own comes for, is left alone from then on.
func (b *Bot) pressAgain(ctx context.Context, h heard, button string) (next bots.Renewal, err error) {
	defer catch(&err)
	ctx, cancel := context.WithTimeout(ctx, renewTime)
	defer cancel()
	h.Button = button
	a, err := b.ask(ctx, h)
	if err != nil || a.Card == nil || !a.Replace {
		return bots.Renewal{}, err
	}
	err = b.replace(ctx, h, card(a.Card, b.writerFor(h, a)), b.paced)
	switch {
	case err == nil, errors.Is(err, delivery.ErrUnchanged), passing(err): // the next one may get through
		return a.Renew, nil
	case errors.Is(err, delivery.ErrDeletedThere):
		return bots.Renewal{}, nil
	default:
		return bots.Renewal{}, fmt.Errorf("renew a card: %w", err)
	}
}
