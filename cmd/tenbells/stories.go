package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
)

// StoriesCmd is what editors can say of stories from the command line.
type StoriesCmd struct {
	List  StoriesListCmd  `cmd:"" help:"List the stories of the last two days, those with the newest articles first."`
	Show  StoriesShowCmd  `cmd:"" help:"Show a story: its articles, and what was told of it."`
	Merge StoriesMergeCmd `cmd:"" help:"Say that two stories are one: what was told of either was told of it."`
	Split StoriesSplitCmd `cmd:"" help:"Say that articles are a story of their own, which may ring by itself."`
}

// Help is shown below the flags.
func (StoriesCmd) Help() string { return example("tenbells stories list") }

// StoriesListCmd lists.
type StoriesListCmd struct {
	Limit int  `default:"30" help:"How many at most, up to 200."`
	JSON  bool `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (StoriesListCmd) Help() string { return example("tenbells stories list --limit 100") }

// maxListed is how many stories are listed at once.
const maxListed = 200

// Run lists.
func (c StoriesListCmd) Run(ctx ctxArg, env *Env) error {
	if c.Limit < 1 || c.Limit > maxListed {
		return usageError{fmt.Errorf("--limit: must be between 1 and %d", maxListed)}
	}
	return env.withEditors(ctx, func(e *alerts.Editors) error {
		recent, err := e.RecentStories(ctx, c.Limit)
		if err != nil {
			return err
		}
		if c.JSON {
			all := make([]alerts.StoryOutline, len(recent))
			for i, s := range recent {
				all[i] = s.JSON()
			}
			return printJSON(env.Out, all)
		}
		if len(recent) == 0 {
			fmt.Fprintln(env.Out, "No stories yet. Each article that is judged begins one or joins one; they stand here for two days.")
		}
		for _, s := range recent {
			fmt.Fprintf(env.Out, "%s  %s  %3d  %-16s %s\n", s.ID, s.Latest.Local().Format("Mon 15:04"), s.Count, toldBriefly(s), s.Headline())
		}
		return nil
	})
}

// toldBriefly says in a word or two what was told of a story.
func toldBriefly(s alerts.Story) string {
	if len(s.Told) == 0 {
		return "not told"
	}
	return fmt.Sprintf("%s, %s", s.Told[0].Class, words(s.Told[0].Status))
}

// StoriesShowCmd shows.
type StoriesShowCmd struct {
	ID   string `arg:"" help:"The story's id; that of one that was merged shows its heir."`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (StoriesShowCmd) Help() string { return example("tenbells stories show s0123456789abcdef0123") }

// Run shows.
func (c StoriesShowCmd) Run(ctx ctxArg, env *Env) error {
	return env.withEditors(ctx, func(e *alerts.Editors) error {
		s, err := e.Story(ctx, articles.StoryID(c.ID))
		return printStory(env, s, c.JSON, ofStory(err))
	})
}

// ofStory says what is wrong with a ruling, and where to look for a story that is not there.
func ofStory(err error) error {
	invalid, isInvalid := alerts.IsInvalid(err)
	switch {
	case errors.Is(err, stories.ErrUnknown):
		return fmt.Errorf("%w; tenbells stories list shows the newest", err)
	case errors.Is(err, stories.ErrOne):
		return stories.ErrOne
	case isInvalid:
		return usageError{invalid}
	}
	return err
}

func printStory(env *Env, s alerts.Story, asJSON bool, err error) error {
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(env.Out, s.JSON())
	}
	showStory(env.Out, s)
	return nil
}

func showStory(w io.Writer, s alerts.Story) {
	fmt.Fprintf(w, "%s\n%s · %s since %s\n", s.Headline(), s.ID, plural(s.Count, "article", "articles"), s.Begun.Local().Format(time.DateTime))
	for _, a := range s.Articles {
		fmt.Fprintf(w, "  %s  %-22s %-9s %s%s\n", a.Judged.Local().Format("Mon 15:04"), a.ID, a.Class, a.Headline, from(a.Outlet))
	}
	if more := s.Count - len(s.Articles); more > 0 {
		fmt.Fprintf(w, "  and %d older ones\n", more)
	}
	if len(s.Told) == 0 {
		fmt.Fprintln(w, "Nobody was told of it.")
	}
	for _, al := range s.Told {
		fmt.Fprintf(w, "Told: %s  %s  %s, %s, to %d  %s\n", al.Created.Local().Format("Mon 15:04"), al.ID, al.Class, words(al.Status), al.Owed, al.Headline())
	}
}

func from(outlet string) string {
	if outlet == "" {
		return ""
	}
	return " (" + outlet + ")"
}

// StoriesMergeCmd merges.
type StoriesMergeCmd struct {
	Into string `arg:"" help:"The story that stays."`
	From string `arg:"" help:"The story that is the same event."`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (StoriesMergeCmd) Help() string {
	return example("tenbells stories merge s0123456789abcdef0123 s3210fedcba9876543210") +
		"\n\nA running tenbells serve takes it up within a second. It is on the record who said so. stories split undoes it."
}

// Run merges.
func (c StoriesMergeCmd) Run(ctx ctxArg, env *Env) error {
	return env.withEditors(ctx, func(e *alerts.Editors) error {
		s, err := e.Merge(ctx, articles.StoryID(c.Into), articles.StoryID(c.From), operatorName())
		return printStory(env, s, c.JSON, ofStory(err))
	})
}

// StoriesSplitCmd splits.
type StoriesSplitCmd struct {
	ID       string   `arg:"" help:"The story that they are taken for."`
	Articles []string `arg:"" help:"The articles that are another event, by their ids."`
	JSON     bool     `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (StoriesSplitCmd) Help() string {
	return example("tenbells stories split s0123456789abcdef0123 a0123456789abcdef0123") +
		"\n\nWhat was held back because the other story had been told may ring then, as if it had just come."
}

// Run splits.
func (c StoriesSplitCmd) Run(ctx ctxArg, env *Env) error {
	ids := make([]articles.ID, len(c.Articles))
	for i, id := range c.Articles {
		ids[i] = articles.ID(strings.TrimSpace(id))
	}
	return env.withEditors(ctx, func(e *alerts.Editors) error {
		s, err := e.Split(ctx, articles.StoryID(c.ID), ids, operatorName())
		return printStory(env, s, c.JSON, ofStory(err))
	})
}
