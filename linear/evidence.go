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
	if !ok {
		return nil
	}
	w := witness{m: r.model, s: r.scratch, by: make(map[uint32]float64, len(r.vector)), seen: map[string]int{}}
	for _, e := range r.vector {
		if weight := r.model.weight(e.feature, l); weight != 0 {
			w.by[r.model.words.hashes[e.feature]] = float64(e.value) * weight
		}
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
	by      map[uint32]float64 // what each feature adds to the margin
	seen    map[string]int     // reasons by folded text
	reasons []Reason
}

func (w *witness) read(t Text) {
	var before token
	for i, tok := range w.s.tokens {
		text := t.Body
		if tok.title {
			text = t.Title
		}
		if weight := w.ofWord(tok); weight > 0 {
			w.add(string(w.s.folded[tok.from:tok.to]), text[tok.start:tok.end], weight)
		}
		if i > 0 && tok.glued && before.title == tok.title {
			h := pair(before, tok)
			if weight := w.by[wordBlock.feature(h)] + w.by[titleBlock.feature(h)]; weight > 0 {
				w.add(string(w.s.folded[before.from:tok.to]), text[before.start:tok.end], weight)
			}
		}
		before = tok
	}
	for _, mark := range t.Marks {
		w.add("\x00"+mark, mark, w.by[markBlock.feature(hashBytes(seed, []byte(mark)))])
	}
}

// ofWord is what a word says for the label, alone and by its runs.
func (w *witness) ofWord(t token) float64 {
	weight := w.by[wordBlock.feature(t.hash)] + w.by[titleBlock.feature(t.hash)]
	if w.m.shape.longRun > 0 {
		w.s.runs(t, w.m.shape, func(h uint64) { weight += w.by[runBlock.feature(h)] })
	}
	return weight
}

func (w *witness) add(folded, text string, weight float64) {
	if _, known := w.seen[folded]; known || weight <= 0 {
		return
	}
	w.seen[folded] = len(w.reasons)
	w.reasons = append(w.reasons, Reason{Text: text, Weight: weight})
}

func (w *witness) strongest(limit int) []Reason {
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
