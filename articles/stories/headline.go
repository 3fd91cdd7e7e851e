package stories

import (
	"regexp"
	"strconv"
	"strings"
)

// marker is what newsrooms put before a headline that they send again, or to say of what kind the article is:
// “UPDATE 2-”, “CORRECTED-(OFFICIAL)-”, “WRAPUP 3-”, “BREAKING:”, “INTERVIEW-”. Other copies come without it.
var marker = regexp.MustCompile(`(?i)^\s*(UPDATED?|WRAPUP|CORRECTED|CORRECTION|CORRECT|REFILE|RPT|REPEAT|RECAST|CLARIFICATION|` +
	`ADDS|INTERVIEW|COLUMN|PREVIEW|ANALYSIS|FEATURE|INSIGHT|TIMELINE|FACTBOX|PROFILE|NEWSMAKER|HIGHLIGHTS|BRIEF|SPECIAL REPORT|` +
	`BREAKING(?: NEWS)?|FLASH|URGENT|ALERT|EXCLUSIVE|DEVELOPING|LEAD|SNAP|WRAP|` +
	`СРОЧНО|МОЛНИЯ|ОБНОВЛЕНО|ДОПОЛНЕНО|ИСПРАВЛЕНО|ТЕРМІНОВО|ОНОВЛЕНО|ВИПРАВЛЕНО|EILMELDUNG|EIL|AKTUALISIERT|KORREKTUR|URGENTE|عاجل|فوری|SON DAKIKA)` +
	`(?:\s*(\d{1,2}))?(?:\s*\([^()]{1,30}\))?\s*[-:–—|/]+\s*`)

// maxMarkers is how many markers a headline may have: “RPT-UPDATE 2-CORRECTED-”.
const maxMarkers = 4

// sending is what a headline's markers say of it.
type sending struct {
	update   int    // the number of “UPDATE 2”, 1 where it has none; 0: it is no update
	corrects bool   // “CORRECTED”, “REFILE”, “CLARIFICATION”
	repeats  bool   // “RPT”
	kind     string // “COLUMN”, “ANALYSIS”: a piece of its own beside the news of the event; "" for news
}

// follows says how surely there is an earlier article that tells the same otherwise, from 0 to 1. What is repeated, and
// most of what is corrected, has the headline that it had before: where that was not found, it came before all that is
// remembered.
func (s sending) follows() float64 {
	switch {
	case s.update > 0:
		return 1
	case s.corrects:
		return 0.5
	}
	return 0
}

// note takes one marker in.
func (s *sending) note(word, number string) {
	switch strings.ToUpper(word) {
	case "UPDATE", "UPDATED", "WRAPUP", "WRAP", "RECAST", "ADDS", "ОБНОВЛЕНО", "ДОПОЛНЕНО", "ОНОВЛЕНО", "AKTUALISIERT":
		n, err := strconv.Atoi(number)
		if err != nil {
			n = 1 // it bears no number
		}
		s.update = max(s.update, n, 1)
	case "CORRECTED", "CORRECTION", "CORRECT", "CLARIFICATION", "REFILE", "ИСПРАВЛЕНО", "ВИПРАВЛЕНО", "KORREKTUR":
		s.corrects = true
	case "RPT", "REPEAT":
		s.repeats = true
	case "COLUMN", "ANALYSIS", "INSIGHT", "FEATURE", "FACTBOX", "TIMELINE", "PREVIEW", "NEWSMAKER", "SPECIAL REPORT", "INTERVIEW", "PROFILE":
		s.kind = strings.ToUpper(word)
	}
}

// unmarked is a headline without its markers, and what they said.
func unmarked(headline string) (string, sending) {
	var said sending
	for range maxMarkers {
		found := marker.FindStringSubmatch(headline)
		if found == nil || strings.TrimSpace(headline[len(found[0]):]) == "" {
			break // no marker; or nothing else, and then it is the headline
		}
		said.note(found[1], found[2])
		headline = headline[len(found[0]):]
	}
	return headline, said
}
