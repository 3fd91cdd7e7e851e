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

// texts is what the words of recent headlines and texts tell, by their numbers from 1 on. Nothing else of their words is
// looked at to compare two articles, as one is compared with a thousand others.
type texts struct {
	words []*word // nil where a number is free
	free  []uint32
	heads rarity // of headlines
	leads rarity // of texts
	asked []where
	last  []sign // the words that are asked
}

// rarity is how rare each word is among some texts.
type rarity struct {
	many int       // texts there are
	log  float64   // of how many there are, and are expected
	rare []float64 // log of how many have a word, or are expected to
}

// tells is how much a word tells, by how rare it is.
func (r *rarity) tells(s sign) float64 { return r.log - r.rare[s.id()] }

// count notes how many texts have a word.
func (r *rarity) count(w *word, many int) { r.rare[w.id] = math.Log(float64(many) + w.usual) }

func (r *rarity) resize(by int) {
	r.many += by
	r.log = math.Log(float64(r.many) + before)
}

// where says in what of the last article that was compared a word is.
type where uint8

const (
	inHead where = 1 << iota
	inLead
)

func newTexts() texts {
	ts := texts{words: make([]*word, 1), asked: make([]where, 1)}
	for _, r := range []*rarity{&ts.heads, &ts.leads} {
		r.rare = make([]float64, 1)
		r.resize(0)
	}
	return ts
}

// signed are the words of a headline and of a text by their numbers.
func (ts *texts) signed(head, lead []told) (inHead, inLead []sign) {
	signs := make([]sign, 0, len(head)+len(lead))
	for _, ws := range [][]told{head, lead} {
		for _, w := range ws {
			s := sign(ts.id(w.word))
			if w.name || w.number {
				s |= isNamed
			}
			signs = append(signs, s)
		}
	}
	return signs[:len(head):len(head)], signs[len(head):]
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
		ts.words, ts.asked = append(ts.words, nil), append(ts.asked, 0)
		ts.heads.rare, ts.leads.rare = append(ts.heads.rare, 0), append(ts.leads.rare, 0)
	}
	ts.words[w.id], ts.asked[w.id] = w, 0
	ts.heads.count(w, w.heads)
	ts.leads.count(w, w.leads)
	return w.id
}

// release frees the number of a word that nothing remembers any more.
func (ts *texts) release(w *word) {
	if w.id != 0 {
		ts.words[w.id], ts.free = nil, append(ts.free, w.id)
		w.id = 0
	}
}

// add remembers a text, and drop forgets it.
func (ts *texts) add(r *report) {
	ts.leads.resize(1)
	for _, s := range r.lead {
		w := ts.words[s.id()]
		w.leads++
		ts.leads.count(w, w.leads)
		if w.below = append(w.below, r); len(w.below) > deepRare { // it finds nobody by then
			w.below = nil
		}
	}
}

func (ts *texts) drop(r *report) {
	ts.leads.resize(-1)
	for _, s := range r.lead {
		w := ts.words[s.id()]
		w.leads--
		ts.leads.count(w, w.leads)
		w.below = without(w.below, r)
	}
}

// inquiry is an article that is compared with others.
type inquiry struct {
	*report
	inHead     float64 // what the words of its headline tell, together
	all, named float64 // and those of its text, and of these its names and numbers alone
}

// ask marks the words of an article that is to be compared with others.
func (ts *texts) ask(r *report) inquiry {
	for _, s := range ts.last {
		ts.asked[s.id()] = 0
	}
	ts.last = append(append(ts.last[:0], r.head...), r.lead...)
	q := inquiry{report: r}
	for _, s := range r.head {
		ts.asked[s.id()] |= inHead
		tells := ts.heads.tells(s)
		q.inHead += tells * tells
	}
	for _, s := range r.lead {
		ts.asked[s.id()] |= inLead
		tells := ts.leads.tells(s)
		q.all += tells * tells
		if s&isNamed != 0 {
			q.named += tells * tells
		}
	}
	return q
}

// headlines compares the headline that was asked last with another one, by what each word tells.
func (ts *texts) headlines(q inquiry, other *report) float64 {
	var common, inOther float64
	for _, s := range other.head {
		tells := ts.heads.tells(s)
		inOther += tells * tells
		if ts.asked[s.id()]&inHead != 0 {
			common += tells * tells
		}
	}
	return cosineOf(common, q.inHead, inOther)
}

// cosine compares the text that was asked last with another one.
func (ts *texts) cosine(q inquiry, other *report) float64 {
	if q.cyrillic != other.cyrillic {
		return ts.across(q, other)
	}
	var common, inOther float64
	for _, s := range other.lead {
		tells := ts.leads.tells(s)
		inOther += tells * tells
		if ts.asked[s.id()]&inLead != 0 {
			common += tells * tells
		}
	}
	return cosineOf(common, q.all, inOther)
}

// across compares names and numbers only.
func (ts *texts) across(q inquiry, other *report) float64 {
	var common, inOther float64
	for _, s := range other.lead {
		tells := ts.leads.tells(s)
		if s&isNamed != 0 {
			inOther += tells * tells
		}
		if ts.asked[s.id()]&inLead != 0 && slices.Contains(q.lead, s|isNamed) {
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
