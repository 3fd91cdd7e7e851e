package discord

import (
	"context"
	"errors"
	"net/http"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// cardKey names the card that was pressed among those kept up to date, "" for none.
func (i interaction) cardKey() string {
	if i.Message == nil {
		return ""
	}
	return i.Message.ID
}

// keepFresh keeps the card that was pressed up to date, if the answer says so and the card is this person's.
func (t turn) keepFresh(ctx context.Context, a bots.Answer) {
	if !a.Replace || !t.i.mayReplace() {
		return
	}
	t.b.renewals.Keep(ctx, t.i.cardKey(), a.Renew, t.pressAgain)
}

// pressAgain presses a button of a card for the person who has it, and puts what comes of it in its place. A card that
// is gone, or that another answer than a new card comes for, is left alone from then on.
func (t turn) pressAgain(ctx context.Context, button string) bots.Renewal {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r := t.b.request(t.i)
	r.Button, r.Choices = button, nil
	a := t.b.consult(ctx, r)
	if a.Card == nil || !a.Replace {
		return bots.Renewal{}
	}
	m := t.words(a).whole(a)
	err := t.follow(ctx, http.MethodPatch, original, &m)
	var retry *delivery.RetryError
	if err != nil && !errors.As(err, &retry) {
		if ctx.Err() == nil {
			t.b.log.Warn("a card is kept up to date no longer", "err", err)
		}
		return bots.Renewal{}
	}
	return a.Renew // after a 429, too: the next one may get through
}
