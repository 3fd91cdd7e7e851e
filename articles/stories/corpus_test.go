package stories

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// headline is one line of the Reuters stream, with the fields that this test reads.
type headline struct {
	ID, Published, Title, Kind, Stream string
	Story                              *string
	Recurring                          bool
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

func stream(t testing.TB) []headline {
	t.Helper()
	file, err := os.Open(shared(t, "corpus/clusters/reuters-stream.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	zipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []headline
	for lines := json.NewDecoder(zipped); ; {
		var h headline
		if err := lines.Decode(&h); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, h)
	}
}

func (h headline) article(t testing.TB) articles.Article {
	at, err := time.Parse("2006-01-02T15:04", h.Published)
	if err != nil {
		t.Fatal(err)
	}
	return articles.Article{ID: articles.DeriveID("reuters", h.ID), Headline: h.Title, Published: at, Seen: at}
}

// TestCorpusStories counts pairs of Reuters headlines that share a story. The corpus' label is the desk's slug: one
// event may have several, so what is wrong here may be right.
func TestCorpusStories(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a whole corpus")
	}
	all := stream(t)
	for _, name := range []string{"2012-12", "2013-04-29"} {
		ix := NewIndex()
		type pair struct{ found, label string }
		found, label, both := map[string]int{}, map[string]int{}, map[pair]int{}
		for _, h := range all {
			if h.Stream != name || h.Story == nil || h.Recurring || h.Kind != "wire" && h.Kind != "web" {
				continue
			}
			story := string(place(ix, h.article(t)))
			found[story]++
			label[*h.Story]++
			both[pair{story, *h.Story}]++
		}
		right, told, want := pairs(both), pairs(found), pairs(label)
		precision, recall := float64(right)/float64(told), float64(right)/float64(want)
		t.Logf("%s: %d stories, precision %.3f recall %.3f F1 %.3f", name, len(found), precision, recall, 2*precision*recall/(precision+recall))
		if precision < 0.87 {
			t.Errorf("%s: precision %.3f is below 0.87: what joins a story wrongly is not told", name, precision)
		}
	}
}

// pairs counts the pairs within groups.
func pairs[K comparable](groups map[K]int) int {
	all := 0
	for _, n := range groups {
		all += n * (n - 1) / 2
	}
	return all
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
