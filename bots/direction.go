package bots

import "golang.org/x/text/unicode/bidi"

// RightToLeft says whether the first letter of s that has a direction is read from right to left.
func RightToLeft(s string) bool { return directionOf(s) == rightToLeft }

type direction int

const (
	noDirection direction = iota
	leftToRight
	rightToLeft
)

func directionOf(s string) direction {
	for _, r := range s {
		letter, _ := bidi.LookupRune(r)
		switch letter.Class() {
		case bidi.R, bidi.AL:
			return rightToLeft
		case bidi.L:
			return leftToRight
		}
	}
	return noDirection
}

// What stands between them has its own direction, and gives none to what is around it (unicode.org/reports/tr9, 2.5).
const (
	firstStrongIsolate = "\u2068"
	popIsolate         = "\u2069"
)

// isolated keeps words in place that are read the other way than the language they are quoted in: the marks and the words
// around them would change sides.
func isolated(lang, words string) string {
	if d := directionOf(words); d == noDirection || d == directionOf(Say(lang, "language-name")) {
		return words
	}
	return firstStrongIsolate + words + popIsolate
}
