package topics

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/tenbells/tenbells/articles"
)

// leadParagraphs is how many paragraphs of the body tell what an article is about, and maxLead how many bytes of each:
// many feeds have a whole text in one paragraph. What is named only further down must be named at least twice.
const (
	leadParagraphs = 2
	maxLead        = 1500
)

// Find says what an article is about.
func (c *Catalogue) Find(a articles.Article) Finding {
	f := &findings{media: c.media}
	text := partsOf(a)
	how := readingOf(a.Language, a.Text())
	c.marked(a, f)
	c.bySection(a, f)
	if len(f.Topics) == 0 {
		c.byLearned(a, text, how, f)
	}
	c.byLists(a, text, how, c.learned.Load(), f)
	named, l := c.mentions(a, text, how), c.learned.Load()
	c.byLearnedPlaces(a, named, l, f)
	c.byPlaces(named, l, f)
	c.byRegions(l, f)
	return f.Finding
}

// byLists looks for words: the newsroom's own, and English ones of Media Topics that nothing better is known of.
func (c *Catalogue) byLists(a articles.Article, text parts, how reading, l *Learned, f *findings) {
	c.byOwn(a.Text(), text, f)
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
	if level < below {
		t.score += themeLead
	} else {
		t.score += themeRest
	}
}

// byPlaces finds countries by their names, but for those that were learned: see tell.
func (c *Catalogue) byPlaces(all mentions, l *Learned, f *findings) {
	inTitle := all.inHeadline()
	for _, m := range all {
		if m.tell(inTitle) && !l.knows(m.key) {
			f.place(articles.Place(strings.TrimPrefix(m.key, placePrefix)), because(m.text))
		}
	}
}

// mentions are the countries that an article names.
func (c *Catalogue) mentions(a articles.Article, text parts, how reading) mentions {
	list := c.places.list(how)
	var all mentions
	for _, mark := range append([]string{a.Section, a.Dateline}, a.Keywords...) {
		all.add(list.find(read(mark)), inMark)
	}
	for level, passages := range text {
		for _, passage := range passages {
			all.add(list.find(passage), level)
		}
	}
	return all
}

// mention is how a place is named in an article.
type mention struct {
	key     string
	text    string          // as it was named first
	times   [levels + 1]int // by a name that tells where the news is
	passing [levels + 1]int // by a name that great powers have in everybody's news
}

// fewPassing is how often a place must be named when it is named in passing only, and not in the headline.
const fewPassing = 3

// tell reports whether the article is about the place: it is named in the headline, or in the lead, or at least twice
// below it. Where the headline names countries, those that it does not name must be named twice in the lead, too.
func (m *mention) tell(inTitle bool) bool {
	if m.times[inMark]+m.times[inHeadline]+m.passing[inMark]+m.passing[inHeadline] > 0 {
		return true
	}
	named := m.times[inLead] + m.times[below]
	all := named + m.passing[inLead] + m.passing[below]
	return all >= fewPassing || named > 0 && all >= 2 || m.times[inLead] > 0 && !inTitle
}

// inHeadline reports whether the headline names a country.
func (all mentions) inHeadline() bool {
	return slices.ContainsFunc(all, func(m *mention) bool { return m.times[inHeadline]+m.passing[inHeadline] > 0 })
}

// mentions are in the order in which places were named first.
type mentions []*mention

func (all *mentions) add(hits []hit, level int) {
	for _, h := range hits {
		i := slices.IndexFunc(*all, func(m *mention) bool { return m.key == h.key })
		if i < 0 {
			i = len(*all)
			*all = append(*all, &mention{key: h.key, text: h.text})
		}
		if h.passing {
			(*all)[i].passing[level]++
		} else {
			(*all)[i].times[level]++
		}
	}
}

// parts is an article's text by weight.
type parts [levels][]passage

const (
	inHeadline = iota
	inLead     // standfirst, first paragraphs
	below
	levels

	inMark = levels // section, keyword or dateline
)

func partsOf(a articles.Article) parts {
	n := min(len(a.Body), leadParagraphs)
	var p parts
	p[inHeadline] = []passage{read(a.Headline)}
	for _, text := range append([]string{a.Standfirst}, a.Body[:n]...) {
		lead, rest := opening(text)
		p[inLead] = append(p[inLead], read(lead))
		if rest != "" {
			p[below] = append(p[below], read(rest))
		}
	}
	for _, text := range a.Body[n:] {
		p[below] = append(p[below], read(text))
	}
	return p
}

// opening parts the beginning of a paragraph from what is too far down to be a lead, between two words.
func opening(text string) (lead, rest string) {
	if len(text) <= maxLead {
		return text, ""
	}
	end := strings.LastIndexFunc(text[:maxLead], unicode.IsSpace)
	if end <= 0 {
		return text, "" // not words with spaces between
	}
	return text[:end], text[end:]
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
