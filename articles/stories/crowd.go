package stories

import (
	"math"
	"slices"
)

// Where many outlets write of few events, an article is like many, and no two headlines of an event need be alike. There
// the stories are compared as wholes, and the story that has most of an event goes on: fragments, of which there were
// many before there was a crowd, get no more. Nothing that was placed is moved. The weights are few and round: they were
// chosen on one half of a collection's stories and checked on the other.
const (
	crowdWhole   = 20.0 // common words of the headline and of all headlines of the story: the cosine
	likeWhole    = 0.17 // above which it speaks for the story
	crowdVotes   = 4.5  // many reports that are like the article
	crowdAkin    = 0.13 // cosine of the headlines at which an article counts as one of them
	crowdLead    = 0.25 // cosine of two stories at which they tell of one event
	crowdStories = 40   // stories that are weighed at most
	crowdLeaders = 12   // of them, those that may lead

	fewCrowd  = 200  // articles below which it cannot be told
	crowdLike = 4    // articles that one of a crowd is like
	crowdFrom = 0.32 // share of such among the latest, with three hundred remembered, from which on it is a crowd
	crowdGrow = 0.13 // a wire has more of them the more is remembered: by so much for each e-fold
	crowdMost = 0.70 // but needs no more than this
	crowdRamp = 0.20 // so much above it, it is a crowd wholly
	memory    = 0.03 // how much one article weighs in the share
)

// density says how much of a crowd there is, between 0 and 1.
func (rs *reports) density() float64 {
	n := float64(len(rs.queue))
	if n < fewCrowd {
		return 0
	}
	from := min(crowdMost, crowdFrom+crowdGrow*math.Log(n/300))
	return max(0, min(1, (rs.crowd-from)/crowdRamp))
}

// count takes into account whether an article is like many. Not all are counted, and they are chosen by their names, so
// that a restart counts the same ones and takes little time.
func (rs *reports) count(r *report, found []candidate) {
	like, is := 0, 0.0
	for _, c := range found {
		if c.cosine > akin && !rs.sameForm(r, c.report) {
			like++
		}
	}
	if like >= crowdLike {
		is = 1
	}
	rs.crowd += (is - rs.crowd) * memory
}

// tally is how many recent headlines of a story have a word.
type tally struct {
	*word
	n int
}

// maxTold is how many words of a story are counted: what it began with, for a story that has more.
const maxTold = 600

// tell takes the words of a report's headline into those of its story, or out of them.
func (s *story) tell(r *report, by int) {
	if s.words == nil {
		s.words = make([]tally, 0, len(r.words)) // most stories have one report
	}
	for _, w := range r.words {
		at := slices.IndexFunc(s.words, func(t tally) bool { return t.word == w.word })
		switch {
		case at < 0 && (by < 0 || len(s.words) == maxTold):
		case at < 0:
			s.words = append(s.words, tally{w.word, by})
		case s.words[at].n+by <= 0:
			s.words = slices.Delete(s.words, at, at+1)
		default:
			s.words[at].n += by
		}
	}
}

// compareWholes compares r with all headlines of each story.
func (rs *reports) compareWholes(r *report, all []*bid) {
	words := make([]tally, len(r.words))
	for i, w := range r.words {
		words[i] = tally{w.word, 1}
	}
	for _, b := range all {
		b.whole = rs.likeness(words, b.story.words)
	}
}

// likeness compares two lists of words by what each tells and how often it is there: the cosine.
func (rs *reports) likeness(a, b []tally) float64 {
	var both, inA, inB float64
	rs.marks++
	for _, t := range a {
		v := rs.weight(t.word) * float64(t.n)
		inA += v * v
		t.mark, t.marked = rs.marks, t.n
	}
	for _, t := range b {
		weight := rs.weight(t.word)
		v := weight * float64(t.n)
		inB += v * v
		if t.mark == rs.marks {
			both += v * weight * float64(t.marked)
		}
	}
	if both == 0 {
		return 0
	}
	return both / math.Sqrt(inA*inB)
}

// putLeaderFirst lets the greatest story of a crowd's event have what one of its fragments won.
func (rs *reports) putLeaderFirst(all []*bid) {
	crowd := rs.density()
	if crowd == 0 || len(all) == 0 || all[0].score < 0 {
		return
	}
	for range 3 { // from fragment to fragment
		first, leader := all[0], 0
		for i, b := range all[:min(len(all), crowdLeaders)] {
			if len(b.story.recent) > len(all[leader].story.recent) && rs.likeness(first.story.words, b.story.words) >= crowdLead/crowd {
				leader = i
			}
		}
		if leader == 0 {
			return
		}
		all[0], all[leader] = all[leader], first
		all[0].score, all[0].leads = first.score, true
	}
}
