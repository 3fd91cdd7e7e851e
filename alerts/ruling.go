package alerts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
)

// heeding is the desk's name among those who read rulings.
const heeding = "rulings"

// looked is how many of the newest alerts are looked at for offers that a ruling decides.
const looked = 200

// heed takes up what editors ruled of stories since. The cursor moves after each ruling: one that is taken up twice says
// nothing new.
func (d *Desk) heed(ctx context.Context) error {
	if d.Rulings == nil {
		return nil
	}
	at, err := d.Store.Cursor(ctx, heeding)
	if err != nil {
		return fmt.Errorf("cursor of rulings: %w", err)
	}
	news, err := d.Rulings.Ruled(ctx, int64(at))
	if err != nil || len(news) == 0 {
		return err
	}
	if err := d.Heed(ctx); err != nil {
		return err
	}
	for _, r := range news {
		if err := d.takeUp(ctx, r); err != nil {
			return fmt.Errorf("ruling %d: %w", r.Number, err)
		}
		if err := d.Store.MoveCursor(ctx, heeding, articles.Seq(r.Number)); err != nil {
			return fmt.Errorf("move cursor of rulings: %w", err)
		}
	}
	return nil
}

func (d *Desk) takeUp(ctx context.Context, r stories.Ruling) error {
	if err := d.Rulings.Settle(ctx, r); err != nil {
		return err
	}
	d.Log.Info("editors ruled on a story", "story", r.Story(), "merged", r.From, "split", len(r.Split), "by", r.By)
	offers, err := d.offers(ctx)
	if err != nil {
		return err
	}
	if len(r.Split) == 0 {
		return d.mergeOffers(ctx, r, offers)
	}
	for _, al := range offers {
		if slices.Contains(r.Split, al.Article) {
			if err := d.closeOffer(ctx, al.ID, OfferSplit); err != nil {
				return err
			}
		}
	}
	return d.reconsider(ctx, r)
}

// offers are those that editors may still take.
func (d *Desk) offers(ctx context.Context) ([]Alert, error) {
	recent, err := d.File.Recent(ctx, looked)
	if err != nil {
		return nil, fmt.Errorf("look for offers: %w", err)
	}
	return slices.DeleteFunc(recent, func(al Alert) bool { return !al.Offered() }), nil
}

// mergeOffers ends the offers of the story that was merged into another, unless that was neither told nor offered.
func (d *Desk) mergeOffers(ctx context.Context, r stories.Ruling, offers []Alert) error {
	_, err := d.File.Told(ctx, "", r.Into)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	known := err == nil || slices.ContainsFunc(offers, func(al Alert) bool { return al.Story == r.Into })
	for _, al := range offers {
		if known && al.Story == r.From {
			if err := d.closeOffer(ctx, al.ID, OfferMerged); err != nil {
				return err
			}
		}
	}
	return nil
}

// reconsider judges articles anew that were split off, the newest first, until their story is told or offered: they may
// have been silent only because the other story was told.
func (d *Desk) reconsider(ctx context.Context, r stories.Ruling) error {
	all, err := d.newestFirst(ctx, r.Split)
	if err != nil {
		return err
	}
	for _, a := range all {
		switch _, err := d.File.Told(ctx, a.ID, r.Story()); {
		case err == nil:
			return nil
		case !errors.Is(err, ErrNotFound):
			return err
		}
		v, err := d.consider(ctx, a)
		if err != nil || v.Rings || v.Ask {
			return err
		}
	}
	return nil
}

func (d *Desk) newestFirst(ctx context.Context, ids []articles.ID) ([]articles.Article, error) {
	all := make([]articles.Article, 0, len(ids))
	for _, id := range ids {
		a, err := d.Store.Article(ctx, id, 0)
		if err != nil {
			return nil, fmt.Errorf("read article %s: %w", id, err)
		}
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b articles.Article) int { return cmp.Compare(b.Seq, a.Seq) })
	return all, nil
}
