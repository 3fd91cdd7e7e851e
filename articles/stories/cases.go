package stories

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// endings are those by which Russian and Ukrainian nouns, names, adjectives and verbs differ from case to case and from
// person to person, the longest first. What makes another word of one (-ость, -ник) is none of them.
var endings = longestFirst("а я о е ё у ю ы и і ї ь й ей ой ом ем ём єм ам ям ах ях ами ями ою ею єю ию ия ии ие ія ії ію ією иям иях иями " +
	"ов ев ів їв еві ові " +
	"ый ий ая яя ое ее ые ого его ому ему ым им ых их ыми ими ую юю є ього ьому ої " +
	"ал ала ало али ил ила ило или ел ела ело ели ул ула уло ули ать ять ить еть ти ит ат ят ут ют ет " +
	"ется ится атся ятся утся ются ался алась алось ались ился илась илось ились ись ась ться лся лась лось лись")

// familyEndings are those of family names and of the many, to which other endings are added: “Соколов”, “Соколова”.
var familyEndings = []string{"ов", "ев", "ів", "їв", "ov", "ev", "iv"}

func longestFirst(list string) []string {
	all := strings.Fields(list)
	slices.SortStableFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}

// uninflected is a word in small letters without its Russian or Ukrainian ending, so that its cases are one word: “ракета”
// and “ракет”, “Соколов” and “Соколова”. In Latin letters only family names lose theirs: they are the same names.
func uninflected(word string) string {
	if isCyrillic(word) {
		word = withoutEnding(word, endings)
	}
	return withoutEnding(word, familyEndings)
}

// withoutEnding is a word without the first of some endings that it has. Four letters stay, or three before an ending of
// one: shorter ones would be many words at once.
func withoutEnding(word string, endings []string) string {
	for _, e := range endings {
		rest, has := strings.CutSuffix(word, e)
		if n := utf8.RuneCountInString(rest); has && (n >= 4 || n == 3 && utf8.RuneCountInString(e) == 1) {
			return rest
		}
	}
	return word
}
