package feed

import (
	"regexp"
	"slices"
	"strings"
)

// byline names who wrote the item, each once.
func (f found) byline() string {
	var names []string
	add := func(text string) {
		if len(names) >= maxFew {
			return
		}
		if name := line(personName(text)); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	switch {
	case f.rss != nil:
		f.rssAuthors(add)
	default:
		for _, author := range f.Authors {
			add(author.Name)
		}
		for _, name := range f.sayAll("dc", "creator") {
			add(name)
		}
	}
	for _, author := range f.feedAuthors {
		if len(names) == 0 && author != nil && line(author.Name) != f.feedTitle {
			add(author.Name)
		}
	}
	return strings.Join(names, ", ")
}

// rssAuthors adds the authors of an item of RSS: those that Dublin Core names, as RSS's own wants an address of e-mail.
func (f found) rssAuthors(add func(string)) {
	creators := append(f.sayAll("dc", "creator"), f.sayAll("dc", "author")...)
	for _, creator := range creators {
		add(creator)
	}
	if len(creators) > 0 {
		return
	}
	for _, text := range []string{f.rss.Author, f.says("itunes", "author"), f.says("media", "credit")} {
		if personName(text) != "" {
			add(text)
			return
		}
	}
	for _, author := range f.extensions("atom", "author") {
		for _, name := range author.Children["name"] {
			add(name.Value)
		}
	}
}

// sayAll are the texts of all such elements.
func (f found) sayAll(prefix, name string) []string {
	var all []string
	for _, e := range f.extensions(prefix, name) {
		if e.Value != "" {
			all = append(all, e.Value)
		}
	}
	return all
}

var (
	email       = regexp.MustCompile(`(?:mailto:)?[\w.+'-]+@[\w.-]+`)
	onlySymbols = regexp.MustCompile(`^[\s<>(){}\[\],;:|/-]*$`)
	inBrackets  = regexp.MustCompile(`^[\s<>,;]*\(([^()]+)\)[\s<>,;]*$`)
)

// personName is the name in “ann@example.org (Ann Lee)”, “Ann Lee <ann@example.org>” and the like; "" where there is only
// an address.
func personName(text string) string {
	text = strings.TrimSpace(text)
	if !email.MatchString(text) {
		return text
	}
	rest := email.ReplaceAllString(text, "")
	if inside := inBrackets.FindStringSubmatch(rest); inside != nil {
		return strings.TrimSpace(inside[1])
	}
	if onlySymbols.MatchString(rest) {
		return ""
	}
	return strings.Trim(strings.NewReplacer("()", "", "<>", "", "&lt;&gt;", "").Replace(rest), " \t,;")
}
