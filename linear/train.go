package linear

import (
	"context"
	"hash/fnv"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Train learns from examples. It returns early only when ctx ends. The error is ErrTooLittle
// when there is nothing to learn.
func Train(ctx context.Context, examples []Example, o Options) (*Model, error) {
	o = o.withDefaults()
	if err := fault(examples, o); err != nil {
		return nil, err
	}
	c := newClass(examples, o)
	if len(c.names) == 0 || len(c.names) == 1 && len(c.has[0]) == len(examples) || c.words.size() == 0 {
		return nil, ErrTooLittle
	}
	m := &Model{shape: o.shape(), words: c.words, single: c.single, examples: len(examples), labels: make([]label, len(c.names))}
	learned := make([][]weight, len(c.names))
	unseen := make([][]float32, len(c.names))
	if err := c.each(ctx, func(l int) { m.labels[l], learned[l], unseen[l] = c.learnLabel(l) }); err != nil {
		return nil, err
	}
	m.pack(learned)
	c.tell(unseen)
	return m, nil
}

// class is what is learned from.
type class struct {
	o      Options
	words  vocabulary
	rows   [][]entry
	names  []string
	has    [][]int // examples with each label
	folds  []int   // fold of each example; -1 is never left out
	single bool
}

func newClass(examples []Example, o Options) *class {
	c := &class{o: o, single: o.Single == Always}
	c.read(examples)
	at := map[string]int{}
	one := true
	for _, e := range examples {
		one = one && len(e.Labels) == 1
		for _, name := range e.Labels {
			if _, known := at[name]; !known && len(name) <= maxLabel {
				at[name] = 0
				c.names = append(c.names, name)
			}
		}
	}
	slices.Sort(c.names)
	c.names = c.names[:min(len(c.names), maxLabels)]
	clear(at)
	for i, name := range c.names {
		at[name] = i
	}
	c.has = make([][]int, len(c.names))
	for i, e := range examples {
		for _, name := range e.Labels {
			if l, known := at[name]; known && (len(c.has[l]) == 0 || c.has[l][len(c.has[l])-1] != i) {
				c.has[l] = append(c.has[l], i)
			}
		}
	}
	c.single = c.single || o.Single == AsExamples && one
	c.split(examples)
	return c
}

// read makes vocabulary and rows. Texts are read twice, which takes less memory than keeping all that they have.
func (c *class) read(examples []Example) {
	var s scratch
	var t tally
	sh := c.o.shape()
	for _, e := range examples {
		s.count(e.Text, sh)
		t.add(&s.bag)
	}
	c.words = t.vocabulary(len(examples), c.o.Rarest, c.o.MaxFeatures)
	c.rows = make([][]entry, len(examples))
	for i, e := range examples {
		s.count(e.Text, sh)
		c.rows[i] = sortedVector(s.weigh(&c.words, sh))
	}
}

// split deals the examples to folds, by group.
func (c *class) split(examples []Example) {
	c.folds = make([]int, len(examples))
	for i, e := range examples {
		group := e.Group
		if group == "" {
			group = strconv.Itoa(i)
		}
		h := fnv.New32a()
		h.Write([]byte(group))
		if c.folds[i] = int(h.Sum32()>>8) % c.parts(); c.o.Folds == 1 && c.folds[i] > 0 {
			c.folds[i] = -1
		}
	}
}

// parts is how many parts the examples are dealt to.
func (c *class) parts() int {
	if c.o.Folds == 1 {
		return 5
	}
	return c.o.Folds
}

// each calls do for every label, several at a time. A label's machine depends on nothing but the examples, so the
// order does not matter.
func (c *class) each(ctx context.Context, do func(l int)) error {
	var mu sync.Mutex
	done := 0
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(orElse(max(c.o.Workers, 0), runtime.GOMAXPROCS(0)), len(c.names)) {
		workers.Go(func() {
			for l := range next {
				do(l)
				mu.Lock()
				if done++; c.o.Progress != nil {
					c.o.Progress(done, len(c.names))
				}
				mu.Unlock()
			}
		})
	}
	defer workers.Wait()
	defer close(next)
	for l := range c.names {
		select {
		case next <- l:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}

// weight is one weight of a label, in steps of its scale.
type weight struct {
	feature uint32
	steps   int16
}

// learnLabel trains one label's machine and what turns its margins into probabilities. unseen is what crossed says of the
// examples, where somebody asks.
func (c *class) learnLabel(l int) (learned label, steps []weight, unseen []float32) {
	yes := make([]bool, len(c.rows))
	for _, i := range c.has[l] {
		yes[i] = true
	}
	m := c.machine(c.rows, yes)
	steps, scale := m.steps()
	learned = label{name: c.names[l], scale: scale, bias: m.bias, examples: len(c.has[l])}
	left := c.leftOut(yes)
	s := platt(left)
	learned.slope, learned.offset = float32(s.slope), float32(s.offset)
	learned.threshold = float32(threshold(left, s))
	if c.o.Unseen != nil {
		unseen = c.crossed(left)
	}
	return learned, steps, unseen
}

// number is a label's place among Labels.
func (m *Model) number(name string) (int, bool) {
	return slices.BinarySearchFunc(m.labels, name, func(l label, name string) int { return strings.Compare(l.name, name) })
}

func (c *class) machine(rows [][]entry, yes []bool) machine {
	var gains []float32
	if c.o.Ratio {
		gains = gainsOf(rows, yes, c.words.size())
	}
	return learn(rows, yes, c.words.size(), c.o.Cost, gains)
}

// leftOut is what machines say of the examples that were left out of their training.
func (c *class) leftOut(yes []bool) []judged {
	var all []judged
	for fold := range c.o.Folds {
		var rows [][]entry
		var answers []bool
		for i, f := range c.folds {
			if f != fold {
				rows, answers = append(rows, c.rows[i]), append(answers, yes[i])
			}
		}
		if len(rows) == len(c.rows) || len(rows) == 0 {
			continue
		}
		m := c.machine(rows, answers)
		for i, f := range c.folds {
			if f == fold {
				all = append(all, judged{margin: m.margin(c.rows[i]), yes: yes[i], example: i})
			}
		}
	}
	return all
}

// smallest is the share of a label's largest weight below which a weight is left out.
const smallest = 1.0 / 1000

// steps rounds the weights to 16 bits of the largest and leaves the smallest out.
func (m *machine) steps() ([]weight, float32) {
	largest := float32(0)
	for _, w := range m.weights {
		largest = max(largest, float32(math.Abs(float64(w))))
	}
	if largest == 0 {
		return nil, 1
	}
	scale := largest / math.MaxInt16
	var all []weight
	for f, w := range m.weights {
		if math.Abs(float64(w)) >= smallest*float64(largest) {
			all = append(all, weight{uint32(f), int16(math.Round(float64(w / scale)))})
		}
	}
	return all, scale
}

// pack lays the labels' weights out by feature, and forgets features without any.
func (m *Model) pack(learned [][]weight) {
	counts := make([]uint32, m.words.size()+1)
	total := 0
	for _, ws := range learned {
		for _, w := range ws {
			counts[w.feature]++
		}
		total += len(ws)
	}
	var hashes []uint32
	var idf []float32
	renumbered := make([]uint32, m.words.size())
	at := uint32(0)
	for f, n := range counts[:m.words.size()] {
		if n > 0 {
			renumbered[f] = uint32(len(hashes))
			hashes, idf = append(hashes, m.words.hashes[f]), append(idf, m.words.idf[f])
			m.starts = append(m.starts, at)
			at += n
		}
	}
	m.starts = append(m.starts, at)
	m.weights = make([]vote, total)
	next := slices.Clone(m.starts)
	for l, ws := range learned {
		for _, w := range ws {
			f := renumbered[w.feature]
			m.weights[next[f]] = vote{uint16(l), w.steps}
			next[f]++
		}
	}
	m.words = known(hashes, idf)
}
