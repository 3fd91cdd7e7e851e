package extract

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tenbells/tenbells/articles"
)

// datelined is the beginning of a report with what stands between its dateline and what it says: “KYIV -- ”,
// “WASHINGTON, April 29 (Reuters) - ”.
var datelined = regexp.MustCompile(`^([^\n.!?;:"“”«»]{2,60}?|[^\n!?;:"“”«»]{2,60}?\([^()]{2,30}\))\s*(--|[—–―]|\) ?-)\s+`)

// Dateline takes a report's text apart: where it was written, and what it says. A place stands in capitals, or before
// the two strokes of the wires; place is "" where the text begins without one.
func Dateline(text string) (place, rest string) {
	parts := datelined.FindStringSubmatch(text)
	if parts == nil {
		return "", text
	}
	place, rest = parts[1], text[len(parts[0]):]
	if strings.HasPrefix(parts[2], ")") {
		place += ")"
	}
	first, _ := utf8.DecodeRuneInString(rest)
	if rest == "" || isSmall(first) || !isPlace(place, parts[2] == "--") {
		return "", text
	}
	return strings.TrimSpace(place), rest
}

// isPlace reports whether a text can be where and when something was written. Scripts without capitals need the wires'
// strokes.
func isPlace(text string, strokes bool) bool {
	name, _, _ := strings.Cut(text, " ")
	name = strings.TrimRight(name, ",")
	upper, lower := 0, 0
	for _, r := range name {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLetter(r):
			lower++
		}
	}
	if upper >= 2 && lower == 0 {
		return len(strings.Fields(text)) <= 8
	}
	return strokes && upper+lower >= 2 && len(strings.Fields(text)) <= 3 && !isSmall([]rune(text)[0])
}

// isSmall reports whether a sentence or name would begin with another letter. Georgian has no such letters.
func isSmall(r rune) bool { return unicode.ToTitle(r) != r }

// locate gives an article the dateline that its text begins with: a standfirst begins with the news.
func locate(a *articles.Article) {
	place, rest := Dateline(a.Standfirst)
	a.Standfirst = rest
	if len(a.Body) > 0 {
		if at, said := Dateline(a.Body[0]); at != "" {
			place, a.Body[0] = at, said
		}
	}
	if a.Dateline == "" {
		a.Dateline = place
	}
}
