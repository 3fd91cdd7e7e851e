package stories

import (
	"slices"
	"time"
)

// Bounds of what is sudden: so many articles of an event within the hour share a word, in so many ways told, and far fewer
// were to be expected of it. Results, prices and the chatter of markets come in such crowds on any day: there it takes
// more. Chosen on one week of a wire and checked on two days of another year (see the corpus test).
const (
	suddenArticles  = 5
	suddenHeadlines = 3
	suddenRise      = 6.0 // of rise
	moneyArticles   = 8
	moneyHeadlines  = 5

	suddenTells = 2.0           // weight of a word that tells of an event
	suddenLeast = 6 * time.Hour // of memory: what is usual is not known from less
)

// money are words of headlines on companies' figures and on markets.
var money = moneyWords("profit profits results quarter quarterly earnings revenue revenues sales EPS share shares stock stocks stake bid price prices " +
	"percent inflation bond bonds debt loan loans forecast forecasts market markets rate rates Q1 Q2 Q3 Q4 notes IPO bank banks banking ECB Fed CEO CFO " +
	"buyback buybacks retail deal firm company bourse currency yen dollar euro euros economy economic growth budget GDP tax taxes fund funds " +
	"investor investors dividend merger acquisition buy buys billion million " +
	"прибыль выручка акции биржа рубль доллар евро инфляция облигации банк рынок ставка экономика бюджет миллиард миллион")

func moneyWords(list string) map[string]bool {
	all := map[string]bool{}
	for _, t := range terms(list, len(list)) {
		all[t.text] = true
	}
	return all
}

// isOnMoney says whether a headline has a word of companies' figures or of markets.
func (r *report) isOnMoney() bool {
	return slices.ContainsFunc(r.words, func(w told) bool { return money[w.text] })
}

// sudden says whether the word of r that most articles of kin within the hour share is told of far more than is usual.
func (rs *reports) sudden(r *report, kin []*story) bool {
	articles, headlines := suddenArticles, suddenHeadlines
	if r.isOnMoney() {
		articles, headlines = moneyArticles, moneyHeadlines
	}
	var most *word // of them share it
	n, told := 0, 0
	for _, w := range r.words {
		if rs.weight(w.word) < suddenTells {
			continue
		}
		if m, heads := inCommon(r, kin, w.word); m > n || m == n && heads > told {
			most, n, told = w.word, m, heads
		}
	}
	return n >= articles && told >= headlines && rs.rise(r, most, n) >= suddenRise
}

// inCommon counts the articles of kin within the hour, r among them, that have a word in their headlines, and how many
// different headlines those are.
func inCommon(r *report, kin []*story, w *word) (n, headlines int) {
	different := map[string]bool{r.headline: true}
	n = 1
	for _, s := range kin {
		for _, other := range s.recent {
			if within(r, other) && has(other.words, w) {
				n++
				different[other.headline] = true
			}
		}
	}
	return n, len(different)
}

// rise says how far n articles within the hour are from what is usual for a word, r among them, which is not remembered
// yet: the logarithm of how unlikely so many would be if they came at the rate of all remembered ones before.
func (rs *reports) rise(r *report, w *word, n int) float64 {
	remembered := suddenLeast
	if len(rs.queue) > 0 {
		remembered = max(remembered, r.at.Sub(rs.queue[0].at))
	}
	usual := float64(max(0, w.heads+1-n)+1) / min(remembered, Window).Hours()
	return unlikely(float64(n), usual)
}
