package stories

import (
	"cmp"
	"math"
	"slices"
)

// bid is what speaks for an article's joining one story.
type bid struct {
	story *story
	near  candidate // its likest report
	like  int       // how many of its reports are like the article
	votes float64   // how like those are that are at all, together
	whole float64   // common words of the headline and of all headlines of the story: the cosine
	leads bool      // it has most of what is told of the event
	score float64
}

// bids weigh the stories of candidates, the best first; among equals the one that came first.
func (rs *reports) bids(r *report, found []candidate) []*bid {
	byStory := map[*story]*bid{}
	var all []*bid
	for i, c := range found {
		if b := byStory[c.story]; i < closest && rs.sameForm(r, c.report) || b == nil && !rs.mayBid(r, &c, i, len(all)) {
			continue
		} else if b == nil {
			byStory[c.story] = &bid{story: c.story, near: c}
			all = append(all, byStory[c.story])
		}
		byStory[c.story].take(c)
	}
	if rs.density() > 0 {
		rs.compareWholes(r, all)
	}
	rs.weighAll(r, all)
	slices.SortStableFunc(all, func(a, b *bid) int {
		return cmp.Or(cmp.Compare(b.score, a.score), a.story.begun.Compare(b.story.begun), cmp.Compare(a.story.id, b.story.id))
	})
	rs.putLeaderFirst(all)
	return all
}

// mayBid says whether a candidate may make its story one of those that are weighed: the closest may, and of the others,
// in a crowd, as many as are looked at then. Those are looked at closer for it.
func (rs *reports) mayBid(r *report, c *candidate, place, already int) bool {
	if place < closest {
		return true
	}
	if rs.density() == 0 || already >= crowdStories || rs.sameForm(r, c.report) {
		return false
	}
	c.look(rs, r)
	return true
}

// take takes a further report of the story into account.
func (b *bid) take(c candidate) {
	if c.closer != nil && c.score > b.near.score {
		b.near = c
	}
	if c.cosine > akin {
		b.like++
	}
	if c.cosine > crowdAkin {
		b.votes += c.cosine
	}
}

// weighAll gives each bid its score.
func (rs *reports) weighAll(r *report, all []*bid) {
	best, second := 0.0, 0.0
	for _, b := range all {
		best, second = max(best, b.near.cosine), max(second, min(best, b.near.cosine))
	}
	for _, b := range all {
		ahead := b.near.cosine - best
		if ahead == 0 {
			ahead = best - second
		}
		b.score = b.weigh(r, ahead, rs.density())
	}
}

// weigh says how much speaks for joining the story, whose likest report is by so much ahead of those of all others.
func (b *bid) weigh(r *report, ahead, crowd float64) float64 {
	n := float64(len(b.story.recent))
	z := doubt + b.near.score + forSize*math.Log(n)
	if r.hasText() && b.near.hasText() {
		return z
	}
	z += forShare*float64(b.like)/n + forAhead*ahead
	z += r.sent.follows() * b.followed(r)
	return (1-crowd)*z + crowd*(crowdWhole*(b.whole-likeWhole)+crowdVotes*math.Log1p(b.votes))
}

// followed says how much speaks for r's being an update of the story, if it surely is one of some story.
func (b *bid) followed(r *report) float64 {
	z := followed
	if gap(r.at, b.story.recent[len(b.story.recent)-1].at) > sameDay {
		z += followedLate
	}
	if r.sent.update > 1 {
		z += followedAgain
	}
	switch {
	case r.sent.update == 0 || b.near.same:
	case b.story.update == r.sent.update-1:
		z += nextUpdate
	case b.story.update >= r.sent.update:
		z -= nextUpdate
	}
	return z
}
