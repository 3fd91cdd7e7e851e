package stories

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// What speaks for and against two articles being of one story. The weights are few and round: they were chosen on a few
// days of a wire's headlines and checked on others (see the corpus test), and are the odds' logarithm: at 0 and above
// an article joins.
const (
	doubt    = -4.35 // to begin with: most articles are of different stories
	forWords = 2.8   // common words, by how rare they are: the cosine
	forGrams = 2.8   // common groups of letters, since words have endings
	forTopic = 0.6   // both begin with the same name
	forRare  = 0.4   // a common word that nearly nobody else has
	forOther = -1.5  // the share of what their names tell that is in one of them alone
	forShare = 0.4   // the share of the story's reports that are like it, not of the nearest alone
	forSame  = 3.0   // the same headline
	forAhead = 1.2   // its nearest report is liker than those of all other stories
	forHours = -0.15 // for each doubling or so of the time between
	forSize  = -1.1  // a story that has much is not joined for that

	// A headline that is marked as an update surely has something before it, and one that is marked as a correction may.
	followed      = 2.3
	followedTopic = 0.2
	followedRare  = 1.0
	followedOther = -0.9
	followedLate  = -1.2 // the story's latest report is older than a working day: a desk updates what it is at
	followedAgain = 0.6  // “UPDATE 2” and further ones: the first may have had nothing but a line before it
	nextUpdate    = 0.6  // “UPDATE 3” after “UPDATE 2”

	// Where both have a text, its words say more than the headlines alone.
	forText  = 9.0  // common words of headlines and texts together: the cosine
	likeText = 0.3  // above which it speaks for one story
	mostText = 0.45 // above which it says no more: then much is a form that is filled in
	textHead = 1.8  // common words of the headlines: the cosine

	// Who and where a headline names, another text on the same event names too: reports of the weather, the courts or the
	// markets of two towns are alike in all else.
	forNamed  = 9.0 // the share of both headlines' names that the other's text has
	halfNamed = 0.5 // below which it speaks against one story; above it, it says no more than the common words

	elsewhere = -2.0 // both are about places, and none in common
	otherKind = -1.0 // one is a column, an analysis or another piece of its own kind, and the other is not
)

// sameDay is how long after what it updates an update comes at most, but for few.
const sameDay = 16 * time.Hour

// What makes an article one of those that are looked at closer.
const (
	minLike  = 0.08 // cosine of the headlines
	minBelow = 0.20 // or of the texts
	akin     = 0.20 // cosine of the headlines at which two articles count as like
	closest  = 48   // articles at most
	rarest   = 3    // words that are always asked
	enough   = 1200 // articles from which on no further word is, and how many each may find
	deepRare = 20   // articles that a word of the text may find
)

// candidate is an earlier report that may be of the same story.
type candidate struct {
	*report
	cosine, text float64 // common words of the headlines, and of headlines and texts
	*closer
}

// closer is what a closer look finds, for the likest candidates only.
type closer struct {
	letters, topic, rare, names float64
	other                       float64 // share of what the names in both headlines tell that is in one alone; 0 without names
	named                       float64 // share of the names in the headlines that the other's text has
	same, nowhere               bool
	shared                      []told
	score                       float64 // of the pair
}

// candidates are the recent reports that are like r, the likest first; of those beyond the closest only where they are asked
// for in their order, in a crowd. They are good until the next are looked for.
func (rs *reports) candidates(r *report) []candidate {
	clear(rs.found)
	found := rs.found[:0]
	q := rs.texts.ask(r)
	for _, other := range rs.sharing(r) {
		if !other.worthwhile(r) {
			continue
		}
		c := rs.compare(q, other)
		if (c.cosine >= minLike || c.text >= minBelow) && other.mayTake(r) {
			found = append(found, c)
		}
	}
	ordered := closest
	if rs.density() > 0 {
		ordered = len(found)
	}
	likestFirst(found, ordered)
	rs.found = found
	for i := range found[:min(len(found), closest)] {
		found[i].look(rs, r)
	}
	return found
}

// liker orders the likest first, and among equals the earliest.
func liker(a, b candidate) int {
	if likest := cmp.Compare(b.cosine+b.text, a.cosine+a.text); likest != 0 {
		return likest
	}
	return cmp.Compare(a.number, b.number)
}

// likestFirst brings so many of the likest to the front, in order. The rest stays in none: it is most of all that were found.
func likestFirst(found []candidate, most int) {
	first := found[:min(len(found), most)]
	slices.SortFunc(first, liker)
	for i := len(first); i < len(found); i++ {
		c, last := found[i], &first[len(first)-1]
		if liker(c, *last) > 0 {
			continue
		}
		found[i] = *last
		at, _ := slices.BinarySearchFunc(first, c, liker)
		copy(first[at+1:], first[at:])
		first[at] = c
	}
}

// worthwhile says whether r has so much in common with an earlier report, by the words through which it was found, that
// comparing the two may come to something.
func (r *report) worthwhile(next *report) bool {
	return r.common >= minLike/2*r.norm*next.norm || r.hasText() && next.hasText() || r.cyrillic != next.cyrillic
}

// mayTake says whether r may join the story of an earlier report by what they have in common.
func (r *report) mayTake(next *report) bool {
	return gap(r.at, next.at) <= Window && r.takesIn(next.at) && len(r.words) >= minSame && r.article != next.article
}

// sharing are the reports that have a telling word in common with r. The rarest words are asked first, and usual ones
// only while few have been found: what shares no rarer word with r is hardly of its story.
func (rs *reports) sharing(r *report) []*report {
	words := slices.Clone(r.words)
	slices.SortStableFunc(words, func(a, b told) int { return cmp.Compare(a.heads, b.heads) })
	clear(rs.sharers)
	found := rs.sharers[:0]
	gather := func(some []*report, weight float64) {
		for _, other := range some {
			if other.asked != r.asked {
				other.asked, other.common = r.asked, 0
				found = append(found, other)
			}
			other.common += weight * weight
		}
	}
	usual := int(tooLoose*float64(len(rs.queue))) + 50
	for i, w := range words {
		if w.heads > usual || i >= rarest && len(found)+w.heads > enough {
			break
		}
		gather(w.reports[max(0, len(w.reports)-enough):], rs.weight(w.word))
	}
	for _, s := range r.lead() {
		if w := rs.texts.words[s.id()]; w.leads <= deepRare {
			gather(w.below, 0)
		}
	}
	rs.sharers = found
	return found
}

// compare finds the common words of the article that was asked last and an earlier report. Across alphabets only names and
// numbers are compared.
func (rs *reports) compare(q inquiry, other *report) candidate {
	c := candidate{report: other}
	if q.cyrillic != other.cyrillic {
		c.cosine = rs.across(q.report, other)
	} else {
		c.cosine = rs.texts.headlines(q, other)
	}
	if q.hasText() && other.hasText() {
		c.text = rs.texts.cosine(q, other)
	}
	return c
}

// across compares names and numbers of two headlines.
func (rs *reports) across(a, b *report) float64 {
	var common, inA, inB float64
	for _, w := range b.words {
		if w.name || w.number {
			v := rs.weight(w.word)
			inB += v * v
		}
	}
	for _, w := range a.words {
		if !w.name && !w.number {
			continue
		}
		v := rs.weight(w.word)
		inA += v * v
		if has(b.words, w.word) {
			common += v * v
		}
	}
	return cosineOf(common, inA, inB)
}

func has(ws []told, w *word) bool {
	return slices.ContainsFunc(ws, func(o told) bool { return o.word == w })
}

// look finds what else speaks for or against a candidate.
func (c *candidate) look(rs *reports, r *report) {
	other := c.report
	c.closer = &closer{}
	c.same = r.headline == other.headline
	c.letters = overlap(r.grams, other.grams)
	fewest, common := math.MaxInt, 0.0
	for _, w := range r.words {
		i := slices.IndexFunc(other.words, func(o told) bool { return o.word == w.word })
		if i < 0 {
			continue
		}
		c.shared = append(c.shared, w)
		fewest = min(fewest, w.heads)
		if w.name {
			common += rs.weight(w.word)
		}
		if other.words[i].name {
			common += rs.weight(w.word)
		}
		if w.name && other.words[i].name {
			c.names += math.Min(1, rs.weight(w.word)/6) / 3
		}
	}
	c.names = math.Min(c.names, 1)
	if all := rs.namesOf(r) + rs.namesOf(other); all > 0 {
		c.other = 1 - common/all
	}
	if len(c.shared) > 0 {
		c.rare = 1 / math.Sqrt(math.Max(1, float64(fewest)))
	}
	if a, b := r.words, other.words; len(a) > 0 && len(b) > 0 && a[0].name && a[0].word == b[0].word {
		c.topic = math.Min(1, rs.weight(a[0].word)/6)
	}
	c.nowhere = len(r.places) > 0 && len(other.places) > 0 && !slices.ContainsFunc(r.places, func(p articles.Place) bool { return slices.Contains(other.places, p) })
	c.named = named(r, other)
	c.score = c.pair(r)
}

// namesOf is how much the names in a headline tell, together.
func (rs *reports) namesOf(r *report) (all float64) {
	for _, w := range r.words {
		if w.name {
			all += rs.weight(w.word)
		}
	}
	return all
}

// named is the share of the names in two headlines that the other's text has too; half where nothing can be said of it,
// as across alphabets, in which names are often spelled otherwise.
func named(a, b *report) float64 {
	all, both := 0, 0
	for _, of := range [][2]*report{{a, b}, {b, a}} {
		for _, w := range of[0].namesOfHeadline() {
			if all++; of[1].tellsOf(w.word) {
				both++
			}
		}
	}
	if all == 0 || a.cyrillic != b.cyrillic {
		return halfNamed
	}
	return float64(both) / float64(all)
}

// tellsOf says whether a report's text has a word.
func (r *report) tellsOf(w *word) bool {
	return slices.ContainsFunc(r.lead(), func(s sign) bool { return s.id() == w.id })
}

// namesOfHeadline are the words of a headline that have their capitals for being names. The first has it for its place;
// where most words have one, as in German and in titles, capitals tell nothing.
func (r *report) namesOfHeadline() []told {
	if len(r.words) == 0 {
		return nil
	}
	rest, names := r.words[1:], 0
	for _, w := range rest {
		if w.name {
			names++
		}
	}
	if 2*names > len(rest) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(rest), func(w told) bool { return !w.name })
}

// pair weighs what two reports have in common.
func (c *candidate) pair(r *report) float64 {
	hours := r.at.Sub(c.at).Abs().Hours()
	z := forWords*c.cosine + forGrams*c.letters + forTopic*c.topic + forRare*c.rare + forOther*c.other
	if r.hasText() && c.hasText() {
		z = forText*(min(c.text, mostText)-likeText) + forNamed*min(0, c.named-halfNamed) + textHead*c.cosine - doubt
	}
	z += forHours * math.Log1p(hours)
	if c.same {
		z += forSame
	}
	if c.nowhere {
		z += elsewhere
	}
	if r.sent.kind != c.sent.kind {
		z += otherKind
	}
	return z + r.sent.follows()*(followedTopic*c.topic+followedRare*c.rare+followedOther*c.other)
}

// gap is the time between two instants.
func gap(a, b time.Time) time.Duration { return a.Sub(b).Abs() }
