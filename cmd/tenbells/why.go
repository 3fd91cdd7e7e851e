package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/folder"
	"github.com/tenbells/tenbells/articles/ninjs"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// WhyCmd explains what was decided.
type WhyCmd struct {
	ID   string `arg:"" help:"An article or an alert: its id, the newsroom's own uri, or the name of its file in the watched folder."`
	For  string `help:"Why this subscriber was told, or was not: telegram:123, or discord/second:456 for another bot. It goes on the record that you asked." placeholder:"ADDRESS"`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (WhyCmd) Help() string { return example("tenbells why 7d1f0c2a --for telegram:123") }

// explanation is what is known of a decision.
type explanation struct {
	Article  articles.ID      `json:"article,omitempty"`
	Version  int              `json:"version,omitempty"`
	Headline string           `json:"headline"`
	Class    string           `json:"class,omitempty"`
	Rings    bool             `json:"rings"`
	Asks     bool             `json:"asks_an_editor"`
	Reasons  []string         `json:"reasons"`
	Language string           `json:"language,omitempty"`
	Evidence []string         `json:"evidence"` // of topics and places
	Story    articles.StoryID `json:"story,omitempty"`
	Near     *storyWhy        `json:"story_because,omitempty"`
	Alert    alerts.ID        `json:"alert,omitempty"`
	Status   alerts.Status    `json:"status,omitempty"`
	Follow   []string         `json:"follow"`
	Reader   string           `json:"subscriber,omitempty"` // why they were told, or were not
}

// Run explains.
func (c WhyCmd) Run(ctx ctxArg, env *Env) error {
	return env.withNewsroom(ctx, func(n *newsroom) error {
		ex, al, err := n.explain(ctx, c.ID)
		if err != nil {
			return err
		}
		if c.For != "" {
			if ex.Reader, err = n.whyReader(ctx, c.For, al); err != nil {
				return err
			}
		}
		if c.JSON {
			return printJSON(env.Out, ex)
		}
		ex.show(env)
		return nil
	})
}

// explain reads what was decided of an article, or of the article of an alert. al is nil where nothing tells it.
func (n *newsroom) explain(ctx context.Context, id string) (ex explanation, al *alerts.Alert, err error) {
	article, err := n.articleNamed(ctx, id)
	if err != nil {
		return ex, nil, err
	}
	found, err := n.file.Get(ctx, alerts.ID(id))
	switch {
	case err == nil:
		al, article = &found, found.Article
	case !errors.Is(err, alerts.ErrNotFound):
		return ex, nil, err
	}
	if article != "" {
		if err := n.explainArticle(ctx, article, &ex); errors.Is(err, articles.ErrNotFound) && al == nil {
			return ex, nil, usageError{fmt.Errorf("there is no article or alert %q", id)}
		} else if err != nil && !errors.Is(err, articles.ErrNotFound) {
			return ex, nil, err
		}
	}
	if al == nil {
		switch found, err := n.file.Told(ctx, article, ex.Story); {
		case err == nil:
			al = &found
		case !errors.Is(err, alerts.ErrNotFound):
			return ex, nil, err
		}
	}
	if al != nil {
		ex.describe(*al)
	}
	return ex, al, nil
}

// articleNamed is the article that is meant: by our id, the newsroom's own uri, or its file's name. Where there is none it
// is what was asked for.
func (n *newsroom) articleNamed(ctx context.Context, name string) (articles.ID, error) {
	for _, id := range []articles.ID{articles.ID(name), ninjs.IDOf(name), folder.IDOf(name)} {
		_, err := n.store.Article(ctx, id, 0)
		if !errors.Is(err, articles.ErrNotFound) {
			return id, err
		}
	}
	return articles.ID(name), nil
}

func (n *newsroom) explainArticle(ctx context.Context, id articles.ID, ex *explanation) error {
	a, err := n.store.Article(ctx, id, 0)
	if err != nil {
		return err
	}
	ex.Article, ex.Version, ex.Headline = a.ID, a.Version, a.Headline
	v, err := n.file.Verdict(ctx, id, 0)
	if errors.Is(err, alerts.ErrNotFound) {
		ex.Reasons = []string{"It has not been judged yet."}
		return nil
	}
	ex.Class, ex.Rings, ex.Asks, ex.Reasons = v.Class.String(), v.Rings, v.Ask, v.Reasons
	ex.Language, ex.Evidence, ex.Story = v.Language, v.Evidence, v.Story
	if err != nil || v.Story == "" {
		return err
	}
	ex.Near, err = n.explainStory(ctx, a)
	return err
}

// describe adds the alert that tells it.
func (ex *explanation) describe(al alerts.Alert) {
	ex.Alert, ex.Status = al.ID, al.Status
	for _, key := range al.Follow {
		ex.Follow = append(ex.Follow, string(key))
	}
	if ex.Headline == "" {
		ex.Class, ex.Reasons, ex.Story = al.Class.String(), al.Reasons, al.Story
		for _, w := range al.Versions {
			ex.Headline = w.Headline
		}
	}
}

// whyReader says why a subscriber was told, or was not, and puts on the record that somebody asked.
func (n *newsroom) whyReader(ctx context.Context, address string, al *alerts.Alert) (string, error) {
	if err := checkHidden(address); err != nil {
		return "", usageError{fmt.Errorf("--for: %w", err)}
	}
	lane, chat := hiddenChat(address)
	s, err := n.book.Find(ctx, delivery.Address{Platform: lane.Platform(), Bot: lane.Bot(), Chat: chat})
	if errors.Is(err, subscriptions.ErrUnknown) {
		return "Not told: nobody has subscribed from there.", nil
	}
	if err != nil {
		return "", err
	}
	if al == nil {
		return "Not told: no alert tells it; it is left to digests.", nil
	}
	if err := n.file.Record(ctx, alerts.Asked(operatorName(), string(al.ID), time.Now())); err != nil {
		return "", err
	}
	told, err := n.store.Told(ctx, []delivery.BatchID{al.ID.Batch()}, []subscriptions.ID{s.ID})
	if err != nil {
		return "", err
	}
	return al.Why(s, len(told[s.ID]) > 0), nil
}

func (ex explanation) show(env *Env) {
	fmt.Fprintln(env.Out, ex.Headline)
	row := func(name, text string) {
		if text != "" {
			fmt.Fprintf(env.Out, "  %-9s %s\n", name, text)
		}
	}
	if ex.Article != "" {
		row("article", fmt.Sprintf("%s, version %d", ex.Article, ex.Version))
	}
	class := ex.Class
	switch {
	case ex.Rings:
		class += ", rings"
	case ex.Asks:
		class += ", editors are asked"
	case class != "" && ex.Article != "":
		class += ", left to digests"
	}
	row("class", class)
	for _, reason := range ex.Reasons {
		row("because", reason)
	}
	row("language", ex.Language)
	for _, line := range ex.Evidence {
		row("about", line)
	}
	row("story", string(ex.Story))
	for _, line := range ex.Near.lines() {
		row("", line)
	}
	if ex.Alert == "" {
		row("alert", "none")
	} else {
		row("alert", fmt.Sprintf("%s, %s", ex.Alert, ex.Status))
		row("told to", strings.Join(ex.Follow, ", "))
	}
	row("reader", ex.Reader)
}
