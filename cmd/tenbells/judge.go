package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/store"
)

// JudgeCmd is what can be done with what editors' decisions teach the judge.
type JudgeCmd struct {
	Train JudgeTrainCmd `cmd:"" help:"Learn from what editors sent, left to digests, declined, corrected and recalled."`
	Show  JudgeShowCmd  `cmd:"" help:"Show how well their decisions were foretold the last time."`
}

// Help is shown below the flags.
func (JudgeCmd) Help() string { return example("tenbells judge train") }

// JudgeTrainCmd learns from decisions.
type JudgeTrainCmd struct {
	DryRun bool `help:"Only measure: keep nothing."`
	JSON   bool `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (JudgeTrainCmd) Help() string {
	return example("tenbells judge train --dry-run") + `

Each time editors are offered an article they decide: Send, Digest or No. What they correct was worth sending, what they
recall was not; what nobody decided on teaches nothing. From words and looks of these articles is learned which others
they would send. The latest tenth is held back to measure on: the judge goes by it only where it ranks articles better
than the rules alone do. It is heard where the newsroom did not mark an article; what the newsroom marks always counts. A
running service takes up what was learned within seconds, and learns by itself when enough was decided.`
}

// foretold is what is said of how well decisions are foretold.
type foretold struct {
	Trained time.Time `json:"trained,omitzero"`
	Kept    bool      `json:"kept"`
	Used    bool      `json:"used"` // the judge goes by it
	alerts.PastReport
}

// Run learns, and keeps it unless told otherwise.
func (c JudgeTrainCmd) Run(ctx ctxArg, env *Env) error {
	return env.withNewsroom(ctx, func(n *newsroom) error {
		p, report, last, err := n.learnPast(ctx)
		if errors.Is(err, alerts.ErrTooFewDecisions) {
			return fmt.Errorf("editors have decided on %d articles, %d of them to send; at least %d are needed, some of each kind (%w)",
				report.Decisions, report.Sent, alerts.MinDecisions, err)
		}
		if err != nil {
			return err
		}
		answer := foretold{Trained: time.Now().UTC(), Kept: !c.DryRun, Used: !c.DryRun && report.Better(), PastReport: report}
		if !c.DryRun {
			if err := n.keepPast(ctx, p, report, last); err != nil {
				return err
			}
		}
		return answer.print(env.Out, c.JSON)
	})
}

// JudgeShowCmd shows what was learned.
type JudgeShowCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (JudgeShowCmd) Help() string { return example("tenbells judge show") }

// Run shows the last report.
func (c JudgeShowCmd) Run(ctx ctxArg, env *Env) error {
	return env.withNewsroom(ctx, func(n *newsroom) error {
		m, report, err := n.pastReport(ctx)
		switch {
		case errors.Is(err, store.ErrNoModel):
			return fmt.Errorf("%w: tenbells judge train does it", err)
		case err != nil && !m.Trained.IsZero():
			return fmt.Errorf("%w: tenbells judge train makes it anew", err)
		case err != nil:
			return err
		}
		return foretold{Trained: m.Trained, Kept: true, Used: report.Better(), PastReport: report}.print(env.Out, c.JSON)
	})
}

func (f foretold) print(w io.Writer, asJSON bool) error {
	if asJSON {
		return printJSON(w, f)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "decisions of editors\t%d\n", f.Decisions)
	fmt.Fprintf(table, "of these sent\t%d\n", f.Sent)
	fmt.Fprintf(table, "held back to measure on\t%d\n", f.HeldBack)
	fmt.Fprintf(table, "average precision by chance\t%.3f\n", f.Base)
	fmt.Fprintf(table, "by the rules alone\t%.3f\n", f.Rules)
	fmt.Fprintf(table, "by what was learned\t%.3f\n", f.Learned)
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, f.verdict())
	return err
}

func (f foretold) verdict() string {
	switch {
	case !f.Kept && f.Better():
		return "Nothing was kept: this was a trial. Without --dry-run the judge would go by it."
	case !f.Kept:
		return "Nothing was kept: this was a trial. It is no better than the rules, and the judge would not go by it."
	case !f.Used:
		return "It is no better than the rules: articles are judged by these alone, until more is decided."
	}
	return "Articles are judged by it from " + f.Trained.Format(time.DateTime) + " UTC on, where the newsroom did not mark them."
}
