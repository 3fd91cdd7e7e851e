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
func textOf(a articles.Article, p Pace) linear.Text { return formOf(a, p).text() }

func formOf(a articles.Article, p Pace) form {
	body := strings.Join(append([]string{a.Standfirst}, a.Body...), "\n")
	f := form{headline: start(a.Headline, maxRead), body: strings.TrimSpace(start(body, maxRead))}
	f.length()
	f.looks()
	f.figures()
	if !a.Published.IsZero() {
		f.hour(a.Published.UTC())
	}
	f.pace(p)
	return f
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
	marks          []Reason
}

func (f form) text() linear.Text {
	return linear.Text{Title: f.headline, Body: f.body, Marks: inEnglish(f.marks)}
}

// reason is what speaks for an article: how it looks, or a word of it.
func (f form) reason(evidence string) Reason {
	for _, r := range f.marks {
		if r.String() == evidence {
			return r
		}
	}
	return reason("past-word").word("words", evidence)
}

func (f *form) mark(r Reason) { f.marks = append(f.marks, r) }

// graded marks which of the steps a number has reached.
func (f *form) graded(of Reason, n int, steps ...int) {
	reached := 0
	for _, step := range steps {
		if n >= step {
			reached = step
		}
	}
	f.mark(of.count(reached))
}

func (f *form) length() {
	f.mark(reason("past-words").count(min(len(strings.Fields(f.headline)), 25)))
	f.mark(reason("past-letters").count(min(utf8.RuneCountInString(f.headline)/6*6, 150)))
	if f.headline == "" {
		f.mark(reason("past-no-headline"))
	}
	if f.body == "" {
		f.mark(reason("past-no-text"))
	}
	f.graded(reason("past-text"), utf8.RuneCountInString(f.body), 1, 150, 250, 350, 500, 700, 1000, 1400, 2000, 3000, 5000)
	f.graded(reason("past-paragraphs"), strings.Count(f.body, "\n"), 1, 2, 3, 4, 6, 8, 12, 20)
}

// look is a sign in a headline and what it is called.
type look struct {
	key, name string
	signs     []string
}

var headlineLooks = []look{
	{"past-look-share", "a share in per cent", []string{"%", " pct", " percent", " per cent"}},
	{"past-look-money", "an amount of money", []string{"$", "€", "£", "₽", "₴", " dlr", " stg", " yen", " cts", " dollar", " euro"}},
	{"past-look-millions", "millions or billions", []string{" mln", " million", " bln", " billion", "млн", "млрд"}},
	{"past-look-word-of", "somebody's word", []string{" says", " said", ": “", ": \"", ": «"}},
	{"past-look-dash", "its source after a dash", []string{" - ", " – ", " — "}},
	{"past-look-stroke", "a stroke", []string{"/"}},
	{"past-look-quotation", "a quotation", []string{"\"", "'", "“", "«", "„"}},
	{"past-look-comma", "a comma", []string{","}},
	{"past-look-semicolon", "a semicolon", []string{";"}},
	{"past-look-colon", "a colon", []string{":"}},
	{"past-look-question", "a question", []string{"?", "؟"}},
	{"past-look-brackets", "brackets", []string{"<", "("}},
}

func (f *form) looks() {
	low := strings.ToLower(f.headline)
	for _, l := range headlineLooks {
		for _, sign := range l.signs {
			if strings.Contains(low, sign) {
				f.mark(Reason{Key: l.key})
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
	f.mark(reason("past-numbers").count(min(numbers, 4)))
	digits, quotes := 0, 0
	for _, r := range f.body {
		switch {
		case unicode.IsDigit(r):
			digits++
		case strings.ContainsRune("\"“”«»„", r):
			quotes++
		}
	}
	f.graded(reason("past-digits"), digits*100/(len(f.body)+1), 1, 2, 4, 6, 8, 12, 16, 20)
	f.graded(reason("past-quotes"), quotes, 1, 3, 7, 13)
}

// hour marks when it was published: desks have hours of their own for what they send and what they hold.
func (f *form) hour(at time.Time) {
	from, to := fmt.Sprintf("%02d", at.Hour()), fmt.Sprintf("%02d", at.Hour()+1)
	f.mark(reason("past-hour").word("from", from).word("to", to))
	f.mark(reason("past-quarter").word("from", at.Truncate(15*time.Minute).Format("15:04")))
	f.mark(Reason{Key: dayKey(at.Weekday())})
	if f.body == "" {
		f.mark(reason("past-no-text-hour").word("from", from).word("to", to))
	}
}

// pace marks what others made of the story.
func (f *form) pace(p Pace) {
	if p.Outlets > 0 {
		f.mark(reason("past-outlets").count(min(p.Outlets, 6)))
	}
	if p.Items > 0 {
		f.mark(reason("past-articles").count(min(p.Items, 6)))
	}
}
