package alerts

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/linear"
)

// maxRead is how many bytes of an article are learned from and judged by.
const maxRead = 6000

// textOf is an article as the past reads it: its words, and how it looks, in words that can be shown as reasons.
func textOf(a articles.Article, p Pace) linear.Text {
	body := strings.Join(append([]string{a.Standfirst}, a.Body...), "\n")
	f := form{headline: start(a.Headline, maxRead), body: strings.TrimSpace(start(body, maxRead))}
	f.length()
	f.looks()
	f.figures()
	if !a.Published.IsZero() {
		f.hour(a.Published.UTC())
	}
	f.pace(p)
	return linear.Text{Title: f.headline, Body: f.body, Marks: f.marks}
}

// start is the first bytes of a text, whole letters.
func start(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}

// form collects how an article looks.
type form struct {
	headline, body string
	marks          []string
}

func (f *form) mark(format string, args ...any) {
	f.marks = append(f.marks, fmt.Sprintf(format, args...))
}

// graded marks which of the steps a number has reached.
func (f *form) graded(of string, n int, steps ...int) {
	reached := 0
	for _, step := range steps {
		if n >= step {
			reached = step
		}
	}
	f.mark(of, reached)
}

func (f *form) length() {
	f.mark("a headline of %d words", min(len(strings.Fields(f.headline)), 25))
	f.mark("a headline of about %d letters", min(utf8.RuneCountInString(f.headline)/6*6, 150))
	if f.headline == "" {
		f.mark("no headline")
	}
	if f.body == "" {
		f.mark("no text yet")
	}
	f.graded("a text of %d letters or more", utf8.RuneCountInString(f.body), 1, 150, 250, 350, 500, 700, 1000, 1400, 2000, 3000, 5000)
	f.graded("%d paragraphs or more", strings.Count(f.body, "\n"), 1, 2, 3, 4, 6, 8, 12, 20)
}

// look is a sign in a headline and what it is called.
type look struct {
	name  string
	signs []string
}

var headlineLooks = []look{
	{"a share in per cent", []string{"%", " pct", " percent", " per cent"}},
	{"an amount of money", []string{"$", "€", "£", "₽", "₴", " dlr", " stg", " yen", " cts", " dollar", " euro"}},
	{"millions or billions", []string{" mln", " million", " bln", " billion", "млн", "млрд"}},
	{"somebody's word", []string{" says", " said", ": “", ": \"", ": «"}},
	{"its source after a dash", []string{" - ", " – ", " — "}},
	{"a stroke", []string{"/"}},
	{"a quotation", []string{"\"", "'", "“", "«", "„"}},
	{"a comma", []string{","}},
	{"a semicolon", []string{";"}},
	{"a colon", []string{":"}},
	{"a question", []string{"?", "؟"}},
	{"brackets", []string{"<", "("}},
}

func (f *form) looks() {
	low := strings.ToLower(f.headline)
	for _, l := range headlineLooks {
		for _, sign := range l.signs {
			if strings.Contains(low, sign) {
				f.mark("%s in the headline", l.name)
				break
			}
		}
	}
}

// figures marks how many numbers there are, and quotations.
func (f *form) figures() {
	numbers := 0
	for word := range strings.FieldsSeq(f.headline) {
		if strings.ContainsFunc(word, unicode.IsDigit) {
			numbers++
		}
	}
	f.mark("%d numbers in the headline", min(numbers, 4))
	digits, quotes := 0, 0
	for _, r := range f.body {
		switch {
		case unicode.IsDigit(r):
			digits++
		case strings.ContainsRune("\"“”«»„", r):
			quotes++
		}
	}
	f.graded("%d digits or more in 100 letters", digits*100/(len(f.body)+1), 1, 2, 4, 6, 8, 12, 16, 20)
	f.graded("%d quotation marks or more", quotes, 1, 3, 7, 13)
}

// hour marks when it was published: desks have hours of their own for what they send and what they hold.
func (f *form) hour(at time.Time) {
	f.mark("published between %02d and %02d h UTC", at.Hour(), at.Hour()+1)
	f.mark("published in the quarter of an hour from %s UTC", at.Truncate(15*time.Minute).Format("15:04"))
	f.mark("published on a %s", at.Weekday())
	if f.body == "" {
		f.mark("no text yet between %02d and %02d h UTC", at.Hour(), at.Hour()+1)
	}
}

// pace marks what others made of the story.
func (f *form) pace(p Pace) {
	if p.Outlets > 0 {
		f.mark("told by %d outlets within the hour before", min(p.Outlets, 6))
	}
	if p.Items > 0 {
		f.mark("told in %d articles within the hour before", min(p.Items, 6))
	}
}
