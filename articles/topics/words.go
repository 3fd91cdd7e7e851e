package topics

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxWords bounds how many words of one part of an article are looked at.
const maxWords = 5000

// word is one word of a text. In scripts that set no spaces each letter is a word, so that names are found in them, too.
type word struct {
	text   string
	folded string // see fold; of initials, without the last point
	glued  bool   // only a space lies between it and the word before
}

// lower reports whether the word is written with a small first letter.
func (w word) lower() bool {
	first, _ := utf8.DecodeRuneInString(w.text)
	return unicode.IsLower(first)
}

// upper reports whether the word is written with a capital. Letters without case are neither.
func (w word) upper() bool {
	first, _ := utf8.DecodeRuneInString(w.text)
	return unicode.IsUpper(first)
}

// split cuts a text into words. “U.S.” is one word.
func split(text string) []word {
	var words []word
	glued := true
	for len(text) > 0 && len(words) < maxWords {
		n := wordLength(text)
		if n == 0 {
			r, size := utf8.DecodeRuneInString(text)
			glued = glued && unicode.IsSpace(r)
			text = text[size:]
			continue
		}
		w := word{folded: fold(text[:n]), glued: glued}
		if initialsLength(text) == n && strings.HasPrefix(text[n:], ".") {
			n++ // the last point belongs to the initials
		}
		w.text, text, glued = text[:n], text[n:], true
		words = append(words, w)
	}
	return words
}

// wordLength is how many bytes of text the word takes that it starts with, 0 when it starts with none.
func wordLength(text string) int {
	if n := initialsLength(text); n > 0 {
		return n
	}
	for i, r := range text {
		switch {
		case isDense(r) && i == 0:
			return utf8.RuneLen(r)
		case isDense(r), !isInWord(r):
			return i
		}
	}
	return len(text)
}

func isInWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) }

// dense scripts write words without spaces between them.
var dense = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Khmer, unicode.Lao, unicode.Myanmar}

func isDense(r rune) bool { return r >= 0x0E00 && unicode.In(r, dense...) }

// initialsLength is the length of initials at the start of text, without their last point: “U.S” of “U.S.”; 0 when
// there are none. “J. Smith” has one initial, which is a word like another.
func initialsLength(text string) int {
	n := 0
	for i := 0; ; i += 2 {
		if len(text) <= i || text[i] < 'A' || text[i] > 'Z' {
			break
		}
		if next, _ := utf8.DecodeRuneInString(text[i+1:]); i+1 < len(text) && isInWord(next) {
			break // the first letter of a longer word
		}
		n = i + 1
		if i+1 >= len(text) || text[i+1] != '.' {
			break
		}
	}
	if n < 3 {
		return 0
	}
	return n
}

// fold brings a word to the form in which it is compared: small letters, Latin and Arabic ones without marks, Cyrillic
// ones without endings.
func fold(s string) string {
	if isPlain(s) {
		return strings.ToLower(s)
	}
	s = strings.ToLower(norm.NFC.String(s))
	switch first, _ := utf8.DecodeRuneInString(s); {
	case unicode.Is(unicode.Cyrillic, first):
		return stem(s)
	case unicode.Is(unicode.Latin, first), unicode.Is(unicode.Arabic, first):
		return strings.Map(bare, norm.NFD.String(s))
	}
	return s
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// bare drops marks, and writes Arabic letters that Persian has variants of in one way.
func bare(r rune) rune {
	switch {
	case unicode.Is(unicode.Mn, r):
		return -1
	case r == 'ي', r == 'ى':
		return 'ی'
	case r == 'ك':
		return 'ک'
	case r == 'ı':
		return 'i'
	}
	return r
}

// endings of Russian and Ukrainian nouns and adjectives, the longer before the shorter.
var endings = func() []string {
	all := strings.Fields(`ами ями ого его ому ему ыми ими ией иею ією ой ей єю ою ею ий ый ая яя ое ее ые ие ых их ым им
		ую юю ия ии ию ії ію ія ье ья ью ом ем ам ям ах ях ов ев ів а я ы и і у ю е є о й ь`)
	slices.SortStableFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}()

// minStem is how many letters a word keeps when its ending is taken off.
const minStem = 4

// stem takes the ending off a Cyrillic word, twice at most: “Харькова” is “Харьков” is “харьк”.
func stem(s string) string {
	s = strings.ReplaceAll(s, "ё", "е")
	for range 2 {
		for _, ending := range endings {
			if short, ok := strings.CutSuffix(s, ending); ok && utf8.RuneCountInString(short) >= minStem {
				s = short
				break
			}
		}
	}
	return s
}
