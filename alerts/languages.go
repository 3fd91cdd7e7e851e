package alerts

import (
	"maps"
	"slices"

	"github.com/tenbells/tenbells/subscriptions"
)

// languages is what the alert is written in, in a fixed order.
func (al Alert) languages() []string { return slices.Sorted(maps.Keys(al.Versions)) }

// languageFor picks the version a recipient reads: one they asked for, else that of our own words to them, else any,
// where they read all languages.
func (al Alert) languageFor(r subscriptions.Recipient) (string, bool) {
	langs := al.languages()
	for _, want := range append(slices.Clone(r.Reads), r.Language) {
		for _, lang := range langs {
			if lang != "" && subscriptions.BaseLanguage(lang) == subscriptions.BaseLanguage(want) && subscriptions.ReadsLanguage(r.Reads, lang) {
				return lang, true
			}
		}
	}
	if _, unmarked := al.Versions[""]; unmarked {
		return "", true
	}
	if len(r.Reads) > 0 || len(langs) == 0 {
		return "", false
	}
	if slices.Contains(langs, "en") {
		return "en", true
	}
	return langs[0], true
}
