package extract

import (
	"hash/maphash"
	"strings"
	"unicode"
)

// imprint remembers a text by its lines and by all its runs of runLength words, so that a passage can be recognised in
// it although it was broken into lines elsewhere.
type imprint struct {
	lines map[string]bool
	runs  map[uint64]bool
}

const runLength = 4

func imprintOf(lines []line) imprint {
	p := imprint{lines: map[string]bool{}, runs: map[uint64]bool{}}
	for _, l := range lines {
		p.lines[fold(l.text)] = true
		for run := range runs(l.text) {
			p.runs[run] = true
		}
	}
	return p
}

// holds reports whether s, or most of it, is in the text.
func (p imprint) holds(s string) bool {
	if p.lines[fold(s)] {
		return true
	}
	all := runs(s)
	return len(all) > 0 && common(all, p.runs)*10 >= len(all)*6
}

// common counts the runs that are in both.
func common(some, others map[uint64]bool) int {
	n := 0
	for run := range some {
		if others[run] {
			n++
		}
	}
	return n
}

// seed makes it impossible to write a page whose words meet in the hash.
var seed = maphash.MakeSeed()

// runs are the hashes of all runs of runLength words in s.
func runs(s string) map[uint64]bool {
	var last [runLength]uint64
	all := map[uint64]bool{}
	n := 0
	for word := range wordsOf(s) {
		copy(last[:], last[1:])
		last[runLength-1] = maphash.String(seed, word)
		if n++; n >= runLength {
			all[maphash.Comparable(seed, last)] = true
		}
	}
	return all
}

// wordsOf gives the words of s in small letters; where a script has no spaces, each letter.
func wordsOf(s string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for word := range strings.FieldsFuncSeq(strings.ToLower(s), isBreak) {
			if words(word) == 1 {
				if !yield(word) {
					return
				}
				continue
			}
			for _, r := range word {
				if !yield(string(r)) {
					return
				}
			}
		}
	}
}

func isBreak(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }
