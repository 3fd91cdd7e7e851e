package linear

import (
	"math"
	"math/rand/v2"
)

// maxRounds bounds the passes over the examples for one label.
const maxRounds = 60

// enough is the violation of the optimum at which the descent ends, relative to the first round's.
const enough = 0.1

// machine is one label's weights while they are learned: the primal of an SVM with squared hinge loss.
type machine struct {
	weights []float32
	bias    float32
}

// learn finds the machine that tells yes from the others among rows. gains, when there, are the squares of what each
// feature is scaled by: weights are kept in the scale of plain features, and only a step needs to know of gains.
// The dual has one variable for each example; each step solves for one of them exactly. An example whose variable is
// pressed against zero is passed over until the end (shrinking).
func learn(rows [][]entry, yes []bool, features int, cost float64, gains []float32) machine {
	d := descent{machine: machine{weights: make([]float32, features)}, rows: rows, yes: yes, gains: gains}
	d.slack = float32(0.5 / cost)
	d.alphas = make([]float32, len(rows))
	d.lengths = make([]float32, len(rows))
	active := make([]int, len(rows))
	for i, row := range rows {
		active[i] = i
		d.lengths[i] = d.length(row) + d.slack
	}
	random := rand.New(rand.NewPCG(1, 2)) // fixed, so that the same examples give the same machine
	all, first := len(active), 0.0
	bound := float32(math.Inf(1))
	for range maxRounds {
		random.Shuffle(len(active), func(i, j int) { active[i], active[j] = active[j], active[i] })
		worst, kept := d.round(active, bound)
		if first == 0 {
			first = max(worst, 1e-9)
		}
		switch {
		case worst <= enough*first && len(active) == all && kept == all, worst <= enough*first && math.IsInf(float64(bound), 1):
			return d.machine
		case worst <= enough*first:
			active, bound = active[:all], float32(math.Inf(1)) // look at all of them once more
		default:
			active, bound = active[:kept], float32(max(worst, 1e-3))
		}
	}
	return d.machine
}

type descent struct {
	machine
	rows    [][]entry
	yes     []bool
	gains   []float32
	slack   float32 // the diagonal that squared loss adds
	alphas  []float32
	lengths []float32
}

// length is the squared length of a row as it is scaled, with the one that stands for the bias.
func (d *descent) length(row []entry) float32 {
	sum := float32(1)
	for _, e := range row {
		square := e.value * e.value
		if d.gains != nil {
			square *= d.gains[e.feature]
		}
		sum += square
	}
	return sum
}

// round goes over the active examples once. It answers the worst violation and how many examples stay active; those
// that do not are moved behind them.
func (d *descent) round(active []int, bound float32) (worst float64, kept int) {
	kept = len(active)
	for s := 0; s < kept; s++ {
		i := active[s]
		gradient := d.gradient(i)
		violation := gradient
		if d.alphas[i] == 0 {
			if gradient > bound {
				kept--
				active[s], active[kept] = active[kept], active[s]
				s--
				continue
			}
			violation = min(gradient, 0)
		}
		worst = max(worst, math.Abs(float64(violation)))
		if violation > 1e-6 || violation < -1e-6 {
			d.step(i, gradient)
		}
	}
	return worst, kept
}

// gradient is that of the dual in one example's variable.
func (d *descent) gradient(i int) float32 {
	margin := d.bias
	weights := d.weights
	for _, e := range d.rows[i] {
		margin += weights[e.feature] * e.value
	}
	if !d.yes[i] {
		margin = -margin
	}
	return margin - 1 + d.slack*d.alphas[i]
}

func (d *descent) step(i int, gradient float32) {
	old := d.alphas[i]
	d.alphas[i] = max(old-gradient/d.lengths[i], 0)
	move := d.alphas[i] - old
	if !d.yes[i] {
		move = -move
	}
	d.bias += move
	if d.gains == nil {
		for _, e := range d.rows[i] {
			d.weights[e.feature] += move * e.value
		}
		return
	}
	for _, e := range d.rows[i] {
		d.weights[e.feature] += move * e.value * d.gains[e.feature]
	}
}

// margin is what a machine says of a row: above zero yes.
func (m *machine) margin(row []entry) float64 {
	sum := float64(m.bias)
	for _, e := range row {
		sum += float64(m.weights[e.feature]) * float64(e.value)
	}
	return sum
}

// gainsOf say of each feature how much likelier it is with the label than without or the contrary: the square of a
// logarithm (NB-SVM), with a floor so that a feature that tells nothing alone can still tell something with others.
func gainsOf(rows [][]entry, yes []bool, features int) []float32 {
	with, without := make([]float64, features), make([]float64, features)
	withSum, withoutSum := 0.0, 0.0
	for i, row := range rows {
		for _, e := range row {
			if yes[i] {
				with[e.feature]++
				withSum++
			} else {
				without[e.feature]++
				withoutSum++
			}
		}
	}
	gains := make([]float32, features)
	const smooth = 1.0
	for f := range gains {
		ratio := math.Log((with[f]+smooth)/(withSum+smooth)) - math.Log((without[f]+smooth)/(withoutSum+smooth))
		scale := gainFloor + (1-gainFloor)*min(math.Abs(ratio), 4)/2
		gains[f] = float32(scale * scale)
	}
	return gains
}

// gainFloor is the scale of a feature that tells nothing alone.
const gainFloor = 0.3
