package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/tenbells/tenbells/articles/topics"
	"github.com/tenbells/tenbells/store"
)

// TopicsCmd is what can be done with topics.
type TopicsCmd struct {
	Train TopicsTrainCmd `cmd:"" help:"Learn topics from the articles in the store that the newsroom marked."`
	Show  TopicsShowCmd  `cmd:"" help:"Show how well topics were learned the last time."`
}

// Help is shown below the flags.
func (TopicsCmd) Help() string { return example("tenbells topics train") }

// TopicsTrainCmd learns topics.
type TopicsTrainCmd struct {
	DryRun bool `help:"Only measure: keep nothing."`
	JSON   bool `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (TopicsTrainCmd) Help() string {
	return example("tenbells topics train --dry-run") + `

Subjects, sections and keywords that the newsroom gave its articles say what they are about; which words go with them is
learned. Each article is held back once to measure on: a topic is judged by what was learned where that finds it
better than the lists of words do. What the newsroom marks itself always counts. A running service takes up what was
learned within seconds, and learns by itself when enough is new.`
}

// trained is what is said of a training.
type trained struct {
	Trained time.Time `json:"trained,omitzero"`
	Kept    bool      `json:"kept"`
	topics.Report
}

// Run learns, and keeps it unless told otherwise.
func (c TopicsTrainCmd) Run(ctx ctxArg, env *Env) error {
	return env.withNewsroom(ctx, func(n *newsroom) error {
		l, report, err := n.learnTopics(ctx, env.learning)
		if env.terminal() {
			fmt.Fprintln(env.Err)
		}
		if err != nil {
			return err
		}
		answer := trained{Trained: time.Now().UTC(), Kept: !c.DryRun, Report: report}
		if !c.DryRun {
			if err := n.keepLearned(ctx, l, report); err != nil {
				return err
			}
		}
		return answer.print(env.Out, c.JSON, n.topics)
	})
}

// learning says on a terminal how far learning has come.
func (e *Env) learning(doing string, done, of int) {
	switch {
	case !e.terminal():
	case of == 0:
		fmt.Fprintf(e.Err, "\r%s: %d articles\x1b[K", doing, done)
	default:
		fmt.Fprintf(e.Err, "\r%s: topic %d of %d\x1b[K", doing, done, of)
	}
}

// TopicsShowCmd shows what was learned.
type TopicsShowCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (TopicsShowCmd) Help() string { return example("tenbells topics show") }

// Run shows the last report.
func (c TopicsShowCmd) Run(ctx ctxArg, env *Env) error {
	return env.withNewsroom(ctx, func(n *newsroom) error {
		m, err := n.store.Model(ctx, topicsModel)
		if errors.Is(err, store.ErrNoModel) {
			return fmt.Errorf("%w: tenbells topics train does it", err)
		}
		if err != nil {
			return err
		}
		answer := trained{Trained: m.Trained, Kept: true}
		if err := json.Unmarshal(m.Report, &answer.Report); err != nil {
			return fmt.Errorf("the report is damaged (%w): tenbells topics train makes it anew", err)
		}
		return answer.print(env.Out, c.JSON, n.topics)
	})
}

func (t trained) print(w io.Writer, asJSON bool, catalogue *topics.Catalogue) error {
	if asJSON {
		return printJSON(w, t)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "TOPIC\tNAME\tARTICLES\tHELD BACK\tF1 BY LISTS\tF1 LEARNED\tPRECISION\tRECALL\tJUDGED BY")
	for _, r := range t.Topics {
		by := "lists"
		if r.Used {
			by = "what was learned"
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%.3f\t%.3f\t%.3f\t%.3f\t%s\n", r.Topic, catalogue.Label(string(r.Topic), "en"), r.Articles, r.HeldBack,
			r.Lists.F1, r.Learned.F1, r.Learned.Precision, r.Learned.Recall, by)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	kept := "Nothing was kept: this was a trial."
	if t.Kept {
		kept = "Articles are judged by it from " + t.Trained.Format(time.DateTime) + " UTC on."
	}
	_, err := fmt.Fprintf(w, "Learned from %d articles; measured on %d of them, each held back once. %s\n", t.Articles, t.HeldBack, kept)
	return err
}
