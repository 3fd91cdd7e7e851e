package topics

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/linear"
)

// placeMarks is what the places that are named count for beside a word's 1 where places are judged.
const placeMarks = 2

// placeText is an article as the model of places reads it: its words, and which countries it names where and how often.
func placeText(a articles.Article, named mentions) linear.Text {
	body := strings.Join(append([]string{a.Standfirst}, a.Body...), "\n")
	t := linear.Text{Title: a.Headline, Body: body[:min(len(body), maxBody)]}
	total := 0
	for _, m := range named {
		total += m.count()
	}
	for i, m := range named[:min(len(named), maxMarked)] {
		t.Marks = append(t.Marks, m.marks(i == 0, total)...)
	}
	return t
}

// count is how often the place is named.
func (m *mention) count() int {
	n := 0
	for level := range m.times {
		n += m.times[level] + m.passing[level]
	}
	return n
}

// marks say where and how often a place is named, and for how many quarters of all places it stands.
func (m *mention) marks(first bool, total int) []string {
	n := m.count()
	marks := []string{m.key, fmt.Sprint(m.key, " share ", 4*n/max(total, 1))}
	for level := range m.times {
		if m.times[level]+m.passing[level] > 0 {
			marks = append(marks, fmt.Sprint(m.key, " at ", level))
		}
	}
	if first {
		marks = append(marks, m.key+" first")
	}
	for times := 2; times <= min(n, 3); times++ {
		marks = append(marks, fmt.Sprint(m.key, " times ", times))
	}
	return marks
}

// byLearnedPlaces asks the model of places. What the newsroom marked it did not leave to be guessed.
func (c *Catalogue) byLearnedPlaces(a articles.Article, named mentions, l *Learned, f *findings) {
	if l == nil || l.places == nil || len(a.Places) > 0 {
		return
	}
	marked := slices.ContainsFunc(f.Topics, func(t articles.Topic) bool { return c.isRegion(string(t)) })
	text := l.places.Read(placeText(a, named))
	defer text.Close()
	for _, s := range text.Scores() {
		if !s.Holds || !l.used[s.Label] || !c.Valid(s.Label) {
			continue
		}
		why := "as in the archive, " + because(spoke(text, s.Label)...)
		if place, is := strings.CutPrefix(s.Label, placePrefix); is {
			f.place(articles.Place(place), why)
		} else if !marked && c.isRegion(s.Label) {
			f.topic(articles.Topic(s.Label), why)
		}
	}
}

// byRegions finds own topics by the countries that are theirs, but for those that were learned.
func (c *Catalogue) byRegions(l *Learned, f *findings) {
	for _, key := range c.regionsOf(f.Places) {
		if !l.knows(key) {
			f.topic(articles.Topic(key), "because of its countries")
		}
	}
}

// regionsOf are the own topics that any of the places belongs to.
func (c *Catalogue) regionsOf(places []articles.Place) []string {
	var keys []string
	for _, o := range c.own {
		if slices.ContainsFunc(o.Places, func(p string) bool { return slices.Contains(places, articles.Place(p)) }) {
			keys = append(keys, o.key())
		}
	}
	return keys
}

// isRegion reports whether a key is that of an own topic that is a set of countries.
func (c *Catalogue) isRegion(key string) bool {
	own, ok := c.ownByKey(key)
	return ok && len(own.Places) > 0
}

// namedPlaces are the places, and the own topics they belong to, that the lists find.
func (c *Catalogue) namedPlaces(named mentions) []string {
	f := &findings{media: c.media}
	c.byPlaces(named, nil, f)
	c.byRegions(nil, f)
	var keys []string
	for _, p := range f.Places {
		keys = append(keys, placePrefix+string(p))
	}
	for _, t := range f.Topics {
		keys = append(keys, string(t))
	}
	return keys
}
