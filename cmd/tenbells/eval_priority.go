package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
)

// wired is an item of a wire with the priority that its desk gave it.
type wired struct {
	Published, Title, Text, Type, Priority string
}

// article is the item as a newsroom without marks publishes it: title, text and time.
func (w wired) article() articles.Article {
	a := articles.Article{Status: articles.Usable, Language: "en", Headline: w.Title, MayRing: true}
	for paragraph := range strings.SplitSeq(w.Text, "\n    ") {
		if paragraph = strings.Join(strings.Fields(paragraph), " "); paragraph != "" {
			a.Body = append(a.Body, paragraph)
		}
	}
	if at, err := time.Parse("2006-01-02T15:04:05.99", w.Published); err == nil {
		a.Published, a.Seen = at, at
	}
	return a
}

// question is which items of the wire are told apart, by their priorities.
type question struct {
	data     string
	asked    func(wired) bool
	yes, all string
	wanted   float64    // average precision
	bayes    [2]float64 // average precision and F1 of naive Bayes, as the corpus states them
}

var questions = []question{
	{"reuters21578", func(wired) bool { return true }, "fb", "fbrdhswa", 0.83, [2]float64{0.691, 0.577}},
	{"reuters21578 with a body", func(w wired) bool { return w.Type == "NORM" }, "b", "brdhswa", 0.75, [2]float64{0.672, 0.580}},
}

func (q question) isIn(w wired, set string) bool {
	return w.Priority != "" && strings.Contains(set, w.Priority) && q.asked(w)
}

// evalPriority learns the first eight tenths of a wire as editors' decisions and ranks the rest, and ranks it by the
// rules alone.
func evalPriority(ctx context.Context, corpus string) ([]grade, error) {
	var wire []wired
	for item, err := range lines[wired](corpus, "topics/reuters21578.jsonl.gz") {
		if err != nil {
			return nil, err
		}
		wire = append(wire, item)
	}
	slices.SortStableFunc(wire, func(a, b wired) int { return strings.Compare(a.Published, b.Published) })
	cut := len(wire) * 8 / 10
	var grades []grade
	for _, q := range questions {
		past, _, err := alerts.LearnPast(ctx, q.decisions(wire[:cut]))
		if err != nil {
			return grades, err
		}
		grades = append(grades, q.rank(past, wire[cut:])...)
	}
	return grades, nil
}

// decisions is what the desk sent and what it left.
func (q question) decisions(wire []wired) []alerts.Decision {
	var all []alerts.Decision
	for _, w := range wire {
		switch {
		case q.isIn(w, q.yes):
			all = append(all, alerts.Decision{Article: w.article(), Did: alerts.DeedSent})
		case q.isIn(w, q.all):
			all = append(all, alerts.Decision{Article: w.article(), Did: alerts.DeedLeft})
		}
	}
	return all
}

func (q question) rank(past *alerts.Past, wire []wired) []grade {
	var yes []bool
	var learned, rules []float64
	var found [3]int
	for _, w := range wire {
		if !q.isIn(w, q.all) {
			continue
		}
		a, is := w.article(), q.isIn(w, q.yes)
		o := past.Opinion(a, alerts.Pace{})
		yes, learned = append(yes, is), append(learned, o.Likelihood)
		rules = append(rules, alerts.Points(a, alerts.Pace{}))
		switch {
		case o.Likely && is:
			found[rightOnes]++
		case o.Likely:
			found[wrongOnes]++
		case is:
			found[missedOnes]++
		}
	}
	base := 0.0
	for _, is := range yes {
		if is {
			base += 1 / float64(len(yes))
		}
	}
	return []grade{
		{Data: q.data, Metric: "average precision", Value: alerts.AveragePrecision(learned, yes), Baseline: q.bayes[0], Wanted: q.wanted},
		{Data: q.data, Metric: "precision", Value: share(found[rightOnes], found[rightOnes]+found[wrongOnes])},
		{Data: q.data, Metric: "recall", Value: share(found[rightOnes], found[rightOnes]+found[missedOnes])},
		{Data: q.data, Metric: "F1", Value: f1Of(found), Baseline: q.bayes[1]},
		{Data: q.data, Metric: "average precision, rules alone", Value: alerts.AveragePrecision(rules, yes), Baseline: base},
	}
}

func share(part, whole int) float64 { return float64(part) / float64(max(1, whole)) }
