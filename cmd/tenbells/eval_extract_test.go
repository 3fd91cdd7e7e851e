package main

import (
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

func TestEvalExtractComparesPages(t *testing.T) {
	const (
		said  = "The ferry to Lindholm ran aground in thick fog on Monday evening, and all on board were taken ashore within two hours."
		asked = "Nobody is missing and nobody is badly hurt, said the captain of the coast guard, who had gone out himself in the fog."
	)
	html := `<html lang="en"><head><title>Ferry runs aground</title></head><body><article><p>` + said + "</p><p>" + said + "</p><p>" + asked + "</p></article></body></html>"
	dir := t.TempDir()
	for name, page := range map[string]map[string]any{
		"scrapinghub": {"html": html, "articleBody": said + " " + said + " " + asked},
		"readability": {"html": html, "expected_text": "Not a word of what the page says.", "metadata": map[string]string{"title": "FERRY  runs aground", "lang": "de"}},
		"trafilatura": {"html": html, "with": []string{"ran  aground", "sank"}, "without": []string{"coast guard", "Home"}, "date": "2031-03-09"},
	} {
		writePages(t, filepath.Join(dir, "extraction", name+".jsonl.gz"), page)
	}
	grades, err := extractTrial.run(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, g := range grades {
		got[g.Data+" "+g.Metric] = g.Value
	}
	for metric, want := range map[string]float64{
		"scrapinghub 4-word F1": 1, "scrapinghub 4-word recall": 1, "readability 4-word F1": 0, "trafilatura segment F1": 0.5,
		"readability headline right": 1, "readability language right": 0, "trafilatura day published right": 0,
	} {
		if value, found := got[metric]; !found || value != want {
			t.Errorf("%s is %v, want %v", metric, got[metric], want)
		}
	}
	if _, found := got["trafilatura byline right"]; found {
		t.Error("a share of what was never annotated")
	}
}

func writePages(t *testing.T, path string, item any) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := gzip.NewWriter(f)
	if err := json.NewEncoder(w).Encode(item); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}
