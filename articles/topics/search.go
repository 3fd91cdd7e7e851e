package topics

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// maxAnswers is how many keys Search answers with at most: what fits a chat's buttons.
const maxAnswers = 10

// entry is one name that a reader may type, folded, with the key it means.
type entry struct {
	folded   string
	key      string
	language string // "" any
	order    int    // position among the keys as they are offered
}

// entries are sorted by folded name. They are made when first searched: most starts never search.
type entries func() []entry

// Search is what a reader may mean by what they typed: keys, best first. A whole name in the reader's own language
// (BCP 47, "" unknown) comes before one in another, a whole name before the beginning of one. At most 10.
func (c *Catalogue) Search(text, lang string) []string {
	typed := foldAll(text)
	if typed == "" {
		return nil
	}
	all := c.entries()
	start, _ := slices.BinarySearchFunc(all, typed, func(e entry, s string) int { return cmp.Compare(e.folded, s) })
	var found []entry
	for _, e := range all[start:] {
		if !strings.HasPrefix(e.folded, typed) {
			break
		}
		found = append(found, e)
	}
	slices.SortStableFunc(found, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.distance(typed, lang), b.distance(typed, lang)), cmp.Compare(a.order, b.order))
	})
	var keys []string
	for _, e := range found {
		if !slices.Contains(keys, e.key) && len(keys) < maxAnswers {
			keys = append(keys, e.key)
		}
	}
	return keys
}

// distance is how far an entry is from what was typed.
func (e entry) distance(typed, lang string) int {
	d := 0
	if e.folded != typed {
		d += 2
	}
	if e.language != "" && e.language != base(lang) {
		d++
	}
	return d
}

// typed collects the names of all topics and places.
func (c *Catalogue) typed() entries {
	return sync.OnceValue(func() []entry {
		b := book{order: map[string]int{}, at: map[[2]string]int{}}
		for _, o := range c.own {
			b.add(o.key(), "", append(slices.Clone(o.Words), o.Slug)...)
			for _, lang := range sortedKeys(o.Labels) {
				b.add(o.key(), base(lang), o.Labels[lang])
			}
		}
		b.addMedia(c.media)
		b.addPlaces()
		slices.SortFunc(b.entries, func(a, b entry) int {
			return cmp.Or(cmp.Compare(a.folded, b.folded), cmp.Compare(a.order, b.order), cmp.Compare(a.language, b.language))
		})
		return b.entries
	})
}

// book collects entries.
type book struct {
	entries []entry
	order   map[string]int    // of keys
	at      map[[2]string]int // of entries, by folded name and key
}

// add takes names of a key up. A name that several languages share belongs to none.
func (b *book) add(key, lang string, names ...string) {
	if _, known := b.order[key]; !known {
		b.order[key] = len(b.order)
	}
	for _, name := range names {
		folded := foldAll(name)
		at, known := b.at[[2]string{folded, key}]
		switch {
		case folded == "":
		case !known:
			b.at[[2]string{folded, key}] = len(b.entries)
			b.entries = append(b.entries, entry{folded: folded, key: key, language: lang, order: b.order[key]})
		case b.entries[at].language != lang:
			b.entries[at].language = ""
		}
	}
}

// addMedia adds the Media Topics that are in use, the upper levels first.
func (b *book) addMedia(media mediaTopics) {
	upper := media.upper()
	for _, topic := range upper {
		b.add(string(topic), "", media[topic].also...)
	}
	for _, topic := range upper {
		for _, lang := range sortedKeys(media[topic].labels) {
			b.add(string(topic), base(lang), media[topic].labels[lang])
		}
	}
	for _, topic := range slices.Sorted(maps.Keys(media)) {
		if t := media[topic]; !t.retired && !slices.Contains(upper, topic) {
			b.add(string(topic), "en", t.labels["en"])
		}
	}
}

// addPlaces adds countries by their CLDR names in every language, and by the words of our own lists.
func (b *book) addPlaces() {
	for _, lang := range peopleLanguages() {
		for _, row := range peoples(lang) {
			if row[0] != "-" {
				for _, name := range list(row[1]) {
					b.add(placePrefix+row[0], lang, strings.TrimLeft(name, markPassing+markExact+markPersonal))
				}
			}
		}
	}
	for _, tag := range nameLanguages() {
		names := display.Regions(tag)
		for _, place := range countries() {
			b.add(placePrefix+string(place), base(tag.String()), plainName(names.Name(language.MustParseRegion(string(place)))))
		}
	}
	for _, place := range countries() {
		b.add(placePrefix+string(place), "en", renamed[place])
		b.add(placePrefix+string(place), "", string(place))
	}
}

// foldAll folds every word of a text.
func foldAll(text string) string {
	words := split(text)
	folded := make([]string, len(words))
	for i, w := range words {
		folded[i] = w.folded
	}
	return strings.Join(folded, " ")
}
