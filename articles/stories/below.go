package stories

import (
	"math"
	"slices"
)

// sign is a word in a text: its number, and whether it is a name or number there. Texts have many words, and most are only
// ever counted: a sign takes a quarter of what a word with its address would.
type sign uint32

// isNamed is set in the sign of a name or number.
const isNamed sign = 1 << 31

func (s sign) id() uint32 { return uint32(s &^ isNamed) }

// texts is what the words of recent texts tell, by their numbers from 1 on. Nothing else of their words is looked at to
// compare two texts, as an article is compared with a thousand others.
type texts struct {
	many  int     // texts there are
	log   float64 // of how many there are, and are expected
	words []*word // nil where a number is free
	free  []uint32
	rare  []float64 // log of how many texts have it, or are expected to
	asked []int     // number of the last article that was compared and has it
}

func newTexts() texts {
	return texts{log: math.Log(before), words: make([]*word, 1), rare: make([]float64, 1), asked: make([]int, 1)}
}

// signed are the words of a text by their numbers.
func (ts *texts) signed(ws []told) []sign {
	if len(ws) == 0 {
		return nil
	}
	signs := make([]sign, len(ws))
	for i, w := range ws {
		if signs[i] = sign(ts.id(w.word)); w.name || w.number {
			signs[i] |= isNamed
		}
	}
	return signs
}

// id is the number of a word, a new one where it has none.
func (ts *texts) id(w *word) uint32 {
	switch last := len(ts.free) - 1; {
	case w.id != 0:
		return w.id
	case last >= 0:
		w.id, ts.free = ts.free[last], ts.free[:last]
	default:
		w.id = uint32(len(ts.words))
		ts.words, ts.rare, ts.asked = append(ts.words, nil), append(ts.rare, 0), append(ts.asked, 0)
	}
	ts.words[w.id], ts.asked[w.id] = w, 0
	ts.count(w)
	return w.id
}

// release frees the number of a word that nothing remembers any more.
func (ts *texts) release(w *word) {
	if w.id != 0 {
		ts.words[w.id], ts.free = nil, append(ts.free, w.id)
		w.id = 0
	}
}

// count notes how many texts have a word.
func (ts *texts) count(w *word) { ts.rare[w.id] = math.Log(float64(w.leads) + w.usual) }

// add remembers a text, and drop forgets it.
func (ts *texts) add(r *report) {
	ts.resize(1)
	for _, s := range r.lead {
		w := ts.words[s.id()]
		w.leads++
		ts.count(w)
		if w.below = append(w.below, r); len(w.below) > deepRare { // it finds nobody by then
			w.below = nil
		}
	}
}

func (ts *texts) drop(r *report) {
	ts.resize(-1)
	for _, s := range r.lead {
		w := ts.words[s.id()]
		w.leads--
		ts.count(w)
		w.below = without(w.below, r)
	}
}

func (ts *texts) resize(by int) {
	ts.many += by
	ts.log = math.Log(float64(ts.many) + before)
}

// inquiry is an article that is compared with others.
type inquiry struct {
	*report
	head       float64 // what the words of its headline tell, together
	all, named float64 // and those of its text, and of these its names and numbers alone
}

// ask marks the words of a text that is to be compared with others.
func (ts *texts) ask(r *report) inquiry {
	q := inquiry{report: r}
	for _, s := range r.lead {
		ts.asked[s.id()] = r.number
		tells := ts.log - ts.rare[s.id()]
		q.all += tells * tells
		if s&isNamed != 0 {
			q.named += tells * tells
		}
	}
	return q
}

// cosine compares the text that was asked last with another one.
func (ts *texts) cosine(q inquiry, other *report) float64 {
	if q.cyrillic != other.cyrillic {
		return ts.across(q, other)
	}
	var common, inOther float64
	for _, s := range other.lead {
		tells := ts.log - ts.rare[s.id()]
		inOther += tells * tells
		if ts.asked[s.id()] == q.number {
			common += tells * tells
		}
	}
	return cosineOf(common, q.all, inOther)
}

// across compares names and numbers only.
func (ts *texts) across(q inquiry, other *report) float64 {
	var common, inOther float64
	for _, s := range other.lead {
		tells := ts.log - ts.rare[s.id()]
		if s&isNamed != 0 {
			inOther += tells * tells
		}
		if ts.asked[s.id()] == q.number && slices.Contains(q.lead, s|isNamed) {
			common += tells * tells
		}
	}
	return cosineOf(common, q.named, inOther)
}

func cosineOf(common, inA, inB float64) float64 {
	if common == 0 {
		return 0
	}
	return common / math.Sqrt(inA*inB)
}
