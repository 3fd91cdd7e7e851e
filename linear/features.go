package linear

import (
	"math"
	"slices"
	"unicode/utf8"
)

// block is one of the parts of a text's vector. It is the upper two bits of a feature's hash, so that the blocks share
// no feature and a model's features lie sorted by block.
type block uint32

const (
	wordBlock block = iota
	titleBlock
	runBlock
	markBlock
	blocks
)

const blockShift = 30

// feature is the hash under which something of a block is known. Of 2³⁰ values a model knows fewer than 2²¹, so that a
// word it never saw is taken for one it knows less than once in 500.
func (b block) feature(h uint64) uint32 {
	h ^= h >> 32 // FNV mixes its upper bits better
	h *= 0x9E3779B97F4A7C15
	return uint32(b)<<blockShift | uint32(h>>34)
}

// shape is what a model needs to know of its options to read a text as in training.
type shape struct {
	shortRun, longRun int
	pairs             bool
	maxWords          int
	weights           [blocks]float32
}

func (o Options) shape() shape {
	return shape{shortRun: o.ShortRun, longRun: o.LongRun, pairs: !o.NoPairs, maxWords: o.MaxWords,
		weights: [blocks]float32{1, float32(max(o.TitleWeight, 0)), float32(max(o.RunWeight, 0)), float32(max(o.MarkWeight, 0))}}
}

// scratch is the memory that reading one text takes, kept for the next.
type scratch struct {
	tokens  []token
	folded  []byte
	bag     bag
	vector  []entry
	margins []float32
	by      []float64 // see witness
	asked   []bool
	reasons []Reason
}

// entry is one feature of a vector.
type entry struct {
	feature uint32 // its number in the vocabulary
	value   float32
}

// count fills the bag with a text's features.
func (s *scratch) count(t Text, sh shape) {
	s.tokens, s.folded = s.tokens[:0], s.folded[:0]
	s.bag.empty()
	s.tokenize(t.Title, true, sh.maxWords)
	s.tokenize(t.Body, false, sh.maxWords)
	for i, t := range s.tokens {
		s.add(wordBlock, t.hash, t.title, sh)
		if sh.pairs && i > 0 && t.glued && s.tokens[i-1].title == t.title {
			s.add(wordBlock, pair(s.tokens[i-1], t), t.title, sh)
		}
	}
	if sh.longRun > 0 {
		s.countRuns(sh)
	}
	for _, mark := range t.Marks {
		s.bag.add(markBlock.feature(hashBytes(seed, []byte(mark))), 1)
	}
}

func (s *scratch) add(b block, h uint64, title bool, sh shape) {
	s.bag.add(b.feature(h), 1)
	if title && sh.weights[titleBlock] > 0 {
		s.bag.add(titleBlock.feature(h), 1)
	}
}

func pair(a, b token) uint64 { return (a.hash*prime ^ b.hash) * prime }

// countRuns counts the runs of letters in each different word, as often as the word is there. A word's edges count as
// letters.
func (s *scratch) countRuns(sh shape) {
	for _, t := range s.tokens {
		slot := &s.bag.slots[s.bag.find(wordBlock.feature(t.hash))]
		if slot.note == 0 {
			slot.note = runsCounted
			times := slot.count
			s.runs(t, sh, func(h uint64) { s.bag.add(runBlock.feature(h), times) })
		}
	}
}

// edge stands for a word's beginning and end in its runs.
const edge = '\x01'

// runs yields the hashes of the runs in a word.
func (s *scratch) runs(t token, sh shape, yield func(uint64)) {
	var buffer [maxTokenBytes + utf8.UTFMax + 2]byte
	padded := append(append(append(buffer[:0], edge), s.folded[t.from:t.to]...), edge)
	for start := 0; start < len(padded); start = nextLetter(padded, start) {
		h, letters := seed, 0
		for i := start; i < len(padded) && letters < sh.longRun; {
			next := nextLetter(padded, i)
			h = hashBytes(h, padded[i:next])
			i, letters = next, letters+1
			if letters >= sh.shortRun && letters > 1 {
				yield(h)
			}
		}
	}
}

// nextLetter is where the letter after the one at i begins.
func nextLetter(word []byte, i int) int {
	for i++; i < len(word) && !utf8.RuneStart(word[i]); i++ {
	}
	return i
}

// bag counts features by hash. It is emptied without being swept.
type bag struct {
	slots []slot
	order []uint32 // slots in use, in the order of their first sight
	round uint32
}

type slot struct {
	hash, count, round uint32
	note               uint32 // while it is counted, whether its runs were; then the number of its entry in the vector, from 1
}

const runsCounted = 1

const firstBag = 1 << 12

func (b *bag) empty() {
	if b.slots == nil {
		b.slots = make([]slot, firstBag)
	}
	b.order = b.order[:0]
	if b.round++; b.round == 0 { // after four thousand million texts, stale slots could look fresh
		clear(b.slots)
		b.round = 1
	}
}

// find is the slot of a hash, or the free one where it belongs.
func (b *bag) find(hash uint32) uint32 {
	mask := uint32(len(b.slots) - 1)
	at := (hash * 2654435769) >> 7 & mask
	for b.slots[at].round == b.round && b.slots[at].hash != hash {
		at = (at + 1) & mask
	}
	return at
}

// entry is the number of a hash's entry in the vector that was made of the bag, from 1; 0 where it has none.
func (b *bag) entry(hash uint32) uint32 {
	if slot := &b.slots[b.find(hash)]; slot.round == b.round {
		return slot.note
	}
	return 0
}

func (b *bag) add(hash, times uint32) {
	at := b.find(hash)
	if b.slots[at].round == b.round {
		b.slots[at].count += times
		return
	}
	b.slots[at] = slot{hash: hash, count: times, round: b.round}
	if b.order = append(b.order, at); len(b.order)*2 > len(b.slots) {
		b.grow()
	}
}

func (b *bag) grow() {
	old := b.slots
	b.slots = make([]slot, 2*len(old))
	for i, at := range b.order {
		to := b.find(old[at].hash)
		b.slots[to] = old[at]
		b.order[i] = to
	}
}

// weigh turns the bag into a vector of known features, in the order of their numbers.
func (s *scratch) weigh(v *vocabulary, sh shape) []entry {
	s.vector = s.vector[:0]
	var squares [blocks]float64
	for _, at := range s.bag.order {
		slot := &s.bag.slots[at]
		feature, known := v.find(slot.hash)
		if !known {
			slot.note = 0
			continue
		}
		value := sublinear(slot.count) * v.idf[feature]
		squares[slot.hash>>blockShift] += float64(value) * float64(value)
		s.vector = append(s.vector, entry{feature, value})
		slot.note = uint32(len(s.vector))
	}
	s.normalize(v, sh, squares)
	return s.vector
}

// normalize brings each block to its weight and all together to length one.
func (s *scratch) normalize(v *vocabulary, sh shape, squares [blocks]float64) {
	whole := 0.0
	for b, square := range squares {
		if square > 0 {
			whole += float64(sh.weights[b]) * float64(sh.weights[b])
		}
	}
	if whole == 0 {
		s.vector = s.vector[:0]
		return
	}
	var factors [blocks]float32
	for b, square := range squares {
		if square > 0 {
			factors[b] = float32(float64(sh.weights[b]) / math.Sqrt(square*whole))
		}
	}
	for i, e := range s.vector {
		s.vector[i].value *= factors[v.hashes[e.feature]>>blockShift]
	}
}

// logs are 1+ln(n) of small n.
var logs = func() (table [64]float32) {
	for n := 1; n < len(table); n++ {
		table[n] = float32(1 + math.Log(float64(n)))
	}
	return table
}()

func sublinear(n uint32) float32 {
	if int(n) < len(logs) {
		return logs[n]
	}
	return float32(1 + math.Log(float64(n)))
}

// sortedVector is weigh's vector in the order of features, for training, which goes over it many times.
func sortedVector(v []entry) []entry {
	sorted := slices.Clone(v)
	slices.SortFunc(sorted, func(a, b entry) int { return int(a.feature) - int(b.feature) })
	return sorted
}
