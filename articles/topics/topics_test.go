package topics

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/extract"
)

// shared finds a file of the shared reading; where it is not present the test is skipped, unless nothing may be.
func shared(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv("TENBELLS_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	file := filepath.Join(root, filepath.FromSlash(name))
	if _, err := os.Stat(file); err != nil && os.Getenv("TENBELLS_NO_SKIP") == "1" {
		t.Fatalf("no shared reading: %v", err)
	} else if err != nil {
		t.Skipf("no shared reading: %v", err)
	}
	return file
}

func catalogue(t testing.TB, own ...Own) *Catalogue {
	t.Helper()
	c, err := New(own)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSeedPageIsAboutRussiaSyriaAndTheUnitedStates(t *testing.T) {
	raw, err := os.ReadFile(shared(t, "seed/rferl-breaking-news.txt"))
	if err != nil {
		t.Fatal(err)
	}
	a, err := extract.Text(raw)
	if err != nil {
		t.Fatal(err)
	}
	f := catalogue(t).Find(a)
	got := slices.Sorted(slices.Values(f.Places))
	if want := []articles.Place{"RU", "SY", "US"}; !slices.Equal(got, want) {
		t.Errorf("places %v, want %v: %s", got, want, strings.Join(f.Evidence, "; "))
	}
	t.Log(f.Topics, f.Evidence)
}
