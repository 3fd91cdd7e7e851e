package ngram

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

func TestWords(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		script *unicode.RangeTable
		want   string
	}{
		"small letters":                       {"The END of 2026", unicode.Latin, "_the_ _end_ _of_"},
		"only of the script":                  {"Газета Wall Street", unicode.Cyrillic, "_газета_"},
		"no words of two scripts":             {"рerson и person", unicode.Cyrillic, "_и_"},
		"apostrophes within words, one alike": {"'l’été' oʻzbek п`ять", unicode.Latin, "_l'été_ _o'zbek_"},
		"letters and marks as one":            {"e\u0301te\u0301", unicode.Latin, "_été_"},
		"no vowel signs, no stretching":       {"كِتـاب", unicode.Arabic, "_كتاب_"},
		"no stress":                           {"за\u0301мок", unicode.Cyrillic, "_замок_"},
		"Romanian with cedillas":              {"şi viaţa", unicode.Latin, "_și_ _viața_"},
		"the stick in all ways":               {"гIала г1ала гӀала Iуьйре", unicode.Cyrillic, "_гӏала_ _гӏала_ _гӏала_ _ӏуьйре_"},
		"a figure is no stick":                {"2021г 1 мая 15-й", unicode.Cyrillic, "_г_ _мая_ _й_"},
		"a joiner ends a word":                {"می\u200cشود", unicode.Arabic, "_می_ _شود_"},
		"vowels that are marks":               {"हिन्दी", unicode.Devanagari, "_हिन्दी_"},
		"nothing":                             {" \n–12%", unicode.Latin, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for word := range Words(c.text, c.script) {
				got = append(got, string(word))
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestRuns(t *testing.T) {
	var got []Key
	for key := range Runs([]rune("_the_")) {
		got = append(got, key)
	}
	var want []Key
	for _, run := range strings.Fields("t h e _t th he e_ _th the he_ _the the_ _the_") {
		want = append(want, keyOf([]rune(run)))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%x, want %x", got, want)
	}
}

func TestOrder(t *testing.T) {
	for run, want := range map[string]int{"a": 1, "_a": 2, "abc": 3, "_щит": 4, "_word_": 0, "ґґґґ": 4} {
		if got := keyOf([]rune(run)).order(); got != want {
			t.Errorf("%q is of order %d, want %d", run, got, want)
		}
	}
}

// TestWordsAreCut holds the cost of a text without spaces down to its length.
func TestWordsAreCut(t *testing.T) {
	for word := range Words(strings.Repeat("a", 1000), unicode.Latin) {
		if len(word) != longestWord {
			t.Errorf("a word has %d letters, want %d", len(word), longestWord)
		}
	}
}

func FuzzWords(f *testing.F) {
	f.Add("The end's 'of' 1г\u0301 \xff")
	f.Fuzz(func(t *testing.T, text string) {
		for _, script := range []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Arabic} {
			for word := range Words(text, script) {
				if len(word) < 3 || len(word) > longestWord || word[0] != edge || word[len(word)-1] != edge {
					t.Fatalf("%q in %q", string(word), text)
				}
			}
		}
	})
}
