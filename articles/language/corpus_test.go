package language

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/articles"
)

// shared finds a file of the shared reading; where it is not present the test is skipped, unless nothing may be.
func shared(t *testing.T, path string) string {
	t.Helper()
	root := os.Getenv("TENBELLS_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	file := filepath.Join(root, filepath.FromSlash(path))
	if _, err := os.Stat(file); err != nil && os.Getenv("TENBELLS_NO_SKIP") == "1" {
		t.Fatalf("no shared reading: %v", err)
	} else if err != nil {
		t.Skipf("no shared reading: %v", err)
	}
	return file
}

// one is a language by the name under which it is counted: Dari with Persian, and the South Slavic ones together.
func one(tag string) string {
	base, _ := baseOf(strings.ReplaceAll(tag, "_", "-"))
	switch {
	case isSouthSlavic[base]:
		return "sr"
	case base == "arb": // Arabic and Persian as they are spoken in one country, by ISO 639-3
		return "ar"
	case base == "pes":
		return "fa"
	}
	return base
}

func TestCorpus(t *testing.T) {
	for path, floor := range map[string]float64{"corpus/rferl/items-multi.jsonl.gz": 0.995, "corpus/topics/sib200.jsonl.gz": 0.995} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			file, err := os.Open(shared(t, path))
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			zipped, err := gzip.NewReader(file)
			if err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(zipped)
			lines.Buffer(nil, 1<<22)
			hits, all := 0, 0
			for lines.Scan() {
				var item struct{ Lang, Title, Text string }
				if err := json.Unmarshal(lines.Bytes(), &item); err != nil {
					t.Fatal(err)
				}
				all++
				if one(Of(articles.Article{Headline: item.Title, Body: []string{item.Text}})) == one(item.Lang) {
					hits++
				}
			}
			if err := lines.Err(); err != nil || all == 0 {
				t.Fatalf("%d items: %v", all, err)
			}
			share := float64(hits) / float64(all)
			t.Logf("%d of %d: %.4f", hits, all, share)
			if share < floor {
				t.Errorf("%.4f is below %.2f", share, floor)
			}
		})
	}
}
