package stories

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// headline is one line of the Reuters stream, with the fields that this test reads.
type headline struct {
	ID                             any
	Published, Title, Kind, Stream string
	Family                         *string
	Story                          *string
	Recurring                      bool
}

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

// read reads a file of the corpus.
func read[T any](t testing.TB, name string) []T {
	t.Helper()
	file, err := os.Open(shared(t, "corpus/clusters/"+name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	zipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []T
	for lines := json.NewDecoder(zipped); ; {
		var one T
		if err := lines.Decode(&one); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
}

func stream(t testing.TB) []headline { return read[headline](t, "reuters-stream.jsonl.gz") }

// of chooses a stream's headlines that have a label.
func of(all []headline, stream string) []headline {
	return slices.DeleteFunc(slices.Clone(all), func(h headline) bool {
		return h.Stream != stream || h.Story == nil || h.Recurring || h.Kind != "wire" && h.Kind != "web"
	})
}

func (h headline) article(t testing.TB) articles.Article {
	at, err := time.Parse("2006-01-02T15:04", h.Published)
	if err != nil {
		at, err = time.Parse(time.RFC3339, h.Published)
	}
	if err != nil {
		t.Fatal(err)
	}
	return articles.Article{ID: articles.DeriveID("corpus", h.Title+h.Published+fmt.Sprint(h.ID)), Headline: h.Title, Published: at, Seen: at}
}

// grouping counts which articles of which label were put into which story.
type grouping struct {
	found, label map[string]int
	both         map[[2]string]int
}

func newGrouping() grouping {
	return grouping{map[string]int{}, map[string]int{}, map[[2]string]int{}}
}

func (g grouping) add(story articles.StoryID, label string) {
	g.found[string(story)]++
	g.label[label]++
	g.both[[2]string{string(story), label}]++
}

// pairwise is precision and recall of the pairs of articles that share a story.
func (g grouping) pairwise() (precision, recall float64) {
	right := float64(pairs(g.both))
	return right / float64(pairs(g.found)), right / float64(pairs(g.label))
}

// bCubed is precision and recall for each article, averaged.
func (g grouping) bCubed() (precision, recall float64) {
	n := 0.0
	for both, count := range g.both {
		c := float64(count)
		precision += c * c / float64(g.found[both[0]])
		recall += c * c / float64(g.label[both[1]])
		n += c
	}
	return precision / n, recall / n
}

func f1(p, r float64) float64 { return 2 * p * r / (p + r) }

// pairs counts the pairs within groups.
func pairs[K comparable](groups map[K]int) int {
	all := 0
	for _, n := range groups {
		all += n * (n - 1) / 2
	}
	return all
}

// TestCorpusStories places the headlines of two streams and of a shuffled collection. The labels of the streams are the
// desk's slugs: one event may have several, so what is wrong here may be right. Weights were fitted on 2012-12 and on
// the even stories of the collection; 2013-04-29 is the check.
func TestCorpusStories(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a whole corpus")
	}
	all := stream(t)
	uci := read[headline](t, "uci-newsaggregator.jsonl.gz")
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(uci), func(i, j int) { uci[i], uci[j] = uci[j], uci[i] })
	for _, tt := range []struct {
		name             string
		of               []headline
		pairwise, bCubed float64
	}{
		{"2012-12", of(all, "2012-12"), 0.78, 0.92},
		{"2013-04-29", of(all, "2013-04-29"), 0.80, 0.93},
		{"many outlets, shuffled", uci, 0.50, 0.53},
	} {
		ix, g := NewIndex(), newGrouping()
		began := time.Now()
		for _, h := range tt.of {
			a := h.article(t)
			if tt.of[0].Stream == "" {
				a.Seen = start
			}
			g.add(ix.Place(a, nil), *h.Story)
		}
		spent := time.Since(began) / time.Duration(len(tt.of))
		p, r := g.pairwise()
		b := f1(g.bCubed())
		t.Logf("%s: %d stories, pairwise P %.3f R %.3f F1 %.3f, BCubed F1 %.3f, %s each", tt.name, len(g.found), p, r, f1(p, r), b, spent)
		if f1(p, r) < tt.pairwise || b < tt.bCubed {
			t.Errorf("%s: pairwise F1 %.3f and BCubed F1 %.3f, want %.2f and %.2f", tt.name, f1(p, r), b, tt.pairwise, tt.bCubed)
		}
	}
}

func BenchmarkPlace(b *testing.B) {
	all := stream(b)
	ix := NewIndex()
	for n := 0; b.Loop(); n++ {
		a := all[n%len(all)].article(b)
		place(ix, a)
	}
	b.ReportMetric(float64(len(ix.recent.queue)), "remembered")
}
