package extract

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

func TestHTMLInTheCharsetOfItsBytes(t *testing.T) {
	const rest = "</title></head><body><p>" + para1 + "</p><p>" + para2 + "</p><p>" + para3 + "</p></body></html>"
	for name, c := range map[string]struct {
		declared, title string
		in              encoding.Encoding
		want            string
	}{
		"UTF-8 that says it is Latin 1":        {"iso-8859-1", "Käse für Lübeck", unicode.UTF8, "Käse für Lübeck"},
		"Latin 1 that says so":                 {"iso-8859-1", "Käse für Lübeck", charmap.ISO8859_1, "Käse für Lübeck"},
		"Latin 1 that says it is UTF-8":        {"utf-8", "Käse für Lübeck", charmap.ISO8859_1, "Käse für Lübeck"},
		"UTF-8 with one broken letter":         {"utf-8", strings.Repeat("ä", 20) + "\xfc", encoding.Nop, strings.Repeat("ä", 20) + "\uFFFD"},
		"Japanese in seven bits":               {"iso-2022-jp", "新しい橋が開通", japanese.ISO2022JP, "新しい橋が開通"},
		"Polish, which looks like Latin 1 too": {"iso-8859-2", "Żółw i jeż", charmap.ISO8859_2, "Żółw i jeż"},
	} {
		t.Run(name, func(t *testing.T) {
			raw, err := c.in.NewEncoder().Bytes([]byte(`<html><head><meta charset="` + c.declared + `"><title>` + c.title + rest))
			if err != nil {
				t.Fatal(err)
			}
			got, err := HTML(raw, "")
			if err != nil {
				t.Fatal(err)
			}
			if got.Headline != c.want {
				t.Errorf("got %q, want %q", got.Headline, c.want)
			}
		})
	}
}

// TestCharsetOfIsTheSameEachTime asks often: the detector believes French and Romanian alike here, and says which by
// chance.
func TestCharsetOfIsTheSameEachTime(t *testing.T) {
	page := []byte("<p>Le caf\xe9 br\xfble</p>")
	for range 2000 {
		if got := CharsetOf(page); got != "ISO-8859-1" {
			t.Fatalf("CharsetOf(%q) = %q, want ISO-8859-1", page, got)
		}
	}
}
