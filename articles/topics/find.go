package topics

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/articles"
)

// leadParagraphs is how many paragraphs of the body tell what an article is about. What is named only further down
// must be named at least twice.
const leadParagraphs = 2

// Find says what an article is about.
func (c *Catalogue) Find(a articles.Article) Finding {
	f := &findings{media: c.media}
	text := partsOf(a)
	how := readingOf(a.Language, a.Text())
	c.marked(a, f)
	c.bySection(a, f)
	if len(f.Topics) == 0 {
		c.byLearned(a, f)
	}
	c.byLists(text, how, c.learned.Load(), f)
	c.byPlaces(a, text, how, f)
	return f.Finding
}

// byLists looks for words: the newsroom's own, and English ones of Media Topics that nothing better is known of.
func (c *Catalogue) byLists(text parts, how reading, l *Learned, f *findings) {
	c.byOwnWords(text, f)
	if how.language == "en" && !f.hasMedia() {
		c.byThemes(text, l, f)
	}
}

// marked is what the newsroom said.
func (c *Catalogue) marked(a articles.Article, f *findings) {
	for _, topic := range a.Subjects {
		f.topic(topic, "marked by the newsroom")
	}
	for _, o := range c.own {
		i := slices.IndexFunc(o.Subjects, func(s string) bool { return slices.Contains(f.Topics, articles.Topic(s)) })
		if i >= 0 {
			f.topic(articles.Topic(o.key()), "marked "+o.Subjects[i]+" by the newsroom")
		}
	}
	for _, place := range a.Places {
		f.place(place, "marked by the newsroom")
	}
}

// bySection takes a section or keyword at its word where it is a topic's name, and nothing else.
func (c *Catalogue) bySection(a articles.Article, f *findings) {
	if key := c.named(a.Section); key != "" {
		f.topic(articles.Topic(key), "in section “"+a.Section+"”")
	}
	for _, keyword := range a.Keywords {
		if key := c.named(keyword); key != "" {
			f.topic(articles.Topic(key), "with keyword “"+keyword+"”")
		}
	}
}

// named is the topic that goes by exactly this name, or "".
func (c *Catalogue) named(name string) string {
	words := split(strings.ToLower(name))
	if len(words) == 0 {
		return ""
	}
	found, ok := c.names.at(words, 0, shape{})
	if !ok || len(found.words) != len(words) {
		return ""
	}
	return found.key
}

// byOwnWords: the newsroom chose the words itself, so one is enough.
func (c *Catalogue) byOwnWords(text parts, f *findings) {
	for _, hit := range slices.Concat(text.find(&c.words)...) {
		f.topic(articles.Topic(hit.key), because(hit.text))
	}
}

// Different words of one theme are needed: themeLead counts for one in headline, standfirst or lead, themeRest for one
// further down; a theme is found from themeEnough on. At most maxThemes are taken, the strongest first.
const (
	themeLead   = 2
	themeRest   = 1
	themeEnough = 4
	maxThemes   = 2
)

// theme is a Media Topic and the words that speak for it.
type theme struct {
	key   string
	score int
	words []string
}

// byThemes guesses the top Media Topics from an English text's words, but for those that were learned.
func (c *Catalogue) byThemes(text parts, l *Learned, f *findings) {
	var themes []*theme
	for level, hits := range text.find(&c.themes) {
		for _, hit := range hits {
			i := slices.IndexFunc(themes, func(t *theme) bool { return t.key == hit.key })
			if i < 0 {
				i, themes = len(themes), append(themes, &theme{key: hit.key})
			}
			themes[i].add(hit.text, level)
		}
	}
	slices.SortStableFunc(themes, func(a, b *theme) int { return b.score - a.score })
	for _, t := range themes[:min(len(themes), maxThemes)] {
		if t.score >= themeEnough && t.score*2 > themes[0].score && !l.knows(t.key) {
			f.topic(articles.Topic(t.key), because(t.words[:min(len(t.words), 3)]...))
		}
	}
}

func (t *theme) add(text string, level int) {
	if slices.ContainsFunc(t.words, func(w string) bool { return strings.EqualFold(w, text) }) {
		return
	}
	t.words = append(t.words, text)
	if level == inLead {
		t.score += themeLead
	} else {
		t.score += themeRest
	}
}

// byPlaces finds countries: named in the lead, or at least twice below it.
func (c *Catalogue) byPlaces(a articles.Article, text parts, how reading, f *findings) {
	for _, mark := range append([]string{a.Section, a.Dateline}, a.Keywords...) {
		text[inLead] = append(text[inLead], read(mark))
	}
	found := text.find(c.places.list(how))
	for _, hit := range found[inLead] {
		f.place(articles.Place(strings.TrimPrefix(hit.key, placePrefix)), because(hit.text))
	}
	seen := map[string]bool{}
	for _, hit := range found[below] {
		if seen[hit.key] {
			f.place(articles.Place(strings.TrimPrefix(hit.key, placePrefix)), because(hit.text))
		}
		seen[hit.key] = true
	}
}

// parts is an article's text by weight.
type parts [2][]passage

const (
	inLead = iota // headline, standfirst, first paragraphs
	below
)

func partsOf(a articles.Article) parts {
	n := min(len(a.Body), leadParagraphs)
	var p parts
	for _, text := range append([]string{a.Headline, a.Standfirst}, a.Body[:n]...) {
		p[inLead] = append(p[inLead], read(text))
	}
	for _, text := range a.Body[n:] {
		p[below] = append(p[below], read(text))
	}
	return p
}

func (p parts) find(list *phrases) [][]hit {
	found := make([][]hit, len(p))
	for level, passages := range p {
		for _, passage := range passages {
			found[level] = append(found[level], list.find(passage)...)
		}
	}
	return found
}

// findings collects a Finding: everything once, with the first reason.
type findings struct {
	Finding
	media mediaTopics
}

// topic adds a topic, and the Media Topics above it for the same reason.
func (f *findings) topic(topic articles.Topic, why string) {
	if topic == "" || slices.Contains(f.Topics, topic) {
		return
	}
	f.Topics = append(f.Topics, topic)
	f.Evidence = append(f.Evidence, fmt.Sprintf("%s %s", topic, why))
	for _, t := range f.media.withAncestors(topic)[1:] {
		if !slices.Contains(f.Topics, t) {
			f.Topics = append(f.Topics, t)
			f.Evidence = append(f.Evidence, fmt.Sprintf("%s stands above %s", t, topic))
		}
	}
}

func (f *findings) place(place articles.Place, why string) {
	if place == "" || slices.Contains(f.Places, place) {
		return
	}
	f.Places = append(f.Places, place)
	f.Evidence = append(f.Evidence, fmt.Sprintf("%s%s %s", placePrefix, place, why))
}

func (f *findings) hasMedia() bool {
	return slices.ContainsFunc(f.Topics, func(t articles.Topic) bool { return strings.HasPrefix(string(t), medtopPrefix) })
}

func because(words ...string) string {
	return "because of “" + strings.Join(words, "”, “") + "”"
}
