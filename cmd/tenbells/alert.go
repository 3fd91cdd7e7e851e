package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os/user"
	"slices"
	"strings"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// AlertCmd is the life of an alert from the command line.
type AlertCmd struct {
	Send    AlertSendCmd    `cmd:"" help:"Send an alert by hand: shows text, audience and time, and asks."`
	Show    AlertShowCmd    `cmd:"" help:"Show an alert and how it stands; without an id, the newest alerts."`
	Approve AlertApproveCmd `cmd:"" help:"Approve an alert that waits for a second person."`
	Pause   AlertPauseCmd   `cmd:"" help:"Stop an alert where it stands."`
	Resume  AlertResumeCmd  `cmd:"" help:"Go on with a paused alert."`
	Cancel  AlertCancelCmd  `cmd:"" help:"End an alert; nobody else is told."`
	Correct AlertCorrectCmd `cmd:"" help:"Correct an alert: a typo in silence, a fact with a short reply."`
	Recall  AlertRecallCmd  `cmd:"" help:"Withdraw an alert; a notice takes its place."`
}

// AlertSendCmd sends.
type AlertSendCmd struct {
	Headline string        `arg:"" help:"The news itself, at most 256 characters."`
	Text     string        `help:"One or two sentences below the headline."`
	URL      string        `name:"url" help:"Where to read on."`
	Language string        `help:"Language of the text, as in en, ru."`
	Credit   string        `help:"Who says so; default is the outlet's name."`
	Urgency  string        `default:"bulletin" enum:"flash,bulletin,urgent,routine" help:"flash, bulletin, urgent or routine."`
	Follow   []string      `short:"f" help:"Who is told: followers of place:RU, medtop:16000000, topic:slug, word:Navalny. Default everyone." placeholder:"KEY"`
	At       string        `help:"Send no sooner than this time (RFC 3339)." placeholder:"TIME"`
	Hold     time.Duration `default:"-1s" help:"Wait before the first send, to stop it in; default 10s, 5s for a flash."`
	Now      bool          `help:"No hold."`
	Key      string        `help:"Idempotency key: the same key again is the same alert." placeholder:"KEY"`
	Yes      bool          `short:"y" help:"Do not ask."`
	DryRun   bool          `help:"Show what would happen and send nothing."`
	JSON     bool          `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (AlertSendCmd) Help() string {
	return `Example: tenbells alert send --urgency flash --follow place:RU "Ceasefire announced" --text "Both sides confirm." --url https://example.org/1`
}

// Run previews, asks and sends.
func (c AlertSendCmd) Run(ctx ctxArg, env *Env) error {
	order, err := c.order()
	if err != nil {
		return usageError{err}
	}
	return env.withEditors(ctx, func(e *alerts.Editors) error {
		preview, err := e.Preview(ctx, order)
		if err != nil {
			return usageIfInvalid(err)
		}
		if c.DryRun {
			return c.print(env, nil, preview)
		}
		if !c.JSON {
			showPreview(env.Out, preview)
		}
		if !c.Yes && !ask(env, "Send it?") {
			return errors.New("not sent")
		}
		al, preview, created, err := e.Send(ctx, order)
		if err != nil {
			return usageIfInvalid(err)
		}
		if !created && !c.JSON {
			fmt.Fprintf(env.Out, "That key was used already: this is alert %s.\n", al.ID)
		}
		return c.print(env, &al, preview)
	})
}

func (c AlertSendCmd) order() (alerts.Order, error) {
	class, err := delivery.ParseClass(c.Urgency)
	if err != nil {
		return alerts.Order{}, err
	}
	o := alerts.Order{
		Versions: map[string]alerts.Wording{c.Language: {Headline: c.Headline, Text: c.Text, URL: c.URL}},
		Class:    class, Idempotency: c.Key, Credit: c.Credit, By: operatorName(),
	}
	for _, key := range c.Follow {
		o.Follow = append(o.Follow, subscriptions.Key(key))
	}
	switch {
	case c.Now:
		o.Hold = new(time.Duration)
	case c.Hold >= 0:
		o.Hold = &c.Hold
	}
	if c.At != "" {
		if o.SendAt, err = time.Parse(time.RFC3339, c.At); err != nil {
			return o, fmt.Errorf("--at: %q is no time like 2026-04-29T18:00:00Z", c.At)
		}
	}
	return o, nil
}

func (c AlertSendCmd) print(env *Env, al *alerts.Alert, p alerts.Preview) error {
	if c.JSON {
		answer := map[string]any{"audience": p.Audience, "eta_seconds": p.ETA.Seconds()}
		if al != nil {
			answer["id"], answer["status"] = al.ID, al.Status
		}
		return printJSON(env.Out, answer)
	}
	if al == nil {
		showPreview(env.Out, p)
		fmt.Fprintln(env.Out, "Dry run: nothing was sent.")
		return nil
	}
	fmt.Fprintf(env.Out, "Alert %s is %s. First send %s. Stop it with: tenbells alert cancel %s\n",
		al.ID, words(al.Status), al.SendAt.Local().Format(time.TimeOnly), al.ID)
	return nil
}

// showPreview shows an alert as it will look, its audience and its ETA.
func showPreview(w io.Writer, p alerts.Preview) {
	for _, content := range p.Contents {
		head := content.Headline
		if content.Class == delivery.Flash {
			head = "FLASH. " + head
		}
		fmt.Fprintf(w, "\n  %s\n", head)
		for _, line := range []string{content.Standfirst, content.Credit, content.URL} {
			if line != "" {
				fmt.Fprintf(w, "  %s\n", line)
			}
		}
	}
	fmt.Fprintf(w, "\nWould reach %d: ", p.Audience)
	for _, lane := range slices.Sorted(maps.Keys(p.Lanes)) {
		fmt.Fprintf(w, "%s %d, ", lane, p.Lanes[lane])
	}
	fmt.Fprintf(w, "the last of them in %s.\n", p.ETA.Round(time.Second))
}

// AlertShowCmd shows.
type AlertShowCmd struct {
	ID   string `arg:"" optional:"" help:"The alert's id."`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (AlertShowCmd) Help() string { return "Example: tenbells alert show e1f2a3b4c5d6e7f8 --json" }

// Run shows one alert, or the newest.
func (c AlertShowCmd) Run(ctx ctxArg, env *Env) error {
	return env.withEditors(ctx, func(e *alerts.Editors) error {
		if c.ID == "" {
			return c.list(ctx, env, e)
		}
		report, err := e.Show(ctx, alerts.ID(c.ID))
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(env.Out, report.JSON())
		}
		showReport(env.Out, report)
		return nil
	})
}

func (c AlertShowCmd) list(ctx ctxArg, env *Env, e *alerts.Editors) error {
	recent, err := e.Recent(ctx, 20)
	if err != nil {
		return err
	}
	if c.JSON {
		rows := []map[string]any{}
		for _, al := range recent {
			rows = append(rows, map[string]any{"id": al.ID, "status": al.Status, "class": al.Class, "created_at": al.Created, "headline": al.Headline()})
		}
		return printJSON(env.Out, rows)
	}
	if len(recent) == 0 {
		fmt.Fprintln(env.Out, "No alerts yet. The first one will stand here; send one with: tenbells alert send --help")
	}
	for _, al := range recent {
		fmt.Fprintf(env.Out, "%s  %-9s %-9s %s  %s\n", al.ID, al.Class, words(al.Status), al.Created.Local().Format(time.DateTime), al.Headline())
	}
	return nil
}

func showReport(w io.Writer, r alerts.Report) {
	al, n := r.Alert, r.Counts
	fmt.Fprintf(w, "%s\n%s · %s · version %d · by %s\n", al.Headline(), al.Class, words(al.Status), al.Version, al.By)
	for _, reason := range al.Reasons {
		fmt.Fprintf(w, "  %s\n", reason)
	}
	fmt.Fprintf(w, "Sent to %d of %d", n.Sent, al.Audience)
	if n.P50 > 0 {
		fmt.Fprintf(w, " · half had it in %s, nine in ten in %s", n.P50.Round(time.Millisecond), n.P90.Round(time.Millisecond))
	}
	fmt.Fprintf(w, "\nqueued %d · sending %d · unknown %d · edited %d · deleted %d · repeated %d\n", n.Queued, n.Sending, n.Unknown, n.Edited, n.Deleted, n.Repeats)
	for _, reason := range slices.Sorted(maps.Keys(n.Dropped)) {
		if n.Dropped[reason] > 0 {
			fmt.Fprintf(w, "not reached: %d %s\n", n.Dropped[reason], words(reason))
		}
	}
}

// alertID is the argument of commands on one alert.
type alertID struct {
	ID   string `arg:"" help:"The alert's id."`
	JSON bool   `name:"json" help:"Print JSON."`
}

// act does one thing to one alert and says how it stands.
func (a alertID) act(ctx ctxArg, env *Env, do func(e *alerts.Editors, id alerts.ID) (alerts.Alert, error)) error {
	return env.withEditors(ctx, func(e *alerts.Editors) error {
		al, err := do(e, alerts.ID(a.ID))
		if err != nil {
			return usageIfInvalid(err)
		}
		if a.JSON {
			return printJSON(env.Out, map[string]any{"id": al.ID, "status": al.Status, "version": al.Version})
		}
		fmt.Fprintf(env.Out, "Alert %s is %s.\n", al.ID, words(al.Status))
		return nil
	})
}

// AlertApproveCmd approves.
type AlertApproveCmd struct{ alertID }

// Run approves.
func (c AlertApproveCmd) Run(ctx ctxArg, env *Env) error {
	return c.act(ctx, env, func(e *alerts.Editors, id alerts.ID) (alerts.Alert, error) { return e.Approve(ctx, id, operatorName()) })
}

// AlertPauseCmd pauses.
type AlertPauseCmd struct{ alertID }

// Run pauses.
func (c AlertPauseCmd) Run(ctx ctxArg, env *Env) error {
	return c.act(ctx, env, func(e *alerts.Editors, id alerts.ID) (alerts.Alert, error) { return e.Pause(ctx, id, operatorName()) })
}

// AlertResumeCmd resumes.
type AlertResumeCmd struct{ alertID }

// Run resumes.
func (c AlertResumeCmd) Run(ctx ctxArg, env *Env) error {
	return c.act(ctx, env, func(e *alerts.Editors, id alerts.ID) (alerts.Alert, error) { return e.Resume(ctx, id, operatorName()) })
}

// AlertCancelCmd cancels.
type AlertCancelCmd struct{ alertID }

// Run cancels.
func (c AlertCancelCmd) Run(ctx ctxArg, env *Env) error {
	return c.act(ctx, env, func(e *alerts.Editors, id alerts.ID) (alerts.Alert, error) { return e.Cancel(ctx, id, operatorName()) })
}

// AlertCorrectCmd corrects.
type AlertCorrectCmd struct {
	alertID
	Kind     string `required:"" enum:"typo,fact" help:"typo: the messages change in silence; fact: and a reply says so."`
	Note     string `help:"For a fact: what was wrong, in a sentence readers will see."`
	Headline string `help:"The new headline; default as it was."`
	Text     string `help:"The new text; default as it was."`
	URL      string `name:"url" help:"The new address; default as it was."`
	Language string `help:"Which language's version; needed where there are several."`
}

// Help is shown below the flags.
func (AlertCorrectCmd) Help() string {
	return `Example: tenbells alert correct e1f2a3b4c5d6e7f8 --kind fact --headline "Twelve dead in blast" --note "The ministry says twelve, not nine."`
}

// Run corrects.
func (c AlertCorrectCmd) Run(ctx ctxArg, env *Env) error {
	return c.act(ctx, env, func(e *alerts.Editors, id alerts.ID) (alerts.Alert, error) {
		report, err := e.Show(ctx, id)
		if err != nil {
			return alerts.Alert{}, err
		}
		lang, w, err := c.wording(report.Alert)
		if err != nil {
			return alerts.Alert{}, usageError{err}
		}
		return e.Correct(ctx, id, alerts.Correction{Kind: alerts.AmendmentKind(c.Kind), Note: c.Note, Versions: map[string]alerts.Wording{lang: w}}, operatorName())
	})
}

// wording is what stands now, with what the call changes.
func (c AlertCorrectCmd) wording(al alerts.Alert) (string, alerts.Wording, error) {
	lang := c.Language
	if lang == "" && len(al.Versions) == 1 {
		for lang = range al.Versions {
		}
	}
	w, ok := al.Versions[lang]
	if !ok {
		return "", w, fmt.Errorf("--language: the alert is in %s", strings.Join(slices.Sorted(maps.Keys(al.Versions)), ", "))
	}
	for field, value := range map[*string]string{&w.Headline: c.Headline, &w.Text: c.Text, &w.URL: c.URL} {
		if value != "" {
			*field = value
		}
	}
	return lang, w, nil
}

// AlertRecallCmd recalls.
type AlertRecallCmd struct {
	alertID
	Reason string `required:"" help:"Why, in a sentence readers will see."`
	Delete bool   `help:"Delete the messages instead of leaving a notice."`
	Silent bool   `help:"No sound with the notice."`
}

// Help is shown below the flags.
func (AlertRecallCmd) Help() string {
	return `Example: tenbells alert recall e1f2a3b4c5d6e7f8 --reason "This alert was sent in error: the report could not be confirmed."`
}

// Run recalls.
func (c AlertRecallCmd) Run(ctx ctxArg, env *Env) error {
	return c.act(ctx, env, func(e *alerts.Editors, id alerts.ID) (alerts.Alert, error) {
		return e.Recall(ctx, id, alerts.Withdrawal{Reason: c.Reason, Delete: c.Delete, Silent: c.Silent}, operatorName())
	})
}

// HaltCmd stops all lanes.
type HaltCmd struct{}

// Run stops.
func (HaltCmd) Run(ctx ctxArg, env *Env) error {
	return env.withEditors(ctx, func(e *alerts.Editors) error {
		if err := e.Halt(ctx, operatorName()); err != nil {
			return err
		}
		fmt.Fprintln(env.Out, "All lanes are stopped. Nothing is lost: tenbells resume lets them go on.")
		return nil
	})
}

// ResumeCmd lets all lanes go on.
type ResumeCmd struct{}

// Run lets go on.
func (ResumeCmd) Run(ctx ctxArg, env *Env) error {
	return env.withEditors(ctx, func(e *alerts.Editors) error {
		if err := e.Unhalt(ctx, operatorName()); err != nil {
			return err
		}
		fmt.Fprintln(env.Out, "All lanes go on where they stood.")
		return nil
	})
}

// operatorName is who is at the command line, for the record.
func operatorName() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return "cli:" + u.Username
	}
	return "cli:unknown"
}

// ask puts a yes-or-no question; anything but yes is no.
func ask(env *Env, question string) bool {
	fmt.Fprintf(env.Out, "%s [y/N] ", question)
	line, err := bufio.NewReader(env.In).ReadString('\n')
	if err != nil && line == "" {
		fmt.Fprintln(env.Out)
		return false
	}
	answer := strings.ToLower(strings.TrimSpace(line))
	return answer == "y" || answer == "yes"
}

// usageIfInvalid marks faults of the order as faults of the call (exit status 2).
func usageIfInvalid(err error) error {
	if _, ok := alerts.IsInvalid(err); ok {
		return usageError{err}
	}
	return err
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// words is an identifier as people read it.
func words[S ~string](s S) string { return strings.ReplaceAll(string(s), "_", " ") }
