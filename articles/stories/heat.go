package stories

import (
	"slices"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// Heat is how much came of an event within the hour before an article, with it: of its story, and of stories akin; and,
// where the article makes a burst, what else is of the burst.
type Heat struct {
	Articles  int
	Headlines int                // different ones: copies count once
	Outlets   int                // by which they came
	Span      time.Duration      // since the first of them
	Kin       []articles.StoryID // the stories counted, its own first; where it is sudden, also others of the day on the same
	Sudden    bool               // they share a word, or a pair of words, of which far more is told than is usual
}

// lately is the span that Heat counts.
const lately = time.Hour

// Bounds of a big event: so much, told in so many ways, and sudden. Four articles within an hour are usual for any
// results of a company, copied and updated; the corpus test prints what other bounds would hear, and when.
const (
	bigArticles  = burstArticles
	bigHeadlines = suddenHeadlines
)

// Big says whether so much comes of an event, and so suddenly, that an editor should be told, whatever the newsroom marked.
func (h Heat) Big() bool {
	return h.Sudden && h.Articles >= bigArticles && h.Headlines >= bigHeadlines
}

// What makes an article one of the same event, though not of the same story: they share names, or are much alike, and
// are not one form filled in twice (“… Q1 profit up 2 pct”).
const (
	kinLike  = 0.15 // cosine of the headlines, where they share names
	kinNames = 0.20 // that tell so much
	kinWords = 0.40 // cosine where they share none
)

func (c *candidate) akin() bool {
	return c.cosine >= kinLike && c.names >= kinNames || c.cosine >= kinWords
}

// heat counts what came lately of r's story and its kin; found are its candidates.
func (rs *reports) heat(r *report, s *story, found []candidate) Heat {
	kin := rs.kin(r, s, found)
	s.kin = kin[1:]
	of := []*report{r}
	for _, near := range kin {
		for _, other := range near.recent {
			if within(r, other) {
				of = append(of, other)
			}
		}
	}
	sudden := len(of) >= suddenArticles && rs.sudden(r, kin)
	var ids []articles.StoryID
	for _, near := range kin {
		ids = append(ids, near.id)
	}
	for _, other := range rs.burst(r, s) {
		sudden = true
		if other != r && !slices.Contains(of, other) {
			of = append(of, other)
		}
		if other != r && !slices.Contains(ids, other.story.id) {
			ids = append(ids, other.story.id)
		}
	}
	h := heatOf(of)
	h.Kin, h.Sudden = ids, sudden
	if sudden {
		h.Kin = rs.ofTheDay(of, ids)
	}
	return h
}

// kin are r's story and those of which an article like r came within the hour, and those that were their kin then: an
// event grows by its edges.
func (rs *reports) kin(r *report, s *story, found []candidate) []*story {
	kin := []*story{s}
	add := func(other *story) {
		if !slices.Contains(kin, other) && len(kin) < maxKin {
			kin = append(kin, other)
		}
	}
	for _, c := range found[:min(len(found), closest)] {
		if c.akin() && within(r, c.report) && !rs.sameForm(r, c.report) {
			add(c.story)
		}
	}
	for _, near := range slices.Clone(kin) {
		for _, far := range near.kin {
			if slices.ContainsFunc(far.recent, func(other *report) bool { return within(r, other) }) {
				add(far)
			}
		}
	}
	return kin
}

// heatOf counts articles, the latest of them first.
func heatOf(of []*report) Heat {
	h := Heat{Articles: len(of)}
	headlines, outlets := map[string]bool{}, map[string]bool{}
	for _, r := range of {
		headlines[r.headline], outlets[r.outlet] = true, true
		h.Span = max(h.Span, of[0].at.Sub(r.at))
	}
	h.Headlines, h.Outlets = len(headlines), len(outlets)
	return h
}

// ofTheDay adds to kin the other stories of the day in which two of the words stand that most articles of an event share;
// one, where they share one only. What editors were told of in the morning is no other event in the afternoon, when
// nothing that was told then is like what is told now.
func (rs *reports) ofTheDay(of []*report, kin []articles.StoryID) []articles.StoryID {
	latest := of[0]
	shared := rs.shared(of)
	words := map[*report]int{}
	for _, w := range shared {
		for _, other := range slices.Backward(w.reports) {
			if latest.seen.Sub(other.seen) >= day {
				break
			}
			if words[other]++; words[other] == min(len(shared), 2) && !slices.Contains(kin, other.story.id) {
				kin = append(kin, other.story.id)
			}
		}
	}
	return kin
}

// shared are the words of the latest article that tell of the event and stand in at least half of all.
func (rs *reports) shared(of []*report) []*word {
	var all []*word
	for _, w := range of[0].words {
		n := 0
		for _, r := range of {
			if has(r.words, w.word) {
				n++
			}
		}
		if !w.number && rs.weight(w.word) >= namesEvent && 2*n >= len(of) {
			all = append(all, w.word)
		}
	}
	return all
}

// namesEvent is the weight of a word by which an event is known again.
const namesEvent = 3.0

// maxKin is how many stories one event may have.
const maxKin = 50

// within says whether an earlier report came within the hour before r, and is of another article.
func within(r, other *report) bool {
	ago := r.at.Sub(other.at)
	return ago >= 0 && ago <= lately && other.article != r.article
}

// Bells holds big events to their budget. Stories that were akin when one of them rang are one event. It is not safe
// for concurrent use; after a restart it is told with Rang what rang within the last day.
type Bells struct {
	Budget int // rings of one event a day; 0 means 1
	rang   map[articles.StoryID][]time.Time
}

// day is what the budget is for.
const day = 24 * time.Hour

// Ring says whether an event is big and may ring at an instant, and if so counts the ring.
func (b *Bells) Ring(h Heat, at time.Time) bool {
	if !h.Big() {
		return false
	}
	var before []time.Time
	for _, id := range h.Kin {
		for _, t := range b.rang[id] {
			if at.Sub(t) < day && !slices.ContainsFunc(before, t.Equal) {
				before = append(before, t)
			}
		}
	}
	rings := len(before) < max(b.Budget, 1)
	if rings {
		before = append(before, at)
	}
	for _, t := range before { // those that are akin now have had the rings of their kin
		b.Rang(h.Kin, t)
	}
	b.forget(at)
	return rings
}

// Rang counts a ring of an event at an instant.
func (b *Bells) Rang(kin []articles.StoryID, at time.Time) {
	if b.rang == nil {
		b.rang = map[articles.StoryID][]time.Time{}
	}
	for _, id := range kin {
		if !slices.ContainsFunc(b.rang[id], at.Equal) {
			b.rang[id] = append(b.rang[id], at)
		}
	}
}

// forget drops rings older than a day.
func (b *Bells) forget(now time.Time) {
	for id, ts := range b.rang {
		if ts = slices.DeleteFunc(ts, func(t time.Time) bool { return now.Sub(t) >= day }); len(ts) > 0 {
			b.rang[id] = ts
		} else {
			delete(b.rang, id)
		}
	}
}
