package stories

import (
	"slices"
	"strings"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// Bounds of likeness.
const (
	minSame  = 3   // words of a headline that counts as the same; a shorter one may be a column's name (“Evening News”)
	minNear  = 5   // words of a headline that may be nearly the same as another
	maxWords = 40  // words looked at
	nearness = 0.7 // shared words of two headlines, of all words in either
)

// report is what is remembered of an article version.
type report struct {
	article  articles.ID
	story    articles.StoryID
	headline string   // folded
	words    []string // of the headline, each once
	places   []articles.Place
	at       time.Time // when it was published, as it says itself
	begun    time.Time // when its story began
	seen     time.Time // the index's time when it came
	number   int       // position among all that came
}

func newReport(a articles.Article, places []articles.Place) *report {
	words := wordsOf(a.Headline)
	words = words[:min(len(words), maxWords)]
	r := &report{article: a.ID, headline: strings.Join(words, " "), places: places, at: a.Published}
	if r.at.IsZero() {
		r.at = a.Seen
	}
	r.words = slices.Compact(slices.Sorted(slices.Values(words)))
	return r
}

// near reports whether the story of other still takes r in.
func (r *report) near(other *report) bool { return r.at.Sub(other.begun).Abs() <= Window }

// reports are the recent ones in the order in which they came.
type reports struct {
	came       int
	queue      []*report
	byArticle  map[articles.ID]*report
	byHeadline map[string]*report
	byWord     map[string][]*report         // in order, so that forgetting takes from the front
	byStory    map[articles.StoryID]*report // the last of each
}

func newReports() reports {
	return reports{byArticle: map[articles.ID]*report{}, byHeadline: map[string]*report{}, byWord: map[string][]*report{}, byStory: map[articles.StoryID]*report{}}
}

// add remembers a report. A version that says nothing new in its headline adds nothing.
func (rs *reports) add(r *report) {
	if earlier := rs.byArticle[r.article]; earlier != nil && earlier.headline == r.headline {
		return
	}
	if len(rs.queue) >= maxReports {
		rs.drop()
	}
	rs.came++
	r.number = rs.came
	rs.queue = append(rs.queue, r)
	rs.byArticle[r.article], rs.byStory[r.story] = r, r
	if other := rs.byHeadline[r.headline]; other == nil || !r.near(other) {
		rs.byHeadline[r.headline] = r
	}
	if len(r.words) >= minNear {
		for _, w := range r.words {
			rs.byWord[w] = append(rs.byWord[w], r)
		}
	}
}

// forget drops what came before an instant.
func (rs *reports) forget(before time.Time) {
	for len(rs.queue) > 0 && rs.queue[0].seen.Before(before) {
		rs.drop()
	}
}

// drop forgets the oldest report.
func (rs *reports) drop() {
	r := rs.queue[0]
	rs.queue[0], rs.queue = nil, rs.queue[1:]
	if rs.byArticle[r.article] == r {
		delete(rs.byArticle, r.article)
	}
	if rs.byStory[r.story] == r {
		delete(rs.byStory, r.story)
	}
	if rs.byHeadline[r.headline] == r {
		delete(rs.byHeadline, r.headline)
	}
	if len(r.words) < minNear {
		return
	}
	for _, w := range r.words {
		if rest := rs.byWord[w][1:]; len(rest) > 0 {
			rs.byWord[w] = rest
		} else {
			delete(rs.byWord, w)
		}
	}
}

// begun is when a story began, as far as that is remembered; else now.
func (rs *reports) begun(story articles.StoryID, now time.Time) time.Time {
	if last := rs.byStory[story]; last != nil {
		return last.begun
	}
	return now
}

// like is the report whose story r belongs to by its headline, or nil. Among several it is the likest, then the first.
func (rs *reports) like(r *report) *report {
	if other := rs.byHeadline[r.headline]; other != nil && strings.Count(r.headline, " ") >= minSame-1 && r.near(other) {
		return other
	}
	if len(r.words) < minNear {
		return nil
	}
	var best *report
	var most float64
	for other := range rs.candidates(r) {
		likeness := r.likeness(other)
		if likeness < nearness || !r.near(other) || !slices.Equal(r.places, other.places) {
			continue
		}
		if best == nil || likeness > most || likeness == most && other.number < best.number {
			best, most = other, likeness
		}
	}
	return best
}

// candidates are the reports that can be near enough to r: who shares so many of its words shares one of its rarest.
func (rs *reports) candidates(r *report) map[*report]bool {
	rarest := slices.Clone(r.words)
	slices.SortStableFunc(rarest, func(a, b string) int { return len(rs.byWord[a]) - len(rs.byWord[b]) })
	rarest = rarest[:len(rarest)-int(nearness*float64(len(rarest)))+1]
	found := map[*report]bool{}
	for _, w := range rarest {
		for _, other := range rs.byWord[w] {
			found[other] = true
		}
	}
	return found
}

// likeness is the share of common words in all words of two headlines.
func (r *report) likeness(other *report) float64 {
	common := 0
	for _, w := range r.words {
		if _, ok := slices.BinarySearch(other.words, w); ok {
			common++
		}
	}
	return float64(common) / float64(len(r.words)+len(other.words)-common)
}
