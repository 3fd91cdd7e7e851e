package topics

import (
	"embed"
	"path"
	"slices"
	"strings"
	"sync"

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
	for _, row := range placeRows(r) {
		for _, name := range list(row[1]) {
			found.add(name, placePrefix+row[0])
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

// Names of countries and large cities from CLDR's current release: see generate/places.
//
//go:embed places/*.gz
var placeData embed.FS

// placeRows are the rows of a language's list; nil where the language is not known, or has none.
func placeRows(r reading) [][]string {
	text, ok := packed(placeData, "places/"+r.file())
	if !ok {
		return nil
	}
	known := map[string]bool{}
	for _, place := range countries() {
		known[string(place)] = true
	}
	return slices.DeleteFunc(rowsOf(text), func(row []string) bool { return !known[row[0]] })
}

// plainName is a CLDR name as texts have it: “Myanmar (Burma)” is “Myanmar”, “Hong Kong SAR China” “Hong Kong”.
func plainName(name string) string {
	name, _, _ = strings.Cut(name, " (")
	name, _, _ = strings.Cut(name, " SAR ")
	return name
}

// peoples are the rows of a language's own list, nil where it has none.
func peoples(lang string) [][]string {
	if !slices.Contains(peopleLanguages(), lang) {
		return nil
	}
	return rows("data/peoples_" + lang + ".tsv")
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
