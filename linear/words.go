package linear

import (
	"unicode"
	"unicode/utf8"
)

// maxTokens bounds how many words of a text are ever read.
const maxTokens = 5000

// maxTokenBytes bounds a word: what is longer is no word of a language.
const maxTokenBytes = 120

// token is a word of a text.
type token struct {
	hash       uint64
	from, to   int  // where its folded form stands in the buffer
	start, end int  // where it stands in its text
	title      bool // of the title
	glued      bool // nothing but spaces and light marks lie before it
}

// tokenize cuts a text into words, appending to those that are there, until there are limit. In scripts that set no
// spaces each letter is a word. Numbers count by their length only.
func (s *scratch) tokenize(text string, title bool, limit int) {
	glued := false
	for i := 0; i < len(text) && len(s.tokens) < limit; {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !inWord(r) {
			glued = glued && (r == ' ' || r == '\'' || r == '-' || r == '’' || r == '\u200c')
			i += size
			continue
		}
		if t := s.word(text, i); t.to > t.from {
			t.title, t.glued = title, glued
			s.tokens = append(s.tokens, t)
			glued, i = true, t.end
		} else {
			i = t.end
		}
	}
}

// word is the word that begins at i. It is empty when it is made of marks only.
func (s *scratch) word(text string, i int) token {
	t := token{start: i, from: len(s.folded)}
	digits := true
	for j := i; ; {
		r, size := utf8.DecodeRuneInString(text[j:])
		if j >= len(text) || !inWord(r) || j > i && isDense(r) {
			t.end = j
			break
		}
		digits = digits && r < utf8.RuneSelf && '0' <= r && r <= '9'
		if len(s.folded)-t.from < maxTokenBytes {
			s.folded = appendFolded(s.folded, r)
		}
		j += size
		if isDense(r) {
			t.end = j
			break
		}
	}
	if digits {
		for k := t.from; k < len(s.folded); k++ {
			s.folded[k] = '0'
		}
	}
	t.to = len(s.folded)
	t.hash = hashBytes(seed, s.folded[t.from:t.to])
	return t
}

func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r)
}

// dense scripts write words without spaces between them.
var dense = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Khmer, unicode.Lao, unicode.Myanmar, unicode.Tibetan,
}

func isDense(r rune) bool { return r >= 0x0E00 && unicode.In(r, dense...) }

// appendFolded adds a letter as it is compared: small, Arabic without marks and in one way where Persian has variants.
func appendFolded(b []byte, r rune) []byte {
	switch {
	case 'A' <= r && r <= 'Z':
		return append(b, byte(r)+'a'-'A')
	case r < utf8.RuneSelf:
		return append(b, byte(r))
	case r == 'ё' || r == 'Ё':
		r = 'е'
	case r == 'ي' || r == 'ى':
		r = 'ی'
	case r == 'ك':
		r = 'ک'
	case r == 'أ' || r == 'إ' || r == 'آ':
		r = 'ا'
	case r >= 0x064B && r <= 0x0652 || r == 0x0640 || r >= 0x0300 && r <= 0x036F:
		return b
	default:
		r = unicode.ToLower(r)
	}
	return utf8.AppendRune(b, r)
}

// seed and prime are FNV-1a's of 64 bits.
const (
	seed  uint64 = 14695981039346656037
	prime uint64 = 1099511628211
)

func hashBytes(h uint64, b []byte) uint64 {
	for _, c := range b {
		h = (h ^ uint64(c)) * prime
	}
	return h
}
