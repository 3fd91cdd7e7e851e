package linear

import "slices"

// crossed is by how much each example's probability passes the label's threshold, both chosen on the other parts' examples:
// below zero the label does not hold.
func (c *class) crossed(left []judged) []float32 {
	passed := slices.Repeat([]float32{-1}, len(c.rows))
	for fold := range c.o.Folds {
		others := slices.DeleteFunc(slices.Clone(left), func(j judged) bool { return c.folds[j.example] == fold })
		if len(others) == 0 {
			others = left // one part alone was left out
		}
		s := platt(others)
		from := threshold(others, s)
		if c.single {
			from = 0
		}
		for _, j := range left {
			if c.folds[j.example] == fold {
				passed[j.example] = float32(s.of(j.margin) - from)
			}
		}
	}
	return passed
}

// tell says which labels hold for each example that was left out: of labels of which one is chosen the likeliest.
func (c *class) tell(unseen [][]float32) {
	if c.o.Unseen == nil {
		return
	}
	for i, fold := range c.folds {
		var holds []string
		best := float32(0)
		for l, passed := range unseen {
			switch {
			case passed == nil || fold < 0 || len(c.rows[i]) == 0:
			case !c.single && passed[i] >= 0:
				holds = append(holds, c.names[l])
			case c.single && passed[i] > best:
				best, holds = passed[i], []string{c.names[l]}
			}
		}
		c.o.Unseen(i, holds)
	}
}
