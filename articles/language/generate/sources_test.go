package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"slices"
	"strings"
	"testing"
)

// packed makes a package of files, and gives the folder it lies in.
func packed(t *testing.T, files map[string]string) (string, pack) {
	t.Helper()
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	tape := tar.NewWriter(zip)
	for name, text := range files {
		head := &tar.Header{Name: "package/" + name, Mode: 0o644, Size: int64(len(text))}
		if err := tape.WriteHeader(head); err != nil {
			t.Fatal(err)
		}
		if _, err := tape.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := tape.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b.Bytes())
	p := pack{name: "@scope/texts", version: "1.0.0", sum: hex.EncodeToString(sum[:])}
	folder := t.TempDir()
	if err := os.WriteFile(p.file(folder), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return folder, p
}

func TestRead(t *testing.T) {
	folder, p := packed(t, map[string]string{
		"LICENSE.md":                      "Do as you like.",
		"declaration/deu_1996.html":       "<head><title>German</title></head>\n<h1>Die Erkl&auml;rung</h1>\n<p>Alle <b>Menschen</b></p>\n",
		"main/ce/units.json":              `{"main":{"ce":{"identity":{"language":"ce"},"b":["шо {0}","шо {0}"],"a":{"x":"чаккхе"}}}}`,
		"dist/locales/de.min.json":        `{"de":{"help":"Siehe [hier](https://example.org/a) und {name}."}}`,
		"main/ce/numbers.json":            `{"main":{"ce":{"x":"терахь"}}}`,
		"dist/locales/index.min.json":     `{"de":{"pct":1}}`,
		"dist/translations/de.de-AT.json": `not JSON`,
	})
	found, licence, err := read(folder, p)
	if err != nil || licence != "Do as you like." {
		t.Fatalf("licence %q, %v", licence, err)
	}
	for lang, want := range map[string][]string{
		"deu_1996": {"Die Erklärung", "Alle  Menschen"},
		"ce":       {"чаккхе", "шо"},
		"de":       {"Siehe [hier  und  ."},
	} {
		if !slices.Equal(found[lang], want) {
			t.Errorf("%s: %q, want %q", lang, found[lang], want)
		}
	}
	if len(found) != 3 {
		t.Errorf("languages of %v", found)
	}
}

func TestReadRefuses(t *testing.T) {
	folder, other := packed(t, map[string]string{"license": "Yes."})
	other.sum = strings.Repeat("0", 64)
	if _, _, err := read(folder, other); err == nil || !strings.Contains(err.Error(), "not the one recorded") {
		t.Errorf("another package: %v", err)
	}
	folder, bare := packed(t, map[string]string{"main/de/units.json": `{}`})
	if _, _, err := read(folder, bare); err == nil || !strings.Contains(err.Error(), "no licence") {
		t.Errorf("a package without a licence: %v", err)
	}
	folder, broken := packed(t, map[string]string{"license": "Yes.", "main/de/units.json": `{`})
	if _, _, err := read(folder, broken); err == nil || !strings.Contains(err.Error(), "main/de/units.json") {
		t.Errorf("a file that is not JSON: %v", err)
	}
}

// TestNotice holds that whoever has the model has the licences of all that it was made of.
func TestNotice(t *testing.T) {
	notice, err := os.ReadFile("../NOTICE")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packs {
		if !strings.Contains(string(notice), p.name+" "+p.version+" ("+p.licence+")\nsha256 of the package: "+p.sum) {
			t.Errorf("NOTICE is without %s %s", p.name, p.version)
		}
	}
}

// TestTongues holds that each language has texts: a name in at least one kind of package.
func TestTongues(t *testing.T) {
	for _, s := range scripts {
		seen := map[string]bool{}
		for _, l := range s.spoken {
			if seen[l.tag] {
				t.Errorf("%s: %s stands twice", s.name, l.tag)
			}
			seen[l.tag] = true
			if len(l.names[declarations])+len(l.names[names])+len(l.names[sentences]) == 0 {
				t.Errorf("%s: %s has no texts", s.name, l.tag)
			}
		}
	}
	if got := tongues("be bel =,be-tarask -")[0].names; !slices.Equal(got[names], []string{"be", "be-tarask"}) || got[labels] != nil {
		t.Errorf("names %v", got)
	}
}
