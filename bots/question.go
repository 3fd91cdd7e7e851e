package bots

import (
	"context"
	"fmt"
	"hash/fnv"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
)

// Question is what a member of the staff is asked about an alert without having written to us: a card, and what it asks,
// by which one can tell whether it was shown already. What is "" when there is nothing to ask.
type Question struct {
	What  string
	Card  Card
	Voice delivery.Voice
}

// Ask is the question that an alert has for a member of the staff now. Where they were asked before, and nothing is asked
// any more, it is how the alert stands, which takes the place of their card.
func (r *Reception) Ask(ctx context.Context, to delivery.Address, al alerts.Alert) (Question, error) {
	v, err := r.receive(ctx, Request{Chat: to, Person: to.Chat})
	if err != nil {
		return Question{}, err
	}
	q, err := v.question(ctx, al)
	if err == nil && q.What == "" && al.Cards[v.signature()].What != "" {
		q, err = v.answered(ctx, al)
	}
	q.Voice = v.voiced(Answer{}).Voice
	return q, err
}

func (v *visit) question(ctx context.Context, al alerts.Alert) (Question, error) {
	what := func(question string, n int) string { return fmt.Sprintf("%s/%d", question, n) }
	switch {
	case al.Offered():
		p, err := v.r.Editors.Foresee(ctx, al)
		return Question{What: what("ring", al.Revision) + v.byAnother(al), Card: v.offerCard(al, p)}, err
	case al.Asking():
		if next := al.Proposed(); next != nil {
			return Question{What: what("delicate", next.Revision), Card: v.delicateCard(al, *next)}, nil
		}
		return Question{What: what("update", al.Version), Card: v.updateCard(al)}, nil
	case al.TakenBack && al.Status != alerts.Recalled:
		return Question{What: what("withdraw", al.Revision), Card: v.takenBackCard(al)}, nil
	case al.Status == alerts.AwaitingApproval && al.By != v.signature() && v.role == alerts.Publisher:
		report, err := v.r.Editors.Show(ctx, al.ID)
		return Question{What: what("approve", al.Version), Card: v.progressCard(report)}, err
	}
	return Question{}, nil
}

// byAnother tells apart what another of the staff has made of an offer, so that nobody sends what they were not shown.
func (v *visit) byAnother(al alerts.Alert) string {
	if !al.InHand() || al.By == v.signature() {
		return ""
	}
	sum := fnv.New64a()
	fmt.Fprint(sum, al.Versions, al.Credit, al.Class, al.Follow) // a map is printed in the order of its keys
	return fmt.Sprintf("/%x", sum.Sum64())
}

// offerCard asks whether to ring for what the desk does not let ring by itself.
func (v *visit) offerCard(al alerts.Alert, p alerts.Preview) Card {
	id := string(al.ID)
	title := v.say("ring-this") + " " + v.say("class-"+al.Class.String()) + " · " + v.say("old", "span", v.span(max(0, v.r.Now().Sub(al.Published))))
	lines := append([]Line{{Text: title, Strong: true}}, v.looks(al)...)
	lines = append(lines, v.newer(al)...)
	lines = append(lines,
		Line{Text: v.say("because", "reasons", v.reasons(al)), Quiet: true},
		Line{Text: v.say("draft-to", "topics", v.audienceName(al)), Quiet: true},
		Line{Text: v.reach(p) + " " + v.say("offer-until", "time", v.clock(al.Offer.Until)), Quiet: true})
	story := []Button{{Label: v.say("same-story"), Data: "sameas:" + id}}
	if al.Offer.After != "" {
		story = append(story, Button{Label: v.say("another-story"), Data: "another:" + id})
	}
	return Card{Lines: lines, Buttons: [][]Button{
		{{Label: v.say("send"), Data: "send:" + id}, {Label: v.say("edit"), Data: "draft:" + id}},
		{{Label: v.say("to-digest"), Data: "todigest:" + id}, {Label: v.say("no"), Data: "decline:" + id}},
		story,
	}}
}

// newer is what the article of an offer says by now, where an editor's words stand in the offer.
func (v *visit) newer(al alerts.Alert) []Line {
	if al.Offer == nil || al.Offer.Newer == "" {
		return nil
	}
	return []Line{{Text: v.say("article-newer", "headline", al.Offer.Newer), Quiet: true}}
}

// updateCard asks whether very many messages are to be edited again.
func (v *visit) updateCard(al alerts.Alert) Card {
	id := string(al.ID)
	return Card{
		Lines:   append(append([]Line{{Text: v.say("update-this"), Strong: true}}, v.looks(al)...), Line{Text: v.say("update-many", "count", al.Owed), Quiet: true}),
		Buttons: [][]Button{{{Label: v.say("approve"), Data: "approve:" + id}, {Label: v.say("correct"), Data: "correct:" + id}, {Label: v.say("withdraw"), Data: "recall:" + id}}},
	}
}

// delicateCard asks whether readers may be told a version of the newsroom that tells what must not ring alone.
func (v *visit) delicateCard(al alerts.Alert, next alerts.Renewal) Card {
	card := v.updateCard(al)
	al.Versions = map[string]alerts.Wording{next.Language: next.Wording}
	card.Lines = append(append([]Line{{Text: v.say("update-this"), Strong: true}}, v.looks(al)...), Line{Text: v.reason(*next.Because), Quiet: true})
	return card
}

// takenBackCard asks whether to withdraw what was told of an article that the newsroom took back.
func (v *visit) takenBackCard(al alerts.Alert) Card {
	id := string(al.ID)
	return Card{
		Lines:   append([]Line{{Text: v.say("taken-back"), Strong: true}}, v.looks(al)...),
		Buttons: [][]Button{{{Label: v.say("withdraw"), Data: "recall:" + id}, {Label: v.say("refresh"), Data: "progress:" + id}}},
	}
}

// answered is what stands in the place of a question that needs no answer any more.
func (v *visit) answered(ctx context.Context, al alerts.Alert) (Question, error) {
	q := Question{What: "answered/" + string(al.Status)}
	if al.Offer != nil && al.Untold() {
		q.Card = Card{Lines: append(v.looks(al), Line{Text: v.say("offer-" + string(al.Offer.Answer)), Quiet: true})}
		return q, nil
	}
	report, err := v.r.Editors.Show(ctx, al.ID)
	q.Card = v.progressCard(report)
	return q, err
}

// declining answers an offer with something else than an alert.
func declining(answer alerts.Answer) deed {
	return deed{staff, func(v *visit, ctx context.Context, id string) (Answer, error) {
		al, err := v.r.Editors.Decline(ctx, alerts.ID(id), answer, v.signature())
		if err != nil {
			return Answer{}, err
		}
		q, err := v.answered(ctx, al)
		return v.show(q.Card), err
	}}
}
