package topics

import (
	"path"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/tenbells/tenbells/articles"
)

// countries are the countries and territories of ISO 3166-1, and Kosovo under XK as CLDR has it.
var countries = sync.OnceValue(func() []articles.Place {
	var all []articles.Place
	for first := 'A'; first <= 'Z'; first++ {
		for second := 'A'; second <= 'Z'; second++ {
			code := string([]rune{first, second})
			region, err := language.ParseRegion(code)
			current := err == nil && region.IsCountry() && region.Canonicalize().String() == code
			if current && display.English.Regions().Name(region) != "" {
				all = append(all, articles.Place(code))
			}
		}
	}
	return all
})

// renamed are the countries that have another name since the release of CLDR that golang.org/x/text has (32, 2017).
var renamed = map[articles.Place]string{"MK": "North Macedonia", "SZ": "Eswatini"}

// countryName is a country's name in a language, else in English.
func countryName(place articles.Place, lang string) string {
	region, err := language.ParseRegion(string(place))
	if err != nil {
		return ""
	}
	if tag, err := language.Parse(lang); err == nil && tag != language.Und && base(lang) != "en" {
		if names := display.Regions(tag); names != nil {
			if name := names.Name(region); name != "" {
				return name
			}
		}
	}
	if name := renamed[place]; name != "" {
		return name
	}
	return display.English.Regions().Name(region)
}

// gazetteer finds countries in texts. Its lists are made when first asked for.
type gazetteer struct {
	mu    sync.Mutex
	lists map[reading]*phrases
}

// reading is how a text is read: in which language ("" unknown) and script. One word may mean different things:
// “Island” is a country in German, “Indie” one in Polish.
type reading struct {
	language string
	script   script
}

func newGazetteer() *gazetteer { return &gazetteer{lists: map[reading]*phrases{}} }

func (g *gazetteer) has(place articles.Place) bool {
	_, found := slices.BinarySearch(countries(), place)
	return found
}

// list is the names to look for in a text of one language and script.
func (g *gazetteer) list(r reading) *phrases {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.lists[r] == nil {
		g.lists[r] = namesFor(r)
	}
	return g.lists[r]
}

// namesFor collects the names of the languages that r may be. In an unknown language a word counts for the country
// that it is first found for, the larger languages before the smaller.
func namesFor(r reading) *phrases {
	tags := dictionaries(r)
	found := &phrases{}
	for _, tag := range tags {
		for _, row := range peoples(base(tag.String())) {
			key := ""
			if row[0] != "-" {
				key = placePrefix + row[0]
			}
			for _, name := range list(row[1]) {
				found.add(name, key)
			}
		}
	}
	for _, tag := range tags {
		names := display.Regions(tag)
		for _, place := range countries() {
			if name := names.Name(language.MustParseRegion(string(place))); name != "" {
				found.add(plainName(name), placePrefix+string(place))
			}
		}
	}
	return found
}

// plainName is a CLDR name as texts have it: “Myanmar (Burma)” is “Myanmar”, “Hong Kong SAR China” “Hong Kong”.
func plainName(name string) string {
	name, _, _ = strings.Cut(name, " (")
	name, _, _ = strings.Cut(name, " SAR ")
	return name
}

// peoples are the rows of a language's own list, nil where it has none.
func peoples(lang string) [][]string {
	name := "data/peoples_" + lang + ".tsv"
	if found, err := data.Open(name); err != nil {
		return nil
	} else if found.Close() != nil {
		return nil
	}
	return rows(name)
}

// peopleLanguages are the languages that have a list of their own.
func peopleLanguages() []string {
	files, err := data.ReadDir("data")
	if err != nil {
		panic("topics: " + err.Error()) // impossible: the lists are part of the program
	}
	var all []string
	for _, file := range files {
		if name, ok := strings.CutPrefix(file.Name(), "peoples_"); ok {
			all = append(all, strings.TrimSuffix(name, path.Ext(name)))
		}
	}
	return all
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

// script is a script's name in Unicode, “Latin”; scripts that we need not tell apart share one.
type script string

const (
	latin    script = "Latin"
	cyrillic script = "Cyrillic"
	arabic   script = "Arabic"
	other    script = "other"
)

// scriptOf is the script that most letters of a text are in.
func scriptOf(text string) script {
	counts := map[script]int{}
	for _, r := range text {
		switch {
		case !unicode.IsLetter(r):
		case unicode.Is(unicode.Latin, r):
			counts[latin]++
		case unicode.Is(unicode.Cyrillic, r):
			counts[cyrillic]++
		case unicode.Is(unicode.Arabic, r):
			counts[arabic]++
		default:
			counts[other]++
		}
	}
	most := latin
	for _, s := range []script{cyrillic, arabic, other} {
		if counts[s] > counts[most] {
			most = s
		}
	}
	return most
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
