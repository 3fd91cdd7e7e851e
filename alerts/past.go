package alerts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/linear"
)

// What there must be to learn from, and how much of it is.
const (
	MinDecisions = 50     // in all
	minOfAKind   = 8      // sent, and not sent
	maxDecisions = 15_000 // the newest are learned from
)

// Deed is what editors did with an article.
type Deed string

const (
	DeedSent      Deed = "sent"
	DeedLeft      Deed = "left" // looked at, and left to the digests
	DeedCorrected Deed = "corrected"
	DeedRecalled  Deed = "recalled"
)

// Decision is an article as it was when editors decided on it, and what they did.
type Decision struct {
	Article articles.Article
	Pace    Pace // of its story then
	Did     Deed
}

// rang says whether the article was one to ring for. A correction mends the wording: the event was still worth the bell.
// What was recalled should have been left.
func (d Decision) rang() bool { return d.Did == DeedSent || d.Did == DeedCorrected }

// ErrTooFewDecisions says that editors have decided too little to be learned from.
var ErrTooFewDecisions = errors.New("alerts: too few decisions of editors to learn from")

// Past is what was learned from editors' past decisions. It is safe for concurrent use.
type Past struct {
	model *linear.Model
}

// PastReport says how well the past foretells decisions, measured on the latest tenth, which was held back. Shares are
// from 0 to 1.
type PastReport struct {
	Decisions int     `json:"decisions"`
	Sent      int     `json:"sent"`      // of these
	HeldBack  int     `json:"held_back"` // of these
	Base      float64 `json:"base"`      // share of what was held back that was sent
	Rules     float64 `json:"rules"`     // average precision of the rules
	Learned   float64 `json:"learned"`   // average precision of what was learned
	Cost      float64 `json:"cost"`      // the regularisation that did best
}

// Better reports whether what was learned ranks articles better than the rules do.
func (r PastReport) Better() bool { return r.Learned > r.Rules }

// asSent is the label of the model.
const asSent = "sent"

// costs are the regularisations that are tried, the likeliest first.
var costs = []float64{1, 0.5, 2}

// LearnPast learns from decisions which articles editors send. What articles say of themselves by urgency, section,
// keyword or subject is not looked at: it is the newsroom's own mark, which the judge reads first. The error is
// ErrTooFewDecisions where there is too little.
func LearnPast(ctx context.Context, decisions []Decision) (*Past, PastReport, error) {
	decisions = slices.Clone(decisions)
	slices.SortStableFunc(decisions, func(a, b Decision) int { return a.Article.Published.Compare(b.Article.Published) })
	decisions = decisions[max(0, len(decisions)-maxDecisions):]
	report := PastReport{Decisions: len(decisions)}
	lessons := make([]linear.Example, len(decisions))
	for i, d := range decisions {
		lessons[i] = lesson(d)
		report.Sent += len(lessons[i].Labels)
	}
	if len(lessons) < MinDecisions || report.Sent < minOfAKind || len(lessons)-report.Sent < minOfAKind {
		return nil, report, ErrTooFewDecisions
	}
	if err := report.measure(ctx, lessons, decisions); err != nil {
		return nil, report, err
	}
	p, err := learnPast(ctx, lessons, report.Cost)
	return p, report, err
}

func lesson(d Decision) linear.Example {
	e := linear.Example{Text: textOf(d.Article, d.Pace)}
	if d.rang() {
		e.Labels = []string{asSent}
	}
	return e
}

// measure tries each cost on all but the latest tenth, and keeps the one that ranks this tenth best.
func (r *PastReport) measure(ctx context.Context, lessons []linear.Example, decisions []Decision) error {
	r.HeldBack = len(lessons) / 10
	learn, held := lessons[:len(lessons)-r.HeldBack], lessons[len(lessons)-r.HeldBack:]
	yes, rules := make([]bool, len(held)), make([]float64, len(held))
	sent := 0
	for i, d := range decisions[len(learn):] {
		yes[i], rules[i] = d.rang(), points(d.Article, d.Pace).sum
		sent += len(held[i].Labels)
	}
	r.Base, r.Rules, r.Cost = float64(sent)/float64(len(held)), AveragePrecision(rules, yes), costs[0]
	if sent == 0 || sent == len(held) {
		return nil // nothing to rank
	}
	for _, cost := range costs {
		p, err := learnPast(ctx, learn, cost)
		if err != nil {
			return err
		}
		scores := make([]float64, len(held))
		for i, l := range held {
			scores[i] = p.score(l.Text).Probability
		}
		if reached := AveragePrecision(scores, yes); reached > r.Learned {
			r.Learned, r.Cost = reached, cost
		}
	}
	return nil
}

func learnPast(ctx context.Context, lessons []linear.Example, cost float64) (*Past, error) {
	m, err := linear.Train(ctx, lessons, linear.Options{
		TitleWeight: 0.4, MarkWeight: 1, Cost: cost, Folds: 1, Single: linear.Never,
	})
	switch {
	case errors.Is(err, linear.ErrTooLittle):
		return nil, fmt.Errorf("%w: %w", ErrTooFewDecisions, err)
	case err != nil:
		return nil, fmt.Errorf("alerts: learn from decisions: %w", err)
	}
	return &Past{model: m}, nil
}

// Opinion is what the past says of an article.
type Opinion struct {
	Likelihood float64  // from 0 to 1, that editors would send it
	Likely     bool     // above the bound that told past decisions apart best
	Unlikely   bool     // far below it
	Reasons    []string // what speaks for it, where it is likely

	because []Reason // the same
}

// shownReasons is how many reasons are named.
const shownReasons = 4

// farBelow is the share of that bound below which the past outweighs a rule.
const farBelow = 0.2

// Opinion says how likely editors are to send an article, judging by what they did before, and what speaks for it. of is the pace
// of its story.
func (p *Past) Opinion(a articles.Article, of Pace) Opinion {
	seen := formOf(a, of)
	text := p.model.Read(seen.text())
	defer text.Close()
	s := text.Scores()[0]
	o := Opinion{Likelihood: s.Probability, Likely: s.Holds, Unlikely: s.Probability < s.Threshold*farBelow}
	if !o.Likely {
		return o
	}
	for _, r := range text.Evidence(asSent, shownReasons) {
		o.because = append(o.because, seen.reason(r.Text))
	}
	o.Reasons = inEnglish(o.because)
	return o
}

func (p *Past) score(t linear.Text) linear.Score { return p.model.Predict(t)[0] }

// MarshalBinary writes what was learned, with a checksum. The same decisions give the same bytes.
func (p *Past) MarshalBinary() ([]byte, error) { return p.model.MarshalBinary() }

// UnmarshalBinary reads what MarshalBinary wrote. The error is linear.ErrDamaged for anything else.
func (p *Past) UnmarshalBinary(b []byte) error {
	m := &linear.Model{}
	if err := m.UnmarshalBinary(b); err != nil {
		return fmt.Errorf("alerts: what was learned from decisions: %w", err)
	}
	if !slices.Equal(m.Labels(), []string{asSent}) {
		return fmt.Errorf("alerts: what was learned from decisions: %w: it was learned from something else", linear.ErrDamaged)
	}
	p.model = m
	return nil
}

// AveragePrecision says how well scores rank what is yes above what is not: the mean, over all that is yes, of the share
// of yes down to it. What has the same score stands in one rank. 0 when nothing is yes.
func AveragePrecision(scores []float64, yes []bool) float64 {
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	right, sum := 0, 0.0
	for i := 0; i < len(order); {
		level, before := scores[order[i]], right
		for ; i < len(order) && scores[order[i]] == level; i++ {
			if yes[order[i]] {
				right++
			}
		}
		sum += float64(right-before) * float64(right) / float64(i)
	}
	if right == 0 {
		return 0
	}
	return sum / float64(right)
}
