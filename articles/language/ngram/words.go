// Package ngram tells languages of one script apart by the runs of letters in a text. Its tables are made by
// articles/language/generate and read by articles/language; that both cut texts in the same way is why this is a package.
package ngram

import (
	"iter"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// longest is the most letters in a run that is no whole word.
const longest = 4

// longestWord is the most letters in a word that is looked at, the marks of its ends included. Longer ones give runs only
// up to here: what is written without spaces must not cost more than its length.
const longestWord = 40

// edge marks the beginning and the end of a word.
const edge = '_'

// Key names a run of letters of a word, or the whole word.
type Key uint64

// keyOf packs up to four letters of 16 bits each; a longer run is named by 40 bits of its hash (FNV-1a), which the highest
// bit tells from the others: no alphabet told apart here has letters from U+8000 on.
func keyOf(run []rune) Key {
	if len(run) <= longest {
		var k Key
		for _, r := range run {
			k = k<<16 | Key(r&0xFFFF)
		}
		return k
	}
	const offset, prime = 14695981039346656037, 1099511628211
	k := Key(offset)
	for _, r := range run {
		k = (k ^ Key(r)) * prime
	}
	return k>>24 | 1<<63
}

// order is how long a run is, 1 to longest, or 0 for a whole word that is longer.
func (k Key) order() int {
	if k>>63 == 1 {
		return 0
	}
	n := 0
	for ; k > 0; k >>= 16 {
		n++
	}
	return n
}

// Runs gives all runs of one to four letters of a word, its ends marked, and the word itself.
func Runs(word []rune) iter.Seq[Key] {
	return func(yield func(Key) bool) {
		for i := range word {
			var k Key // as keyOf
			for n, r := range word[i:min(i+longest, len(word))] {
				k = k<<16 | Key(r&0xFFFF)
				if n == 0 && r == edge {
					continue
				}
				if !yield(k) {
					return
				}
			}
		}
		if len(word) > longest {
			yield(keyOf(word))
		}
	}
}

// Words gives the words of a text that are wholly in a script, small, with their ends marked, and in one spelling where
// several are in use. The slice is only good until the next one.
func Words(text string, script *unicode.RangeTable) iter.Seq[[]rune] {
	return func(yield func([]rune) bool) {
		letters := []rune(norm.NFC.String(text))
		word, foreign := []rune{edge}, false
		for i := 0; i <= len(letters); i++ {
			r, in := spell(letters, i, script)
			switch {
			case r == skip:
			case r != end:
				foreign = foreign || !in
				if len(word) < longestWord-1 {
					word = append(word, r)
				}
			default:
				if len(word) > 1 && !foreign && !yield(append(word, edge)) {
					return
				}
				word, foreign = word[:1], false
			}
		}
	}
}

// What a character may be besides a letter.
const (
	end  rune = -1 // no part of a word
	skip rune = -2 // a part that changes nothing
)

// spell gives the letter at a place in the spelling in which it is counted, and whether it is of the script.
func spell(letters []rune, i int, script *unicode.RangeTable) (rune, bool) {
	if i >= len(letters) {
		return end, false
	}
	r := unicode.ToLower(letters[i])
	switch {
	case isApostrophe(r):
		if letterAt(letters, i-1) && letterAt(letters, i+1) {
			return '\'', true
		}
		return end, false
	case isSilent(r):
		return skip, true
	case script == unicode.Cyrillic && isStick(letters[i]) && stands(letters, i):
		return 'ӏ', true
	case !unicode.IsLetter(r) && !unicode.IsMark(r):
		return end, false
	}
	return oneSpelling(r), unicode.Is(script, r) || unicode.IsMark(r)
}

// isSilent reports whether a character is one that some write and most leave out: Arabic vowel signs and stretching, the
// soft hyphen, the stress mark.
func isSilent(r rune) bool {
	return r >= '\u064B' && r <= '\u0652' || r == '\u0640' || r == '\u00AD' || r == '\u0301'
}

func isApostrophe(r rune) bool {
	switch r {
	case '\'', '`', '\u00B4', '\u02B9', '\u02BB', '\u02BC', '\u2018', '\u2019':
		return true
	}
	return false
}

func letterAt(letters []rune, i int) bool {
	return i >= 0 && i < len(letters) && unicode.IsLetter(letters[i])
}

// isStick reports whether a character is one of those that are typed for the Caucasian letter ӏ, which few keyboards have.
func isStick(r rune) bool {
	return r == '1' || r == 'I' || r == 'l' || r == '|' || r == 'Ӏ' || r == 'ӏ'
}

// stands reports whether the character at a place is next to a Cyrillic letter, and no figure of a number.
func stands(letters []rune, i int) bool {
	at := func(i int, is func(rune) bool) bool { return i >= 0 && i < len(letters) && is(letters[i]) }
	isCyrillic := func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }
	if at(i-1, unicode.IsDigit) || at(i+1, unicode.IsDigit) {
		return false
	}
	return at(i-1, isCyrillic) || at(i+1, isCyrillic)
}

// oneSpelling is the letter that a letter is counted as: Romanian has two codes for each of two letters.
func oneSpelling(r rune) rune {
	switch r {
	case 'ş':
		return 'ș'
	case 'ţ':
		return 'ț'
	}
	return r
}
