package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
	"github.com/tenbells/tenbells/articles/topics"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/subscriptions"
)

// RehearseCmd replays stored days.
type RehearseCmd struct {
	From     time.Time `help:"First day, UTC; six days before the last." format:"2006-01-02" placeholder:"YYYY-MM-DD"`
	To       time.Time `help:"Last day, UTC; today." format:"2006-01-02" placeholder:"YYYY-MM-DD"`
	Against  string    `help:"A settings file with the rules to compare with: its autosend and its topics." type:"path" placeholder:"FILE"`
	Autosend string    `help:"Compare with this: none, marked, judged." placeholder:"WHAT"`
	For      string    `help:"What this subscriber would have been told, and when: telegram:123. It goes on the record that you asked." placeholder:"ADDRESS"`
	JSON     bool      `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (RehearseCmd) Help() string {
	return example("tenbells rehearse --from 2026-11-20 --to 2026-11-26 --autosend judged") + `

The articles of those days are judged again, in their order and at their time, by the desk's own code and the rules as they
are now: what rings, what editors would be offered, and whom it would reach of the subscribers of today, at once, after
their quiet hours, or in their digest. With --against or --autosend it is done twice, and the difference is shown.

Nothing is sent, and nothing is written but to a temporary file. What editors did then is not replayed: what they sent of
their own, approved, corrected, merged or recalled is left out, and an offer stays an offer. Whether a source may ring is
as it was when the article came. The two days before the first are gone through as well, so that stories run.`
}

// warmUp is how long before the first day stories are followed.
const warmUp = stories.Window

// Run rehearses.
func (c RehearseCmd) Run(ctx ctxArg, env *Env) error {
	from, end, err := c.period(time.Now().UTC())
	if err != nil {
		return usageError{err}
	}
	return env.withNewsroom(ctx, func(n *newsroom) error {
		sets, err := c.rules(ctx, n)
		if err != nil {
			return err
		}
		whom, err := c.reader(ctx, n)
		if err != nil {
			return err
		}
		answer := rehearsed{From: from, Until: end}
		for _, r := range sets {
			run := replay{newsroom: n, rules: r, from: from, end: end, reader: whom, progress: func(done int) {
				env.progress("article", done, 0)
			}}
			p, err := run.play(ctx)
			if env.terminal() {
				fmt.Fprintln(env.Err)
			}
			if err != nil {
				return err
			}
			answer.Articles, answer.Imports = p.articles, p.imports
			answer.Rules = append(answer.Rules, p.performance)
		}
		answer.compare()
		if c.JSON {
			return printJSON(env.Out, answer)
		}
		return answer.print(env.Out)
	})
}

// period is the first instant, and the first behind the last day.
func (c RehearseCmd) period(now time.Time) (from, end time.Time, err error) {
	last := c.To
	if last.IsZero() {
		last = now.Truncate(24 * time.Hour)
		if !c.From.IsZero() && c.From.After(last) {
			return from, end, fmt.Errorf("--from: %s is yet to come", c.From.Format(time.DateOnly))
		}
	}
	if from = c.From; from.IsZero() {
		from = last.AddDate(0, 0, -6)
	}
	if from.After(last) {
		return from, end, fmt.Errorf("--from: %s is after --to, %s", from.Format(time.DateOnly), last.Format(time.DateOnly))
	}
	return from, last.AddDate(0, 0, 1), nil
}

// rules are those of now and, where they are asked for, those to compare with.
func (c RehearseCmd) rules(ctx context.Context, n *newsroom) ([]rules, error) {
	now, err := n.rulesOf(ctx, "now", n.set.Autosend, n.set.Topics)
	if err != nil || c.Against == "" && c.Autosend == "" {
		return []rules{now}, err
	}
	autosend, own := n.set.Autosend, n.set.Topics
	if c.Against != "" {
		set, err := loadSettings(c.Against, nil)
		if err != nil {
			return nil, usageError{fmt.Errorf("--against: %s is at fault:\n%w", c.Against, err)}
		}
		autosend, own = set.Autosend, set.Topics
	}
	if c.Autosend != "" {
		if err := oneOf(c.Autosend, string(alerts.AutosendNone), string(alerts.AutosendMarked), string(alerts.AutosendJudged)); err != nil {
			return nil, usageError{fmt.Errorf("--autosend: %w", err)}
		}
		autosend = alerts.Autosend(c.Autosend)
	}
	proposed, err := n.rulesOf(ctx, "proposed", autosend, own)
	if err != nil {
		return nil, fmt.Errorf("--against: %w", err)
	}
	return []rules{now, proposed}, nil
}

// rulesOf makes rules with what was learned so far.
func (n *newsroom) rulesOf(ctx context.Context, name string, autosend alerts.Autosend, own []TopicSettings) (rules, error) {
	catalogue, err := topics.New(ownTopics(own))
	if err != nil {
		return rules{}, err
	}
	l, _, err := n.learnedTopics(ctx)
	switch {
	case err == nil:
		catalogue.Use(l)
	case !errors.Is(err, store.ErrNoModel):
		return rules{}, err
	}
	if err := n.usePast(ctx); err != nil && !errors.Is(err, store.ErrNoModel) {
		return rules{}, err
	}
	return rules{name: name, autosend: autosend, topics: catalogue, past: n.past.Load()}, nil
}

// reader finds the subscriber that is watched, and puts on the record that somebody asked.
func (c RehearseCmd) reader(ctx context.Context, n *newsroom) (subscriptions.ID, error) {
	if c.For == "" {
		return 0, nil
	}
	if err := checkHidden(c.For); err != nil {
		return 0, usageError{fmt.Errorf("--for: %w", err)}
	}
	lane, chat := hiddenChat(c.For)
	s, err := n.book.Find(ctx, delivery.Address{Platform: lane.Platform(), Bot: lane.Bot(), Chat: chat})
	if errors.Is(err, subscriptions.ErrUnknown) {
		return 0, usageError{errors.New("--for: nobody has subscribed from there")}
	}
	if err != nil {
		return 0, err
	}
	return s.ID, n.file.Record(ctx, alerts.Asked(operatorName(), "", time.Now()))
}

// replay is one rehearsal of a period by one set of rules.
type replay struct {
	*newsroom
	rules    rules
	from     time.Time
	end      time.Time
	reader   subscriptions.ID
	progress func(articles int)
}

// played is how it went.
type played struct {
	performance
	attendance
}

// attendance is how many versions of articles came in the period, and how many of them as an archive.
type attendance struct{ articles, imports int }

// readAtOnce is how many article versions are read together.
const readAtOnce = 100

func (r replay) play(ctx context.Context) (p played, err error) {
	since := r.from.Add(-warmUp)
	after, err := stories.StartOf(ctx, r.store, since)
	if err != nil {
		return p, err
	}
	re, err := newRehearsal(ctx, r.newsroom, r.rules, since, after, r.from)
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, re.close()) }()
	re.hall.reader = r.reader
	came, err := r.pass(ctx, re, after)
	if err != nil {
		return p, err
	}
	if came.articles == 0 {
		return p, r.nothing(ctx)
	}
	if err := re.until(ctx, r.end); err != nil {
		return p, err
	}
	all, err := re.alerts(ctx, r.from)
	if err != nil {
		return p, err
	}
	perf, err := r.perform(ctx, re, all)
	return played{perf, came}, err
}

// pass lets the articles come, and answers how many were of the period.
func (r replay) pass(ctx context.Context, re *rehearsal, after articles.Seq) (came attendance, err error) {
	for {
		as, err := r.store.After(ctx, after, readAtOnce)
		if err != nil {
			return came, err
		}
		for _, a := range as {
			if after = a.Seq; !a.Seen.Before(r.end) {
				return came, nil
			}
			if err := re.take(ctx, a); err != nil {
				return came, fmt.Errorf("article %s version %d: %w", a.ID, a.Version, err)
			}
			if !a.Seen.Before(r.from) {
				came.articles++
				if a.Way == articles.ByImport {
					came.imports++
				}
			}
			r.progress(came.articles)
		}
		if len(as) < readAtOnce {
			return came, nil
		}
	}
}

// nothing says that there is nothing to rehearse with, and what there is.
func (r replay) nothing(ctx context.Context) error {
	days := r.from.Format(time.DateOnly) + " to " + r.end.AddDate(0, 0, -1).Format(time.DateOnly)
	as, err := r.store.After(ctx, 0, 1)
	switch {
	case err != nil:
		return err
	case len(as) == 0:
		return errors.New("the store has no articles yet: nothing can be rehearsed")
	}
	return usageError{fmt.Errorf("no article came from %s; the first in the store came on %s (--from, --to)", days, as[0].Seen.UTC().Format(time.DateOnly))}
}
