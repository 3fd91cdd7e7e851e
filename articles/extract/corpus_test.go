package extract

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"codeberg.org/readeck/go-readability/v2"

	"github.com/tenbells/tenbells/articles"
)

// shared finds a file of the shared reading; where it is not present the test is skipped, unless nothing may be.
func shared(t testing.TB, path string) string {
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

type page struct {
	URL, ArticleBody, Expected string
	With, Without              []string
	HTML                       string
	Raw                        string `json:"html_b64"`
}

func (p page) bytes(t testing.TB) []byte {
	if p.Raw == "" {
		return []byte(p.HTML)
	}
	raw, err := base64.StdEncoding.DecodeString(p.Raw)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func corpus(t testing.TB, name string) []page {
	t.Helper()
	file, err := os.Open(shared(t, "corpus/extraction/"+name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	zipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var pages []page
	for lines := json.NewDecoder(zipped); ; {
		var p struct {
			page
			ExpectedText string `json:"expected_text"`
		}
		if err := lines.Decode(&p); errors.Is(err, io.EOF) {
			return pages
		} else if err != nil {
			t.Fatal(err)
		}
		p.Expected = first(p.ArticleBody, p.ExpectedText)
		pages = append(pages, p.page)
	}
}

// read is what HTML finds; a page without an article counts as empty, any other error fails the test.
func read(t *testing.T, p page) articles.Article {
	a, err := HTML(p.bytes(t), p.URL)
	if err != nil && !errors.Is(err, ErrNoArticle) {
		t.Errorf("%s: %v", p.URL, err)
	}
	return a
}

// shingles are the runs of four words in a text.
func shingles(text string) map[string]bool {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	set := map[string]bool{}
	for i := 0; i+4 <= len(words); i++ {
		set[strings.Join(words[i:i+4], " ")] = true
	}
	return set
}

func overlap(found, want map[string]bool) (precision, recall float64) {
	hits := 0
	for s := range found {
		if want[s] {
			hits++
		}
	}
	return float64(hits) / float64(max(1, len(found))), float64(hits) / float64(max(1, len(want)))
}

// TestCorpusBodies holds the bodies of real pages to floors a little below what this version reaches; the anchors of
// single libraries are in the corpus' README.
func TestCorpusBodies(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 150 whole pages")
	}
	for name, floor := range map[string]float64{"scrapinghub.jsonl.gz": 0.975, "readability.jsonl.gz": 0.97} {
		t.Run(name, func(t *testing.T) {
			var precision, recall float64
			pages := corpus(t, name)
			for _, p := range pages {
				one, two := overlap(shingles(strings.Join(read(t, p).Body, "\n")), shingles(p.Expected))
				precision, recall = precision+one, recall+two
			}
			precision, recall = precision/float64(len(pages)), recall/float64(len(pages))
			f1 := 2 * precision * recall / (precision + recall)
			t.Logf("%d pages: precision %.3f recall %.3f F1 %.3f", len(pages), precision, recall, f1)
			if f1 < floor {
				t.Errorf("F1 %.3f is below %.2f", f1, floor)
			}
		})
	}
}

// TestCorpusSegments counts which passages of (mostly German) pages are in the body and which rightly are not.
func TestCorpusSegments(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 143 whole pages")
	}
	var hits, misses, wrong int
	for _, p := range corpus(t, "trafilatura.jsonl.gz") {
		body := strings.Join(read(t, p).Body, "\n")
		for _, s := range p.With {
			if strings.Contains(body, clean(s)) {
				hits++
			} else {
				misses++
			}
		}
		for _, s := range p.Without {
			if strings.Contains(body, clean(s)) {
				wrong++
			}
		}
	}
	f1 := 2 * float64(hits) / float64(2*hits+misses+wrong)
	t.Logf("%d found, %d missed, %d wrongly in: F1 %.3f", hits, misses, wrong, f1)
	if f1 < 0.94 {
		t.Errorf("F1 %.3f is below 0.94", f1)
	}
}

// BenchmarkRealPage is what one page of scrapinghub costs, beside readability on the same pages without us: reading the
// bytes and the tree is in both.
func BenchmarkRealPage(b *testing.B) {
	var raw [][]byte
	for _, p := range corpus(b, "scrapinghub.jsonl.gz") {
		raw = append(raw, p.bytes(b))
	}
	b.Run("HTML", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := HTML(raw[i%len(raw)], ""); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("readability alone", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			parser := readability.NewParser()
			if _, err := parser.Parse(bytes.NewReader(raw[i%len(raw)]), &url.URL{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
