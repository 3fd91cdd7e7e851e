package stories

import (
	"math"
	"slices"
	"time"
)

// Bounds of a burst: articles of several stories have a pair of words in their headlines, within so short a span that they
// cannot be what is usual for that pair. Three words most of them have: what shares two only is two events that meet in
// them, or news of many firms. Chosen on one week of a wire and checked on two days of another year (see the corpus test,
// and tenbells eval for the curve).
const (
	burstSpan     = 2 * time.Hour
	burstArticles = 4
	burstStories  = 3
	burstCommon   = 3   // words
	burstShare    = 0.7 // of the articles have each of them, at least
	burstMoney    = 0.4 // of the articles may be on companies' figures and on markets
	burstTells    = 3.0 // weight of a word that counts
	burstRise     = 8.0 // of unlikely
)

// rateOf is by how many articles, of which one has the pair, more are thought to be remembered: a rate that is taken of
// few says little.
const rateOf = 200

// How many words of a headline are looked at, and how many articles at most that had one of them lately.
const (
	maxTelling = 16
	maxLate    = 200
)

// burst is what came lately of the words of an article.
type burst struct {
	*report
	own   *story
	words []told // those that tell of an event
	late  []late // what came within the span and has any of them, the article itself first
}

// late is an article with the words of another that it has, a bit each.
type late struct {
	*report
	has uint16
}

// burst finds the articles that r, of story s, makes a burst with, r first; none if it makes none.
func (rs *reports) burst(r *report, s *story) []*report {
	b := burst{report: r, own: s, words: rs.telling(r)}
	if len(b.words) < burstCommon {
		return nil
	}
	b.late = b.gather()
	var most []late
	rise := burstRise
	for i := range b.words {
		for j := range i {
			of := b.pair(j, i)
			if len(of) < burstArticles || !b.isOne(of) {
				continue
			}
			if is := rs.surprise(b.words[i].word, b.words[j].word, of); is >= rise {
				most, rise = of, is
			}
		}
	}
	var found []*report
	for _, l := range most {
		found = append(found, l.report)
	}
	return found
}

// telling are the words of r that are rare enough to tell of an event, and that others had lately: what most of four
// articles have, two others have.
func (rs *reports) telling(r *report) []told {
	var all []told
	for _, w := range r.words {
		others := len(w.reports) - 2
		if others >= 0 && r.seen.Sub(w.reports[others].seen) <= burstSpan &&
			!w.number && len(w.text) > 1 && rs.weight(w.word) >= burstTells {
			all = append(all, w)
		}
	}
	return all[:min(len(all), maxTelling)]
}

// gather finds what came within the span and has any of the words.
func (b burst) gather() []late {
	all := []late{{b.report, 1<<len(b.words) - 1}}
	at := map[*report]int{}
	for i, w := range b.words {
		for _, other := range slices.Backward(w.reports[max(0, len(w.reports)-maxLate):]) {
			if b.seen.Sub(other.seen) > burstSpan {
				break
			}
			if ago := b.at.Sub(other.at); ago < 0 || ago > burstSpan || other.article == b.article {
				continue
			}
			n, known := at[other]
			if !known {
				n = len(all)
				at[other], all = n, append(all, late{report: other})
			}
			all[n].has |= 1 << i
		}
	}
	return all
}

// pair are the articles that have two of the words. Two words of one name (“South Africa”) are no pair; where a headline
// shows no names, as in letters that have no capitals, no two words are that stand side by side.
func (b burst) pair(i, j int) (of []late) {
	one, other := b.words[i], b.words[j]
	if (one.name && other.name || !b.showsNames()) && b.follows(one, other) {
		return nil
	}
	both := uint16(1<<i | 1<<j)
	for _, l := range b.late {
		if l.has&both == both {
			of = append(of, l)
		}
	}
	return of
}

func (b burst) showsNames() bool {
	return slices.ContainsFunc(b.report.words, func(w told) bool { return w.name })
}

// follows says whether the one word stands right before the other.
func (b burst) follows(one, other told) bool {
	next := 1 + slices.IndexFunc(b.report.words, func(w told) bool { return w.word == one.word })
	return next < len(b.report.words) && b.report.words[next].word == other.word
}

// isOne says whether articles tell of one event, rather than being copies, a form filled in, or the chatter of markets.
func (b burst) isOne(of []late) bool {
	stories := map[*story]bool{}
	onMoney, forms, others := 0, 0, 0
	for _, l := range of {
		stories[b.storyOf(l)] = true
		if l.isOnMoney() {
			onMoney++
		}
		if b.storyOf(l) != b.own {
			others++
			if filledOut(b.report, l.report) {
				forms++
			}
		}
	}
	return len(stories) >= burstStories && b.common(of) >= burstCommon &&
		float64(onMoney) <= burstMoney*float64(len(of)) && 2*forms < others
}

func (b burst) storyOf(l late) *story {
	if l.report == b.report {
		return b.own // it is not remembered yet
	}
	return l.story
}

// common counts the words that most of some articles have.
func (b burst) common(of []late) (words int) {
	for i := range b.words {
		n := 0
		for _, l := range of {
			n += int(l.has >> i & 1)
		}
		if float64(n) >= burstShare*float64(len(of)) {
			words++
		}
	}
	return words
}

// surprise says how unlikely so many articles with a pair of words are, the latest of which is not remembered yet, if they
// came at the rate of all remembered ones before, as a share of all that came: news is more by day than by night.
func (rs *reports) surprise(one, other *word, of []late) float64 {
	if len(other.reports) < len(one.reports) {
		one, other = other, one
	}
	before := 1 - len(of)
	for _, r := range one.reports {
		if has(r.words, other) {
			before++
		}
	}
	began := of[0].seen.Add(-burstSpan)
	first, _ := slices.BinarySearchFunc(rs.queue, began, func(r *report, at time.Time) int { return r.seen.Compare(at) })
	share := float64(max(before, 0)+1) / float64(first+rateOf)
	return unlikely(float64(len(of)), share*float64(len(rs.queue)-first+1))
}

// unlikely is the logarithm of how unlikely n are where so many are usual; 0 if that is not fewer.
func unlikely(n, usual float64) float64 {
	if n <= usual {
		return 0
	}
	return n*math.Log(n/usual) - (n - usual)
}

// filledOut says whether two headlines are one form filled in, though with more words or fewer: they have half of their
// words in common, and what differs is names and numbers (“Agency affirms Norbank at 'BBB'; outlook stable”).
func filledOut(a, b *report) bool {
	common, plain := a.against(b)
	_, more := b.against(a)
	return 2*common >= min(len(a.words), len(b.words)) && plain+more <= 1
}

// against counts the words of a that b has, and those it lacks that are neither names nor numbers.
func (r *report) against(other *report) (common, plain int) {
	for _, w := range r.words {
		switch {
		case has(other.words, w.word):
			common++
		case !w.name && !w.number:
			plain++
		}
	}
	return common, plain
}
