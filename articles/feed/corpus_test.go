package feed

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"testing"
)

// document is one line of the corpus, with the fields that this test reads.
type document struct {
	Path, Text string
	Raw        string `json:"b64"`
	Items      *int   `json:"n_item_tags"`
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

func corpus(t testing.TB, name string) []document {
	t.Helper()
	file, err := os.Open(shared(t, "corpus/feeds/"+name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	zipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []document
	for lines := json.NewDecoder(zipped); ; {
		var d document
		if err := lines.Decode(&d); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
}

func (d document) bytes(t testing.TB) []byte {
	if d.Raw == "" {
		return []byte(d.Text)
	}
	raw, err := base64.StdEncoding.DecodeString(d.Raw)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestCorpusFeeds holds the share of real feeds that are read, and that all their items are, to floors a little below
// what this version reaches. gofeed alone reads 0.928 of them.
func TestCorpusFeeds(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a whole corpus")
	}
	address := &url.URL{Scheme: "https", Host: "example.org", Path: "/feed"}
	all := corpus(t, "real.jsonl.gz")
	read, whole := 0, 0
	for _, d := range all {
		doc, err := Parse(inUTF8(d.bytes(t), ""), address)
		if err != nil {
			t.Logf("%s: %.100v", d.Path, err)
			continue
		}
		read++
		if d.Items == nil || len(doc.Items) == *d.Items {
			whole++
		} else {
			t.Logf("%s: %d items of %d", d.Path, len(doc.Items), *d.Items)
		}
		names := map[string]bool{}
		for _, item := range doc.Items {
			if names[item.Name] {
				t.Logf("%s: two items are called %.80q", d.Path, item.Name)
			}
			names[item.Name] = true
		}
	}
	share := float64(read) / float64(len(all))
	t.Logf("%d of %d feeds read (%.3f), %d with all items", read, len(all), share, whole)
	if share < 0.93 {
		t.Errorf("%.3f of the feeds are read, fewer than 0.93", share)
	}
}
