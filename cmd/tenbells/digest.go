package main

import (
	"fmt"
	"time"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// DigestCmd is what can be done with digests.
type DigestCmd struct {
	Preview DigestPreviewCmd `cmd:"" help:"Show the digest somebody with these wishes would get now. Nothing is sent."`
}

// Help is shown below the flags.
func (DigestCmd) Help() string { return example("tenbells digest preview --follow place:RU") }

// DigestPreviewCmd shows a digest.
type DigestPreviewCmd struct {
	Follow   []string      `short:"f" help:"What is followed: place:RU, medtop:16000000, topic:slug, word:Navalny. Default everything." placeholder:"KEY"`
	Exclude  []string      `short:"x" help:"What is left out." placeholder:"KEY"`
	Reads    []string      `help:"Languages of articles wanted. Default all." placeholder:"LANG"`
	Language string        `default:"en" help:"Language of our own words."`
	Since    time.Duration `default:"24h" help:"How far back it reaches."`
	JSON     bool          `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (DigestPreviewCmd) Help() string {
	return example("tenbells digest preview --follow place:RU --follow place:SY --since 12h")
}

// Run makes the edition and shows it.
func (c DigestPreviewCmd) Run(ctx ctxArg, env *Env) error {
	return env.withNewsroom(ctx, func(n *newsroom) error {
		now := time.Now().UTC()
		if err := c.check(); err != nil {
			return usageError{err}
		}
		s := subscriptions.Subscriber{Status: subscriptions.Active, Language: c.Language, Reads: c.Reads, Zone: "UTC", LastDigest: now.Add(-c.Since)}
		var err error
		if s.Follow, err = n.followKeys("--follow", c.Follow); err != nil {
			return err
		}
		if s.Exclude, err = n.followKeys("--exclude", c.Exclude); err != nil {
			return err
		}
		edition, err := n.press().Preview(ctx, s, now)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(env.Out, edition)
		}
		showEdition(env, edition, now)
		return nil
	})
}

// check refuses what would only make an empty digest.
func (c DigestPreviewCmd) check() error {
	if c.Since <= 0 {
		return fmt.Errorf("--since: %s must be more than nothing, such as 24h", c.Since)
	}
	for _, lang := range append([]string{c.Language}, c.Reads...) {
		if _, err := languageTag(lang); err != nil {
			return fmt.Errorf("--language, --reads: %w", err)
		}
	}
	return nil
}

// followKeys reads keys as they are typed.
func (n *newsroom) followKeys(flag string, typed []string) (keys []subscriptions.Key, err error) {
	for _, text := range typed {
		key, err := subscriptions.NormalKey(text, n.topics.Valid)
		if err != nil {
			return nil, usageError{fmt.Errorf("%s: %w", flag, err)}
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// showEdition shows an edition as its readers see it, in their language.
func showEdition(env *Env, c delivery.Content, now time.Time) {
	if len(c.Items) == 0 {
		fmt.Fprintln(env.Out, "Nothing to tell in that time: no message would be sent.")
		return
	}
	zone := now.Location().String()
	title := bots.Say(c.Language, "digest-title", "date", bots.Day(c.Until, zone, c.Language))
	since := bots.Say(c.Language, "digest-since", "count", len(c.Items), "time", bots.Clock(c.Since, now, zone, c.Language))
	fmt.Fprintf(env.Out, "%s · %s\n", title, since)
	for i, item := range c.Items {
		fmt.Fprintf(env.Out, "\n%d. %s\n", i+1, item.Headline)
		for _, line := range []string{item.Standfirst, item.Credit, item.URL} {
			if line != "" {
				fmt.Fprintf(env.Out, "   %s\n", line)
			}
		}
	}
}
