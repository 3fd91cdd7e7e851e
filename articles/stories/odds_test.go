package stories

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"github.com/tenbells/tenbells/articles"
)

// decision is what was found for a headline that was not there before, and what the labels say of it.
type decision struct {
	headline
	bid    string  // the likest headline of the story for which most speaks; "" without any
	score  float64 // how much
	right  bool    // that story has articles of the label
	marked string
	wrong  string // in what way it was decided wrongly; "" if it was not
	cost   int    // pairs of articles, without those of its later copies
}

// decisions places a stream, and says which of its headlines were placed wrongly.
func decisions(t *testing.T, stream []headline) []decision {
	ix, of := NewIndex(), map[articles.StoryID]map[string]int{}
	var all []decision
	for _, h := range stream {
		a := h.article(t)
		r := ix.recent.read(a, nil)
		bids := ix.recent.bids(r, ix.recent.candidates(r))
		known := ix.recent.same(r) != nil
		p := ix.Take(a, nil)
		labels := of[p.Story]
		if labels == nil {
			labels = map[string]int{}
			of[p.Story] = labels
		}
		if d := (decision{headline: h, marked: r.sent.group()}); !known {
			if len(bids) > 0 {
				d.bid, d.score, d.right = bids[0].near.shown, bids[0].score, of[bids[0].story.id][*h.Story] > 0
			}
			d.judge(labels, of, p.Story != IDOf(a.ID))
			all = append(all, d)
		}
		labels[*h.Story]++
	}
	return all
}

// judge compares a decision with the labels of the story that was chosen and of all others.
func (d *decision) judge(chosen map[string]int, of map[articles.StoryID]map[string]int, joined bool) {
	there, elsewhere := 0, 0
	for _, n := range chosen {
		there += n
	}
	for _, labels := range of {
		elsewhere = max(elsewhere, labels[*d.Story])
	}
	switch {
	case !joined && elsewhere > 0:
		d.wrong, d.cost = "opens a story though there is one", elsewhere
	case joined && chosen[*d.Story] == 0 && elsewhere > 0:
		d.wrong, d.cost = "joins another story than its own", there+elsewhere
	case joined && chosen[*d.Story] == 0:
		d.wrong, d.cost = "joins a story though it opens one", there
	}
}

// group is how a headline is marked, as far as it tells what came before.
func (s sending) group() string {
	switch {
	case s.update > 1:
		return "UPDATE 2 or higher"
	case s.update == 1:
		return "UPDATE 1"
	case s.corrects || s.repeats:
		return "corrected or repeated"
	}
	return "unmarked"
}

// odds are those of a number of bids, and how many were right.
type odds struct{ n, said, were float64 }

func (o *odds) add(score float64, right bool) {
	o.n++
	o.said += 1 / (1 + math.Exp(-score))
	if right {
		o.were++
	}
}

// off is by what share they are wrong, beyond what chance explains.
func (o *odds) off() float64 {
	p := o.said / o.n
	return math.Abs(p-o.were/o.n) - 2*math.Sqrt(p*(1-p)/o.n)
}

// TestCorpusOdds compares the odds that a bid's score stands for with how often the story is right by the desk's slugs, by
// how a headline is marked: where they are far apart, weights are wrong. With -v it prints what wrong decisions cost, and
// the dearest; many are no mistakes, but one event under two slugs.
func TestCorpusOdds(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a whole corpus")
	}
	all, byMark := stream(t), map[string]*odds{}
	for _, name := range []string{"2012-12", "2013-04-29"} {
		found, cost := decisions(t, of(all, name)), map[string]int{}
		for _, d := range found {
			cost[d.wrong] += d.cost
			if d.bid == "" || math.Abs(d.score) > 3 {
				continue
			}
			if byMark[d.marked] == nil {
				byMark[d.marked] = &odds{}
			}
			byMark[d.marked].add(d.score, d.right)
		}
		t.Logf("%s: pairs lost: %v", name, cost)
		slices.SortStableFunc(found, func(a, b decision) int { return cmp.Compare(b.cost, a.cost) })
		for _, d := range found[:20] {
			t.Logf("%s: %d pairs: %q (%s) %s; likest %q, %.1f", name, d.cost, d.Title, *d.Story, d.wrong, d.bid, d.score)
		}
	}
	for marked, o := range byMark {
		t.Logf("%s: of %.0f bids %.2f are right by their odds, %.2f by the slugs", marked, o.n, o.said/o.n, o.were/o.n)
		if o.off() > 0.1 {
			t.Errorf("%s: of %.0f bids %.2f are right by their odds, %.2f by the slugs", marked, o.n, o.said/o.n, o.were/o.n)
		}
	}
}
