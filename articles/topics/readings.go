package topics

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// reading is how a text is read: in which language ("" unknown) and script. One word may mean different things:
// “Island” is a country in German, “Indie” one in Polish.
type reading struct {
	language string
	script   script
}

// file is the name of the list for a reading, among those that are packed.
func (r reading) file() string {
	name := r.language
	if name == "sr" && r.script == latin {
		name = "sr-Latn"
	}
	return name + ".tsv.gz"
}

// script is a script's name in Unicode, “Latin”; scripts that we need not tell apart share one.
type script string

const (
	latin    script = "Latin"
	cyrillic script = "Cyrillic"
	arabic   script = "Arabic"
	other    script = "other"
)

// scriptOf is the script that most letters of a text are in, among equals the first.
func scriptOf(text string) script {
	scripts := [...]script{latin, cyrillic, arabic, other}
	var counts [len(scripts)]int
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf:
			if 'a' <= r|' ' && r|' ' <= 'z' {
				counts[0]++
			}
		case !unicode.IsLetter(r):
		case unicode.Is(unicode.Latin, r):
			counts[0]++
		case unicode.Is(unicode.Cyrillic, r):
			counts[1]++
		case unicode.Is(unicode.Arabic, r):
			counts[2]++
		default:
			counts[3]++
		}
	}
	most := 0
	for i, n := range counts {
		if n > counts[most] {
			most = i
		}
	}
	return scripts[most]
}

// readingLength is how many bytes of a text tell its script and whether it is English.
const readingLength = 4000

// readingOf says how a text is to be read. A language that CLDR has no names in counts as unknown, so that there are
// only so many readings.
func readingOf(lang, text string) reading {
	text = text[:min(len(text), readingLength)] // a letter that is cut in two counts for nothing
	r := reading{language: base(lang), script: scriptOf(text)}
	switch r.language {
	case "nb":
		r.language = "no"
	case "sh":
		r.language = "sr"
	}
	if !slices.ContainsFunc(nameLanguages(), func(tag language.Tag) bool { return base(tag.String()) == r.language }) {
		r.language = ""
	}
	if r.language == "" && r.script == latin && isEnglish(text) {
		r.language = "en"
	}
	return r
}

// isEnglish reports whether a text has the small words that English cannot do without: at least one in twenty. A
// headline alone may have none; it is read as English unless it has letters that English lacks.
func isEnglish(text string) bool {
	words, small := 0, 0
	for w := range strings.FieldsSeq(text) {
		words++
		switch strings.ToLower(w) {
		case "the", "of", "and", "to", "for", "with", "is", "was", "has", "by", "from", "that", "as", "at", "on":
			small++
		}
	}
	return small*20 >= words && small > 0 || words < 20 && isPlain(text)
}

// large are the languages that are asked first when a text does not say its own.
var large = []string{"en", "ru", "fa", "zh", "es", "fr", "de", "ar", "pt", "uk"}

// nameLanguages are the languages in which CLDR names countries, without their regional variants.
var nameLanguages = sync.OnceValue(func() []language.Tag {
	var all []language.Tag
	for _, tag := range display.Supported.Tags() {
		if _, _, region := tag.Raw(); region.String() == "ZZ" && display.Regions(tag) != nil {
			all = append(all, tag)
		}
	}
	return all
})

// dictionaries are CLDR's languages for a reading: those of its language in its script, or all in its script.
func dictionaries(r reading) []language.Tag {
	var same, others []language.Tag
	for _, tag := range nameLanguages() {
		switch {
		case dictionaryScript(tag) != r.script:
		case r.language == "" || base(tag.String()) != r.language:
			others = append(others, tag)
		default:
			same = append(same, tag)
		}
	}
	if len(same) > 0 {
		return same
	}
	slices.SortStableFunc(others, func(a, b language.Tag) int { return rank(a) - rank(b) })
	return others
}

func rank(tag language.Tag) int {
	if i := slices.Index(large, base(tag.String())); i >= 0 {
		return i
	}
	return len(large)
}

// dictionaryScript is the script a dictionary is written in, told by its name of one country.
func dictionaryScript(tag language.Tag) script {
	return scriptOf(display.Regions(tag).Name(language.MustParseRegion("RU")))
}
