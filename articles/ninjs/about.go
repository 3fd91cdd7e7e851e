package ninjs

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/tenbells/tenbells/articles"
)

// newsCode is a code of IPTC's Media Topics or of the older subject codes: "medtop:20000065", "subj:15054000",
// "http://cv.iptc.org/newscodes/mediatopic/20000065", "04001000".
var newsCode = regexp.MustCompile(`(?:^|[:/])(\d{8})$`)

// subjects are the Media Topics that the newsroom marked.
func (r *reader) subjects(o object) []articles.Topic {
	var all []articles.Topic
	for _, subject := range r.list(o, "subject", "subjects") {
		topic := topicOf(r.text(subject, "scheme"), r.text(subject, "code", "qcode"), r.text(subject, "uri"), r.text(subject, "literal"))
		if topic != "" && !slices.Contains(all, topic) {
			all = append(all, topic)
		}
	}
	return all
}

// topicOf finds a Media Topic in what names a subject. Subject codes are an older vocabulary of IPTC whose first two
// digits are those of the Media Topics' top level; their lower levels have no counterpart of the same number.
func topicOf(scheme string, names ...string) articles.Topic {
	if scheme != "" && !mentions(scheme, "medtop", "mediatopic", "subj", "iptc") {
		return "" // a vocabulary of the newsroom's own may have numbers of eight digits, too
	}
	for _, name := range names {
		found := newsCode.FindStringSubmatch(name)
		switch {
		case found == nil:
		case strings.Contains(name, "/") && !mentions(name, "medtop", "mediatopic", "subjectcode"):
		case found[1] >= "20000000" && found[1] < "30000000":
			return articles.Topic("medtop:" + found[1])
		case found[1] >= "01000000" && found[1] < "18000000":
			return articles.Topic("medtop:" + found[1][:2] + "000000")
		}
	}
	return ""
}

// places are the countries that the newsroom marked, by ISO 3166 code or by name.
func (r *reader) places(o object) []articles.Place {
	var all []articles.Place
	for _, place := range append(r.list(o, "place", "places"), r.list(o, "subject", "subjects")...) {
		code := countryIn(r.text(place, "uri"))
		if mentions(r.text(place, "scheme"), "iso3166", "iso-3166", "country") {
			code = country(r.text(place, "code", "qcode", "literal"))
		}
		if code == "" && !strings.Contains(place.path, "subject") {
			code = r.placeByName(place)
		}
		if code != "" && !slices.Contains(all, code) {
			all = append(all, code)
		}
	}
	return all
}

// placeByName knows a country by Superdesk's country_code, or by what it is called.
func (r *reader) placeByName(place object) articles.Place {
	if code := country(r.text(place, "country_code")); code != "" {
		return code
	}
	for _, name := range []string{r.text(place, "name"), r.text(place, "country")} {
		if code := countries()[strings.ToLower(name)]; code != "" {
			return code
		}
	}
	return ""
}

// countryIn reads the code at the end of an address of an ISO 3166 vocabulary.
func countryIn(uri string) articles.Place {
	if !mentions(uri, "iso3166", "iso-3166") {
		return ""
	}
	return country(uri[strings.LastIndexAny(uri, "/:#")+1:])
}

// country reads an ISO 3166-1 code of two or three letters.
func country(code string) articles.Place {
	region, err := language.ParseRegion(code)
	if err != nil || !region.IsCountry() {
		return ""
	}
	return articles.Place(region.Canonicalize().String()) // UK is GB
}

func mentions(s string, words ...string) bool {
	s = strings.ToLower(s)
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(s, word) })
}

// countries are the countries by their English names (CLDR), folded.
var countries = sync.OnceValue(func() map[string]articles.Place {
	names := display.English.Regions()
	all := map[string]articles.Place{"usa": "US", "uk": "GB", "u.s.": "US", "u.k.": "GB"}
	for first := 'A'; first <= 'Z'; first++ {
		for second := 'A'; second <= 'Z'; second++ {
			code := string([]rune{first, second})
			region, err := language.ParseRegion(code)
			if err != nil || !region.IsCountry() || region.Canonicalize().String() != code {
				continue // no country, or one that is no more
			}
			if name := names.Name(region); name != "" {
				all[strings.ToLower(name)] = articles.Place(code)
			}
		}
	}
	return all
})
