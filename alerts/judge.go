package alerts

import (
	"fmt"
	"math"
	"strings"
	"time"

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

// Judge says of an article how urgent it is and whether it rings. It is pure: the same article gives, at the same
// time, the same verdict.
//
// What the newsroom says (labels.go) comes first. Where it says nothing the judge has an opinion of its own, by rules
// (judge_rules.go) and by what editors did before (past.go); it rings only where the operator says so. Some things are
// left to an editor whoever marked them (judge_tender.go).
type Judge struct {
	Autosend Autosend
	Past     *Past // nil: rules only
	Pace     Pace  // of the article's story; zero: nobody knows
	// Big is the reason, in words, why an editor should hear of the article's event whatever the newsroom marked; "": none.
	Big string
}

// Judge reads the newsroom's own mark first, then the text.
func (j Judge) Judge(a articles.Article, f articles.Findings, now time.Time) Verdict {
	v := Verdict{Article: a.ID, Version: a.Version, Seq: a.Seq, Findings: f, At: now, Class: delivery.Routine}
	class, why, marked := mark(a)
	if !marked {
		class, why = j.opinion(a, f)
	}
	if j.Big != "" && class > delivery.Urgent {
		class, marked = delivery.Urgent, false // the class is ours, not the newsroom's
	}
	if j.Big != "" {
		why = append(why, j.Big)
	}
	v.Class, v.Reasons = class, why
	v.Rings, v.Ask = j.allow(a, class, marked)
	note := ""
	switch stale := staleness(a, now); {
	case a.Status == articles.Withheld || a.Status == articles.Cancelled:
		v.Rings, v.Ask, note = false, false, "the newsroom has it "+string(a.Status)
	case strings.TrimSpace(a.Headline) == "":
		v.Rings, v.Ask, note = false, class < delivery.Routine, "it has no headline"
	case stale != "":
		v.Rings, v.Ask, note = false, false, stale
	case marked && !a.MayRing:
		note = "its source may not ring without an editor"
	case v.Rings:
		if delicate := tender(a, orWord(a.Language, f.Language)); delicate != "" {
			v.Rings, v.Ask, note = false, true, "an editor must decide, "+delicate
		}
	}
	if note != "" {
		v.Reasons = append(v.Reasons, "not sent: "+note)
	}
	return v
}

// allow says whether a class rings, and whether an editor is asked instead, as far as the operator's word goes.
func (j Judge) allow(a articles.Article, class delivery.Class, marked bool) (rings, ask bool) {
	switch {
	case !a.MayRing:
	case marked:
		rings = j.Autosend == AutosendMarked || j.Autosend == AutosendJudged
	case class < delivery.Routine:
		rings = j.Autosend == AutosendJudged
	}
	return rings, !rings && class < delivery.Routine
}

// opinion is the judge's own, by the rules and by the past. Either may call an article urgent; what is urgent by rules
// only, and unlike what editors send, is left to the digests.
func (j Judge) opinion(a articles.Article, f articles.Findings) (delivery.Class, []string) {
	a.Language = orWord(a.Language, f.Language)
	t := points(a, j.Pace)
	class := t.class()
	if j.Past == nil {
		return class, t.reasons
	}
	o := j.Past.Opinion(a, j.Pace)
	switch {
	case o.Likely:
		class = min(class, delivery.Urgent)
		t.reasons = append(t.reasons, fmt.Sprintf("Editors sent %.0f in 100 like it: %s.", o.inHundred(), strings.Join(o.Reasons, ", ")))
	case class == delivery.Urgent && o.Unlikely:
		class = delivery.Routine
		t.reasons = append(t.reasons, fmt.Sprintf("Against: editors sent %.0f in 100 like it.", o.inHundred()))
	}
	return class, t.reasons
}

func (o Opinion) inHundred() float64 { return math.Round(o.Likelihood * 100) }

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
