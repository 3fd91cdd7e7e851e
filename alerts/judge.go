package alerts

import (
	"math"
	"strconv"
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
	// Big is why an editor should hear of the article's event whatever the newsroom marked; the zero Reason: nothing.
	Big Reason
}

// Judge reads the newsroom's own mark first, then the text.
func (j Judge) Judge(a articles.Article, f articles.Findings, now time.Time) Verdict {
	v := Verdict{Article: a.ID, Version: a.Version, Seq: a.Seq, Findings: f, At: now, Class: delivery.Routine}
	class, why, marked := mark(a)
	if !marked {
		class, why = j.opinion(a, f)
	}
	if j.Big.Key != "" && class > delivery.Urgent {
		class, marked = delivery.Urgent, false // the class is ours, not the newsroom's
	}
	if j.Big.Key != "" {
		why = append(why, j.Big)
	}
	v.Class = class
	v.give(why...)
	v.Rings, v.Ask = j.allow(a, class, marked)
	var note Reason
	switch stale := staleness(a, now); {
	case a.Status == articles.Withheld:
		v.Rings, v.Ask, note = false, false, reason("not-sent-withheld")
	case a.Status == articles.Cancelled:
		v.Rings, v.Ask, note = false, false, reason("not-sent-cancelled")
	case strings.TrimSpace(a.Headline) == "":
		v.Rings, v.Ask, note = false, class < delivery.Routine, reason("not-sent-headline")
	case stale.Key != "":
		v.Rings, v.Ask, note = false, false, stale
	case marked && !a.MayRing:
		note = reason("not-sent-source")
	case v.Rings:
		if delicate := tender(a, orWord(a.Language, f.Language)); delicate.Key != "" {
			v.Rings, v.Ask, note = false, true, delicate
		}
	}
	if note.Key != "" {
		v.give(note)
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
func (j Judge) opinion(a articles.Article, f articles.Findings) (delivery.Class, []Reason) {
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
		t.reasons = append(t.reasons, reason("past-likely").word("share", o.inHundred()).part("list", chain("list", o.because)))
	case class == delivery.Urgent && o.Unlikely:
		class = delivery.Routine
		t.reasons = append(t.reasons, reason("past-unlikely").word("share", o.inHundred()))
	}
	return class, t.reasons
}

func (o Opinion) inHundred() string { return strconv.Itoa(int(math.Round(o.Likelihood * 100))) }

// staleness says why an article is too old to be news; the zero Reason where it is not.
func staleness(a articles.Article, now time.Time) Reason {
	if a.Way == articles.ByImport {
		return reason("not-sent-archive")
	}
	if age := a.Seen.Sub(a.Published); !a.Published.IsZero() && age > Fresh {
		return reason("not-sent-late").span(age)
	}
	if waited := now.Sub(a.Seen); !a.Seen.IsZero() && waited > Fresh {
		return reason("not-sent-waited").span(waited)
	}
	return Reason{}
}

func orWord(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
