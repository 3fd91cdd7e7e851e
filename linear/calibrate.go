package linear

import (
	"math"
	"slices"
)

// judged is what a machine said of an example that it had not seen.
type judged struct {
	margin  float64
	yes     bool
	example int
}

// sigmoid is Platt's: the probability of yes is 1/(1+exp(slope·margin+offset)).
type sigmoid struct{ slope, offset float64 }

func (s sigmoid) of(margin float64) float64 {
	z := s.slope*margin + s.offset
	if z >= 0 {
		return math.Exp(-z) / (1 + math.Exp(-z))
	}
	return 1 / (1 + math.Exp(z))
}

// plain is the sigmoid when there is too little to fit one.
var plain = sigmoid{slope: -2}

// platt fits the sigmoid by Newton's method with backtracking (Lin, Lin & Weng, “A note on Platt's probabilistic
// outputs for support vector machines”, 2007).
func platt(all []judged) sigmoid {
	yes := 0
	for _, j := range all {
		if j.yes {
			yes++
		}
	}
	no := len(all) - yes
	if yes < 3 || no < 3 {
		return plain
	}
	f := fit{all: all, high: (float64(yes) + 1) / (float64(yes) + 2), low: 1 / (float64(no) + 2)}
	s := sigmoid{slope: 0, offset: math.Log((float64(no) + 1) / (float64(yes) + 1))}
	loss := f.loss(s)
	for range 100 {
		next, nextLoss, moved := f.step(s, loss)
		if !moved {
			break
		}
		s, loss = next, nextLoss
	}
	if !(s.slope < 0) || math.IsInf(s.slope, 0) || math.IsNaN(s.offset) { // margins that tell nothing, or the contrary
		return plain
	}
	return s
}

type fit struct {
	all       []judged
	high, low float64 // targets of yes and no
}

func (f fit) target(j judged) float64 {
	if j.yes {
		return f.high
	}
	return f.low
}

func (f fit) loss(s sigmoid) float64 {
	sum := 0.0
	for _, j := range f.all {
		z := s.slope*j.margin + s.offset
		if z >= 0 {
			sum += f.target(j)*z + math.Log1p(math.Exp(-z))
		} else {
			sum += (f.target(j)-1)*z + math.Log1p(math.Exp(z))
		}
	}
	return sum
}

func (f fit) step(s sigmoid, loss float64) (sigmoid, float64, bool) {
	h11, h22, h21, g1, g2 := 1e-12, 1e-12, 0.0, 0.0, 0.0
	for _, j := range f.all {
		p := s.of(j.margin)
		d1, d2 := f.target(j)-p, p*(1-p)
		h11, h22, h21 = h11+j.margin*j.margin*d2, h22+d2, h21+j.margin*d2
		g1, g2 = g1+j.margin*d1, g2+d1
	}
	if math.Abs(g1) < 1e-5 && math.Abs(g2) < 1e-5 {
		return s, loss, false
	}
	det := h11*h22 - h21*h21
	dA, dB := -(h22*g1-h21*g2)/det, -(-h21*g1+h11*g2)/det
	slope := g1*dA + g2*dB
	for size := 1.0; size >= 1e-10; size /= 2 {
		next := sigmoid{s.slope + size*dA, s.offset + size*dB}
		if nextLoss := f.loss(next); nextLoss < loss+1e-4*size*slope {
			return next, nextLoss, true
		}
	}
	return s, loss, false
}

// fewest is how many examples of a label its threshold is chosen on; with fewer it is one half.
const fewest = 8

// threshold is the probability from which yes gives the best F1, in the middle of a gap. It stays within bounds that a
// person would still call likely.
func threshold(all []judged, s sigmoid) float64 {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b judged) int {
		switch {
		case a.margin > b.margin:
			return -1
		case a.margin < b.margin:
			return 1
		}
		return 0
	})
	total := 0
	for _, j := range sorted {
		if j.yes {
			total++
		}
	}
	if total < fewest || s == plain {
		return 0.5
	}
	best, at, right := 0.0, 0.5, 0
	for i, j := range sorted {
		if j.yes {
			right++
		}
		last := i+1 == len(sorted)
		if !last && sorted[i+1].margin == j.margin {
			continue
		}
		if f1 := 2 * float64(right) / float64(i+1+total); f1 > best {
			best, at = f1, s.of(j.margin)
			if !last {
				at = (at + s.of(sorted[i+1].margin)) / 2
			}
		}
	}
	return min(max(at, 0.15), 0.85)
}
