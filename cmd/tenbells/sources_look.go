package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles/feed"
	"github.com/tenbells/tenbells/articles/stories"
)

// SourcesTestCmd reads a feed once.
type SourcesTestCmd struct {
	URL    string `arg:"" help:"The feed's address, or its name in the list."`
	Items  int    `help:"How many items to show; 0 shows all." default:"10"`
	JSON   bool   `name:"json" help:"Print JSON."`
	wishes `embed:""`
}

// Help is shown below the flags.
func (SourcesTestCmd) Help() string {
	return example("tenbells sources test https://example.org/rss --may-ring")
}

// tested is what would be read.
type tested struct {
	Kind  feed.Kind    `json:"kind"`
	Title string       `json:"title"`
	Moved string       `json:"moved_to,omitempty"`
	Hub   bool         `json:"hub"`
	Maps  []string     `json:"sitemaps,omitempty"` // that are followed, of an index
	Count int          `json:"count"`
	Items []testedItem `json:"items"`
}

type testedItem struct {
	Headline   string     `json:"headline"`
	Standfirst string     `json:"standfirst,omitempty"`
	URL        string     `json:"url,omitempty"`
	Language   string     `json:"language,omitempty"`
	Published  *time.Time `json:"published_at"`
	Characters int        `json:"body_characters"` // that may be passed on
	Class      string     `json:"class"`
	Outcome    string     `json:"outcome"` // rings, asks, digests
	Reasons    []string   `json:"reasons"`
}

// Run reads it and says what would become of each item if it came now, as news.
func (c SourcesTestCmd) Run(ctx ctxArg, env *Env) error {
	return env.withNewsroom(ctx, func(n *newsroom) error {
		src, err := n.source(ctx, c.URL)
		if err != nil {
			if checkURL(c.URL) != nil {
				return usageError{errors.New("there is no such source, and it is no address that begins with http:// or https://")}
			}
			src = feed.Source{URL: c.URL, Text: feed.Excerpt}
		}
		if err := c.apply(&src); err != nil {
			return err
		}
		reader := &feed.Reader{Clients: feed.NewClients(n.set.Private), Log: n.log, Now: time.Now}
		defer reader.Clients.Close()
		looking, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		found, err := reader.Look(looking, src)
		if err != nil {
			return notRead(src, found, err)
		}
		result, err := n.tested(ctx, found, c.Items)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(env.Out, result)
		}
		printTested(env.Out, src, result)
		return nil
	})
}

// notRead says why a feed could not be read, and what may be meant instead.
func notRead(src feed.Source, found feed.Found, err error) error {
	says := fmt.Sprintf("%s: %s", feed.Shown(src.URL), feed.Words(err))
	if len(found.Feeds) > 0 {
		says += "\nThe page names these feeds:\n\t" + strings.Join(found.Feeds, "\n\t")
	}
	return errors.New(says)
}

func (n *newsroom) tested(ctx context.Context, found feed.Found, most int) (tested, error) {
	result := tested{Kind: found.Kind, Title: found.Title, Hub: found.Hub != "", Count: len(found.Articles), Items: []testedItem{}}
	for _, at := range found.Sitemaps {
		result.Maps = append(result.Maps, feed.Shown(at))
	}
	if found.Moved != "" {
		result.Moved = feed.Shown(found.Moved)
	}
	analyse, judge := analyst(n.topics, stories.NewIndex()), alerts.Judge{Autosend: n.set.Autosend}
	for i, a := range found.Articles {
		if most > 0 && i == most {
			break
		}
		findings, err := analyse(ctx, a)
		if err != nil {
			return result, err
		}
		v := judge.Judge(a, findings, time.Now())
		result.Items = append(result.Items, testedItem{
			Headline: a.Headline, Standfirst: a.Standfirst, URL: a.URL, Language: a.Language, Published: moment(a.Published),
			Characters: len([]rune(strings.Join(a.Body, "\n"))), Class: v.Class.String(), Outcome: outcomeOf(v), Reasons: v.Reasons,
		})
	}
	return result, nil
}

func outcomeOf(v alerts.Verdict) string {
	switch {
	case v.Rings:
		return "rings"
	case v.Ask:
		return "asks"
	}
	return "digests"
}

// outcomes are the same for people.
var outcomes = map[string]string{"rings": "would ring", "asks": "would wait for an editor", "digests": "for the digests"}

func printTested(w io.Writer, src feed.Source, t tested) {
	fmt.Fprintf(w, "%s, %s: %s.\n", orDash(t.Title), orDash(string(t.Kind)), plural(t.Count, "item", "items"))
	if t.Moved != "" {
		fmt.Fprintf(w, "It has moved for good to %s.\n", t.Moved)
	}
	if t.Hub {
		fmt.Fprintln(w, "It names a hub: with TENBELLS_PUBLIC_URL set, news is pushed at once.")
	}
	for _, at := range t.Maps {
		fmt.Fprintf(w, "It names the sitemap %s\n", at)
	}
	if t.Count == 0 && (t.Kind == feed.Sitemap || t.Kind == feed.Index) {
		fmt.Fprintln(w, "Nothing in it has a headline: look for the site's news sitemap, or a feed.")
	}
	if !src.MayRing {
		fmt.Fprintln(w, "It may not ring; --may-ring shows what would be if it might.")
	}
	for _, i := range t.Items {
		fmt.Fprintf(w, "\n%s\n", i.Headline)
		if i.Standfirst != "" {
			fmt.Fprintf(w, "  %s\n", i.Standfirst)
		}
		fmt.Fprintf(w, "  %s  %s\n", i.Published.Format("2 Jan 2006 15:04 MST"), i.URL)
		fmt.Fprintf(w, "  %s, %s. %s\n", i.Class, outcomes[i.Outcome], strings.Join(i.Reasons, " "))
	}
	if more := t.Count - len(t.Items); more > 0 {
		fmt.Fprintf(w, "\nAnd %d more; --items=0 shows all.\n", more)
	}
}
