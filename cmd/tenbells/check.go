package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tenbells/tenbells/articles/folder"
	"github.com/tenbells/tenbells/bots"
)

// CheckCmd says what is wrong and how to mend it.
type CheckCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (CheckCmd) Help() string { return example("tenbells check --config tenbells.toml") }

// Run checks everything that can be checked without sending anything.
func (c CheckCmd) Run(ctx ctxArg, env *Env) error {
	return env.withNewsroom(ctx, func(n *newsroom) error {
		checking, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		found, err := n.check(checking)
		if err != nil {
			return err
		}
		wrong := 0
		for _, f := range found {
			if !f.OK {
				wrong++
			}
		}
		if err := c.print(env, found); err != nil {
			return err
		}
		if wrong > 0 {
			return errors.New(plural(wrong, "thing is wrong", "things are wrong"))
		}
		return nil
	})
}

func (c CheckCmd) print(env *Env, found []bots.Finding) error {
	if c.JSON {
		rows := []map[string]any{}
		for _, f := range found {
			rows = append(rows, map[string]any{"what": f.What, "ok": f.OK, "says": f.Says, "mend": f.Mend})
		}
		return printJSON(env.Out, rows)
	}
	for _, f := range found {
		mark := "ok   "
		if !f.OK {
			mark = "WRONG"
		}
		fmt.Fprintf(env.Out, "%s  %s: %s\n", mark, f.What, f.Says)
		if f.Mend != "" {
			fmt.Fprintf(env.Out, "       ▸ %s\n", f.Mend)
		}
	}
	return nil
}

// check finds what is wrong with settings, database, surroundings and bots.
func (n *newsroom) check(ctx context.Context) ([]bots.Finding, error) {
	found := []bots.Finding{
		{What: "settings", OK: true, Says: "read without a fault"},
		{What: "database", OK: true, Says: databaseKind(n.set) + ", schema up to date"},
		n.checkKey(), n.checkBots(), n.checkOutlet(), n.checkFiles(ctx, n.checkFolder()), n.checkAPI(),
	}
	if strange := strangeVariables(os.Environ()); len(strange) > 0 {
		found = append(found, bots.Finding{What: "environment", OK: true, Says: strings.Join(strange, ", ") + ": no such setting, passed over",
			Mend: "If one of ours was meant, mend its name; README.md lists them."})
	}
	staff, err := n.checkStaff(ctx)
	if err != nil {
		return nil, err
	}
	found = append(found, staff)
	sources, err := n.checkSources(ctx)
	if err != nil {
		return nil, err
	}
	found = append(found, sources)
	halted, err := n.store.Halted(ctx)
	if err != nil {
		return nil, err
	}
	if halted {
		found = append(found, bots.Finding{What: "lanes", Says: "all are halted, nothing goes out", Mend: "tenbells resume lets them go on."})
	}
	members, err := n.hire(n.reception())
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		found = append(found, m.Check(ctx)...)
	}
	channels, err := n.checkChannels(ctx, members)
	return append(found, channels...), err
}

func (n *newsroom) checkKey() bots.Finding {
	f := bots.Finding{What: "key file", OK: true, Says: n.set.KeyFile}
	if path := n.set.sqlitePath(); path != "" && filepath.Dir(path) == filepath.Dir(n.set.KeyFile) {
		f.Says += " lies beside the database: whoever takes the disk has both"
		f.Mend = "Set TENBELLS_KEY_FILE to a file on another disk or in the memory of a secret store."
	}
	return f
}

func (n *newsroom) checkBots() bots.Finding {
	if len(n.set.Bots) == 0 {
		return bots.Finding{What: "bots", Says: "none is set", Mend: "Set TENBELLS_TELEGRAM_TOKEN or TENBELLS_DISCORD_TOKEN (or …_FILE)."}
	}
	return bots.Finding{What: "bots", OK: true, Says: plural(len(n.set.Bots), "is set", "are set")}
}

func (n *newsroom) checkOutlet() bots.Finding {
	f := bots.Finding{What: "outlet", OK: true, Says: n.set.Outlet}
	if n.set.Outlet == "" {
		f.Says = "no name is set: alerts by hand carry no credit, and readers are greeted by “" + bots.Say(n.set.Language, "the-newsroom") + "”"
		f.Mend = "Set TENBELLS_OUTLET to the newsroom's name as readers know it."
	}
	return f
}

// strangeVariables are the variables that look like settings of ours and are none: perhaps a slip, perhaps another
// program's, as Kubernetes makes them for a service of our name. Our tests have some of their own.
func strangeVariables(environ []string) (strange []string) {
	for _, line := range environ {
		name, _, _ := strings.Cut(line, "=")
		key, ours := strings.CutPrefix(name, "TENBELLS_")
		if ours && name != "TENBELLS_CONFIG" && !known(strings.ToLower(key)) {
			if like := nearest(strings.ToLower(key), names()); like != "" {
				name += " (TENBELLS_" + strings.ToUpper(like) + "?)"
			}
			strange = append(strange, name)
		}
	}
	slices.Sort(strange)
	return strange
}

func (n *newsroom) checkFolder() bots.Finding {
	f := bots.Finding{What: "watched folder", OK: true, Says: "none"}
	if n.set.WatchDir == "" {
		return f
	}
	f.Says = n.set.WatchDir
	if _, err := os.ReadDir(n.set.WatchDir); err != nil {
		f.OK, f.Says, f.Mend = false, err.Error(), "Make the folder, or let this user read it (TENBELLS_WATCH_DIR)."
	}
	return f
}

// checkFiles adds what lies in the watched folder and is not read. To look through a large one may take too long; then
// what was found by then is said.
func (n *newsroom) checkFiles(ctx context.Context, f bots.Finding) bots.Finding {
	if n.set.WatchDir == "" || !f.OK {
		return f
	}
	looking, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	strange, err := folder.PassedOver(looking, n.set.WatchDir)
	switch {
	case err != nil && looking.Err() == nil:
		f.OK, f.Says, f.Mend = false, err.Error(), "Let this user read the folder (TENBELLS_WATCH_DIR)."
	case len(strange) > 0:
		f.Says += "; passed over by how their names end: " + endings(strange)
		f.Mend = "Articles end in .txt, .html, .htm, .json or .xml: rename what is one."
	}
	return f
}

// endings are how many files there are of each, the most frequent first.
func endings(of map[string]int) string {
	names := slices.SortedFunc(maps.Keys(of), func(a, b string) int { return cmp.Or(of[b]-of[a], strings.Compare(a, b)) })
	for i, name := range names {
		names[i] = fmt.Sprintf("%d of %s", of[name], name)
	}
	return strings.Join(names, ", ")
}

func (n *newsroom) checkAPI() bots.Finding {
	f := bots.Finding{What: "HTTP API", OK: true, Says: n.set.Listen + ", closed: no TENBELLS_API_TOKEN is set"}
	if n.set.APIToken != "" {
		f.Says = n.set.Listen + ", with a token"
	}
	host, _, err := net.SplitHostPort(n.set.Listen)
	if err != nil {
		return bots.Finding{What: "HTTP API", Says: err.Error(), Mend: "TENBELLS_LISTEN must look like 127.0.0.1:8080."}
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && !ip.IsLoopback() {
		f.Mend = "It listens beyond this machine: let only a proxy with TLS reach it."
	}
	return f
}
