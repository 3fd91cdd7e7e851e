package alerts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
)

// Offer is what makes a draft one that the desk wrote: an article that does not ring by itself, and that an editor may
// send. It has the ID that the alert of its story and class has anyway, so that nobody is told twice by it.
type Offer struct {
	Until  time.Time `json:"until"`            // when it is no longer new, and nobody is asked any more
	Answer Answer    `json:"answer,omitempty"` // "": nobody has decided
	Big    bool      `json:"big,omitempty"`    // so much came of the event that editors were asked
	After  ID        `json:"after,omitempty"`  // the alert that told the story before; "": nobody was told of it

	// Reworded and Readdressed say that an editor has changed its words, or whom it is for: the article's next version does
	// not change them again. Newer is the headline of the one that came since; "": none did.
	Reworded    bool   `json:"reworded,omitempty"`
	Readdressed bool   `json:"readdressed,omitempty"`
	Newer       string `json:"newer,omitempty"`
}

// Answer is what became of an Offer.
type Answer string

const (
	OfferSent     Answer = "sent"
	OfferDigest   Answer = "digest"   // left to digests
	OfferDeclined Answer = "declined" // an editor says that it is no alert
	OfferExpired  Answer = "expired"
	OfferOvertook Answer = "overtaken" // the newsroom itself marked the story meanwhile
	OfferRemoved  Answer = "removed"   // the newsroom took the article back
	OfferRenewed  Answer = "renewed"   // the article's next version is offered in another class
	OfferMerged   Answer = "merged"    // an editor says that it is of a story that editors know of already
	OfferTold     Answer = "told"      // an editor has sent another that tells its story
	OfferSplit    Answer = "split"     // an editor says that it is of a story of its own, which is judged anew
)

// Offered says whether editors are asked whether to send the alert.
func (al Alert) Offered() bool { return al.Status == Draft && al.Offer != nil }

// InHand says whether an editor has made something else of what the desk offers.
func (al Alert) InHand() bool { return al.Offered() && al.By != newsroomsWord }

// endedByNewsroom says whether an offer ended by what the newsroom did, not by an editor's word or for want of one, so that
// an article may be offered in its place.
func (al Alert) endedByNewsroom(article articles.ID) bool {
	return al.Untold() && (al.Offer.Answer == OfferRemoved || al.Offer.Answer == OfferRenewed && al.Article == article)
}

// Untold says whether the alert is an offer that was never taken: it tells nobody's story.
func (al Alert) Untold() bool {
	return al.Offer != nil && al.Offer.Answer != OfferSent && (al.Status == Draft || al.Status == CancelledStatus)
}

// Shown is what a member of the staff was shown of an alert.
type Shown struct {
	What    string `json:"what"`              // the question, or how the alert stood when it was answered
	Message string `json:"message,omitempty"` // the platform's id of the card, "" where it could not be shown
}

// offer drafts an alert for editors to decide on. Judged again, the same article offers nothing new; its next version
// changes what is offered.
func (d *Desk) offer(ctx context.Context, a articles.Article, v Verdict, id ID) error {
	al, err := d.draft(ctx, a, v, id)
	if err != nil {
		return err
	}
	al.Status, al.Offer = Draft, &Offer{Until: al.Expires, Big: v.big.Key != "", After: v.after}
	if al.stale(d.Now()) {
		return nil
	}
	if inHand, err := d.renewOffers(ctx, a, v, al, Alert.InHand); err != nil || inHand {
		return err
	}
	err = d.closeOffers(ctx, a, v, OfferRenewed, func(old Alert) bool { return old.Article == a.ID && old.ID != id })
	if err != nil {
		return err
	}
	there, created, err := d.create(ctx, al)
	switch {
	case err != nil:
		return fmt.Errorf("create offer: %w", err)
	case created:
		d.Log.Info("offered to editors", "id", al.ID, "class", al.Class, "article", a.ID)
		if d.Unasked != nil {
			_, _, marked := mark(a)
			d.Unasked(al, marked)
		}
		return nil
	case there.endedByNewsroom(a.ID) || v.big.Key != "" && !there.Offered() && there.Untold():
		return d.offerAgain(ctx, al)
	case !there.Offered() || there.Article != a.ID:
		return nil
	}
	return d.renewOffer(ctx, there.ID, al)
}

// renewOffer lets an offer read as the next version of its article does.
func (d *Desk) renewOffer(ctx context.Context, id ID, next Alert) error {
	_, err := d.File.Update(ctx, id, nil, func(al *Alert) error {
		if al.Offered() && al.Article == next.Article && al.Revision < next.Revision {
			al.read(next)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("renew an offer: %w", err)
	}
	return nil
}

// renewOffers renews the open offers of an article that which says, and says whether there are any.
func (d *Desk) renewOffers(ctx context.Context, a articles.Article, v Verdict, next Alert, which func(Alert) bool) (any bool, err error) {
	offers, err := d.offersOf(ctx, a, v)
	for _, al := range offers {
		if al.Article != a.ID || !which(al) {
			continue
		}
		any = true
		err = errors.Join(err, d.renewOffer(ctx, al.ID, next))
	}
	return any, err
}

// read makes an offer that of the next version of its article. What an editor has made of it stays, and they are told of
// that version instead; its class stays, and where the judge would not offer that version, the reasons there were.
func (al *Alert) read(next Alert) {
	offer := *al.Offer
	al.Revision, al.First, al.Pace = next.Revision, next.First, next.Pace
	if offer.Reworded {
		offer.Newer = next.Headline()
	} else {
		al.Versions, al.Credit = next.Versions, next.Credit
	}
	if !offer.Readdressed {
		al.Follow = next.Follow
	}
	if next.Offer != nil {
		al.Reasons, al.Because = next.Reasons, next.Because
	}
	al.Offer = &offer
}

// promote lets an alert go by the newsroom's own word that editors were only offered, unless one of them was faster.
func (d *Desk) promote(ctx context.Context, al Alert) (there Alert, promoted bool, err error) {
	there, err = d.File.Update(ctx, al.ID, nil, func(there *Alert) error {
		if promoted = there.Untold(); promoted {
			cards := there.Cards
			*there = al
			there.Offer, there.Cards = &Offer{Until: al.Expires, Answer: OfferSent}, cards
		}
		return nil
	})
	return there, promoted, err
}

// closeOffers ends the offers of an article and of its stories that which says, because of why.
func (d *Desk) closeOffers(ctx context.Context, a articles.Article, v Verdict, why Answer, which func(Alert) bool) error {
	offers, err := d.offersOf(ctx, a, v)
	for _, al := range offers {
		if which(al) {
			err = errors.Join(err, d.closeOffer(ctx, al.ID, why))
		}
	}
	return err
}

// closeOthers ends the other offers of a story that nobody was told, once one that an editor has sent is about to go out, but for more urgent
// ones. First they end, then it begins: readers are told once.
func (d *Desk) closeOthers(ctx context.Context, sent Alert) error {
	if sent.Offer == nil || sent.Story == "" || sent.SendAt.After(d.Now()) {
		return nil
	}
	offers, err := d.offers(ctx)
	for _, al := range offers {
		if al.Story == sent.Story && al.ID != sent.ID && al.Class >= sent.Class && al.Offer.After == "" {
			err = errors.Join(err, d.closeOffer(ctx, al.ID, OfferTold))
		}
	}
	return err
}

// offersOf are the open offers of an article and of its stories.
func (d *Desk) offersOf(ctx context.Context, a articles.Article, v Verdict) (open []Alert, err error) {
	for _, story := range v.stories() {
		for class := delivery.Flash; class < delivery.Routine; class++ {
			for _, id := range []ID{storyAlert(story, class), turnAlert(story, class, a.ID)} {
				al, err := d.File.Get(ctx, id)
				switch {
				case errors.Is(err, ErrNotFound):
				case err != nil:
					return nil, fmt.Errorf("look for an offer: %w", err)
				case al.Offered():
					open = append(open, al)
				}
			}
		}
	}
	return open, nil
}

// unoffer ends the offer of an article that the newsroom has taken back. Any other next version of it, though it would not
// be offered by itself, is what its offer says from now on: an editor must not send what the newsroom has changed.
func (d *Desk) unoffer(ctx context.Context, a articles.Article, v Verdict) error {
	if takenBack(a) {
		return d.closeOffers(ctx, a, v, OfferRemoved, func(al Alert) bool { return al.Article == a.ID })
	}
	if a.Version == 1 {
		return nil
	}
	offers, err := d.offersOf(ctx, a, v)
	if err != nil || !slices.ContainsFunc(offers, func(al Alert) bool { return al.Article == a.ID }) {
		return err
	}
	next, err := d.draft(ctx, a, v, "")
	if err != nil {
		return err
	}
	_, err = d.renewOffers(ctx, a, v, next, func(Alert) bool { return true })
	return err
}

// expireOffer ends an offer that nobody has decided on while it was new: it is on the record, whether there is a staff to
// ask or not. Another desk, or an editor, may have been faster.
func (d *Desk) expireOffer(ctx context.Context, id ID) error {
	now, errFaster := d.Now(), errors.New("decided meanwhile")
	act := Act{At: now, By: newsroomsWord, What: "offer-" + string(OfferExpired), Subject: string(id)}
	_, err := d.File.Update(ctx, id, &act, func(al *Alert) error {
		if !al.Offered() || al.Offer.Until.After(now) {
			return errFaster
		}
		al.answer(OfferExpired)
		return nil
	})
	if errors.Is(err, errFaster) {
		return nil
	}
	return err
}

func (d *Desk) closeOffer(ctx context.Context, id ID, why Answer) error {
	_, err := d.File.Update(ctx, id, nil, func(al *Alert) error {
		if al.Offered() {
			al.answer(why)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("close an offer: %w", err)
	}
	return nil
}

// stories are those whose offers an article's alert stands for: its own, and what was merged into it.
func (v Verdict) stories() []articles.StoryID {
	return append([]articles.StoryID{v.Story}, v.Merged...)
}

func (al *Alert) answer(a Answer) {
	offer := *al.Offer
	offer.Answer = a
	al.Status, al.Offer = CancelledStatus, &offer
}

// Decline answers an offer: OfferDigest leaves the article to digests, OfferDeclined says that it is no alert, and
// OfferExpired that nobody decided in time; OfferMerged and OfferSplit follow a ruling on its story. Which of them is on the record.
func (e *Editors) Decline(ctx context.Context, id ID, answer Answer, by string) (Alert, error) {
	if !slices.Contains([]Answer{OfferDigest, OfferDeclined, OfferExpired, OfferMerged, OfferSplit}, answer) {
		return Alert{}, &InvalidError{"answer", "must be digest, declined, expired, merged or split"}
	}
	return e.change(ctx, id, by, "offer-"+string(answer), func(al *Alert) error {
		if !al.Offered() {
			return conflict(*al, "declined")
		}
		al.answer(answer)
		return nil
	})
}

// Showed notes what a member of the staff, by their name on the record, was shown of an alert.
func (e *Editors) Showed(ctx context.Context, id ID, to string, shown Shown) error {
	_, err := e.File.Update(ctx, id, nil, func(al *Alert) error {
		cards := map[string]Shown{to: shown}
		for who, what := range al.Cards {
			if who != to {
				cards[who] = what
			}
		}
		al.Cards = cards
		return nil
	})
	return err
}
