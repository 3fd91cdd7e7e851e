package main

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"
)

func TestEvalLanguageCountsWhatIsFound(t *testing.T) {
	dir := t.TempDir()
	for file, text := range map[string]string{
		"rferl/items-multi.jsonl.gz": `{"lang":"ru","title":"` + russian + `","text":""}` + "\n" +
			`{"lang":"sh","title":"Vlada je u utorak saopštila da će pregovori trajati do kraja nedelje.","text":""}` + "\n" +
			`{"lang":"kk","title":"` + russian + `","text":""}` + "\n" + `{"lang":"ru","title":"12:45","text":""}`,
		"topics/sib200.jsonl.gz": `{"lang":"rus_Cyrl","text":"` + russian + `"}`,
	} {
		path := filepath.Join(dir, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		w := gzip.NewWriter(f)
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	grades, err := languageTrial.run(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, g := range grades {
		if g.Metric == "accuracy" {
			got[g.Data] = g.Value
		}
	}
	if got["items-multi"] != 0.5 || got["sib200"] != 1 {
		t.Errorf("shares %v", got)
	}
}

func TestCountedAs(t *testing.T) {
	for tag, want := range map[string]string{
		"fa-AF": "fa", "prs": "fa", "pes_Arab": "fa", "sh": "sr", "sr-Latn": "sr", "hr": "sr", "bs": "sr", "sr-ME": "sr",
		"arb_Arab": "ar", "eng_Latn": "en", "kaz_Cyrl": "kk", "uz-Cyrl": "uz", "": "",
	} {
		if got := countedAs(tag); got != want {
			t.Errorf("%q is counted as %q, want %q", tag, got, want)
		}
	}
}
