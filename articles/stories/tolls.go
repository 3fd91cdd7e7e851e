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
	for i, next := 0, 0; i < len(c.ts); i = next {
		var many int
		if many, next = c.people(i); many == 0 {
			continue
		}
		if j := c.nearestToll(i); j >= 0 {
			what, _ := tolls.at(c.small, j, lang)
			found = append(found, toll{what, many, shownBetween(c.ts, i, j)})
		}
	}
	return found
}

// Toll is the largest number of people whom a headline in a language (BCP 47) counts as dead, hurt or missing, and the words
// that say so; 0 where it counts none.
func Toll(headline, language string) (people int, words string) {
	for _, t := range tollsIn(headline, base(language)) {
		if t.many > people {
			people, words = t.many, t.words
		}
	}
	return people, words
}

// count is a headline whose numbers are looked for.
type count struct {
	ts    []term
	small []string
	lang  string
	text  string // as its words were cut out of it
	from  []int  // where each begins
	marks []int  // how many points and commas stand before each
	parts bool   // its words are written in parts
}

func countOf(headline, lang string) count {
	c := count{ts: terms(headline, maxWords), lang: lang, text: norm.NFC.String(spelled(headline)), parts: isUncased(headline)}
	c.small = smallOf(c.ts)
	at, marks := 0, 0
	for _, t := range c.ts {
		from := at + strings.Index(c.text[at:], t.shown)
		if strings.ContainsAny(c.text[at:from], ",;:.،؛–—|…") {
			marks++
		}
		c.from, c.marks = append(c.from, from), append(c.marks, marks)
		at = from + len(t.shown)
	}
	return c
}

// people is how many people the word at i counts, and where the word after the number is; 0 for what is no number or counts
// something else: a year, an age, a share, how strong it was, how far, how long ago.
func (c count) people(i int) (many, next int) {
	n, words := number(c.small, i, c.lang)
	if words == 0 {
		return 0, i + 1
	}
	next = i + words
	inWords := next
	if next < len(c.ts) && n < 1000 && thousand.has(c.small, next, c.lang) {
		n, next = n*1000, next+1
	}
	switch {
	case c.isPart(i), c.isLabel(i), next < len(c.ts) && measures.has(c.small, next, c.lang):
		return 0, next
	case c.mayBeYear(n) && next == inWords && !c.isOfPeople(i):
		return 0, next
	}
	return n, next
}

// mayBeYear says whether a number is one of the years that headlines tell of, in Persian ones by the solar calendar, too.
func (c count) mayBeYear(n int) bool {
	return 1900 <= n && n < 2040 || c.parts && 1357 <= n && n < 1420
}

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

// nearestToll is the place of the word that counts people nearest to place i, or -1; among two the later one. What stands
// beyond a comma is farther.
func (c count) nearestToll(i int) int {
	nearest, least, reach := -1, 0, c.reach(i)
	for d := 0; d <= reach; d++ {
		for _, j := range []int{i + d, i - d} {
			if j < 0 || j >= len(c.small) || !tolls.has(c.small, j, c.lang) {
				continue
			}
			far := d
			if c.marks[i] != c.marks[j] {
				far += beyond
			}
			if nearest < 0 || far < least {
				nearest, least = j, far
			}
		}
	}
	return nearest
}

// beyond is how many words a comma counts as.
const beyond = 2

// number is the number at i, in digits or in words, and how many words it takes; 0 where there is none. “on beş” is 15.
func number(small []string, i int, lang string) (n, words int) {
	if in, words := numerals.at(small, i, lang); words > 0 {
		n, err := strconv.Atoi(in)
		if err != nil {
			return 0, 0 // it means nothing
		}
		if more, also := ones(small, i+words, lang); n == 10 && also > 0 {
			return n + more, words + also
		}
		return n, words
	}
	digits, _, _ := strings.Cut(small[i], "'") // “12'ye”
	n, err := strconv.Atoi(digits)
	if err != nil || n <= 0 {
		return 0, 0
	}
	return n, 1
}

// ones is a number below ten in words.
func ones(small []string, i int, lang string) (n, words int) {
	if i >= len(small) {
		return 0, 0
	}
	in, words := numerals.at(small, i, lang)
	if n, err := strconv.Atoi(in); err == nil && n < 10 {
		return n, words
	}
	return 0, 0
}

func shownBetween(ts []term, i, j int) string {
	var words []string
	for _, t := range ts[min(i, j) : max(i, j)+1] {
		words = append(words, t.shown)
	}
	return strings.Join(words, " ")
}

// isUncased says whether a text is written in letters that have no capitals.
func isUncased(text string) bool { return strings.ContainsFunc(text, hasNoCapital) }

func hasNoCapital(r rune) bool {
	return r >= 'א' && unicode.In(r, unicode.Arabic, unicode.Georgian, unicode.Hebrew, unicode.Devanagari) && unicode.IsLetter(r)
}
