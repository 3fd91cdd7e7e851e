package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os/user"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

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

// Help is shown below the flags.
func (AlertCmd) Help() string { return example(`tenbells alert send "Ceasefire announced"`) }

// AlertSendCmd sends.
type AlertSendCmd struct {
	Headline string         `arg:"" help:"The news itself, at most 256 characters."`
	Text     string         `help:"One or two sentences below the headline."`
	URL      string         `name:"url" help:"Where to read on."`
	Language string         `help:"Language of the text, as in en, ru."`
	Credit   string         `help:"Who says so; default is the outlet's name."`
	Urgency  string         `default:"bulletin" enum:"flash,bulletin,urgent,routine" help:"flash, bulletin, urgent or routine."`
	Follow   []string       `short:"f" help:"Who is told: followers of place:RU, medtop:16000000, topic:slug, word:Navalny, source:name, story:id. Default everyone." placeholder:"KEY"`
	At       string         `help:"Send no sooner than this time, as in 2026-04-29T18:00:00Z." placeholder:"TIME"`
	Hold     *time.Duration `xor:"hold" help:"Wait before the first send, to stop it in; default 10s, 5s for a flash." placeholder:"10s"`
	Now      bool           `xor:"hold" help:"No hold."`
	Key      string         `help:"Idempotency key: the same key again is the same alert." placeholder:"KEY"`
	Yes      bool           `short:"y" help:"Do not ask."`
	DryRun   bool           `help:"Show what would happen and send nothing."`
	JSON     bool           `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (AlertSendCmd) Help() string {
	return example(`tenbells alert send --urgency flash --follow place:RU "Ceasefire announced" --url https://example.org/1`)
}

// Run previews, asks and sends.
func (c AlertSendCmd) Run(ctx ctxArg, env *Env) error {
	order, err := c.order()
	if err != nil {
		return usageError{err}
	}
	return env.withNewsroom(ctx, func(n *newsroom) error {
		e := n.editors
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
		if !c.Yes && !ask(ctx, env, "Send it?") {
			return errors.New("not sent (--yes sends without asking)")
		}
		al, preview, created, err := e.Send(ctx, order)
		if err != nil {
			return usageIfInvalid(err)
		}
		if !created && !c.JSON {
			fmt.Fprintf(env.Out, "That key was used already: this is alert %s.\n", al.ID)
		}
		return errors.Join(c.print(env, &al, preview), n.mentionHalt(ctx, env))
	})
}

func (c AlertSendCmd) order() (alerts.Order, error) {
	class, err := delivery.ParseClass(c.Urgency)
	if err != nil {
		return alerts.Order{}, err
	}
	o := alerts.Order{
		Class: class, Idempotency: c.Key, Credit: c.Credit, By: operatorName(), Hold: c.Hold,
	}
	lang, err := languageTag(c.Language)
	if err != nil {
		return o, fmt.Errorf("--language: %w", err)
	}
	o.Versions = map[string]alerts.Wording{lang: {Headline: c.Headline, Text: c.Text, URL: c.URL}}
	for _, key := range c.Follow {
		o.Follow = append(o.Follow, subscriptions.Key(key))
	}
	if c.Now {
		o.Hold = new(time.Duration)
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
		if p.Cost != nil {
			answer["paid"] = p.Cost
		}
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
	next := fmt.Sprintf("First send %s. Stop it with: tenbells alert cancel %s", al.SendAt.Local().Format(time.TimeOnly), al.ID)
	if al.Status == alerts.AwaitingApproval {
		next = fmt.Sprintf("Nothing is sent until somebody else approves it, in chat or with: tenbells alert approve %s", al.ID)
	}
	fmt.Fprintf(env.Out, "Alert %s is %s. %s\n", al.ID, words(al.Status), next)
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
	if p.Audience == 0 {
		fmt.Fprint(w, "\nWould reach nobody: no subscriber follows that and is rung for this class.\n")
		return
	}
	fmt.Fprintf(w, "\nWould reach %d: ", p.Audience)
	for _, lane := range slices.Sorted(maps.Keys(p.Lanes)) {
		fmt.Fprintf(w, "%s %d, ", lane, p.Lanes[lane])
	}
	fmt.Fprintf(w, "the last of them in %s.\n", p.ETA.Round(time.Second))
	showCost(w, p.Cost)
}

// AlertShowCmd shows.
type AlertShowCmd struct {
	ID   string `arg:"" optional:"" help:"The alert's id."`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (AlertShowCmd) Help() string { return example("tenbells alert show e1f2a3b4c5d6e7f8 --json") }

// Run shows one alert, or the newest.
func (c AlertShowCmd) Run(ctx ctxArg, env *Env) error {
	return env.withEditors(ctx, func(e *alerts.Editors) error {
		if c.ID == "" {
			return c.list(ctx, env, e)
		}
		report, err := e.Show(ctx, alerts.ID(c.ID))
		if err != nil {
			return ofAlert(err, c.ID)
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
		fmt.Fprintf(env.Out, "%s  %-9s %-17s %s  %s\n", al.ID, al.Class, words(al.Status), al.Created.Local().Format(time.DateTime), al.Headline())
	}
	return nil
}

func showReport(w io.Writer, r alerts.Report) {
	al, n := r.Alert, r.Counts
	fmt.Fprintf(w, "%s\n%s · %s · version %d · by %s\n", al.Headline(), al.Class, words(al.Status), al.Version, al.By)
	for _, reason := range al.Reasons {
		fmt.Fprintf(w, "  %s\n", reason)
	}
	showPaid(w, r.Paid)
	if next := al.Proposed(); next != nil {
		fmt.Fprintf(w, "The newsroom's update “%s” waits for your yes (%s): tenbells alert approve %s\n", next.Wording.Headline, next.Because, al.ID)
	} else if al.Asking() {
		fmt.Fprintf(w, "An update of the newsroom waits for your yes, as it would edit %d messages again: tenbells alert approve %s\n", n.Sent, al.ID)
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
			return usageIfInvalid(ofAlert(err, a.ID))
		}
		if a.JSON {
			return printJSON(env.Out, map[string]any{"id": al.ID, "status": al.Status, "version": al.Version})
		}
		fmt.Fprintf(env.Out, "Alert %s is %s, version %d.\n", al.ID, words(al.Status), al.Version)
		return nil
	})
}

// ofAlert names the alert that is not there.
func ofAlert(err error, id string) error {
	if !errors.Is(err, alerts.ErrNotFound) {
		return err
	}
	return fmt.Errorf("%s: %w; tenbells alert show lists the newest", id, alerts.ErrNotFound)
}

// AlertApproveCmd approves.
type AlertApproveCmd struct{ alertID }

// Help is shown below the flags.
func (AlertApproveCmd) Help() string { return example("tenbells alert approve e1f2a3b4c5d6e7f8") }

// Run approves.
func (c AlertApproveCmd) Run(ctx ctxArg, env *Env) error {
	return c.act(ctx, env, func(e *alerts.Editors, id alerts.ID) (alerts.Alert, error) { return e.Approve(ctx, id, operatorName()) })
}

// AlertPauseCmd pauses.
type AlertPauseCmd struct{ alertID }

// Help is shown below the flags.
func (AlertPauseCmd) Help() string { return example("tenbells alert pause e1f2a3b4c5d6e7f8") }

// Run pauses.
func (c AlertPauseCmd) Run(ctx ctxArg, env *Env) error {
	return c.act(ctx, env, func(e *alerts.Editors, id alerts.ID) (alerts.Alert, error) { return e.Pause(ctx, id, operatorName()) })
}

// AlertResumeCmd resumes.
type AlertResumeCmd struct{ alertID }

// Help is shown below the flags.
func (AlertResumeCmd) Help() string { return example("tenbells alert resume e1f2a3b4c5d6e7f8") }

// Run resumes.
func (c AlertResumeCmd) Run(ctx ctxArg, env *Env) error {
	return c.act(ctx, env, func(e *alerts.Editors, id alerts.ID) (alerts.Alert, error) { return e.Resume(ctx, id, operatorName()) })
}

// AlertCancelCmd cancels.
type AlertCancelCmd struct{ alertID }

// Help is shown below the flags.
func (AlertCancelCmd) Help() string { return example("tenbells alert cancel e1f2a3b4c5d6e7f8") }

// Run cancels.
func (c AlertCancelCmd) Run(ctx ctxArg, env *Env) error {
	return c.act(ctx, env, func(e *alerts.Editors, id alerts.ID) (alerts.Alert, error) { return e.Cancel(ctx, id, operatorName()) })
}

// AlertCorrectCmd corrects.
type AlertCorrectCmd struct {
	alertID
	Kind     string `required:"" enum:"typo,fact" placeholder:"typo|fact" help:"typo: the messages change in silence; fact: and a reply says so."`
	Note     string `help:"For a fact: what was wrong, in a sentence readers will see."`
	Headline string `help:"The new headline; default as it was."`
	Text     string `help:"The new text; default as it was."`
	URL      string `name:"url" help:"The new address; default as it was."`
	Language string `help:"Which language's version; needed where there are several."`
}

// Help is shown below the flags.
func (AlertCorrectCmd) Help() string {
	return example(`tenbells alert correct e1f2a3b4c5d6e7f8 --kind fact --headline "Twelve dead" --note "The ministry says twelve, not nine."`)
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
	lang, err := languageTag(c.Language)
	if err != nil {
		return "", alerts.Wording{}, fmt.Errorf("--language: %w", err)
	}
	if lang == "" && len(al.Versions) == 1 {
		for lang = range al.Versions {
		}
	}
	w, ok := al.Versions[lang]
	switch _, unnamed := al.Versions[""]; {
	case !ok && unnamed:
		return "", w, errors.New("--language: the alert was sent without a language; leave it out")
	case !ok:
		return "", w, fmt.Errorf("--language: the alert is in %s", strings.Join(slices.Sorted(maps.Keys(al.Versions)), ", "))
	}
	was := w
	for field, value := range map[*string]string{&w.Headline: c.Headline, &w.Text: c.Text, &w.URL: c.URL} {
		if value != "" {
			*field = value
		}
	}
	same := w.Headline == was.Headline && w.Text == was.Text && w.URL == was.URL
	if same && alerts.AmendmentKind(c.Kind) == alerts.Typo {
		return "", w, errors.New("nothing would change: give --headline, --text or --url")
	}
	return lang, w, nil
}

// AlertRecallCmd recalls.
type AlertRecallCmd struct {
	alertID
	Reason string `required:"" placeholder:"TEXT" help:"Why, in a sentence readers will see."`
	Delete bool   `help:"Delete the messages instead of leaving a notice."`
	Silent bool   `help:"No sound with the notice."`
}

// Help is shown below the flags.
func (AlertRecallCmd) Help() string {
	return example(`tenbells alert recall e1f2a3b4c5d6e7f8 --reason "The report could not be confirmed."`)
}

// Run recalls.
func (c AlertRecallCmd) Run(ctx ctxArg, env *Env) error {
	return c.act(ctx, env, func(e *alerts.Editors, id alerts.ID) (alerts.Alert, error) {
		return e.Recall(ctx, id, alerts.Withdrawal{Reason: c.Reason, Delete: c.Delete, Silent: c.Silent}, operatorName())
	})
}

// HaltCmd stops all lanes.
type HaltCmd struct{}

// Help is shown below the flags.
func (HaltCmd) Help() string { return example("tenbells halt") }

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

// Help is shown below the flags.
func (ResumeCmd) Help() string { return example("tenbells resume") }

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

// ask puts a yes-or-no question; anything but yes is no, and so is an interrupt: the reading then ends with the program.
func ask(ctx context.Context, env *Env, question string) bool {
	fmt.Fprintf(env.Err, "%s [y/N] ", question)
	answers := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(env.In).ReadString('\n') // what ends without an answer is no
		answers <- line
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(env.Err)
		return false
	case line := <-answers:
		if !strings.HasSuffix(line, "\n") {
			fmt.Fprintln(env.Err)
		}
		answer := strings.ToLower(strings.TrimSpace(line))
		return answer == "y" || answer == "yes"
	}
}

// mentionHalt says so where all lanes are stopped: whoever sends an alert then would wait in vain.
func (n *newsroom) mentionHalt(ctx context.Context, env *Env) error {
	halted, err := n.store.Halted(ctx)
	if halted {
		fmt.Fprintln(env.Err, "All lanes are halted: nothing goes out until tenbells resume.")
	}
	return err
}

// languageTag is a language as it is stored, "" where none is given.
func languageTag(typed string) (string, error) {
	if typed == "" {
		return "", nil
	}
	tag, err := language.Parse(typed)
	if err != nil {
		return "", fmt.Errorf("%q is no language tag such as en or pt-BR", typed)
	}
	return tag.String(), nil
}

// usageIfInvalid marks faults of the order as faults of the call (exit status 2), by the names of the call.
func usageIfInvalid(err error) error {
	invalid, ok := alerts.IsInvalid(err)
	if !ok {
		return err
	}
	name := invalid.Field[strings.LastIndex(invalid.Field, ".")+1:] // versions.en.headline: the call has one language
	name, _, _ = strings.Cut(name, "[")
	switch name {
	case "headline": // of the call itself an argument, not a flag
	case "hold_seconds":
		return usageError{fmt.Errorf("--hold: must be between 0s and %s", alerts.MaxHold)}
	case "idempotency_key":
		name = "--key"
	default:
		name = "--" + name
	}
	return usageError{fmt.Errorf("%s: %s", name, invalid.Problem)}
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// words is an identifier as people read it.
func words[S ~string](s S) string { return strings.ReplaceAll(string(s), "_", " ") }
