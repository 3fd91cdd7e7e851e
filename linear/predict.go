package linear

import "sync"

// Score is what a model says of a text and one label.
type Score struct {
	Label       string
	Probability float64
	Threshold   float64 // from which the label holds, chosen on examples left out
	Holds       bool    // of a model that chooses one label, that one; else what reaches its threshold
	Examples    int     // that the label was learned from
}

// Predict scores a text, one score for each label in the order of Labels. A text without a known feature has what the
// examples had most; nothing holds.
func (m *Model) Predict(t Text) []Score {
	r := m.Read(t)
	defer r.Close()
	return r.Scores()
}

// Reading is a text that was read once, for whoever wants its scores and what spoke for them. It is for one goroutine, and
// must be closed.
type Reading struct {
	model   *Model
	text    Text
	scratch *scratch
	vector  []entry
}

// Read reads a text.
func (m *Model) Read(t Text) *Reading {
	s := scratches.Get().(*scratch)
	s.count(t, m.shape)
	return &Reading{m, t, s, s.weigh(&m.words, m.shape)}
}

// Close gives back the memory of reading.
func (r *Reading) Close() {
	clear(r.scratch.reasons) // they are parts of the text
	scratches.Put(r.scratch)
}

// Scores are one for each label, as Predict's.
func (r *Reading) Scores() []Score {
	scores := r.model.scores(r.model.margins(r.scratch, r.vector))
	if len(r.vector) > 0 {
		r.model.choose(scores)
	}
	return scores
}

// scratches keep the memory of reading between texts.
var scratches = sync.Pool{New: func() any { return new(scratch) }}

// margins adds up the weights of a text's features, for each label.
func (m *Model) margins(s *scratch, vector []entry) []float32 {
	margins := append(s.margins[:0], make([]float32, len(m.labels))...)
	for _, e := range vector {
		for _, v := range m.votes(e.feature) {
			margins[v.label] += float32(v.steps) * e.value
		}
	}
	for l := range m.labels {
		margins[l] = margins[l]*m.labels[l].scale + m.labels[l].bias
	}
	s.margins = margins
	return margins
}

func (m *Model) scores(margins []float32) []Score {
	scores := make([]Score, len(m.labels))
	for l := range m.labels {
		of := &m.labels[l]
		s := sigmoid{float64(of.slope), float64(of.offset)}
		scores[l] = Score{Label: of.name, Probability: s.of(float64(margins[l])), Threshold: float64(of.threshold), Examples: of.examples}
	}
	return scores
}

// choose marks what holds.
func (m *Model) choose(scores []Score) {
	best := 0
	for i := range scores {
		if scores[i].Probability > scores[best].Probability {
			best = i
		}
		scores[i].Holds = !m.single && scores[i].Probability >= scores[i].Threshold
	}
	if m.single && len(scores) > 0 {
		scores[best].Holds = true
	}
}
