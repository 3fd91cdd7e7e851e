package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/tenbells/tenbells/alerts"
)

func TestAWiredItemIsReadWithoutItsLabels(t *testing.T) {
	a := wired{Published: "1987-03-02T11:23:31.27", Title: "OFFER RAISED", Text: "An investor\nraised his bid.\n    He said so.", Type: "NORM", Priority: "b"}.article()
	if a.Urgency != 0 || a.Section != "" || a.Keywords != nil || a.Dateline != "" {
		t.Errorf("it bears labels: %+v", a)
	}
	if !slices.Equal(a.Body, []string{"An investor raised his bid.", "He said so."}) || a.Published.Format("15:04") != "11:23" {
		t.Errorf("got %q at %s", a.Body, a.Published)
	}
}

func TestTheUrgentAreLeftOut(t *testing.T) {
	wire := []wired{{Priority: "f"}, {Priority: "b"}, {Priority: "u"}, {Priority: "r"}, {Priority: "a", Type: "NORM"}, {}}
	var did []alerts.Deed
	for _, d := range questions[0].decisions(wire) {
		did = append(did, d.Did)
	}
	if want := []alerts.Deed{alerts.DeedSent, alerts.DeedSent, alerts.DeedLeft, alerts.DeedLeft}; !slices.Equal(did, want) {
		t.Errorf("got %q, want %q", did, want)
	}
	if d := questions[1].decisions(wire); len(d) != 1 {
		t.Errorf("of those with a body there are %d, want 1", len(d))
	}
}

// TestCorpusPriority holds what is learned from a desk's decisions to floors a little below what this version reaches.
func TestCorpusPriority(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a whole corpus")
	}
	root := os.Getenv("TENBELLS_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	corpus := filepath.Join(root, "corpus")
	if _, err := os.Stat(filepath.Join(corpus, "topics", "reuters21578.jsonl.gz")); err != nil {
		if os.Getenv("TENBELLS_NO_SKIP") == "1" {
			t.Fatalf("no corpus: %v", err)
		}
		t.Skipf("no corpus: %v", err)
	}
	grades, err := evalPriority(t.Context(), corpus)
	if err != nil {
		t.Fatal(err)
	}
	floors := map[string]float64{
		"reuters21578 average precision": 0.87, "reuters21578 F1": 0.76,
		"reuters21578 with a body average precision": 0.785, "reuters21578 with a body F1": 0.69,
	}
	for _, g := range grades {
		floor, held := floors[g.Data+" "+g.Metric]
		if delete(floors, g.Data+" "+g.Metric); held && g.Value < floor {
			t.Errorf("%s, %s: %.3f is below %.3f", g.Data, g.Metric, g.Value, floor)
		}
	}
	if len(floors) > 0 {
		t.Errorf("not measured: %v", floors)
	}
}
