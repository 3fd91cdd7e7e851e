// Package topics knows what an article can be about and says what one is about: IPTC Media Topics, the newsroom's own
// topics, and countries.
//
// What the newsroom marked counts first (find.go). Then what was learned of its marks: learn.go reads an archive, measures
// and trains linear classifiers of topics and of places, learned.go and regions.go judge by them, and concepts.go gives words of all languages a common meaning.
// Then lists look for words: own topics by what the settings say (own.go), countries by their names in the article's
// language, with peoples, capitals and short forms (places.go), Media Topics by the section's name and, where nothing
// better is known, by a short list of English words. All lists are phrase indexes that are walked in one pass over a
// text. Every finding comes with the words that show it.
//
// The lists in data are small and meant to be edited, but for mediatopics.tsv; that and the packed lists in places and
// concepts are made by generate. IPTC Media Topics are licensed CC BY 4.0 by IPTC (iptc.org), CLDR's names by Unicode, Inc.
package topics

//go:generate go run ./generate -from ../../../shared/corpus/iptc/mediatopics.jsonl.gz

import (
	"slices"
	"strings"
	"sync/atomic"

	"github.com/tenbells/tenbells/articles"
)

// Prefixes of the keys that this package knows.
const (
	medtopPrefix = "medtop:"
	ownPrefix    = "topic:"
	placePrefix  = "place:"
)

// Finding is what an article is about, what the newsroom marked first.
type Finding struct {
	Topics   []articles.Topic // with the Media Topics above them
	Places   []articles.Place
	Evidence []string // one line a finding: “place:RU because of “Russian””
}

// Catalogue is all that articles can be about here. It is safe for concurrent use.
type Catalogue struct {
	media    mediaTopics
	own      []Own
	words    phrases // own topics' words
	excluded phrases // words that show an own topic is not meant
	patterns []pattern
	themes   phrases // English words of Media Topics
	names    phrases // names of Media Topics and own topics' sections, as a section or keyword says them
	places   *gazetteer
	entries  entries // what readers may type
	concepts conceptLists
	learned  atomic.Pointer[Learned]
}

// New makes the catalogue with the newsroom's own topics. The error names every fault in them.
func New(own []Own) (*Catalogue, error) {
	c := &Catalogue{media: readMediaTopics(), own: own, places: newGazetteer(), patterns: compiled(own)}
	c.words.shared, c.excluded.shared = true, true
	c.index()
	return c, faults(own, c.media)
}

// index prepares the lists that texts and what readers type are looked up in.
func (c *Catalogue) index() {
	for _, o := range c.own {
		for _, w := range o.Words {
			c.words.add(strings.ToLower(w), o.key())
		}
		for _, w := range o.Exclude {
			c.excluded.add(strings.ToLower(w), o.key())
		}
		for _, section := range o.Sections {
			c.names.add(strings.ToLower(section), o.key())
		}
	}
	for _, row := range rows("data/lexicon.tsv") {
		for _, w := range list(row[1]) {
			c.themes.add(strings.ToLower(w), medtopPrefix+row[0])
		}
	}
	for _, topic := range c.media.upper() {
		for _, name := range c.media.names(topic) {
			c.names.add(strings.ToLower(name), string(topic))
		}
	}
	c.entries = c.typed()
}

func (c *Catalogue) ownByKey(key string) (Own, bool) {
	i := slices.IndexFunc(c.own, func(o Own) bool { return o.key() == key })
	if i < 0 {
		return Own{}, false
	}
	return c.own[i], true
}

// Valid reports whether key is a topic or place that can be followed: medtop:…, topic:… or place:….
func (c *Catalogue) Valid(key string) bool {
	switch {
	case strings.HasPrefix(key, placePrefix):
		return c.places.has(articles.Place(strings.TrimPrefix(key, placePrefix)))
	case strings.HasPrefix(key, ownPrefix):
		_, ok := c.ownByKey(key)
		return ok
	}
	return c.media.has(articles.Topic(key))
}

// Label is what a topic or place is called in a language (BCP 47), else in English; "" for a key that is not valid.
func (c *Catalogue) Label(key, language string) string {
	switch {
	case !c.Valid(key):
		return ""
	case strings.HasPrefix(key, placePrefix):
		return countryName(articles.Place(strings.TrimPrefix(key, placePrefix)), language)
	case strings.HasPrefix(key, ownPrefix):
		own, _ := c.ownByKey(key)
		return own.label(language)
	}
	return c.media.label(articles.Topic(key), language)
}

// Top is what a reader is offered to follow first: the newsroom's own topics, then the top Media Topics, the news
// before the rest of life.
func (c *Catalogue) Top() []string {
	var keys []string
	for _, o := range c.own {
		keys = append(keys, o.key())
	}
	for _, code := range []string{
		"11000000", "16000000", "04000000", "14000000", "02000000", "03000000", "07000000", "06000000", "13000000",
		"01000000", "15000000", "05000000", "09000000", "12000000", "17000000", "10000000", "08000000",
	} {
		keys = append(keys, medtopPrefix+code)
	}
	return keys
}
