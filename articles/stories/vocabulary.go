package stories

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
)

// vocabulary is what words and phrases of headlines mean, by the letters with which they begin. A headline may use the
// words of any language, since what a source says of its language is often wrong; but for those that mean something else
// in another one.
type vocabulary map[string][]saying

// saying is words that mean something together.
type saying struct {
	words []string // small; one that ends in “*” stands for all that begin so
	means string
	only  string // the language in which it means that, "" in all
}

// vocabularyOf reads what is meant, and how each language says it: words and phrases with commas between them. “=” before
// one says that it is no other language's; under "" are those that mean nothing although a part of them would.
func vocabularyOf(table map[string]map[string]string) vocabulary {
	v := vocabulary{}
	for means, languages := range table {
		for lang, list := range languages {
			for written := range strings.SplitSeq(list, ",") {
				v.learn(written, means, lang)
			}
		}
	}
	for _, all := range v {
		slices.SortFunc(all, func(a, b saying) int { // the longer first
			return cmp.Or(cmp.Compare(len(b.words), len(a.words)), slices.Compare(a.words, b.words), strings.Compare(a.means, b.means))
		})
	}
	return v
}

func (v vocabulary) learn(written, means, lang string) {
	written, only := strings.CutPrefix(strings.TrimSpace(written), "=")
	s := saying{words: smallWords(written), means: means}
	if only {
		s.only = lang
	}
	if lang != "ar" {
		v.add(s)
		return
	}
	for _, c := range clitics {
		with := s
		with.words = slices.Clone(s.words)
		with.words[0] = c + with.words[0]
		v.add(with)
	}
}

// clitics are what Arabic writes together with the word that follows: the, and, with, for.
var clitics = []string{"", "ال", "و", "وال", "ب", "بال", "ل", "لل", "ف"}

func (v vocabulary) add(s saying) { v[beginning(s.words[0])] = append(v[beginning(s.words[0])], s) }

// beginning is the first two letters of a word, or its only one.
func beginning(word string) string {
	_, n := utf8.DecodeRuneInString(word)
	_, next := utf8.DecodeRuneInString(word[n:])
	return word[:n+next]
}

// meanings are all that its words mean, some several times.
func (v vocabulary) meanings() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, all := range v {
			for _, s := range all {
				if s.means != "" && !yield(s.means) {
					return
				}
			}
		}
	}
}

// at is what the words from i on mean, and how many they are: the longest phrase; "" nothing. lang is the language of the
// headline, see base.
func (v vocabulary) at(words []string, i int, lang string) (means string, n int) {
	for _, s := range v[beginning(words[i])] {
		if (s.only == "" || s.only == lang) && s.begins(words[i:]) {
			return s.means, len(s.words)
		}
	}
	return "", 0
}

// has says whether the words from i on mean anything.
func (v vocabulary) has(words []string, i int, lang string) bool {
	means, _ := v.at(words, i, lang)
	return means != ""
}

func (s saying) begins(words []string) bool {
	if len(words) < len(s.words) {
		return false
	}
	for i, want := range s.words {
		stem, open := strings.CutSuffix(want, "*")
		if words[i] != want && !(open && strings.HasPrefix(words[i], stem)) {
			return false
		}
	}
	return true
}

// base is the language of a tag: fa of fa-AF. Bosnian, Croatian, Montenegrin and Serbian are one here.
func base(tag string) string {
	lang, _, _ := strings.Cut(strings.ToLower(tag), "-")
	switch lang {
	case "hr", "bs", "sh", "cnr":
		return "sr"
	case "prs":
		return "fa"
	case "mo":
		return "ro"
	}
	return lang
}

// tongue is a language that has words of its own in vocabularies, by its place among tongues; 0 is any other. A report
// keeps it so, since it has many of its kind.
type tongue uint8

// tongues are those languages.
var tongues = [...]string{
	"", "ar", "az", "be", "bg", "de", "en", "es", "fa", "fr", "hy", "it", "ka", "kk", "ky", "mk", "pl", "pt", "ro", "ru", "sr", "tg", "tr", "uk", "uz",
}

// tongueOf is the language of a tag.
func tongueOf(tag string) tongue { return tongue(max(0, slices.Index(tongues[:], base(tag)))) }

// name is the language as vocabularies have it.
func (t tongue) name() string { return tongues[t] }

// smallWords are the words of a phrase, small; a star stays.
func smallWords(phrase string) []string {
	var all []string
	for word := range strings.FieldsSeq(phrase) {
		stem, open := strings.CutSuffix(word, "*")
		for _, t := range terms(stem, maxWords) {
			all = append(all, small(t.shown))
		}
		if open {
			all[len(all)-1] += "*"
		}
	}
	return all
}

// smallOf are the words of a headline, small.
func smallOf(ts []term) []string {
	all := make([]string, len(ts))
	for i, t := range ts {
		all[i] = small(t.shown)
	}
	return all
}

// small is a word without its capitals, in one form of what keyboards and languages write differently.
func small(word string) string {
	word = strings.ToLower(word)
	if strings.IndexFunc(word, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return word
	}
	return western(oneForm.Replace(word))
}

var oneForm = strings.NewReplacer(append(slices.Clone(variants), "ё", "е", "ʻ", "'", "ʼ", "'", "’", "'")...)

// variants are letters and signs that are written for others: Arabic ones for Persian ones, hamzas and vowels that most
// leave out, the stretch of a line; the point over a Turkish capital i, which lies apart once it is small, and the i that
// has none; Romanian letters for Turkish ones.
var variants = []string{
	"ي", "ی", "ى", "ی", "ك", "ک", "ة", "ه", "ۀ", "ه", "أ", "ا", "إ", "ا", "ٱ", "ا", "ـ", "",
	"ً", "", "ٌ", "", "ٍ", "", "َ", "", "ُ", "", "ِ", "", "ّ", "", "ْ", "", "ٰ", "",
	"\u0307", "", "ı", "i", "ș", "ş", "ț", "ţ",
}
