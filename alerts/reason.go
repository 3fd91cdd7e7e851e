package alerts

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Reason is why something was decided: a sentence or a part of one, and what is filled in there. Beside it verdicts and
// alerts keep what it says in English, for the API, the log and the command line; bots say it in the language of who asks.
type Reason struct {
	Key   string            `json:"key"`             // which of Sentences; "": nothing is said
	Words map[string]string `json:"words,omitempty"` // what stands in an article, names, ids: the same in every language
	Count int               `json:"count,omitempty"` // {{.count}}
	Span  time.Duration     `json:"span,omitempty"`  // {{.span}}
	At    time.Time         `json:"at,omitzero"`     // {{.time}}
	Parts map[string]Reason `json:"parts,omitempty"`
}

// reason begins one of Sentences; what it takes is filled in by the methods.
func reason(key string) Reason { return Reason{Key: key} }

func (r Reason) word(name, text string) Reason {
	r.Words = with(r.Words, name, text)
	return r
}

func (r Reason) part(name string, p Reason) Reason {
	r.Parts = with(r.Parts, name, p)
	return r
}

// by is an outlet, or the newsroom where it has no name.
func (r Reason) by(outlet string) Reason {
	if outlet == "" {
		return r.part("by", reason("newsroom"))
	}
	return r.word("by", outlet)
}

func (r Reason) count(n int) Reason { r.Count = n; return r }

// span is to the minute.
func (r Reason) span(d time.Duration) Reason { r.Span = d.Round(time.Minute); return r }

// spanned is a span of whole minutes without what is nought at its end: 21h, 2h3m.
func spanned(d time.Duration) string {
	text, cut := strings.CutSuffix(d.String(), "m0s")
	if !cut {
		return text
	}
	if hours, whole := strings.CutSuffix(text, "h0"); whole {
		return hours + "h"
	}
	return text + "m"
}

func (r Reason) at(t time.Time) Reason { r.At = t.UTC(); return r }

func with[V any](all map[string]V, name string, v V) map[string]V {
	all = maps.Clone(all)
	if all == nil {
		all = map[string]V{}
	}
	all[name] = v
	return all
}

// chain puts the first of several before the rest, as key says.
func chain(key string, of []Reason) Reason {
	switch len(of) {
	case 0:
		return Reason{}
	case 1:
		return of[0]
	}
	return Reason{Key: key}.part("first", of[0]).part("rest", chain(key, of[1:]))
}

// String is the reason in English; "" where its key is of a newer program.
func (r Reason) String() string {
	var b strings.Builder
	text := english[r.Key]
	for {
		before, rest, more := strings.Cut(text, "{{.")
		b.WriteString(before)
		if !more {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}}")
		b.WriteString(r.value(name))
		text = after
	}
}

// value is what English fills in under a name.
func (r Reason) value(name string) string {
	switch name {
	case "count":
		return strconv.Itoa(r.Count)
	case "span":
		return spanned(r.Span)
	case "time":
		return r.At.Format("2006-01-02 15:04")
	}
	if p, ok := r.Parts[name]; ok {
		return p.String()
	}
	return r.Words[name]
}

// inEnglish are reasons as the API, the log and the command line show them.
func inEnglish(rs []Reason) []string {
	said := make([]string, len(rs))
	for i, r := range rs {
		said[i] = r.String()
	}
	return said
}

// give adds reasons to a verdict.
func (v *Verdict) give(rs ...Reason) {
	v.Because = append(slices.Clip(v.Because), rs...)
	v.Reasons = append(slices.Clip(v.Reasons), inEnglish(rs)...)
}

// give adds a reason to an alert.
func (al *Alert) give(r Reason) {
	al.Because = append(slices.Clip(al.Because), r)
	al.Reasons = append(slices.Clip(al.Reasons), r.String())
}
