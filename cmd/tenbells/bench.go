package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// BenchCmd measures the whole program against a fake of Telegram.
type BenchCmd struct {
	Only     []string `help:"Only these: ${measures}." placeholder:"NAME"`
	Postgres string   `help:"Measure on PostgreSQL too: a server on which databases may be made. They are dropped again." placeholder:"URL" env:"TENBELLS_BENCH_POSTGRES"`
	NoSQLite bool     `name:"no-sqlite" help:"Leave SQLite out."`
	Scale    float64  `default:"1" help:"How much of everything is measured: 0.01 is a hundredth."`
	Window   int      `default:"64" help:"Messages that flood lets be in flight at once, as many as the library's senders."`
	JSON     bool     `name:"json" help:"Print JSON."`
	Profile  string   `help:"Write where the service's processor time goes to files in this folder, for go tool pprof." type:"existingdir" placeholder:"DIR"`

	program string // what is measured; "" is this program itself
}

// Help is shown below the flags.
func (BenchCmd) Help() string {
	var b strings.Builder
	b.WriteString("Example: tenbells bench --only first,flood\n\nThe service and the platform each run in a process of their own, on this machine alone: no token, no network.\n")
	for _, m := range measures {
		fmt.Fprintf(&b, "\n  %-8s %s", m.name, m.help)
	}
	return b.String()
}

// result is what was measured on one database.
type result struct {
	Database string   `json:"database"`
	Measure  string   `json:"measure"`
	Figures  []figure `json:"figures"`
}

// Run measures one thing after another.
func (c BenchCmd) Run(ctx ctxArg, env *Env) (err error) {
	chosen, err := c.chosen()
	if err != nil {
		return usageError{err}
	}
	if c.program == "" {
		if c.program, err = os.Executable(); err != nil {
			return err
		}
	}
	dir, err := os.MkdirTemp("", "tenbells-bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var servers []string
	if !c.NoSQLite {
		servers = append(servers, "")
	}
	if c.Postgres != "" {
		servers = append(servers, c.Postgres)
	}
	var results []result
	for _, m := range chosen {
		for _, server := range servers {
			name := "SQLite"
			if server != "" {
				name = "PostgreSQL"
			}
			fmt.Fprintf(env.Err, "%s  %s on %s …\n", time.Now().Format(time.TimeOnly), m.name, name)
			figures, err := c.measure(ctx, m, server, dir, c.profile(m.name+"-"+name))
			if err != nil { // what has been measured took its time, and is shown
				return errors.Join(fmt.Errorf("%s on %s: %w", m.name, name, err), c.report(env, results))
			}
			for _, f := range figures {
				fmt.Fprintf(env.Err, "          %s: %s %s\n", f.Name, short(f.Value), f.Unit)
			}
			results = append(results, result{name, m.name, figures})
		}
	}
	return c.report(env, results)
}

func (c BenchCmd) chosen() ([]measure, error) {
	if c.Scale <= 0 || c.Scale > 100 {
		return nil, errors.New("--scale: must be more than 0, and 100 at most")
	}
	if c.Window < 1 || c.Window > maxWindow {
		return nil, fmt.Errorf("--window: must be from 1 to %d", maxWindow)
	}
	if c.NoSQLite && c.Postgres == "" {
		return nil, errors.New("--no-sqlite leaves nothing to measure: --postgres names a server")
	}
	if len(c.Only) == 0 {
		return measures, nil
	}
	var chosen []measure
	for _, name := range c.Only {
		i := slices.IndexFunc(measures, func(m measure) bool { return m.name == name })
		if i < 0 {
			return nil, fmt.Errorf("--only: there is no measure %q; there are %s", name, measureNames())
		}
		chosen = append(chosen, measures[i])
	}
	return chosen, nil
}

func measureNames() string {
	var names []string
	for _, m := range measures {
		names = append(names, m.name)
	}
	return strings.Join(names, ", ")
}

// profile is the file for the profile of a measurement, "" for none.
func (c BenchCmd) profile(of string) string {
	if c.Profile == "" {
		return ""
	}
	return filepath.Join(c.Profile, of+".pprof")
}

// measure runs one measurement on a platform, a service and a database of its own.
func (c BenchCmd) measure(ctx context.Context, m measure, server, dir, profile string) (figures []figure, err error) {
	database, drop, err := scratch(ctx, server, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, drop()) }()
	home, err := os.MkdirTemp(dir, m.name)
	if err != nil {
		return nil, err
	}
	r, err := newRig(ctx, c.program, home, database, m.limits)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	r.profile = profile
	r.window(c.Window)
	return m.run(ctx, r, fullSizes.scaled(c.Scale))
}

// scaled is a part of the sizes, enough to measure anything.
func (s sizes) scaled(by float64) sizes {
	part := func(n int) int { return max(10, int(float64(n)*by)) }
	return sizes{part(s.rounds), part(s.chats), part(s.flood), part(s.digests), part(s.flash), part(s.crowd)}
}

func (c BenchCmd) report(env *Env, results []result) error {
	if c.JSON {
		out := json.NewEncoder(env.Out)
		out.SetIndent("", "  ")
		return out.Encode(results)
	}
	table := tabwriter.NewWriter(env.Out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "figure\tdatabase\tmeasured\tto reach")
	for _, r := range results {
		for _, f := range r.Figures {
			fmt.Fprintf(table, "%s\t%s\t%s %s\t%s\n", f.Name, r.Database, short(f.Value), f.Unit, f.ToReach)
		}
	}
	return table.Flush()
}

// short is a figure with three digits that count.
func short(v float64) string {
	switch {
	case v == float64(int(v)) || v >= 1000:
		return fmt.Sprintf("%.0f", v)
	case v >= 100:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.3g", v)
	}
}
