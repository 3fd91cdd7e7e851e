package bots

import (
	"strings"

	"golang.org/x/text/unicode/bidi"
)

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

// Marks without width that have a direction (unicode.org/reports/tr9, 2.6).
const (
	leftToRightMark = "\u200e"
	rightToLeftMark = "\u200f"
)

// Facing sets each line of a text in the direction in which most of it is read. Apps go by a line's first letter, so that a
// headline in Persian that begins with “NATO” would run from left to right, with its end in front and its marks astray.
func Facing(text string) string {
	if text == "" || !strings.ContainsFunc(text, readFromRight) {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = facing(line)
	}
	return strings.Join(lines, "\n")
}

func facing(line string) string {
	right, left := 0, 0
	for _, r := range line {
		switch letter, _ := bidi.LookupRune(r); letter.Class() {
		case bidi.R, bidi.AL:
			right++
		case bidi.L:
			left++
		}
	}
	switch first := directionOf(line); {
	case right > left && first == leftToRight:
		return rightToLeftMark + line
	case left > right && first == rightToLeft:
		return leftToRightMark + line
	}
	return line
}

func readFromRight(r rune) bool {
	letter, _ := bidi.LookupRune(r)
	return letter.Class() == bidi.R || letter.Class() == bidi.AL
}
