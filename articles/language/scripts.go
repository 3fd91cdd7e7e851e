package language

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
)

// writing is the script that most of a text is in.
type writing struct {
	script
	letters int     // of this script
	share   float64 // of all letters
}

// script is a way of writing.
type script struct {
	name  string // ISO 15924
	table *unicode.RangeTable
	only  string // the one language known in it; "" where there are several, in the model
}

// latin is the place of the script of ASCII's letters.
const latin = 0

var scripts = []script{
	{"Latn", unicode.Latin, ""},
	{"Cyrl", unicode.Cyrillic, ""},
	{"Arab", unicode.Arabic, ""},
	{"Deva", unicode.Devanagari, ""},
	{"Beng", unicode.Bengali, ""},
	{"Hebr", unicode.Hebrew, ""},
	{"Armn", unicode.Armenian, "hy"},
	{"Geor", unicode.Georgian, "ka"},
	{"Grek", unicode.Greek, "el"},
	{"Ethi", unicode.Ethiopic, "am"},
	{"Thai", unicode.Thai, "th"},
	{"Khmr", unicode.Khmer, "km"},
	{"Laoo", unicode.Lao, "lo"},
	{"Mymr", unicode.Myanmar, "my"},
	{"Taml", unicode.Tamil, "ta"},
	{"Telu", unicode.Telugu, "te"},
	{"Gujr", unicode.Gujarati, "gu"},
	{"Guru", unicode.Gurmukhi, "pa"},
	{"Knda", unicode.Kannada, "kn"},
	{"Mlym", unicode.Malayalam, "ml"},
	{"Orya", unicode.Oriya, "or"},
	{"Sinh", unicode.Sinhala, "si"},
	{"Thaa", unicode.Thaana, "dv"},
	{"Tibt", unicode.Tibetan, "bo"},
	{"Kore", unicode.Hangul, "ko"},
	{"Hani", unicode.Han, "zh"},
	{"Jpan", unicode.Hiragana, "ja"},
	{"Jpan", unicode.Katakana, "ja"},
}

// tells reports whether a language is among those told apart in this script.
func (s script) tells(base string) bool {
	if s.only != "" {
		return s.only == base
	}
	return slices.Contains(tables()[s.name].bases, base)
}

// alsoIn are scripts in use for a language besides its usual one.
var alsoIn = map[string][]string{
	"az": {"Cyrl", "Arab"}, "crh": {"Cyrl", "Latn"}, "kk": {"Latn", "Arab"}, "ku": {"Arab", "Cyrl"}, "ky": {"Arab", "Latn"},
	"mn": {"Cyrl"}, "ms": {"Arab"}, "pa": {"Arab"}, "tt": {"Latn"}, "tg": {"Arab", "Latn"}, "tk": {"Cyrl"}, "ug": {"Cyrl", "Latn"},
	"uz": {"Cyrl", "Arab"}, "sd": {"Deva"}, "bs": {"Cyrl"}, "ro": {"Cyrl"}, "ha": {"Arab"}, "hi": {"Latn"}, "so": {"Arab"},
	"ja": {"Hani", "Jpan"}, "ko": {"Hani", "Kore"}, "zh": {"Hani"}, "yue": {"Hani"}, "sr": {"Latn", "Cyrl"},
}

// mayWrite reports whether a language is written in this script: it is among those told apart here, has it as its usual
// one, or as another.
func (s script) mayWrite(base string) bool {
	if s.tells(base) || slices.Contains(alsoIn[base], s.name) {
		return true
	}
	tag, err := language.Parse(base)
	if err != nil {
		return true
	}
	usual, sure := tag.Script()
	return sure < language.High || usual.String() == s.name
}

// scriptOf finds the script of most letters of a text, nil where there are none that are known. A text with a tenth in
// kana is Japanese, and the rest of it counts as what its Chinese characters are.
func scriptOf(text string) *writing {
	counts, all := lettersOf(text)
	best, kana, chinese := 0, 0, 0
	for i, n := range counts {
		switch {
		case scripts[i].name == "Jpan":
			kana += n
		case scripts[i].name == "Hani":
			chinese = n
		}
		if n > counts[best] {
			best = i
		}
	}
	if kana*10 > all {
		return &writing{scripts[len(scripts)-1], kana + chinese, float64(kana+chinese) / float64(all)}
	}
	if counts[best] == 0 {
		return nil
	}
	return &writing{scripts[best], counts[best], float64(counts[best]) / float64(all)}
}

// lettersOf counts the letters of a text by script, and all of them. Most are in the script of the one before.
func lettersOf(text string) (counts []int, all int) {
	counts = make([]int, len(scripts))
	before := latin
	for _, r := range text {
		if r < utf8.RuneSelf {
			if 'a' <= r|' ' && r|' ' <= 'z' {
				counts[latin]++
				all++
			}
			continue
		}
		if !unicode.IsLetter(r) {
			continue
		}
		all++
		if !unicode.Is(scripts[before].table, r) {
			i := slices.IndexFunc(scripts, func(s script) bool { return unicode.Is(s.table, r) })
			if i < 0 {
				continue
			}
			before = i
		}
		counts[before]++
	}
	return counts, all
}
