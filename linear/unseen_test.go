package linear

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// unseen is what Train tells of each example, in order.
func unseen(t *testing.T, examples []Example, o Options) [][]string {
	t.Helper()
	var all [][]string
	o.Unseen = func(i int, holds []string) {
		if i != len(all) {
			t.Fatalf("told of example %d after %d", i, len(all)-1)
		}
		all = append(all, holds)
	}
	train(t, examples, o)
	if len(all) != len(examples) {
		t.Fatalf("told of %d examples of %d", len(all), len(examples))
	}
	return all
}

// right is the share of examples whose labels hold, and no others.
func right(examples []Example, holds [][]string) float64 {
	n := 0
	for i, e := range examples {
		want := slices.Sorted(slices.Values(e.Labels))
		if slices.Equal(holds[i], want) {
			n++
		}
	}
	return float64(n) / float64(len(examples))
}

func TestExamplesAreJudgedUnseen(t *testing.T) {
	lots := archive(300, false)
	r := rand.New(rand.NewPCG(5, 5))
	for i := range lots {
		lots[i].Labels = []string{[]string{"a", "b", "c", "d"}[r.IntN(4)]}
	}
	for name, c := range map[string]struct {
		examples    []Example
		o           Options
		least, most float64
	}{
		"one label each":                   {archive(300, false), Options{}, 0.95, 1},
		"several labels":                   {archive(300, true), Options{Single: Never, Folds: 3}, 0.7, 1},
		"labels by lot cannot be foretold": {lots, Options{}, 0.1, 0.45},
		"one fifth is left out, once":      {archive(300, false), Options{Folds: 1}, 0.1, 0.3},
	} {
		t.Run(name, func(t *testing.T) {
			if share := right(c.examples, unseen(t, c.examples, c.o)); share < c.least || share > c.most {
				t.Errorf("%.2f are right, want %.2f to %.2f", share, c.least, c.most)
			}
		})
	}
}

func TestATextWithoutAKnownWordHoldsNothingUnseen(t *testing.T) {
	examples := append(archive(120, true), Example{Text: Text{Title: "xylograph"}, Labels: []string{"sport"}})
	if all := unseen(t, examples, Options{}); all[120] != nil {
		t.Errorf("it holds %v", all[120])
	}
}
