package alerts

import (
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/tenbells/tenbells/articles/stories"
)

// Sentences are all reasons in English by their keys, in the form of the bots' catalogues, which have them in other
// languages.
func Sentences() map[string]string { return maps.Clone(english) }

var english = allSentences()

// allSentences adds to the sentences what is counted and called by others: what turns in a story, days, looks.
func allSentences() map[string]string {
	all := maps.Clone(sentences)
	for _, what := range stories.Changing() {
		all[whatKey(what)] = what
	}
	for day := range time.Saturday + 1 {
		all[dayKey(day)] = "published on a " + day.String()
	}
	for _, l := range headlineLooks {
		all[l.key] = l.name + " in the headline"
	}
	return all
}

// whatKey is the key of what turned in a story.
func whatKey(what string) string { return "what-" + strings.ReplaceAll(what, " ", "-") }

func dayKey(day time.Weekday) string { return "past-day-" + strconv.Itoa(int(day)) }

var sentences = map[string]string{
	// The newsroom's own word (labels.go).
	"marked-urgency": "Marked urgency {{.count}} by {{.by}}.",
	"marked":         "Marked “{{.label}}” by {{.by}}.",
	"newsroom":       "the newsroom",

	// The rules (judge_rules.go).
	"says":           "The headline says “{{.words}}”.",
	"counts":         "The headline counts {{.count}} or more beside “{{.words}}”.",
	"fate":           "It tells what became of “{{.words}}”, or what they did.",
	"names":          "It names “{{.words}}”.",
	"first-line":     "It is a first line without a text.",
	"outlets":        "{{.count}} outlets told of it within the hour.",
	"another-outlet": "Another outlet told of it within the hour.",
	"articles":       "{{.count}} articles told of it within the hour.",
	"late":           "Against: it was published {{.span}} before it reached us.",
	"asks":           "Against: the headline asks.",
	"begins":         "Against: the headline begins with “{{.words}}”.",
	"doubtful":       "Against: the headline says “{{.words}}”.",
	"long":           "Against: the headline is long.",

	// Its event and its story (big.go, consider.go).
	"big":          "A big event: {{.articles}} in {{.minutes}}, {{.outlets}}.",
	"one-article":  "1 article",
	"some-article": "{{.count}} articles",
	"one-minute":   "1 minute",
	"some-minute":  "{{.count}} minutes",
	"one-outlet":   "1 outlet",
	"some-outlet":  "{{.count}} outlets",
	"turn":         "A turn in its story: {{.turns}}.",
	"turns":        "{{.first}}; {{.rest}}",
	"turn-new":     "new: {{.what}}, shown by “{{.words}}”",
	"turn-after":   "{{.what}}: {{.after}}, before {{.before}}, shown by “{{.words}}”",

	// Why it did not ring by itself (judge.go, judge_tender.go).
	"not-sent-withheld":  "not sent: the newsroom has it withheld",
	"not-sent-cancelled": "not sent: the newsroom has it cancelled",
	"not-sent-headline":  "not sent: it has no headline",
	"not-sent-archive":   "not sent: it came from an archive",
	"not-sent-late":      "not sent: it was published {{.span}} before it reached us",
	"not-sent-waited":    "not sent: it waited {{.span}} here before it could be judged",
	"not-sent-source":    "not sent: its source may not ring without an editor",
	"not-sent-suicide":   "not sent: an editor must decide, it tells of a suicide (“{{.words}}”)",
	"not-sent-minor":     "not sent: an editor must decide, it tells of somebody under age (“{{.words}}”)",
	"not-sent-victims":   "not sent: an editor must decide, it may say who the victims are (“{{.words}}”)",

	// What became of its alert (consider.go, overtake.go, owe.go).
	"told":               "Not sent: alert {{.alert}} tells this story already.",
	"overtaken-flash":    "Not sent any more: alert {{.alert}} tells it as a flash.",
	"overtaken-bulletin": "Not sent any more: alert {{.alert}} tells it as a bulletin.",
	"overtaken-urgent":   "Not sent any more: alert {{.alert}} tells it as a urgent.",
	"expired":            "Not sent after {{.time}} UTC: by then it was no longer new.",
	"expired-digest":     "Not sent after {{.time}} UTC: by then it was no longer new. The article is left to digests.",

	// What editors did before (past.go), and what they did it with (past_text.go). What was learned goes by these very
	// words: a change here is forgotten by every model there is.
	"past-likely":       "Editors sent {{.share}} in 100 like it: {{.list}}.",
	"past-unlikely":     "Against: editors sent {{.share}} in 100 like it.",
	"list":              "{{.first}}, {{.rest}}",
	"past-word":         "“{{.words}}”",
	"past-words":        "a headline of {{.count}} words",
	"past-letters":      "a headline of about {{.count}} letters",
	"past-no-headline":  "no headline",
	"past-no-text":      "no text yet",
	"past-text":         "a text of {{.count}} letters or more",
	"past-paragraphs":   "{{.count}} paragraphs or more",
	"past-numbers":      "{{.count}} numbers in the headline",
	"past-digits":       "{{.count}} digits or more in 100 letters",
	"past-quotes":       "{{.count}} quotation marks or more",
	"past-hour":         "published between {{.from}} and {{.to}} h UTC",
	"past-quarter":      "published in the quarter of an hour from {{.from}} UTC",
	"past-no-text-hour": "no text yet between {{.from}} and {{.to}} h UTC",
	"past-outlets":      "told by {{.count}} outlets within the hour before",
	"past-articles":     "told in {{.count}} articles within the hour before",
}
