package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/tenbells/tenbells/articles/feed"
	"github.com/tenbells/tenbells/bots"
)

// SourcesListCmd shows all sources.
type SourcesListCmd struct {
	JSON    bool `name:"json" help:"Print JSON."`
	Trouble bool `help:"Show only those with which something is wrong."`
}

// Help is shown below the flags.
func (SourcesListCmd) Help() string { return example("tenbells sources list --trouble") }

// listedSource is a source as it stands.
type listedSource struct {
	Name     string     `json:"name"`
	Address  string     `json:"address"` // without what may be secret
	Outlet   string     `json:"outlet,omitempty"`
	Kind     feed.Kind  `json:"kind,omitempty"`
	MayRing  bool       `json:"may_ring"`
	Text     feed.Text  `json:"text,omitempty"`
	Language string     `json:"language,omitempty"`
	Settings bool       `json:"in_settings"`
	Health   string     `json:"health"`
	Trouble  string     `json:"trouble,omitempty"`
	Failures int        `json:"failures"`
	Since    *time.Time `json:"since"`
	Read     *time.Time `json:"last_read_at"`
	Next     *time.Time `json:"next_at"`
	Every    float64    `json:"interval_seconds"`
	Items    int        `json:"items"`
	Newest   *time.Time `json:"newest_at"`
	Lag      float64    `json:"lag_seconds"`
	ETag     string     `json:"etag,omitempty"`
	Modified string     `json:"last_modified,omitempty"`
	Moved    string     `json:"moved_to,omitempty"`
	Push     *pushRow   `json:"push,omitempty"`
}

// pushRow is how its hub stands.
type pushRow struct {
	Standing feed.Standing `json:"standing"`
	Until    *time.Time    `json:"until"`
	Pushed   *time.Time    `json:"last_push_at"`
	Pushes   int           `json:"pushes"`
	Fault    string        `json:"fault,omitempty"`
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func sourceRow(src feed.Source, st feed.State, sub feed.Subscription, now time.Time) listedSource {
	row := listedSource{
		Name: src.Name(), Address: feed.Shown(src.URL), Outlet: cmp.Or(src.Outlet, st.Title), Kind: st.Kind, MayRing: src.MayRing, Text: src.Text,
		Language: src.Language, Settings: src.Settings, Health: st.Health(now), Trouble: st.Trouble(now), Failures: st.Failures,
		Since: moment(st.Since), Read: moment(st.Read), Next: moment(st.Next), Every: st.Every.Seconds(), Items: st.Items,
		Lag: st.Lag.Seconds(), ETag: st.ETag, Modified: st.LastModified,
	}
	if st.Moved != "" {
		row.Moved = feed.Shown(st.Moved)
	}
	if len(st.Recent) > 0 {
		row.Newest = moment(st.Recent[0])
	}
	if sub.Source != "" {
		row.Push = &pushRow{sub.Standing, moment(sub.Until), moment(sub.Pushed), sub.Pushes, sub.Fault}
	}
	return row
}

// Run prints them, those in trouble first.
func (c SourcesListCmd) Run(ctx ctxArg, env *Env) error {
	return env.withNewsroom(ctx, func(n *newsroom) error {
		rows, err := n.listSources(ctx)
		if err != nil {
			return err
		}
		if c.Trouble {
			rows = slices.DeleteFunc(rows, func(r listedSource) bool { return r.Trouble == "" })
		}
		if c.JSON {
			return printJSON(env.Out, rows)
		}
		return printSources(env.Out, rows)
	})
}

func (n *newsroom) listSources(ctx context.Context) ([]listedSource, error) {
	all, err := n.sources(ctx)
	if err != nil {
		return nil, err
	}
	states, err := n.store.FeedStates(ctx)
	if err != nil {
		return nil, err
	}
	subs, err := n.store.AllSubscriptions(ctx)
	if err != nil {
		return nil, err
	}
	rows := n.ownWays()
	for _, src := range all {
		rows = append(rows, sourceRow(src, states[src.Name()], subs[src.Name()], time.Now()))
	}
	slices.SortStableFunc(rows, func(a, b listedSource) int { return cmp.Compare(quiet(a), quiet(b)) })
	return rows, nil
}

func quiet(r listedSource) int {
	if r.Trouble != "" {
		return 0
	}
	return 1
}

// ownWays are the ways in that are no feeds: what comes by them is the newsroom's own, and may ring.
func (n *newsroom) ownWays() []listedSource {
	rows := []listedSource{}
	add := func(name, address string, kind feed.Kind) {
		rows = append(rows, listedSource{Name: name, Address: address, Kind: kind, Outlet: n.set.Outlet, MayRing: true, Text: feed.Own, Settings: true, Health: "ok"})
	}
	if n.set.WatchDir != "" {
		add("folder", n.set.WatchDir, feed.Folder)
	}
	if n.set.APIToken != "" || n.set.PushSecret != "" {
		add("push", "POST /v1/articles", feed.Push)
	}
	return rows
}

func printSources(w io.Writer, rows []listedSource) error {
	if len(rows) == 0 {
		fmt.Fprintln(w, "No sources. Add one with tenbells sources add URL, or set TENBELLS_WATCH_DIR.")
		return nil
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "HEALTH\tKIND\tRINGS\tTEXT\tREAD\tEVERY\tITEMS\tLAG\tPUSH\tADDRESS")
	for _, r := range rows {
		rings := "no"
		if r.MayRing {
			rings = "yes"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\n", r.Health, orDash(string(r.Kind)), rings, r.Text, ago(r.Read),
			lasts(r.Every), r.Items, lasts(r.Lag), pushWord(r.Push), r.Address)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, r := range rows {
		if r.Trouble != "" {
			fmt.Fprintf(w, "\n%s (%s): %s\n", r.Address, r.Name, ended(r.Trouble))
		}
		if r.Push != nil && r.Push.Fault != "" {
			fmt.Fprintf(w, "\n%s (%s): no pushes, %s\n", r.Address, r.Name, ended(r.Push.Fault))
		}
	}
	return nil
}

// ended is a sentence with its stop, unless it ends as a question.
func ended(sentence string) string {
	if strings.HasSuffix(sentence, "?") {
		return sentence
	}
	return sentence + "."
}

func pushWord(p *pushRow) string {
	if p == nil {
		return "–"
	}
	return string(p.Standing)
}

func orDash(s string) string { return cmp.Or(s, "–") }

// ago is how long ago something was, roughly.
func ago(t *time.Time) string {
	if t == nil {
		return "never"
	}
	return rough(time.Since(*t)) + " ago"
}

func lasts(seconds float64) string {
	if seconds == 0 {
		return "–"
	}
	return rough(time.Duration(seconds * float64(time.Second)))
}

// rough is a time in its greatest unit.
func rough(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", int(d.Hours()))
	}
	return fmt.Sprintf("%dd", int(d.Hours()/24))
}

// checkSources says whether what the newsroom reads can be read.
func (n *newsroom) checkSources(ctx context.Context) (bots.Finding, error) {
	rows, err := n.listSources(ctx)
	if err != nil {
		return bots.Finding{}, err
	}
	var wrong []string
	for _, r := range rows {
		if r.Trouble != "" {
			wrong = append(wrong, r.Address+": "+r.Trouble)
		}
	}
	f := bots.Finding{What: "sources", OK: len(wrong) == 0, Says: plural(len(rows), "source", "sources")}
	if len(wrong) > 0 {
		f.Says += ", " + plural(len(wrong), "is in trouble", "are in trouble") + ", the first: " + wrong[0]
		f.Mend = "tenbells sources list --trouble shows all."
	}
	return f, nil
}
