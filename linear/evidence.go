package linear

import (
	"cmp"
	"slices"
	"strings"
)

// Reason is a word, pair of words or mark of a text, and how much it spoke for a label.
type Reason struct {
	Text   string  // as it is written there
	Weight float64 // share of the margin; above zero
}

// Evidence is what spoke most for a label in a text, the strongest first, at most limit. Runs of letters count for the
// words they are in. A pair is left out where its words stand there already.
func (m *Model) Evidence(t Text, labelName string, limit int) []Reason {
	r := m.Read(t)
	defer r.Close()
	return r.Evidence(labelName, limit)
}

// Evidence is what spoke most for a label, as the model's Evidence.
func (r *Reading) Evidence(labelName string, limit int) []Reason {
	l, ok := r.model.number(labelName)
	if !ok || len(r.vector) == 0 {
		return nil
	}
	w := newWitness(r.model, r.scratch)
	for i, e := range r.vector {
		w.by[i+1] = float64(e.value) * r.model.weight(e.feature, l)
	}
	w.read(r.text)
	return w.strongest(limit)
}

// weight is a feature's weight for one label.
func (m *Model) weight(feature uint32, l int) float64 {
	for _, v := range m.votes(feature) {
		if int(v.label) == l {
			return float64(v.steps) * float64(m.labels[l].scale)
		}
	}
	return 0
}

// witness collects what speaks for a label.
type witness struct {
	m       *Model
	s       *scratch
	by      []float64       // what each entry of the vector adds to the margin, from 1
	asked   []bool          // whether that word was asked already
	seen    map[uint64]bool // reasons by the hash of their folded text
	reasons []Reason
}

// newWitness takes its memory from the scratch.
func newWitness(m *Model, s *scratch) witness {
	n := len(s.vector) + 1
	s.by, s.asked = append(s.by[:0], make([]float64, n)...), append(s.asked[:0], make([]bool, n)...)
	return witness{m: m, s: s, by: s.by, asked: s.asked, seen: map[uint64]bool{}, reasons: s.reasons[:0]}
}

func (w *witness) read(t Text) {
	var before token
	for i, tok := range w.s.tokens {
		text := t.Body
		if tok.title {
			text = t.Title
		}
		if weight := w.ofWord(tok); weight > 0 {
			w.add(tok.hash, text[tok.start:tok.end], weight)
		}
		if i > 0 && tok.glued && before.title == tok.title {
			h := pair(before, tok)
			if weight := w.of(wordBlock, h) + w.of(titleBlock, h); weight > 0 {
				w.add(hashBytes(seed, w.s.folded[before.from:tok.to]), text[before.start:tok.end], weight)
			}
		}
		before = tok
	}
	for _, mark := range t.Marks {
		if weight := w.of(markBlock, hashBytes(seed, []byte(mark))); weight > 0 {
			w.add(hashBytes(seed, []byte("\x00"+mark)), mark, weight)
		}
	}
}

// of is what something of a block says for the label.
func (w *witness) of(b block, h uint64) float64 { return w.by[w.s.bag.entry(b.feature(h))] }

// ofWord is what a word says for the label, alone and by its runs; 0 when a known one is asked again.
func (w *witness) ofWord(t token) float64 {
	entry := w.s.bag.entry(wordBlock.feature(t.hash))
	if w.asked[entry] {
		return 0
	}
	w.asked[entry] = entry > 0
	weight := w.by[entry] + w.of(titleBlock, t.hash)
	if w.m.shape.longRun > 0 {
		w.s.runs(t, w.m.shape, func(h uint64) { weight += w.of(runBlock, h) })
	}
	return weight
}

func (w *witness) add(folded uint64, text string, weight float64) {
	if w.seen[folded] {
		return
	}
	w.seen[folded] = true
	w.reasons = append(w.reasons, Reason{Text: text, Weight: weight})
}

func (w *witness) strongest(limit int) []Reason {
	w.s.reasons = w.reasons
	slices.SortStableFunc(w.reasons, func(a, b Reason) int { return cmp.Compare(b.Weight, a.Weight) })
	var top []Reason
	for _, r := range w.reasons {
		if len(top) == limit {
			break
		}
		overlaps := slices.ContainsFunc(top, func(other Reason) bool {
			return strings.Contains(other.Text, r.Text) || strings.Contains(r.Text, other.Text)
		})
		if !overlaps {
			top = append(top, r)
		}
	}
	return top
}
