package ninjs

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// markup is what tells HTML from plain text: a tag or an entity.
var markup = regexp.MustCompile(`</?[a-zA-Z][^<>]*>|&(?:[a-zA-Z]{2,8}|#\d{2,6});`)

// plain is s as one line without markup.
func plain(s string) string {
	if markup.MatchString(s) {
		s = strings.Join(paragraphs(s), " ")
	}
	return clean(s)
}

// clean is s with single spaces and without control marks.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r == '\u200B', r == '\uFEFF', r == '\u00AD':
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// paragraphs splits a body, of markup or plain, into paragraphs of plain text.
func paragraphs(body string) []string {
	if markup.MatchString(body) {
		return marked(body)
	}
	parts := strings.Split(blank.ReplaceAllString(body, "\n\n"), "\n\n")
	if len(parts) == 1 { // no blank lines: then each line is a paragraph
		parts = strings.Split(body, "\n")
	}
	return told(parts)
}

var blank = regexp.MustCompile(`\r?\n[ \t]*(?:\r?\n[ \t]*)+`)

func told(parts []string) []string {
	var all []string
	for _, part := range parts {
		if part = clean(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

// inline elements do not end a paragraph.
var inline = map[string]bool{
	"a": true, "abbr": true, "b": true, "bdi": true, "bdo": true, "cite": true, "code": true, "del": true, "em": true,
	"font": true, "i": true, "ins": true, "mark": true, "q": true, "s": true, "small": true, "span": true, "strike": true,
	"strong": true, "sub": true, "sup": true, "time": true, "u": true, "wbr": true, "img": true,
}

// silent elements hold nothing of the article's own text.
var silent = map[string]bool{
	"script": true, "style": true, "figure": true, "media": true, "body.head": true, "iframe": true, "noscript": true, "template": true, "title": true,
}

// marked reads paragraphs from HTML or XHTML, as broken as it comes.
func marked(body string) []string {
	var parts []string
	var text strings.Builder
	hidden := ""
	for tokens := html.NewTokenizer(strings.NewReader(body)); ; {
		kind := tokens.Next()
		if kind == html.ErrorToken { // a string ends in nothing but EOF
			return told(append(parts, text.String()))
		}
		token := tokens.Token()
		switch {
		case hidden != "":
			if kind == html.EndTagToken && token.Data == hidden {
				hidden = ""
			}
		case kind == html.TextToken:
			text.WriteString(token.Data)
		case kind == html.StartTagToken && silent[token.Data]:
			hidden = token.Data
		case token.Data != "" && kind != html.CommentToken && !inline[token.Data]:
			parts = append(parts, text.String())
			text.Reset()
		}
	}
}
