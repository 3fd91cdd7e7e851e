package alerts

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bounds of what is looked at for words.
const (
	maxHeadline = 1000 // bytes
	maxLead     = 3000 // bytes of headline and standfirst
	maxLooked   = 400  // words
)

// word is a word of a text: folded for comparison, and where it stands.
type word struct {
	folded   string
	from, to int
}

type words []word

// wordsOf cuts a text into at most limit words: letters, numbers and their marks.
func wordsOf(text string, limit int) words {
	var ws words
	begins := -1
	for i, r := range text {
		in := unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
		switch {
		case in && begins < 0:
			if len(ws) == limit {
				return ws
			}
			begins = i
		case !in && begins >= 0:
			ws = append(ws, word{fold(text[begins:i]), begins, i})
			begins = -1
		}
	}
	if begins >= 0 {
		ws = append(ws, word{fold(text[begins:]), begins, len(text)})
	}
	return ws
}

func (ws words) joined() string {
	all := make([]string, len(ws))
	for i, w := range ws {
		all[i] = w.folded
	}
	return strings.Join(all, " ")
}

// fold brings a word to the form in which it is compared: small letters without their marks, one form for letters that
// Arabic and Persian, or keyboards, write differently, and western digits.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch r {
		case 'ي', 'ى':
			r = 'ی'
		case 'ك':
			r = 'ک'
		case 'ة', 'ۀ':
			r = 'ه'
		case 'ı':
			r = 'i'
		case 'ә':
			r = 'ə'
		case '\u0640': // tatweel
			continue
		}
		switch {
		case unicode.IsMark(r) || unicode.Is(unicode.Cf, r):
		case unicode.IsDigit(r):
			b.WriteRune('0' + digit(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// digit is the value of a decimal digit of any script. They come in runs of ten that begin with zero.
func digit(r rune) rune {
	n := rune(0)
	for n < 9 && unicode.IsDigit(r-1) && r&^0xF == (r-1)&^0xF {
		r, n = r-1, n+1
	}
	return n
}

// lexicon is words and phrases by language and by their first letter. Under "" are those of all languages.
type lexicon map[string]map[rune][]phrase

// phrase is folded words; one that ends in “*” stands for all that begin so.
type phrase []string

// lexiconOf reads lists with commas between phrases.
func lexiconOf(byLanguage map[string]string) lexicon {
	l := lexicon{"": {}}
	for lang, list := range byLanguage {
		l[lang] = map[rune][]phrase{}
		for written := range strings.SplitSeq(list, ",") {
			p := phraseOf(written)
			first, _ := utf8.DecodeRuneInString(p[0])
			l[lang][first] = append(l[lang][first], p)
			l[""][first] = append(l[""][first], p)
		}
	}
	return l
}

func phraseOf(written string) phrase {
	var p phrase
	for w := range strings.FieldsSeq(written) {
		stem, open := strings.CutSuffix(w, "*")
		for _, part := range wordsOf(stem, maxLooked) {
			p = append(p, part.folded)
		}
		if open {
			p[len(p)-1] += "*"
		}
	}
	return p
}

// alike are languages that share a list.
var alike = map[string]string{"hr": "sr", "bs": "sr", "sh": "sr", "cnr": "sr", "mo": "ro", "prs": "fa"}

// hit is where a phrase stands among words.
type hit struct{ from, to int }

// in finds the phrases of a language, from left to right. What it does not know by that language it looks up in all.
func (l lexicon) in(ws words, lang string) iter.Seq[hit] {
	by, known := l[base(lang)]
	if !known {
		by = l[""]
	}
	return func(yield func(hit) bool) {
		for i, w := range ws {
			first, _ := utf8.DecodeRuneInString(w.folded)
			for _, p := range by[first] {
				if p.begins(ws[i:]) {
					if !yield(hit{i, i + len(p)}) {
						return
					}
					break
				}
			}
		}
	}
}

// knows says whether there is a list for a language.
func (l lexicon) knows(lang string) bool { return base(lang) == "" || l[base(lang)] != nil }

// base is the language of a tag, or the one whose list it shares.
func base(tag string) string {
	lang, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if same, ok := alike[lang]; ok {
		return same
	}
	return lang
}

func (p phrase) begins(ws words) bool {
	if len(ws) < len(p) {
		return false
	}
	for i, want := range p {
		stem, open := strings.CutSuffix(want, "*")
		if got := ws[i].folded; got != want && !(open && strings.HasPrefix(got, stem)) {
			return false
		}
	}
	return true
}

// first is the first phrase found, as it is written in the text, or "".
func (l lexicon) first(text string, ws words, lang string) string {
	for h := range l.in(ws, lang) {
		return h.written(text, ws)
	}
	return ""
}

func (h hit) written(text string, ws words) string { return text[ws[h.from].from:ws[h.to-1].to] }
