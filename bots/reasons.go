package bots

import (
	"strings"

	"github.com/tenbells/tenbells/alerts"
)

// reasons are why an alert rings, in the language of who asks. What an alert was given by an older version stands there
// in English only.
func (v *visit) reasons(al alerts.Alert) string {
	if v.lang == English {
		return strings.Join(al.Reasons, " ")
	}
	because := make(map[string]alerts.Reason, len(al.Because))
	for _, r := range al.Because {
		because[r.String()] = r
	}
	said := make([]string, len(al.Reasons))
	for i, text := range al.Reasons {
		if r, ok := because[text]; ok {
			said[i] = v.reason(r)
		} else {
			said[i] = isolated(v.lang, text)
		}
	}
	return strings.Join(said, " ")
}

// reason is a sentence, or a part of one.
func (v *visit) reason(r alerts.Reason) string {
	if r.Key == "" {
		return ""
	}
	args := []any{"count", r.Count, "span", v.span(r.Span), "time", v.clock(r.At)}
	for name, words := range r.Words {
		args = append(args, name, isolated(v.lang, words))
	}
	for name, part := range r.Parts {
		args = append(args, name, v.reason(part))
	}
	return v.say(reasonID(r.Key), args...)
}

// reasonID names in the catalogues what alerts.Sentences has in English.
func reasonID(key string) string { return "reason-" + key }
