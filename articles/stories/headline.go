package stories

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// marker is what newsrooms put before a headline that they send again: “UPDATE 2-”, “CORRECTED-(OFFICIAL)-”,
// “WRAPUP 3-”, “BREAKING:”.
var marker = regexp.MustCompile(`(?i)^\s*(?:UPDATED?|WRAPUP|CORRECTED|CORRECTION|CORRECT|REFILE|RPT|REPEAT|RECAST|CLARIFICATION|` +
	`ADDS|BREAKING(?: NEWS)?|FLASH|URGENT|ALERT|EXCLUSIVE|DEVELOPING|LEAD|SNAP|WRAP|` +
	`СРОЧНО|МОЛНИЯ|ОБНОВЛЕНО|ДОПОЛНЕНО|ТЕРМІНОВО|ОНОВЛЕНО|EILMELDUNG|EIL|URGENTE|عاجل|فوری|SON DAKIKA)` +
	`(?:\s*\d{1,2})?(?:\s*\([^()]{1,30}\))?\s*[-:–—|/]+\s*`)

// maxMarkers is how many markers a headline may have: “RPT-UPDATE 2-CORRECTED-”.
const maxMarkers = 4

// wordsOf are the words of a headline without its markers, folded, in order.
func wordsOf(headline string) []string {
	for range maxMarkers {
		rest := headline[len(marker.FindString(headline)):]
		if strings.TrimSpace(rest) == "" || len(rest) == len(headline) {
			break // no marker; or nothing else, and then it is the headline
		}
		headline = rest
	}
	folded := cases.Fold().String(norm.NFC.String(headline))
	return strings.FieldsFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) })
}
