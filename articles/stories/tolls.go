package stories

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// toll is how many people a headline counts in one way.
type toll struct {
	what  string
	many  int
	words string
}

// How many words may stand between a number and what it counts: in general; more where words are written in parts, as
// “زمین‌لرزه”; and where people are counted by name, as in “of the dead … has risen to 12 people”.
const (
	beside      = 5
	besideParts = 7
	besideNamed = 10
)

// tollsIn finds the numbers of people in a headline: for each number the nearest word that counts people.
func tollsIn(headline, lang string) (found []toll) {
	c := countOf(headline, lang)
	for i := range c.ts {
		many := c.people(i)
		if many == 0 {
			continue
		}
		if j := nearestToll(c.small, i, c.reach(i), lang); j >= 0 {
			what, _ := tolls.at(c.small, j, lang)
			found = append(found, toll{what, many, shownBetween(c.ts, i, j)})
		}
	}
	return found
}

// count is a headline whose numbers are looked for.
type count struct {
	ts    []term
	small []string
	lang  string
	text  string // as its words were cut out of it
	from  []int  // where each begins
	parts bool   // its words are written in parts
}

func countOf(headline, lang string) count {
	c := count{ts: terms(headline, maxWords), lang: lang, text: norm.NFC.String(spelled(headline)), parts: isUncased(headline)}
	c.small = smallOf(c.ts)
	at := 0
	for _, t := range c.ts {
		at += strings.Index(c.text[at:], t.shown)
		c.from = append(c.from, at)
		at += len(t.shown)
	}
	return c
}

// people is how many people the word at i counts; 0 for what is no number or counts something else: a year, an age, a
// share, how strong it was, how far, how long ago.
func (c count) people(i int) int {
	n, ok := number(c.small, i, c.lang)
	next := i + 1
	if ok && next < len(c.ts) && n < 1000 && thousand.has(c.small, next, c.lang) {
		n, next = n*1000, next+1
	}
	if !ok || c.isPart(i) || c.isLabel(i) || next < len(c.ts) && measures.has(c.small, next, c.lang) {
		return 0
	}
	if mayBeYear(n) && next == i+1 && !c.isOfPeople(i) {
		return 0
	}
	return n
}

// mayBeYear says whether a number is one of the years that headlines tell of.
func mayBeYear(n int) bool { return 1900 <= n && n < 2040 }

// isPart says whether a number is a part of another, of an hour or a date, or has the sign of something else: “7.2”, “9/11”,
// “20%”, “$12”, “F-16”.
func (c count) isPart(i int) bool {
	before, after := c.text[:c.from[i]], c.text[c.from[i]+len(c.ts[i].shown):]
	sign, size := utf8.DecodeRuneInString(after)
	if joins(sign) && unicode.IsDigit(firstRune(after[size:])) || isMeasure(firstRune(strings.TrimLeft(after, " \u00a0"))) {
		return true
	}
	sign, size = utf8.DecodeLastRuneInString(before)
	last, _ := utf8.DecodeLastRuneInString(before[:len(before)-size])
	return joins(sign) && unicode.IsDigit(last) || sign == '-' && unicode.IsLetter(last) || strings.ContainsRune("$€£₽₴¥№#", sign)
}

func joins(r rune) bool { return strings.ContainsRune(".,:/٫٬", r) }

func isMeasure(r rune) bool { return strings.ContainsRune("%٪°$€£₽₴¥", r) }

// isLabel says whether words such as “dies at” or “flight” stand before i.
func (c count) isLabel(i int) bool {
	for j := max(0, i-3); j < i; j++ {
		if _, n := labels.at(c.small[:i], j, c.lang); n > 0 && j+n == i {
			return true
		}
	}
	return false
}

// isOfPeople says whether people stand beside the number at i by name.
func (c count) isOfPeople(i int) bool {
	for j := i + 1; j < min(len(c.ts), i+3); j++ {
		if people.has(c.small, j, c.lang) {
			return true
		}
	}
	return false
}

// reach is how many words the number at i may stand from what it counts.
func (c count) reach(i int) int {
	switch {
	case c.isOfPeople(i):
		return besideNamed
	case c.parts:
		return besideParts
	}
	return beside
}

// nearestToll is the place of the word that counts people nearest to place i, or -1; among two the later one.
func nearestToll(small []string, i, reach int, lang string) int {
	for d := 1; d <= reach; d++ {
		for _, j := range []int{i + d, i - d} {
			if j >= 0 && j < len(small) && tolls.has(small, j, lang) {
				return j
			}
		}
	}
	return -1
}

// number is the number at i, in digits or in words.
func number(small []string, i int, lang string) (int, bool) {
	text := small[i]
	if in, n := numerals.at(small, i, lang); n > 0 {
		text = in
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n > 0
}

func shownBetween(ts []term, i, j int) string {
	var words []string
	for _, t := range ts[min(i, j) : max(i, j)+1] {
		words = append(words, t.shown)
	}
	return strings.Join(words, " ")
}

// isUncased says whether a text is written in letters that have no capitals.
func isUncased(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return unicode.In(r, unicode.Arabic, unicode.Georgian, unicode.Hebrew, unicode.Devanagari) && unicode.IsLetter(r)
	})
}
