package stories

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// initials are abbreviations whose points would break them into letters: “U.S.”, “С.Ш.А.”.
var initials = regexp.MustCompile(`(?:\pL\.){2,}`)

// quarter is a part of the world before its country: “S.Korea”, “N. Korean”.
var quarter = regexp.MustCompile(`\b([NS])\.\s?(Korea|Africa|America|Sudan|Ireland|Carolina|Dakota)`)

// amount is a number that is written together with what it counts: “17pct”, “$5bln”.
var amount = regexp.MustCompile(`(\d)(pct|percent|bln|mln|trln|bn|mn|m|bcf|bps)\b`)

// quarters are written out, since other copies of a headline have them so.
var quarters = map[string]string{"N": "North ", "S": "South "}

// spellings are what some copies of a headline have in full, and how the others write it.
var spellings = []string{"United States", "US", "United Nations", "UN", "European Union", "EU", "United Kingdom", "UK",
	"W.House", "White House", "c.bank", "central bank", "C.bank", "Central bank", "per cent", "percent"}

var spelling = strings.NewReplacer(spellings...)

// spelled is a text with one spelling for each abbreviation that has points or several words. Each is looked for in texts
// that may have it only: most have none.
func spelled(text string) string {
	text = WholeNumbers(text)
	if mayHaveInitials(text) {
		text = initials.ReplaceAllStringFunc(text, func(s string) string { return strings.ReplaceAll(s, ".", "") + " " })
	}
	if strings.Contains(text, "N.") || strings.Contains(text, "S.") {
		text = quarter.ReplaceAllStringFunc(text, func(s string) string { return quarters[s[:1]] + strings.TrimSpace(s[2:]) })
	}
	if mayHaveAmount(text) {
		text = amount.ReplaceAllString(text, "$1 $2")
	}
	for i := 0; i < len(spellings); i += 2 {
		if strings.Contains(text, spellings[i]) {
			return spelling.Replace(text)
		}
	}
	return text
}

// mayHaveInitials says whether two points of a text stand one letter apart.
func mayHaveInitials(text string) bool {
	for {
		_, after, found := strings.Cut(text, ".")
		if !found {
			return false
		}
		if _, size := utf8.DecodeRuneInString(after); strings.HasPrefix(after[size:], ".") {
			return true
		}
		text = after
	}
}

// mayHaveAmount says whether a letter follows a digit in a text.
func mayHaveAmount(text string) bool {
	for i := 1; i < len(text); i++ {
		if isDigit(text[i-1]) && 'a' <= text[i] && text[i] <= 'z' {
			return true
		}
	}
	return false
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// alike are words that headlines write instead of others, by their stems: wire desks shorten what web desks write out,
// and a country is meant by its people as by its name.
var alike = pairsOf("pct percent, mln million, bln billion, trln trillion, govt government, eur euro, yr year, mth month, qtr quarter, " +
	"intl international, dept department, min minister, pvt private, st street, calif california, " +
	"jan january, feb february, mar march, apr april, jun june, jul july, aug august, sep september, sept september, oct october, nov november, dec december, " +
	"two 2, three 3, four 4, five 5, six 6, seven 7, eight 8, nine 9, ten 10, shr share, shrs shares, " +
	"mon monday, tue tuesday, tues tuesday, wed wednesday, thu thursday, thur thursday, thurs thursday, fri friday, " +
	"italian italy, french france, greek greece, spanish spain, chinese china, dutch netherlands, swiss switzerland, swedish sweden, " +
	"danish denmark, polish poland, turkish turkey, irish ireland, iraqi iraq, iranian iran, syrian syria, egyptian egypt, libyan libya, " +
	"indian india, japanese japan, korean korea, filipino philippines, mexican mexico, chilean chile, canadian canada, british britain, " +
	"briton britain, UK britain, kenyan kenya, malian mali, sudanese sudan, norwegian norway, finnish finland, cuban cuba, thai thailand, " +
	"cypriot cyprus, icelandic iceland, ugandan uganda, zambian zambia, belgian belgium, lebanese lebanon, yemeni yemen")

// pairsOf reads a list of pairs by their stems.
func pairsOf(list string) map[string]string {
	all := map[string]string{}
	for pair := range strings.SplitSeq(list, ", ") {
		short, full, _ := strings.Cut(pair, " ")
		if strings.ToLower(short) == short {
			short = stem(short)
		}
		all[short] = stem(full)
	}
	return all
}

// common is the stem that stands for a word and those that are written instead of it.
func common(stem string) string {
	if full, known := alike[stem]; known {
		return full
	}
	return stem
}

// isShort says whether a word is one of those that are written instead of others.
func isShort(word string) bool {
	return alike[word] != "" || alike[stem(latin(strings.ToLower(word)))] != ""
}

// calendar are the words for days, months and quarters, by their stems: capital in English, and no names.
var calendar = stemsOf("january february march april may june july august september october november december " +
	"monday tuesday wednesday thursday friday saturday sunday Q1 Q2 Q3 Q4")

// stemsOf are the stems of words; capitals are kept where all are.
func stemsOf(words string) map[string]bool {
	all := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		if strings.ToLower(word) == word {
			word = stem(word)
		}
		all[word] = true
	}
	return all
}
