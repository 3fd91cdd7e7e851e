package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/store"
)

// pastModel is the name under which the store keeps what was learned of editors' decisions. Its Last is the number of
// the newest act.
const pastModel = "decisions"

// enoughDecided is how many decisions since the last time make it worth learning anew; and a tenth of what was learned
// from then.
const enoughDecided = 20

// learnPast learns from what editors decided, up to which act. Nothing is kept yet.
func (n *newsroom) learnPast(ctx context.Context) (p *alerts.Past, report alerts.PastReport, last int64, err error) {
	if last, err = n.file.LastAct(ctx); err != nil {
		return nil, report, 0, err
	}
	decided, err := alerts.Decisions(ctx, n.store.Decisions())
	if err != nil {
		return nil, report, 0, err
	}
	p, report, err = alerts.LearnPast(ctx, decided)
	return p, report, last, err
}

// keepPast stores what was learned, with how well; every process takes it up within followEvery.
func (n *newsroom) keepPast(ctx context.Context, p *alerts.Past, report alerts.PastReport, last int64) error {
	body, err := p.MarshalBinary()
	if err != nil {
		return err
	}
	text, err := json.Marshal(report)
	if err != nil {
		return err
	}
	return n.store.SaveModel(ctx, pastModel, store.Model{Trained: time.Now().UTC(), Last: articles.Seq(last), Body: body, Report: text})
}

// usePast takes up what the store has, where that ranks articles better than the rules do; else the rules alone judge.
func (n *newsroom) usePast(ctx context.Context) error {
	m, report, err := n.pastReport(ctx)
	if err != nil {
		return err
	}
	if !report.Better() {
		n.past.Store(nil)
		n.log.Info("articles are judged by the rules alone: what editors decided does not foretell more",
			"decisions", report.Decisions, "rules", report.Rules, "learned", report.Learned)
		return nil
	}
	var p alerts.Past
	if err := p.UnmarshalBinary(m.Body); err != nil {
		return err
	}
	n.past.Store(&p)
	n.log.Info("articles are judged as editors decided before", "trained", m.Trained.Format(time.RFC3339), "decisions", report.Decisions, "sent", report.Sent)
	return nil
}

func (n *newsroom) pastReport(ctx context.Context) (m store.Model, report alerts.PastReport, err error) {
	if m, err = n.store.Model(ctx, pastModel); err != nil {
		return m, report, err
	}
	if err := json.Unmarshal(m.Report, &report); err != nil {
		return m, report, fmt.Errorf("the report on what editors decided is damaged: %w", err)
	}
	return m, report, nil
}

// relearnPast is the task that learns again when enough was decided.
func (n *newsroom) relearnPast(ctx context.Context) error {
	due, err := n.enoughIsDecided(ctx)
	if err != nil || !due {
		return err
	}
	p, report, last, err := n.learnPast(ctx)
	if errors.Is(err, alerts.ErrTooFewDecisions) {
		return nil
	}
	if err != nil {
		return err
	}
	n.log.Info("what is breaking was learned from editors' decisions", "decisions", report.Decisions, "sent", report.Sent,
		"rules", report.Rules, "learned", report.Learned)
	return n.keepPast(ctx, p, report, last)
}

func (n *newsroom) enoughIsDecided(ctx context.Context) (bool, error) {
	m, report, err := n.pastReport(ctx)
	enough := max(enoughDecided, report.Decisions/10)
	switch {
	case errors.Is(err, store.ErrNoModel):
		enough = alerts.MinDecisions
	case err != nil && m.Trained.IsZero():
		return false, err
	case err != nil:
		n.log.Warn("what editors decided is learned anew", "err", err)
		return true, nil
	}
	fresh, err := n.file.DecidedAfter(ctx, int64(m.Last), enough)
	return fresh >= enough, err
}
