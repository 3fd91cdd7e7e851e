package alerts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// DeedsTeach are what acts are called on the record (Act.What) that decide whether an article is one to ring for.
func DeedsTeach() []string {
	return []string{"send", "approve", "correct", "recall", "offer-" + string(OfferDigest), "offer-" + string(OfferDeclined)}
}

// newsroomsWord is the By of what went by the newsroom's own mark.
const newsroomsWord = "newsroom"

// Deed says what editors did with the alert's article, and whether they did anything: what rang by the newsroom's own mark
// is no decision of theirs until they correct or recall it, what nobody decided on in time, was overtaken or cancelled
// says nothing, and a canary, a test or an alert of their own is about no article.
func (al Alert) Deed() (did Deed, decided bool) {
	switch {
	case al.Article == "" || al.Test:
		return "", false
	case al.Status == Recalled:
		return DeedRecalled, true
	case al.Untold():
		return DeedLeft, al.Offer.Answer == OfferDigest || al.Offer.Answer == OfferDeclined
	case al.Status == Draft || al.Status == AwaitingApproval || al.Status == CancelledStatus || al.Overtaken != "":
		return "", false
	case len(al.Facts) > 0:
		return DeedCorrected, true
	}
	return DeedSent, al.By != newsroomsWord
}

// Decided is the part of the store where editors' decisions are looked up.
type Decided interface {
	// Before answers limit alerts that were made before one, which was made at an instant, newest first.
	Before(ctx context.Context, at time.Time, id ID, limit int) ([]Alert, error)
	// Article answers one version of an article; articles.ErrNotFound where there is none.
	Article(ctx context.Context, id articles.ID, version int) (articles.Article, error)
}

// decidedAtOnce is how many alerts are looked at together.
const decidedAtOnce = 200

// Decisions collects what editors decided, the newest first: as many as are learned from.
func Decisions(ctx context.Context, from Decided) (all []Decision, err error) {
	at, id := time.Now().AddDate(1, 0, 0), ID("")
	for len(all) < maxDecisions {
		als, err := from.Before(ctx, at, id, decidedAtOnce)
		if err != nil {
			return nil, fmt.Errorf("alerts: collect decisions: %w", err)
		}
		for _, al := range als {
			at, id = al.Created, al.ID
			d, ok, err := decision(ctx, from, al)
			if err != nil {
				return nil, fmt.Errorf("alerts: collect decisions: alert %s: %w", al.ID, err)
			}
			if ok && len(all) < maxDecisions {
				all = append(all, d)
			}
		}
		if len(als) < decidedAtOnce {
			break
		}
	}
	return all, nil
}

// decision is what was decided on an alert's article, as that was then; none where it is no longer kept.
func decision(ctx context.Context, from Decided, al Alert) (d Decision, ok bool, err error) {
	did, decided := al.Deed()
	if !decided {
		return d, false, nil
	}
	a, err := from.Article(ctx, al.Article, cmp.Or(al.First, al.Revision))
	switch {
	case errors.Is(err, articles.ErrNotFound):
		return d, false, nil
	case err != nil:
		return d, false, err
	}
	return Decision{Article: short(a), Pace: al.Pace, Did: did}, true, nil
}

// short is an article without what is never learned from, so that very many can be held.
func short(a articles.Article) articles.Article {
	left := maxRead
	for i, paragraph := range a.Body {
		if len(paragraph) >= left {
			a.Body = append(append([]string{}, a.Body[:i]...), start(paragraph, left))
			break
		}
		left -= len(paragraph) + 1
	}
	return a
}
