package bots

import (
	"context"
	"strconv"
	"strings"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
)

// sameMost is how many stories are shown to choose from, and sameAmong how many of the newest they are looked for in.
const (
	sameMost  = 5
	sameAmong = 200
)

// anOffer is an alert that editors may still be asked about.
func (v *visit) anOffer(ctx context.Context, id string) (alerts.Alert, error) {
	report, err := v.r.Editors.Show(ctx, alerts.ID(id))
	if err == nil && !report.Alert.Offered() {
		err = alerts.ErrConflict
	}
	return report.Alert, err
}

// offer shows an offer again.
func (v *visit) offer(ctx context.Context, id string) (Answer, error) {
	al, err := v.anOffer(ctx, id)
	if err != nil {
		return Answer{}, err
	}
	q, err := v.question(ctx, al)
	return v.show(q.Card), err
}

// sameAs asks which story of late an offer tells once more: one of those that were told.
func (v *visit) sameAs(ctx context.Context, id string) (Answer, error) {
	al, err := v.anOffer(ctx, id)
	if err != nil {
		return Answer{}, err
	}
	recent, err := v.r.Editors.RecentStories(ctx, sameAmong)
	if err != nil {
		return Answer{}, err
	}
	card := Card{Lines: append(v.looks(al), Line{Text: v.say("same-story-which"), Quiet: true})}
	var row []Button
	for _, s := range recent {
		if len(s.Told) == 0 || s.ID == al.Story || len(row) == sameMost {
			continue
		}
		n := strconv.Itoa(len(row) + 1)
		card.Lines = append(card.Lines, Line{Text: n + ". " + s.Told[0].Headline()})
		row = append(row, Button{Label: n, Data: "same:" + id + ":" + string(s.ID)})
	}
	back := []Button{{Label: v.say("back"), Data: "offer:" + id}}
	if len(row) == 0 {
		card.Lines[len(card.Lines)-1].Text = v.say("same-story-none")
		card.Buttons = [][]Button{back}
		return v.show(card), nil
	}
	card.Buttons = [][]Button{row, back}
	return v.show(card), nil
}

// same rules that an offer is of a story that was told; arg is "id:story".
func (v *visit) same(ctx context.Context, arg string) (Answer, error) {
	id, story, _ := strings.Cut(arg, ":")
	al, err := v.anOffer(ctx, id)
	if err != nil {
		return Answer{}, err
	}
	if _, err := v.r.Editors.Merge(ctx, articles.StoryID(story), al.Story, v.signature()); err != nil {
		return Answer{}, err
	}
	return v.ruled(ctx, al.ID, alerts.OfferMerged)
}

// another rules that the article of an offer is not of the story that was told.
func (v *visit) another(ctx context.Context, id string) (Answer, error) {
	al, err := v.anOffer(ctx, id)
	if err != nil {
		return Answer{}, err
	}
	if _, err := v.r.Editors.Split(ctx, al.Story, []articles.ID{al.Article}, v.signature()); err != nil {
		return Answer{}, err
	}
	return v.ruled(ctx, al.ID, alerts.OfferSplit)
}

// ruled ends an offer after a ruling on its story. The desk, which takes the ruling up, may have been faster.
func (v *visit) ruled(ctx context.Context, id alerts.ID, answer alerts.Answer) (Answer, error) {
	al, err := v.r.Editors.Decline(ctx, id, answer, v.signature())
	if err != nil {
		report, missing := v.r.Editors.Show(ctx, id)
		if al = report.Alert; missing != nil || al.Offer == nil || al.Offer.Answer != answer {
			return Answer{}, err
		}
	}
	q, err := v.answered(ctx, al)
	return v.show(q.Card), err
}
