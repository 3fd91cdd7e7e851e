package main

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"
)

// EvalCmd measures how well articles are read and judged.
type EvalCmd struct {
	Corpus string   `arg:"" optional:"" type:"path" env:"TENBELLS_CORPUS" help:"Folder of the corpus. Default: shared/corpus beside the checkout."`
	Only   []string `help:"Only these: ${trials}." placeholder:"NAME"`
	JSON   bool     `name:"json" help:"Print JSON."`

	Profile string `help:"Write where the processor time of each trial goes to a file in this folder, for go tool pprof." type:"existingdir" placeholder:"DIR"`
}

// Help is shown below the flags.
func (EvalCmd) Help() string {
	var b strings.Builder
	b.WriteString("Example: tenbells eval --only stories ../shared/corpus\n\nReads nothing but the corpus: no settings, no database, no network.\n")
	for _, tr := range trials {
		fmt.Fprintf(&b, "\n  %-10s %s", tr.name, tr.help)
	}
	return b.String()
}

// trial measures one part of the program on a corpus.
type trial struct {
	name, help string
	run        func(ctx context.Context, corpus string) ([]grade, error)
}

// grade is one figure that a trial found. Baseline is what another method reached on the same data, and Wanted what we
// want to reach; 0 where there is none. Better is more, unless Less is set.
type grade struct {
	Trial    string  `json:"trial"`
	Data     string  `json:"data"`   // file and subset, such as "reuters-stream 2012-12"
	Metric   string  `json:"metric"` // such as "pairwise F1"
	Value    float64 `json:"value"`
	Baseline float64 `json:"baseline,omitempty"`
	Wanted   float64 `json:"wanted,omitempty"`
	Less     bool    `json:"less_is_better,omitempty"`
}

// reached says whether the figure is what was wanted: "yes", "no", or "" where nothing was.
func (g grade) reached() string {
	switch {
	case g.Wanted == 0:
		return ""
	case g.Less && g.Value <= g.Wanted, !g.Less && g.Value >= g.Wanted:
		return "yes"
	}
	return "no"
}

// trials are all that can be measured, in the order in which it is.
var trials = []trial{
	languageTrial,
	{"feeds", "feeds and sitemaps: read as what they are, with all their items", evalFeeds},
	storiesTrial,
	extractTrial,
	{"topics", "what articles are about, learned from a part of each set as from a newsroom's archive", evalTopics},
	{"regions", "which regions articles are about, by names alone and as learned from an archive", evalRegions},
	{"priority", "which articles a desk sends first, learned from its own decisions before, and by rules", evalPriority},
	{"speed", "what it costs to judge an article with all that was learned, among 50,000 recent ones", evalSpeed},
}

func trialNames() string {
	var names []string
	for _, tr := range trials {
		names = append(names, tr.name)
	}
	return strings.Join(names, ", ")
}

// Run makes one trial after another.
func (c EvalCmd) Run(ctx ctxArg, env *Env) error {
	chosen, err := chosenTrials(c.Only)
	if err != nil {
		return usageError{err}
	}
	corpus, err := c.corpus()
	if err != nil {
		return usageError{err}
	}
	grades := []grade{}
	for _, tr := range chosen {
		fmt.Fprintf(env.Err, "%s  %s …\n", time.Now().Format(time.TimeOnly), tr.name)
		var found []grade
		err := profiled(c.profile(tr.name), func() (err error) {
			found, err = tr.run(ctx, corpus)
			return err
		})
		for i := range found {
			found[i].Trial = tr.name
		}
		grades = append(grades, found...)
		if err != nil { // what has been measured took its time, and is shown
			return errors.Join(fmt.Errorf("%s: %w", tr.name, err), c.report(env, grades))
		}
	}
	return c.report(env, grades)
}

// profile is the file for the profile of a trial, "" for none.
func (c EvalCmd) profile(of string) string {
	if c.Profile == "" {
		return ""
	}
	return filepath.Join(c.Profile, of+".pprof")
}

func chosenTrials(only []string) ([]trial, error) {
	if len(only) == 0 {
		return trials, nil
	}
	byName := map[string]trial{}
	for _, tr := range trials {
		byName[tr.name] = tr
	}
	var chosen []trial
	for _, name := range only {
		tr, ok := byName[name]
		if !ok {
			return nil, fmt.Errorf("--only: there is no trial %q; there are %s", name, trialNames())
		}
		chosen = append(chosen, tr)
	}
	return chosen, nil
}

// corpus is where the data lies.
func (c EvalCmd) corpus() (string, error) {
	dir := c.Corpus
	if dir == "" {
		shared := os.Getenv("TENBELLS_SHARED")
		if shared == "" {
			shared = filepath.Join("..", "shared")
		}
		dir = filepath.Join(shared, "corpus")
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return "", fmt.Errorf("there is no corpus in %s: name its folder, or set TENBELLS_CORPUS", dir)
	}
	return dir, nil
}

func (c EvalCmd) report(env *Env, grades []grade) error {
	if c.JSON {
		return printJSON(env.Out, grades)
	}
	w := tabwriter.NewWriter(env.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "TRIAL\tDATA\tMETRIC\tVALUE\tBASELINE\tWANTED\tREACHED")
	for _, g := range grades {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", g.Trial, g.Data, g.Metric, digits(g.Value), orNone(g.Baseline), orNone(g.Wanted), g.reached())
	}
	return w.Flush()
}

// digits writes shares with three places and counts with none.
func digits(v float64) string {
	if v > 1.5 || v < -1.5 {
		return fmt.Sprintf("%.4g", v)
	}
	return fmt.Sprintf("%.3f", v)
}

func orNone(v float64) string {
	if v == 0 {
		return "-"
	}
	return digits(v)
}

// lines reads a file of the corpus: JSON lines, gzipped. It ends at the first fault, which names the file.
func lines[T any](corpus, name string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		file, err := os.Open(filepath.Join(corpus, filepath.FromSlash(name)))
		if err != nil {
			yield(none, err)
			return
		}
		defer file.Close()
		zipped, err := gzip.NewReader(file)
		if err != nil {
			yield(none, fmt.Errorf("%s: %w", name, err))
			return
		}
		for d := json.NewDecoder(zipped); ; {
			var one T
			switch err := d.Decode(&one); {
			case errors.Is(err, io.EOF):
				return
			case err != nil:
				yield(none, fmt.Errorf("%s: %w", name, err))
				return
			case !yield(one, nil):
				return
			}
		}
	}
}
