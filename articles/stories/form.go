package stories

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sameForm says whether two headlines are one form, filled in differently: “Missiles hit Kyiv overnight” and “Missiles hit
// Odesa overnight” are alike in all but what matters. They have as many words, and most of them in the same places; where
// they differ, it is by a name or a number in each case. A count of people may differ within one story.
func sameForm(a, b *report) bool {
	ours, theirs := formWords(a.shown), formWords(b.shown)
	if len(ours) != len(theirs) || len(ours) < 2 {
		return false
	}
	differ, filled := 0, 0
	for i := range ours {
		if strings.EqualFold(ours[i], theirs[i]) {
			continue
		}
		differ++
		switch {
		case isToll(ours, i) && isToll(theirs, i):
		case names(ours, i) && names(theirs, i):
			filled++
		}
	}
	return filled > 0 && 2*differ < len(ours)+1
}

func formWords(headline string) []string {
	return strings.FieldsFunc(headline, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// names says whether the word at i is a name or a number, or a code with digits. The first word of a headline is
// capital whatever it is.
func names(words []string, i int) bool {
	if strings.ContainsFunc(words[i], unicode.IsDigit) {
		return true
	}
	first, _ := utf8.DecodeRuneInString(words[i])
	return i > 0 && unicode.IsUpper(first)
}

// isToll says whether the word at i is a number that counts people: a word for the dead or hurt stands near it.
func isToll(words []string, i int) bool {
	if !strings.ContainsFunc(words[i], unicode.IsDigit) && counted[stemOf(words[i])] == "" {
		return false
	}
	near := words[max(0, i-beside-1):min(len(words), i+beside+2)]
	return slices.ContainsFunc(near, func(w string) bool { return tolls[stemOf(w)] != "" })
}

// stemOf is a word as the tables have it.
func stemOf(word string) string {
	for _, t := range terms(word, 1) {
		return t.text
	}
	return ""
}
