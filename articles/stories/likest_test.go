package stories

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestTheLikestComeFirst compares what is brought to the front with the beginning of all in order.
func TestTheLikestComeFirst(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, many := range []int{0, 1, closest - 1, closest, closest + 1, 10 * closest} {
		found := make([]candidate, many)
		for i := range found { // of few likenesses, so that many are equal
			found[i] = candidate{report: &report{number: i}, cosine: float64(random.IntN(40)) / 40}
		}
		random.Shuffle(many, func(i, j int) { found[i], found[j] = found[j], found[i] })
		want := slices.SortedFunc(slices.Values(found), liker)
		likestFirst(found, closest)
		if n := min(many, closest); !slices.Equal(found[:n], want[:n]) {
			t.Errorf("of %d, others come first than the likest", many)
		}
		if slices.SortFunc(found, liker); !slices.Equal(found, want) {
			t.Errorf("of %d, some were lost", many)
		}
	}
}
