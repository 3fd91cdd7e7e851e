package alerts

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
)

// Autosend is what rings without an editor.
type Autosend string

const (
	AutosendNone   Autosend = "none"
	AutosendMarked Autosend = "marked" // what the newsroom itself marked, in a source that may ring
	AutosendJudged Autosend = "judged" // also what the judge finds
)

// Fresh is how old an article may be, from its publication to its arrival here, and still be breaking; and how long it may
// have waited here to be judged.
const Fresh = 2 * time.Hour

// breakingLabels are newsrooms' own words for breaking news, folded. They count as a section, a keyword, or before a
// colon at the head of a headline.
var breakingLabels = []string{
	"breaking news", "breaking", "flash", "urgent", "срочно", "молния", "терміново", "عاجل", "فوری", "خبر فوری",
	"son dakika", "urgente", "eilmeldung", "dernière minute", "hitno",
}

// eventWords in a headline make the judge think that something has just happened. The judge's own opinion never rings
// unless the operator says so (AutosendJudged).
var eventWords = []string{
	"killed", "kills", "dead", "dies", "explosion", "blast", "earthquake", "attack", "strike", "coup", "resigns",
	"evacuation", "shooting", "crash", "погибли", "убит", "взрыв", "землетрясение", "отставку", "обстрел",
}

// Judge says of an article how urgent it is and whether it rings. It is pure: the same article gives, at the same
// time, the same verdict.
type Judge struct {
	Autosend Autosend
}

// Judge reads the newsroom's own mark first, then the text.
func (j Judge) Judge(a articles.Article, f articles.Findings, now time.Time) Verdict {
	v := Verdict{Article: a.ID, Version: a.Version, Seq: a.Seq, Findings: f, At: now, Class: delivery.Routine}
	class, why, marked := mark(a)
	if !marked {
		class, why = opinion(a)
	}
	v.Class, v.Reasons = class, why
	switch stale := staleness(a, now); {
	case a.Status == articles.Withheld || a.Status == articles.Cancelled:
		v.Reasons = append(v.Reasons, "not sent: the newsroom has it "+string(a.Status))
	case strings.TrimSpace(a.Headline) == "":
		v.Ask = class < delivery.Routine
		v.Reasons = append(v.Reasons, "not sent: it has no headline")
	case stale != "":
		v.Reasons = append(v.Reasons, "not sent: "+stale)
	case marked && !a.MayRing:
		v.Ask = class < delivery.Routine
		v.Reasons = append(v.Reasons, "not sent: its source may not ring without an editor")
	case marked:
		v.Rings = j.Autosend == AutosendMarked || j.Autosend == AutosendJudged
		v.Ask = !v.Rings && class < delivery.Routine
	case class < delivery.Routine:
		v.Rings = j.Autosend == AutosendJudged && a.MayRing
		v.Ask = !v.Rings
	}
	return v
}

// mark is the newsroom's own word: its urgency, or a label that says breaking.
func mark(a articles.Article) (delivery.Class, []string, bool) {
	by := orWord(a.Outlet, "the newsroom")
	if a.Urgency > 0 {
		class := min(delivery.Class(a.Urgency), delivery.Routine)
		return class, []string{fmt.Sprintf("Marked urgency %d by %s.", a.Urgency, by)}, true
	}
	if label := breakingLabel(a); label != "" {
		return delivery.Bulletin, []string{fmt.Sprintf("Marked “%s” by %s.", label, by)}, true
	}
	return delivery.Routine, nil, false
}

func breakingLabel(a articles.Article) string {
	labels := append([]string{a.Section}, a.Keywords...)
	if head, _, ok := strings.Cut(a.Headline, ":"); ok {
		labels = append(labels, head)
	}
	for _, label := range labels {
		if slices.Contains(breakingLabels, strings.ToLower(strings.TrimSpace(label))) {
			return strings.TrimSpace(label)
		}
	}
	return ""
}

func opinion(a articles.Article) (delivery.Class, []string) {
	words := strings.FieldsFunc(strings.ToLower(a.Headline), func(r rune) bool { return !unicode.IsLetter(r) })
	for _, word := range words {
		if slices.Contains(eventWords, word) {
			return delivery.Urgent, []string{fmt.Sprintf("The headline says “%s”.", word)}
		}
	}
	return delivery.Routine, nil
}

// staleness says why an article is too old to be news, or "".
func staleness(a articles.Article, now time.Time) string {
	if a.Way == articles.ByImport {
		return "it came from an archive"
	}
	if age := a.Seen.Sub(a.Published); !a.Published.IsZero() && age > Fresh {
		return fmt.Sprintf("it was published %s before it reached us", age.Round(time.Minute))
	}
	if waited := now.Sub(a.Seen); !a.Seen.IsZero() && waited > Fresh {
		return fmt.Sprintf("it waited %s here before it could be judged", waited.Round(time.Minute))
	}
	return ""
}

func orWord(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
