package ngram

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"unicode"
)

// Table is what is known of the languages of one script: how much each run of letters speaks for each of them.
type Table struct {
	Script    string   // ISO 15924
	Languages []string // BCP 47
	keys      []Key    // ascending
	rows      []uint32 // the place of each key and one, by the key's hash; 0 where there is none
	weights   lanes    // by key and language: the natural logarithm of how much likelier a run is there than elsewhere
}

// most is the most that one run may say for or against a language. Weights are whole numbers: to drop the small ones makes
// a file half as large, and a verdict better, because the runs of a word overlap and say the same thing several times.
const most = 7

// Weigh adds up what the words of a text say for each language.
func (t *Table) Weigh(text string, script *unicode.RangeTable) []int {
	sums := t.weights.zero(len(t.Languages))
	for word := range Words(text, script) {
		for key := range Runs(word) {
			if row, ok := t.find(key); ok {
				sums.add(t.weights.row(row))
			}
		}
	}
	return sums.total()
}

// find is the place of a key.
func (t *Table) find(key Key) (row int, known bool) {
	mask := uint64(len(t.rows) - 1)
	for at := slot(key) & mask; t.rows[at] > 0; at = (at + 1) & mask {
		if row := int(t.rows[at]) - 1; t.keys[row] == key {
			return row, true
		}
	}
	return 0, false
}

// slot is where a key is looked for first, in as many of its lower bits as there are rows.
func slot(key Key) uint64 { return uint64(key) * 0x9E3779B97F4A7C15 >> 32 }

// index makes the keys be found.
func (t *Table) index() {
	t.rows = make([]uint32, 1<<bits.Len(uint(len(t.keys)+len(t.keys)/2)))
	mask := uint64(len(t.rows) - 1)
	for row, key := range t.keys {
		at := slot(key) & mask
		for t.rows[at] > 0 {
			at = (at + 1) & mask
		}
		t.rows[at] = uint32(row) + 1
	}
}

// Counts is how often runs of letters were met in the texts of one language, by the weight of these texts.
type Counts map[Key]float64

// Add counts the runs of a text.
func (c Counts) Add(text string, script *unicode.RangeTable, weight float64) {
	for word := range Words(text, script) {
		for key := range Runs(word) {
			c[key] += weight
		}
	}
}

// totals are how many runs of each length there are: a run is compared with those of its own length.
func (c Counts) totals() (sums [longest + 1]float64) {
	for _, key := range c.keys() { // in order: sums of fractions must come out the same each time
		sums[key.order()] += c[key]
	}
	return sums
}

func (c Counts) keys() []Key {
	keys := make([]Key, 0, len(c))
	for key := range c {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// prior is how many runs of each length every language is taken to have had besides those counted, spread as in the
// average of the script's languages. Between 50 and 3,000 it changes little.
const prior = 200

// NewTable weighs the runs of letters of the languages of a script against each other, and keeps for each language as many
// as are asked for, those that say most about it. counts are in the order of languages.
func NewTable(script string, languages []string, counts []Counts, keep int) *Table {
	t := &Table{Script: script, Languages: languages}
	sums := make([][longest + 1]float64, len(counts))
	usual := map[Key]float64{} // share among the runs of its length, averaged over languages
	for i, c := range counts {
		sums[i] = c.totals()
		for key, n := range c {
			usual[key] += n / sums[i][key.order()] / float64(len(counts))
		}
	}
	weight := func(i int, key Key) float64 {
		return math.Log((counts[i][key] + prior*usual[key]) / ((sums[i][key.order()] + prior) * usual[key]))
	}
	for i, c := range counts {
		said := func(key Key) float64 { return c[key] / sums[i][key.order()] * math.Abs(weight(i, key)) }
		t.keys = append(t.keys, telling(c, said, keep)...)
	}
	slices.Sort(t.keys)
	t.keys = slices.Compact(t.keys)
	t.index()
	t.weights = newLanes(len(t.keys), len(languages))
	for row, key := range t.keys {
		for i := range counts {
			t.weights.set(row, i, whole(weight(i, key), key.order()))
		}
	}
	return t
}

// A weight below these is nothing, that of a single letter and that of any other run. Single letters are in every word:
// that one language rounds up what another rounds down would outweigh all the rest.
const (
	smallLetter = 1.5
	small       = 0.5
)

// whole is a weight as it is kept.
func whole(weight float64, order int) int8 {
	if size := math.Abs(weight); size < small || order == 1 && size < smallLetter {
		return 0
	}
	return int8(min(max(math.Round(weight), -most), most))
}

// seldom is below what a run is taken for chance.
const seldom = 2

// telling are the runs of a language that say most in an average text.
func telling(counts Counts, said func(Key) float64, keep int) []Key {
	keys := slices.DeleteFunc(counts.keys(), func(k Key) bool { return counts[k] < seldom })
	much := make(map[Key]float64, len(keys))
	for _, k := range keys {
		much[k] = said(k)
	}
	slices.SortStableFunc(keys, func(a, b Key) int { return cmp.Compare(much[b], much[a]) })
	return keys[:min(keep, len(keys))]
}
