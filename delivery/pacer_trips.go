package delivery

import (
	"slices"
	"time"
)

// trips are how long the newest calls took, from when they left to the beginning of their answers.
type trips struct {
	took [32]time.Duration // ring
	n    int               // how many were noted
}

func (t *trips) note(took time.Duration) {
	t.took[t.n%len(t.took)] = took
	t.n++
}

// usual is how long nine in ten took at most; it is not known before the ring is full.
func (t *trips) usual() (took time.Duration, known bool) {
	if t.n < len(t.took) {
		return 0, false
	}
	sorted := t.took
	slices.Sort(sorted[:])
	return sorted[len(sorted)*9/10], true
}
