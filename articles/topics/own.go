package topics

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/articles"
)

// Own is a topic of the newsroom itself. Its key is "topic:" and the slug.
type Own struct {
	Slug     string            // small Latin letters, digits and dashes
	Labels   map[string]string // by BCP 47 language; without any, the slug serves
	Words    []string          // words and phrases that show it, in any letters
	Exclude  []string          // words and phrases that show it is not meant, whatever else is there
	Patterns []string          // what shows it, too: regular expressions (github.com/google/re2/wiki/Syntax)
	Sections []string          // sections that are it
	Subjects []string          // Media Topics that are it, "medtop:20000056"; those below them are, too
	Places   []string          // countries whose news is it, by ISO 3166-1 code in capitals: a region
}

func (o Own) key() string { return ownPrefix + o.Slug }

// label is the own topic's name in a language, in English, in any, or its slug.
func (o Own) label(language string) string {
	for _, tag := range []string{language, base(language), "en"} {
		if label := o.Labels[tag]; label != "" {
			return label
		}
	}
	if tags := sortedKeys(o.Labels); len(tags) > 0 {
		return o.Labels[tags[0]]
	}
	return o.Slug
}

var slug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Bounds of what a newsroom may ask for.
const (
	maxPattern  = 1000 // bytes of one expression
	maxPatterns = 100  // of all topics: each is looked for in every article, at some 50 MB a second
)

// faults are what is wrong with the topics, each by the setting at fault, as topics[1].patterns[0].
func faults(own []Own, media mediaTopics) error {
	var all []error
	at := map[string]int{}
	patterns := 0
	for i, o := range own {
		say := func(setting, format string, args ...any) {
			all = append(all, fmt.Errorf("topics[%d].%s: %s", i, setting, fmt.Sprintf(format, args...)))
		}
		first, twice := at[o.Slug]
		switch {
		case !slug.MatchString(o.Slug):
			say("slug", "%q must be small letters, digits and dashes", o.Slug)
		case twice:
			say("slug", "%q is that of topics[%d] already", o.Slug, first)
		default:
			at[o.Slug] = i
		}
		for j, subject := range o.Subjects {
			if !media.has(articles.Topic(subject)) {
				say(fmt.Sprintf("subjects[%d]", j), "%q is no Media Topic like medtop:16000000", subject)
			}
		}
		for j, place := range o.Places {
			if _, known := slices.BinarySearch(countries(), articles.Place(place)); !known {
				say(fmt.Sprintf("places[%d]", j), "%q is no country's code like UA", place)
			}
		}
		wordFaults(o, say)
		patternFaults(o, say)
		if patterns += len(o.Patterns); patterns > maxPatterns && patterns-len(o.Patterns) <= maxPatterns {
			say("patterns", "with those before there are %d; at most %d are looked for", patterns, maxPatterns)
		}
	}
	return errors.Join(all...)
}

func wordFaults(o Own, say func(setting, format string, args ...any)) {
	for _, setting := range []struct {
		name  string
		words []string
	}{{"words", o.Words}, {"exclude", o.Exclude}, {"sections", o.Sections}} {
		for j, w := range setting.words {
			if len(split(w)) == 0 {
				say(fmt.Sprintf("%s[%d]", setting.name, j), "%q has no word in it", w)
			}
		}
	}
}

func patternFaults(o Own, say func(setting, format string, args ...any)) {
	for j, p := range o.Patterns {
		setting := fmt.Sprintf("patterns[%d]", j)
		compiled, err := regexp.Compile(p)
		switch {
		case len(p) > maxPattern:
			say(setting, "it has %d bytes; at most %d are allowed", len(p), maxPattern)
		case err != nil:
			say(setting, "%v", err)
		case compiled.MatchString(""):
			say(setting, "%q is found in every text", p)
		}
	}
}

// pattern is an expression that shows an own topic.
type pattern struct {
	key string
	*regexp.Regexp
}

// compiled are the topics' expressions, but for those at fault.
func compiled(own []Own) []pattern {
	var all []pattern
	for _, o := range own {
		for _, p := range o.Patterns {
			if re, err := regexp.Compile(p); err == nil && len(p) <= maxPattern && len(all) < maxPatterns {
				all = append(all, pattern{o.key(), re})
			}
		}
	}
	return all
}

// maxMatched is how many bytes of an article patterns are looked for in.
const maxMatched = 20_000

// byOwn finds the newsroom's topics by its words and patterns. It chose them itself, so one is enough, and what it
// excluded counts against all of them.
func (c *Catalogue) byOwn(text string, parts parts, f *findings) {
	if len(c.own) == 0 {
		return
	}
	excluded := map[string]bool{}
	for _, hit := range slices.Concat(parts.find(&c.excluded)...) {
		excluded[hit.key] = true
	}
	for _, hit := range slices.Concat(parts.find(&c.words)...) {
		if !excluded[hit.key] {
			f.topic(articles.Topic(hit.key), because(hit.text))
		}
	}
	text = text[:min(len(text), maxMatched)]
	for _, p := range c.patterns {
		if excluded[p.key] || slices.Contains(f.Topics, articles.Topic(p.key)) {
			continue
		}
		if found := p.FindString(text); found != "" {
			f.topic(articles.Topic(p.key), because(shorten(found)))
		}
	}
}

// maxShown is how many letters of what a pattern found are shown.
const maxShown = 60

func shorten(s string) string {
	letters := []rune(strings.Join(strings.Fields(s), " "))
	if len(letters) <= maxShown {
		return string(letters)
	}
	return string(letters[:maxShown]) + "…"
}
