// Package linear learns labels of texts: a linear classifier over sparse features, small enough to be trained where it
// is used and to be read by a person. It knows nothing of what the texts are.
//
// A text becomes a vector of four blocks (features.go): words and pairs of words, those of the title once more, runs of
// letters within words (for languages that inflect), and the caller's own marks. Each block is weighted by sublinear
// frequency and inverse document frequency and brought to length one. Every label gets a linear machine of its own
// against all others, trained by coordinate descent on the dual of the squared hinge loss (descent.go; Hsieh et al.,
// ICML 2008, as LIBLINEAR does). What examples that were left out score turns margins into probabilities (Platt) and
// gives each label its threshold (calibrate.go). A model is written in a compact form with a checksum (codec.go) and
// explains a score by the words that made it (evidence.go).
//
// Everything is deterministic: the same examples in the same order give the same bytes.
package linear

import (
	"errors"
	"fmt"
)

// Text is what is judged.
type Text struct {
	Title string
	Body  string
	Marks []string // features of the caller's own, "section:sport"; they share no space with words
}

// Example is a text and what it is.
type Example struct {
	Text
	Labels []string
	Group  string // examples of one group are never on both sides of a split; "" is a group of its own
}

// Options say how to learn. The zero value of each means the default.
type Options struct {
	ShortRun, LongRun int     // lengths in letters of the runs within words; LongRun 0: no runs
	NoPairs           bool    // single words only
	TitleWeight       float64 // of the title's block beside the words' 1; default 0.7, below 0 leaves it out
	RunWeight         float64 // of the runs' block; default 1
	MarkWeight        float64 // of the marks' block; default 0.7
	Cost              float64 // of an example on the wrong side (C of the SVM); default 1
	Ratio             bool    // weigh features by how much likelier they are with the label (NB-SVM; Wang & Manning 2012)
	Rarest            int     // features in fewer examples are left out; default 2
	MaxFeatures       int     // the most common are kept; default 300,000
	MaxWords          int     // of a text that are read; default 600
	Folds             int     // parts that are left out in turn for calibration; default 5, 1 leaves out one fifth only once
	Single            Single  // whether exactly one label is chosen
	Workers           int     // labels learned at the same time; default one for each processor

	// Unseen is told, once the model is trained, of each example in order what machines that learned without it say: the
	// labels that hold by thresholds that were chosen without it, too. An example that no part left out has none.
	Unseen func(example int, holds []string)

	// Progress is told how many of all steps are done. It may be called from several goroutines, one at a time.
	Progress func(done, of int)
}

// Single says whether a text has exactly one label.
type Single int

const (
	AsExamples Single = iota // when every example has exactly one
	Always
	Never
)

// Limits of a model, in training and in reading.
const (
	maxLabels   = 1000
	maxFeatures = 1 << 21
	maxLabel    = 256 // bytes of a label
	maxExamples = 1 << 20
)

func (o Options) withDefaults() Options {
	o.TitleWeight = orElse(o.TitleWeight, 0.7)
	o.RunWeight = orElse(o.RunWeight, 1)
	o.MarkWeight = orElse(o.MarkWeight, 0.7)
	o.Cost = orElse(o.Cost, 1)
	o.Rarest = orElse(o.Rarest, 2)
	o.MaxFeatures = min(orElse(o.MaxFeatures, 300_000), maxFeatures)
	o.MaxWords = min(orElse(o.MaxWords, 600), maxTokens)
	o.Folds = orElse(o.Folds, 5)
	if o.LongRun > 0 {
		o.ShortRun = max(o.ShortRun, 1)
	}
	return o
}

func orElse[T int | float64](value, other T) T {
	if value == 0 {
		return other
	}
	return value
}

// fault says what is wrong with the examples or options.
func fault(examples []Example, o Options) error {
	switch {
	case len(examples) > maxExamples:
		return fmt.Errorf("linear: %d examples are more than %d", len(examples), maxExamples)
	case o.LongRun > 0 && (o.LongRun < o.ShortRun || o.LongRun > 8):
		return fmt.Errorf("linear: runs of %d to %d letters; the longest is 8 and not below the shortest", o.ShortRun, o.LongRun)
	case o.Cost < 0 || o.Folds < 0:
		return errors.New("linear: a cost or a number of folds is negative")
	}
	return nil
}

// ErrTooLittle says that the examples show nothing to learn: fewer than two kinds, or no feature that repeats.
var ErrTooLittle = errors.New("linear: too few examples to learn from")

// Model is what was learned. It is safe for concurrent use.
type Model struct {
	shape    shape
	words    vocabulary
	labels   []label
	single   bool
	examples int // it was trained on

	starts  []uint32 // of each feature's weights, and one past the last
	weights []vote
}

// vote is what a feature weighs for one label.
type vote struct {
	label uint16
	steps int16 // of the label's scale
}

// votes are a feature's weights, by label.
func (m *Model) votes(feature uint32) []vote { return m.weights[m.starts[feature]:m.starts[feature+1]] }

// label is one machine's share of a model beside its weights.
type label struct {
	name      string
	scale     float32 // of one step of a weight
	bias      float32
	slope     float32 // of Platt's sigmoid, 1/(1+exp(slope·margin+offset))
	offset    float32
	threshold float32 // probability from which the label holds
	examples  int     // that had it
}

// Labels are the labels a model knows, sorted.
func (m *Model) Labels() []string {
	names := make([]string, len(m.labels))
	for i, l := range m.labels {
		names[i] = l.name
	}
	return names
}

// Single reports whether exactly one label is chosen for each text.
func (m *Model) Single() bool { return m.single }

// Examples is how many examples the model learned from.
func (m *Model) Examples() int { return m.examples }

// Features is how many features the model knows.
func (m *Model) Features() int { return len(m.words.hashes) }
