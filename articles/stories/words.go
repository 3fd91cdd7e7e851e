package stories

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bounds of what is looked at in one article.
const (
	maxWords = 40    // words of a headline
	maxLead  = 60    // words of the headline and the text below it
	maxHead  = 600   // bytes of a headline
	maxText  = 2_000 // bytes of it that are read at all
	stemmed  = 6     // letters of a word that count: endings differ from case to case in many languages
	gram     = 4     // letters of a group that headlines are compared by
)

// term is one word of an article, as it is compared.
type term struct {
	text   string // stem, folded and in Latin letters; an abbreviation keeps its capitals
	shown  string // as it stood
	name   bool   // it has a capital and does not only begin the sentence
	number bool
}

// cut is the beginning of a text, of so many bytes at most; it does not keep the rest in memory.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.Clone(strings.ToValidUTF8(text[:most], ""))
}

// terms are the words of a text, in order, as many as are looked at.
func terms(text string, most int) []term {
	text = spelled(text)
	shouted := !strings.ContainsFunc(text, unicode.IsLower)
	var all []term
	for word := range strings.FieldsFuncSeq(norm.NFC.String(text), between) {
		word = strings.TrimFunc(word, isApostrophe)
		if word == "" {
			continue
		}
		all = append(all, newTerm(word, shouted))
		if len(all) == most {
			break
		}
	}
	return all
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' }

func between(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) && !isApostrophe(r)
}

func newTerm(word string, shouted bool) term {
	first, size := utf8.DecodeRuneInString(word)
	t := term{shown: word, number: unicode.IsNumber(first), name: !shouted && unicode.IsUpper(first)}
	if t.name && len(word) > size && !strings.ContainsFunc(word, unicode.IsLower) {
		t.text = common(latin(word)) // an abbreviation
		t.name = !calendar[t.text]
		return t
	}
	word = strings.ToLower(word)
	if i := strings.IndexFunc(word, isApostrophe); i > 0 && utf8.RuneCountInString(word[i:]) == 2 {
		word = word[:i] // “Putin's”
	}
	t.text = common(stem(latin(uninflected(word))))
	t.name = t.name && !calendar[t.text]
	return t
}

// stem is a word without most of its ending. Numbers are kept whole.
func stem(word string) string {
	if first, _ := utf8.DecodeRuneInString(word); unicode.IsNumber(first) {
		return word
	}
	n := 0
	for i := range word {
		if n == stemmed {
			return word[:i]
		}
		n++
	}
	if n > gram {
		return strings.TrimSuffix(word, "s")
	}
	return word
}

// letters writes Cyrillic in Latin letters, as newsrooms do with names, so that names are alike across languages.
var letters = strings.NewReplacer(append([]string{
	"а", "a", "б", "b", "в", "v", "г", "g", "ґ", "g", "д", "d", "е", "e", "ё", "e", "є", "ie", "ж", "zh", "з", "z", "и", "i", "і", "i",
	"ї", "i", "й", "y", "к", "k", "л", "l", "м", "m", "н", "n", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f",
	"х", "kh", "ц", "ts", "ч", "ch", "ш", "sh", "щ", "shch", "ъ", "", "ы", "y", "ь", "", "э", "e", "ю", "yu", "я", "ya",
	"А", "A", "Б", "B", "В", "V", "Г", "G", "Д", "D", "Е", "E", "З", "Z", "И", "I", "К", "K", "Л", "L", "М", "M", "Н", "N", "О", "O",
	"П", "P", "Р", "R", "С", "S", "Т", "T", "У", "U", "Ф", "F", "Ш", "SH",
}, variants...)...)

func latin(word string) string {
	if strings.IndexFunc(word, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return word
	}
	return western(letters.Replace(word))
}

// isCyrillic says in which letters a text is written, as far as names need it.
func isCyrillic(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
}

// plain is a headline by which another counts as the same: its words in order, without points and capitals.
func plain(ts []term) string {
	var b strings.Builder
	for i, t := range ts {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(western(strings.ToLower(t.shown)))
	}
	return b.String()
}

// grams are the groups of letters of a headline, by their hashes, each once and in order.
func grams(plain string) []uint32 {
	runes := []rune(" " + plain + " ")
	if len(runes) < gram {
		return nil
	}
	found := make([]uint32, 0, len(runes))
	for i := range len(runes) - gram + 1 {
		h := uint32(2166136261) // FNV-1a: the same in every process
		for _, r := range runes[i : i+gram] {
			h = (h ^ uint32(r)) * 16777619
		}
		found = append(found, h)
	}
	slices.Sort(found)
	return slices.Clip(slices.Compact(found))
}

// overlap is the share of groups that two headlines have in common: 1 all, 0 none.
func overlap(a, b []uint32) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	common := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			common, i, j = common+1, i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return 2 * float64(common) / float64(len(a)+len(b))
}
