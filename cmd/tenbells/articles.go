package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/folder"
	"github.com/tenbells/tenbells/articles/language"
)

// ArticlesCmd is what can be done with articles.
type ArticlesCmd struct {
	Import ArticlesImportCmd `cmd:"" help:"Take in articles from files (.txt .html .json .xml) as an archive: they never ring."`
}

// Help is shown below the flags.
func (ArticlesCmd) Help() string { return example("tenbells articles import archive/*.json") }

// ArticlesImportCmd takes in an archive.
type ArticlesImportCmd struct {
	Files []string `arg:"" help:"Files of raw page text, HTML, ninjs or NewsML-G2." type:"existingfile"`
	JSON  bool     `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (ArticlesImportCmd) Help() string { return example("tenbells articles import archive/*.json") }

// imported is what became of the files.
type imported struct {
	New    int      `json:"new"`
	Known  int      `json:"known"`
	Faults []string `json:"faults"`
}

// Run takes in every file it can; those it cannot read are named, and cost only themselves.
func (c ArticlesImportCmd) Run(ctx ctxArg, env *Env) error {
	return env.withNewsroom(ctx, func(n *newsroom) error {
		sum := imported{Faults: []string{}}
		for i, file := range c.Files {
			receipt, err := n.importArticle(ctx, file)
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case err != nil:
				sum.Faults = append(sum.Faults, fmt.Sprintf("%s: %v", file, err))
			case receipt.New:
				sum.New++
			default:
				sum.Known++
			}
			env.progress("article", i+1, len(c.Files))
		}
		return c.report(env, sum)
	})
}

func (n *newsroom) importArticle(ctx context.Context, file string) (articles.Receipt, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return articles.Receipt{}, err
	}
	a, err := folder.Parse(filepath.Base(file), data)
	if err != nil {
		return articles.Receipt{}, err
	}
	now := time.Now().UTC()
	a.Way, a.Source, a.Seen = articles.ByImport, "import", now
	if a.Published.IsZero() {
		a.Published = now
	}
	if a.Outlet == "" {
		a.Outlet = n.set.Outlet
	}
	return language.Shelf{Shelf: n.store}.Put(ctx, a)
}

func (c ArticlesImportCmd) report(env *Env, sum imported) error {
	if c.JSON {
		if err := printJSON(env.Out, sum); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(env.Out, "%d new, %d known already.\n", sum.New, sum.Known)
		for _, fault := range sum.Faults {
			fmt.Fprintln(env.Err, fault)
		}
	}
	if len(sum.Faults) > 0 {
		return errors.New(plural(len(sum.Faults), "file could not be read", "files could not be read"))
	}
	return nil
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
