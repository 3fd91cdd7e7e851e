package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/tenbells/tenbells/articles/topics"
	"github.com/tenbells/tenbells/store"
)

// topicsModel is the name under which the store keeps what was learned of topics.
const topicsModel = "topics"

// When the service learns topics by itself, and when it looks whether somebody did.
const (
	learnEvery  = time.Hour
	learnLimit  = 15 * time.Minute
	followEvery = 15 * time.Second
	enoughNew   = 200 // tagged article versions since the last time; and a fifth of what was learned from then
)

// learnTopics learns topics from the archive. Nothing is kept yet.
func (n *newsroom) learnTopics(ctx context.Context, progress func(doing string, done, of int)) (*topics.Learned, topics.Report, error) {
	l, report, err := n.topics.Learn(ctx, n.store, topics.How{Progress: progress})
	if errors.Is(err, topics.ErrTooFew) {
		return nil, report, fmt.Errorf("the archive has %d articles with topics that the newsroom marked, by subject, section or keyword: "+
			"at least %d are needed, of two topics (%w)", report.Articles, topics.MinArticles, err)
	}
	return l, report, err
}

// keepLearned stores what was learned; every process takes it up within followEvery.
func (n *newsroom) keepLearned(ctx context.Context, l *topics.Learned, report topics.Report) error {
	body, err := l.Bytes()
	if err != nil {
		return err
	}
	text, err := json.Marshal(report)
	if err != nil {
		return err
	}
	return n.store.SaveModel(ctx, topicsModel, store.Model{Trained: time.Now().UTC(), Last: report.Last, Body: body, Report: text})
}

// useTopics takes up what the store has. Without any, or where it is damaged, topics are judged by the lists.
func (n *newsroom) useTopics(ctx context.Context) error {
	l, report, err := n.learnedTopics(ctx)
	if err != nil {
		return err
	}
	n.topics.Use(l)
	n.log.Info("topics are judged as the archive taught", "articles", report.Articles, "topics", report.Used())
	return nil
}

// learnedTopics is what the store has.
func (n *newsroom) learnedTopics(ctx context.Context) (l *topics.Learned, report topics.Report, err error) {
	m, err := n.store.Model(ctx, topicsModel)
	if err != nil {
		return nil, report, err
	}
	if err := json.Unmarshal(m.Report, &report); err != nil {
		return nil, report, fmt.Errorf("the report on what was learned of topics: %w", err)
	}
	l, err = topics.NewLearned(m.Body, report)
	return l, report, err
}

// lesson is something that is learned and kept in the store.
type lesson struct {
	model   string
	use     func(context.Context) error // takes it up
	without string                      // what happens where that fails
}

func (n *newsroom) lessons() []lesson {
	return []lesson{
		{topicsModel, n.useTopics, "topics are judged without what the archive taught"},
		{pastModel, n.usePast, "articles are judged without what editors decided before"},
	}
}

// useLearned takes up everything that was learned since known, which it brings up to date.
func (n *newsroom) useLearned(ctx context.Context, known map[string]time.Time) {
	for _, l := range n.lessons() {
		stamp, err := n.store.ModelStamp(ctx, l.model)
		if err == nil && !stamp.Trained.Equal(known[l.model]) {
			known[l.model] = stamp.Trained
			err = l.use(ctx)
		}
		if err != nil && !errors.Is(err, store.ErrNoModel) && ctx.Err() == nil {
			n.log.Warn(l.without, "err", err)
		}
	}
}

// followLearned takes up what is learned from now on, here or by another process, until ctx ends.
func (n *newsroom) followLearned(ctx context.Context) error {
	for known := map[string]time.Time{}; ; {
		n.useLearned(ctx, known)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(followEvery):
		}
	}
}

// relearn is the task that learns again when enough is new.
func (n *newsroom) relearn(ctx context.Context) error {
	due, err := n.enoughIsNew(ctx)
	if err != nil || !due {
		return err
	}
	l, report, err := n.topics.Learn(ctx, n.store, topics.How{Workers: 1}) // the rest of the machine is for what must not wait
	if errors.Is(err, topics.ErrTooFew) {
		return nil
	}
	if err != nil {
		return err
	}
	n.log.Info("topics were learned from the archive", "articles", report.Articles, "topics", report.Used())
	return n.keepLearned(ctx, l, report)
}

func (n *newsroom) enoughIsNew(ctx context.Context) (bool, error) {
	m, err := n.store.Model(ctx, topicsModel)
	var report topics.Report
	switch {
	case errors.Is(err, store.ErrNoModel):
	case err != nil:
		return false, err
	default:
		if err := json.Unmarshal(m.Report, &report); err != nil {
			n.log.Warn("the report on what was learned of topics is damaged; it is made anew", "err", err)
		}
	}
	enough := max(enoughNew, report.Articles/5)
	fresh, err := n.store.TaggedAfter(ctx, report.Last, enough)
	return fresh >= enough, err
}
