package main

import "fmt"

// MigrateCmd brings the schema up to date.
type MigrateCmd struct{}

// Help is shown below the flags.
func (MigrateCmd) Help() string { return example("tenbells migrate --config tenbells.toml") }

// Run migrates: opening the database does it.
func (MigrateCmd) Run(ctx ctxArg, env *Env) error {
	return env.withNewsroom(ctx, func(n *newsroom) error {
		warnOfKey(n)
		fmt.Fprintf(env.Out, "The schema of %s is up to date.\n", databaseKind(n.set))
		return nil
	})
}
