package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gogs/chardet"
	"golang.org/x/text/unicode/norm"

	"github.com/tenbells/tenbells/articles"
)

// Text reads a newsroom page saved as plain text. Such a page states no time that could be trusted ("April 29"), so
// Published stays zero.
func Text(raw []byte) (articles.Article, error) {
	text, err := decode(raw, chardet.NewTextDetector())
	if err != nil {
		return articles.Article{}, err
	}
	page := classify(paragraphs(string(text)))
	start := bodyStart(page)
	a := articles.Article{Status: articles.Usable}
	readHead(&a, page[:start])
	readBody(&a, page[start:], credit, furniture)
	if a.Headline == "" {
		return articles.Article{}, ErrNoArticle
	}
	locate(&a)
	return a, nil
}

// kind is what a line is in the page.
type kind int

const (
	label     kind = iota // a few words that make no sentence: section, headline, subheading
	prose                 // sentences
	caption               // printed twice: below a picture and for those who cannot see it
	byline                // "By …"
	dated                 // a date or time alone
	credit                // "With reporting by …"
	furniture             // what the site says on every page
)

type line struct {
	text  string
	kind  kind
	image articles.Image // of a caption: the picture, where the page shows it
}

// paragraphs splits text into its lines, without blank ones and with single spaces. In a text that was wrapped at a
// column, lines of one block are one paragraph.
func paragraphs(text string) []string {
	var out []string
	blocks := blocks(text)
	wrapped := isWrapped(blocks)
	for _, block := range blocks {
		if wrapped && !doubledIn(block) {
			block = []string{strings.Join(block, " ")}
		}
		out = append(out, block...)
	}
	return out
}

// blocks are the runs of lines between blank lines.
func blocks(text string) [][]string {
	var out [][]string
	fresh := true
	for row := range strings.SplitSeq(lineEnds.Replace(text), "\n") {
		row = clean(row)
		if row == "" {
			fresh = true
			continue
		}
		if fresh {
			out, fresh = append(out, nil), false
		}
		out[len(out)-1] = append(out[len(out)-1], row)
	}
	return out
}

// lineEnds are the ways to end a line.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n")

// clean is s with single spaces, its accents composed (NFC: two spellings of one letter are one word to those who
// search), and without control and zero-width marks that pages leave behind. Joiners stay: Persian is spelled with them.
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
	return norm.NFC.String(strings.Join(strings.Fields(s), " "))
}

// A wrapped text has no line beyond maxColumn and a block of at least three whose lines, but the last, are nearly full.
const (
	minColumn = 40
	maxColumn = 100
)

func isWrapped(blocks [][]string) bool {
	found := false
	for _, block := range blocks {
		full := len(block) >= 3
		for i, row := range block {
			n := utf8.RuneCountInString(row)
			if n > maxColumn {
				return false
			}
			full = full && (n >= minColumn || i == len(block)-1)
		}
		found = found || full
	}
	return found
}

func doubledIn(block []string) bool {
	for i := 1; i < len(block); i++ {
		if block[i] == block[i-1] {
			return true
		}
	}
	return false
}

// classify says what each line is by itself and by its repetition.
func classify(rows []string) []line {
	var page []line
	headed := false // a headline came before
	for i := 0; i < len(rows); i++ {
		l := line{text: rows[i], kind: kindOf(rows[i])}
		twice := i+1 < len(rows) && rows[i+1] == l.text
		for i+1 < len(rows) && rows[i+1] == l.text {
			i++
		}
		if twice && (l.kind == prose || l.kind == label && headed) { // a headline that is printed twice comes first
			l.kind, l.image.Caption = caption, l.text
		}
		headed = headed || l.kind == label && !isSection(l.text)
		page = append(page, l)
	}
	return page
}

// A line with fewer words makes no paragraph unless it ends as one; with longWords it is one without an end.
const (
	sentenceWords = 6
	questionWords = 15 // a shorter question or call may be a headline
	longWords     = 25
)

func kindOf(s string) kind {
	switch n := words(s); {
	case isCredit(s): // before furniture: "— Reuters" looks like a bullet
		return credit
	case isFurniture(s):
		return furniture
	case isDate(s):
		return dated
	case isByline(s):
		return byline
	case n >= longWords, n >= sentenceWords && endsSentence(s) && !endsLoud(s), n >= questionWords && endsSentence(s):
		return prose
	}
	return label
}

// endsLoud reports whether s ends in a question or exclamation mark, as headlines may.
func endsLoud(s string) bool { return strings.ContainsAny(s[max(0, len(s)-8):], "!?؟！？") }

// bodyStart is where the head ends: before the first sentence, once there is a headline. A sentence that still has
// the byline or the date below it is a standfirst, and belongs to the head.
func bodyStart(page []line) int {
	headline := slices.IndexFunc(page, func(l line) bool { return l.kind == label })
	if headline < 0 { // then the first thing said must serve as the headline
		headline = slices.IndexFunc(page, func(l line) bool { return l.kind == prose })
	}
	for i := headline + 1; i < len(page); i++ {
		if page[i].kind != prose && page[i].kind != caption {
			continue
		}
		if page[i].kind == prose && i+1 < len(page) && (page[i+1].kind == byline || page[i+1].kind == dated) {
			continue
		}
		return i
	}
	return len(page)
}

// readHead takes section, headline, standfirst and byline from the lines above the text.
func readHead(a *articles.Article, head []line) {
	var labels []string
	for _, l := range head {
		switch l.kind {
		case label:
			labels = append(labels, l.text)
		case prose:
			if len(labels) == 0 {
				labels = append(labels, l.text)
			} else if a.Standfirst == "" {
				a.Standfirst = l.text
			}
		case byline:
			a.Byline = author(l.text)
		}
	}
	i := headlineAt(labels)
	if i < 0 {
		return
	}
	a.Headline = labels[i]
	if i > 0 && isSection(labels[i-1]) {
		a.Section = labels[i-1]
	}
	if a.Standfirst == "" && i+1 < len(labels) && words(labels[i+1]) >= sentenceWords {
		a.Standfirst = labels[i+1]
	}
}

// headlineAt is the first label that says more than a section's name does, or the last one.
func headlineAt(labels []string) int {
	if i := slices.IndexFunc(labels, func(s string) bool { return !isSection(s) }); i >= 0 {
		return i
	}
	return len(labels) - 1
}

// maxSection is the most words in a section's name: "Europe and Central Asia".
const maxSection = 4

// isSection reports whether s could name a section: a few words without digits or the points of a headline.
func isSection(s string) bool {
	return words(s) <= maxSection && utf8.RuneCountInString(s) <= 32 && !strings.ContainsAny(s, ",:;?!.\"“”«»0123456789")
}

// readBody takes paragraphs, captions and credit from the lines below the head, up to a line of a kind that can end an
// article: after it the site speaks again.
func readBody(a *articles.Article, body []line, ends ...kind) {
	for i, l := range body {
		switch l.kind {
		case caption:
			a.Images = append(a.Images, l.image)
		case credit:
			a.Credit = joinCredit(a.Credit, l.text)
		case byline:
			if a.Byline == "" {
				a.Byline = author(l.text)
			}
		case prose, label:
			a.Body = append(a.Body, l.text)
		}
		if slices.Contains(ends, l.kind) && isTail(body[:i], body[i+1:]) {
			takeCredits(a, body[i+1:])
			break
		}
	}
	a.Body = withoutTrailers(a.Body)
}

// tailProse is how many sentences may follow the end of an article: the outlet about itself, and its rights.
const tailProse = 3

// isTail reports whether, after a line that can end an article, only the site's own words follow: little prose,
// measured by what came before. Else the line stood in the middle.
func isTail(before, after []line) bool {
	told := count(before, prose)
	return told > 0 && count(after, prose) <= min(tailProse, told)
}

// takeCredits adds the credit lines that follow the first end mark directly.
func takeCredits(a *articles.Article, after []line) {
	for _, l := range after {
		if l.kind == credit {
			a.Credit = joinCredit(a.Credit, l.text)
		} else if l.kind != furniture {
			return
		}
	}
}

func joinCredit(credit, more string) string {
	more = strings.TrimSpace(strings.Trim(more, "()*_–—- "))
	if credit == "" {
		return more
	}
	return credit + "; " + more
}

// withoutTrailers drops labels from the end of a text: no article ends in a subheading, but pages end in names of
// topics and buttons.
func withoutTrailers(body []string) []string {
	for len(body) > 1 && kindOf(body[len(body)-1]) == label && words(body[len(body)-1]) < sentenceWords && !endsSentence(body[len(body)-1]) {
		body = body[:len(body)-1]
	}
	return body
}

func count(page []line, k kind) int {
	n := 0
	for _, l := range page {
		if l.kind == k {
			n++
		}
	}
	return n
}
