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
	heads total // of headlines
	leads total // of texts
	had   []had // by how many each word is had
	asked []where
	last  []sign // the words that are asked
}

// total is how many texts there are.
type total struct {
	many int
	log  float64 // of how many there are, and are expected
}

func (t *total) resize(by int) {
	t.many += by
	t.log = math.Log(float64(t.many) + before)
}

// had is the logarithm of how many headlines and texts have a word, or are expected to. The two stand side by side, since
// an article is compared by both.
type had struct{ heads, leads float64 }

// inHead is how much a word of a headline tells, by how rare it is, and inLead one of a text.
func (ts *texts) inHead(s sign) float64 { return ts.heads.log - ts.had[s.id()].heads }
func (ts *texts) inLead(s sign) float64 { return ts.leads.log - ts.had[s.id()].leads }

// countHead notes how many headlines have a word, and countLead how many texts.
func (ts *texts) countHead(w *word) { ts.had[w.id].heads = math.Log(float64(w.heads) + w.usual) }
func (ts *texts) countLead(w *word) { ts.had[w.id].leads = math.Log(float64(w.leads) + w.usual) }

// where says in what of the last article that was compared a word is.
type where uint8

const (
	inHead where = 1 << iota
	inLead
)

func newTexts() texts {
	ts := texts{words: make([]*word, 1), asked: make([]where, 1), had: make([]had, 1)}
	ts.heads.resize(0)
	ts.leads.resize(0)
	return ts
}

// sign gives a report the words of its headline and of its text by their numbers. A text begins with its headline, and so
// do its words, save where what stands behind makes another word of the headline's last.
func (ts *texts) sign(r *report, head, lead []told) {
	shared := len(lead) >= len(head) && slices.Equal(head, lead[:len(head)])
	if shared {
		head, r.heads = nil, uint8(len(head))
	} else {
		r.heads, r.from = uint8(len(head)), uint8(len(head))
	}
	r.signs = make([]sign, 0, len(head)+len(lead))
	for _, ws := range [][]told{head, lead} {
		for _, w := range ws {
			s := sign(ts.id(w.word))
			if w.name || w.number {
				s |= isNamed
			}
			r.signs = append(r.signs, s)
		}
	}
}

// head are the words of the headline by their numbers, and lead those of the headline and the text below it, if there is one.
func (r *report) head() []sign { return r.signs[:r.heads] }
func (r *report) lead() []sign { return r.signs[r.from:] }

// hasText says whether there is a text below the headline.
func (r *report) hasText() bool { return int(r.from) < len(r.signs) }

// id is the number of a word, a new one where it has none.
func (ts *texts) id(w *word) uint32 {
	switch last := len(ts.free) - 1; {
	case w.id != 0:
		return w.id
	case last >= 0:
		w.id, ts.free = ts.free[last], ts.free[:last]
	default:
		w.id = uint32(len(ts.words))
		ts.words, ts.asked, ts.had = append(ts.words, nil), append(ts.asked, 0), append(ts.had, had{})
	}
	ts.words[w.id], ts.asked[w.id] = w, 0
	ts.countHead(w)
	ts.countLead(w)
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
	for _, s := range r.lead() {
		w := ts.words[s.id()]
		w.leads++
		ts.countLead(w)
		if w.below = append(w.below, r); len(w.below) > deepRare { // it finds nobody by then
			w.below = nil
		}
	}
}

func (ts *texts) drop(r *report) {
	ts.leads.resize(-1)
	for _, s := range r.lead() {
		w := ts.words[s.id()]
		w.leads--
		ts.countLead(w)
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
	ts.last = append(append(ts.last[:0], r.head()...), r.lead()...)
	q := inquiry{report: r}
	for _, s := range r.head() {
		ts.asked[s.id()] |= inHead
		tells := ts.inHead(s)
		q.inHead += tells * tells
	}
	for _, s := range r.lead() {
		ts.asked[s.id()] |= inLead
		tells := ts.inLead(s)
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
	for _, s := range other.head() {
		tells := ts.inHead(s)
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
	for _, s := range other.lead() {
		tells := ts.inLead(s)
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
	for _, s := range other.lead() {
		tells := ts.inLead(s)
		if s&isNamed != 0 {
			inOther += tells * tells
		}
		if ts.asked[s.id()]&inLead != 0 && slices.Contains(q.lead(), s|isNamed) {
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
