package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/tenbells/tenbells/articles/feed"
)

// SourcesCmd is what can be done with the feeds that are read.
type SourcesCmd struct {
	Add    SourcesAddCmd    `cmd:"" help:"Read a feed from now on, or change what is said of one. What it holds now is archive and never rings."`
	List   SourcesListCmd   `cmd:"" help:"Show all sources, how each stands and what is wrong."`
	Remove SourcesRemoveCmd `cmd:"" help:"Read a feed no more. Its articles stay."`
	Test   SourcesTestCmd   `cmd:"" help:"Read a feed once: what would be stored, and whether it would ring. Nothing is kept."`
	Import SourcesImportCmd `cmd:"" help:"Take in a list of feeds (OPML) as other readers export it."`
	Export SourcesExportCmd `cmd:"" help:"Write the list of feeds as OPML."`
}

// Help is shown below the flags.
func (SourcesCmd) Help() string { return example("tenbells sources add https://example.org/rss") }

// wishes are what the operator may say of a source. What is not said stays as it is.
type wishes struct {
	Name     *string `help:"The outlet's name for readers; else the feed's own title." placeholder:"NAME"`
	MayRing  *bool   `help:"What the feed itself marks as breaking rings without an editor." negatable:""`
	Text     *string `help:"How much may be passed on: excerpt (headline, standfirst, link), or all of what is licensed or our own." enum:"excerpt,licensed,own" placeholder:"excerpt|licensed|own"`
	Language *string `help:"The feed's language, where it is known better than the feed says it." placeholder:"TAG"`
	Private  *bool   `help:"Its host may have a private or loopback address." negatable:""`
}

// apply makes them part of a source.
func (w wishes) apply(src *feed.Source) error {
	if w.Name != nil {
		src.Outlet = strings.TrimSpace(*w.Name)
	}
	if w.MayRing != nil {
		src.MayRing = *w.MayRing
	}
	if w.Text != nil {
		src.Text = feed.Text(*w.Text)
	}
	if w.Private != nil {
		src.Private = *w.Private
	}
	if w.Language == nil || *w.Language == "" {
		return nil
	}
	tag, err := languageTag(*w.Language)
	if err != nil {
		return usageError{fmt.Errorf("--language: %w", err)}
	}
	src.Language = tag
	return nil
}

// sources are the feeds of the settings.
func (s Settings) sources() (all []feed.Source) {
	for _, url := range s.Feeds {
		all = append(all, feed.Source{URL: url, Outlet: s.Outlet, MayRing: s.FeedsRing, Text: feed.Excerpt, Settings: true})
	}
	return all
}

// sources are all that are read: those of the store, and those of the settings that no serve has seen yet.
func (n *newsroom) sources(ctx context.Context) ([]feed.Source, error) {
	all, err := n.store.Sources(ctx)
	for _, src := range n.set.sources() {
		if !slices.ContainsFunc(all, func(known feed.Source) bool { return known.URL == src.URL }) {
			all = append(all, src)
		}
	}
	return all, err
}

// source finds one by address or name.
func (n *newsroom) source(ctx context.Context, wanted string) (feed.Source, error) {
	all, err := n.sources(ctx)
	if err != nil {
		return feed.Source{}, err
	}
	at := slices.IndexFunc(all, func(src feed.Source) bool { return src.URL == wanted || src.Name() == wanted })
	if at < 0 {
		return feed.Source{}, usageError{errors.New("there is no such source; tenbells sources list shows all")}
	}
	return all[at], nil
}

// SourcesAddCmd adds a feed.
type SourcesAddCmd struct {
	URL    string `arg:"" help:"The feed's address."`
	JSON   bool   `name:"json" help:"Print JSON."`
	wishes `embed:""`
}

// Help is shown below the flags.
func (SourcesAddCmd) Help() string {
	return example(`tenbells sources add https://example.org/rss --name "The Example Post" --text licensed`)
}

// Run adds it, or changes what is said of it.
func (c SourcesAddCmd) Run(ctx ctxArg, env *Env) error {
	if err := checkURL(c.URL); err != nil {
		return usageError{fmt.Errorf("the feed's address %w", err)}
	}
	return env.withNewsroom(ctx, func(n *newsroom) error {
		src, err := n.store.Source(ctx, feed.SourceName(c.URL))
		known := err == nil
		if errors.Is(err, feed.ErrNoSource) {
			src, err = feed.Source{URL: c.URL, Text: feed.Excerpt, Added: time.Now().UTC()}, nil
		}
		if err != nil {
			return err
		}
		if err := c.apply(&src); err != nil {
			return err
		}
		src.Settings = false
		if err := n.store.SaveSources(ctx, src); err != nil {
			return err
		}
		if c.JSON {
			return printJSON(env.Out, sourceRow(src, feed.State{}, feed.Subscription{}, time.Now()))
		}
		did := "Added. What it holds now is stored as archive; what comes later is news"
		if known {
			did = "Changed"
		}
		fmt.Fprintf(env.Out, "%s: %s (%s).\n", did, feed.Shown(src.URL), src.Name())
		return nil
	})
}

// SourcesRemoveCmd removes a feed.
type SourcesRemoveCmd struct {
	Source string `arg:"" help:"The feed's address or its name in the list."`
}

// Help is shown below the flags.
func (SourcesRemoveCmd) Help() string {
	return example("tenbells sources remove https://example.org/rss")
}

// Run removes it.
func (c SourcesRemoveCmd) Run(ctx ctxArg, env *Env) error {
	return env.withNewsroom(ctx, func(n *newsroom) error {
		src, err := n.source(ctx, c.Source)
		if err != nil {
			return err
		}
		if src.Settings && slices.Contains(n.set.Feeds, src.URL) {
			return usageError{errors.New("this feed stands in TENBELLS_FEEDS: take it out there and start serve anew")}
		}
		if err := n.store.RemoveSource(ctx, src.Name()); err != nil {
			return err
		}
		fmt.Fprintf(env.Out, "Removed: %s. Its articles stay.\n", feed.Shown(src.URL))
		return nil
	})
}

// SourcesImportCmd takes in a list of feeds.
type SourcesImportCmd struct {
	File  string `arg:"" help:"OPML file; - is the standard input."`
	Trust bool   `help:"Believe the list where it says that a feed may ring, that its full text may be passed on, or that its address may be private."`
	JSON  bool   `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (SourcesImportCmd) Help() string { return example("tenbells sources import feeds.opml") }

// importedSources is what became of a list.
type importedSources struct {
	Added  int      `json:"added"`
	Known  int      `json:"known"`
	Faults []string `json:"faults"`
}

// Run adds the feeds that are not known yet; the others stay as they are.
func (c SourcesImportCmd) Run(ctx ctxArg, env *Env) error {
	list, faults, err := c.read(env)
	if err != nil {
		return usageError{fmt.Errorf("nothing was imported: %w", err)}
	}
	sum := importedSources{Faults: []string{}}
	for _, fault := range faults {
		sum.Faults = append(sum.Faults, fault.Error())
	}
	return env.withNewsroom(ctx, func(n *newsroom) error {
		known, err := n.sources(ctx)
		if err != nil {
			return err
		}
		var fresh []feed.Source
		for _, src := range list {
			if slices.ContainsFunc(known, func(k feed.Source) bool { return k.URL == src.URL }) {
				sum.Known++
				continue
			}
			if !c.Trust {
				src.MayRing, src.Text, src.Private = false, feed.Excerpt, false
			}
			fresh = append(fresh, src)
		}
		if sum.Added = len(fresh); sum.Added > 0 {
			if err := n.store.SaveSources(ctx, fresh...); err != nil {
				return err
			}
		}
		return c.report(env, sum)
	})
}

func (c SourcesImportCmd) read(env *Env) (list []feed.Source, faults []error, err error) {
	if c.File == "-" {
		return feed.ReadOPML(env.In)
	}
	f, err := os.Open(c.File)
	if err != nil {
		return nil, nil, err
	}
	list, faults, err = feed.ReadOPML(f)
	return list, faults, errors.Join(err, f.Close())
}

func (c SourcesImportCmd) report(env *Env, sum importedSources) error {
	if c.JSON {
		if err := printJSON(env.Out, sum); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(env.Out, "%d added, %d known already.\n", sum.Added, sum.Known)
		for _, fault := range sum.Faults {
			fmt.Fprintln(env.Err, fault)
		}
	}
	if len(sum.Faults) > 0 {
		return errors.New(plural(len(sum.Faults), "feed could not be added", "feeds could not be added"))
	}
	return nil
}

// SourcesExportCmd writes the list of feeds.
type SourcesExportCmd struct {
	File string `arg:"" optional:"" default:"-" help:"File to write; it must not exist yet. - is the standard output."`
}

// Help is shown below the flags.
func (SourcesExportCmd) Help() string {
	return example("tenbells sources export feeds.opml") + "\n\nAddresses are written in full: some hold a password or a token."
}

// Run writes it, the names in order.
func (c SourcesExportCmd) Run(ctx ctxArg, env *Env) error {
	return env.withNewsroom(ctx, func(n *newsroom) (err error) {
		all, err := n.sources(ctx)
		if err != nil {
			return err
		}
		slices.SortStableFunc(all, func(a, b feed.Source) int { return cmp.Compare(a.Outlet, b.Outlet) })
		var out io.Writer = env.Out
		if c.File != "-" {
			f, fault := os.OpenFile(c.File, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
			if fault != nil {
				return fault
			}
			defer func() { err = errors.Join(err, f.Sync(), f.Close()) }()
			out = f
		}
		title := "Sources"
		if n.set.Outlet != "" {
			title += " of " + n.set.Outlet
		}
		if err := feed.WriteOPML(out, title, all, time.Now()); err != nil {
			return err
		}
		if c.File != "-" {
			fmt.Fprintf(env.Out, "%s to %s.\n", plural(len(all), "source exported", "sources exported"), c.File)
		}
		return nil
	})
}
