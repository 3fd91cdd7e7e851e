package alerts

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
)

// bigAnHour is how many big events editors are told of within an hour, beside what the judge finds urgent.
const bigAnHour = urgentAnHour

// listen judges an article of an untold story anew, as one of a big event, where so much comes of it. Of each event that
// happens once a day; stories that are akin are one event, and have been told when one of them was.
func (d *Desk) listen(ctx context.Context, judge Judge, a articles.Article, quiet Verdict) (Verdict, error) {
	h := heatOf(quiet.Findings)
	if quiet.Rings || !h.Big() {
		return quiet, nil
	}
	judge.Big = bigness(h)
	loud := judge.Judge(a, quiet.Findings, quiet.At)
	if !loud.Rings && !loud.Ask {
		return quiet, nil
	}
	if err := d.remember(ctx); err != nil {
		return quiet, err
	}
	d.big = within(time.Hour, d.big, quiet.At)
	if len(d.big) >= bigAnHour || !d.bells.Ring(h, quiet.At) {
		return quiet, nil
	}
	d.big = append(d.big, quiet.At)
	loud.big = judge.Big
	return loud, nil
}

func heatOf(f articles.Findings) stories.Heat {
	return stories.Heat{Articles: f.Lately, Headlines: f.Headlines, Outlets: f.Outlets, Span: f.Span, Kin: f.Kin, Sudden: f.Sudden}
}

// bigness is for editors: “A big event: 8 articles in 40 minutes, 3 outlets.”
func bigness(h stories.Heat) Reason {
	minutes := max(1, int(h.Span.Round(time.Minute)/time.Minute))
	return reason("big").part("articles", many(h.Articles, "article")).part("minutes", many(minutes, "minute")).part("outlets", many(h.Outlets, "outlet"))
}

func many(n int, what string) Reason {
	if n == 1 {
		return Reason{Key: "one-" + what}
	}
	return Reason{Key: "some-" + what, Count: n}
}

// remember tells the bells of what was told of late, by whomever, and of the big events that editors were asked about.
func (d *Desk) remember(ctx context.Context) error {
	if d.bells == nil {
		d.bells = &stories.Bells{}
	}
	recent, err := d.File.Recent(ctx, looked)
	if err != nil {
		return fmt.Errorf("look for what was told of late: %w", err)
	}
	for _, al := range recent {
		if asked := al.Offer != nil && al.Offer.Big; al.Story != "" && (asked || !al.Untold()) {
			d.bells.Rang([]articles.StoryID{al.Story}, al.Created)
		}
	}
	return nil
}

// within are the instants of a span before now.
func within(span time.Duration, ts []time.Time, now time.Time) []time.Time {
	return slices.DeleteFunc(ts, func(t time.Time) bool { return now.Sub(t) >= span })
}

// offerBig tells editors that an event is big. Where they have an offer of it before them, it says so there; what they
// left to digests before, or nobody decided on, is offered once more, since nobody has been told.
func (d *Desk) offerBig(ctx context.Context, a articles.Article, v Verdict) error {
	offers, err := d.offers(ctx)
	if err != nil {
		return err
	}
	for _, al := range offers {
		if slices.Contains(v.stories(), al.Story) {
			return d.sayBig(ctx, al.ID, v)
		}
	}
	return d.offer(ctx, a, v, storyAlert(v.Story, v.Class))
}

// sayBig adds to an open offer that its event is big.
func (d *Desk) sayBig(ctx context.Context, id ID, v Verdict) error {
	_, err := d.File.Update(ctx, id, nil, func(al *Alert) error {
		if al.Offered() && !al.Offer.Big {
			offer := *al.Offer
			offer.Big = true
			al.Offer = &offer
			al.give(v.big)
		}
		return nil
	})
	return err
}

// offerAgain puts an offer in the place of one that nobody took.
func (d *Desk) offerAgain(ctx context.Context, al Alert) error {
	_, err := d.File.Update(ctx, al.ID, nil, func(there *Alert) error {
		if there.Untold() {
			*there = al
		}
		return nil
	})
	return err
}
