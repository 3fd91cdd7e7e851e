package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"

	"github.com/tenbells/tenbells/store"
)

// BackupCmd copies the database.
type BackupCmd struct {
	File string `arg:"" help:"Where to; a file that is not there yet."`
}

// Help is shown below the flags.
func (BackupCmd) Help() string {
	return example("tenbells backup /mnt/elsewhere/tenbells.db") + `

It may run while serve does, and while alerts go out. To go back to it: end serve, put the file in the database's place
(PostgreSQL: pg_restore --clean), start serve. What was sent since is then unknown to it: halt before you start if that
matters. The key file is not in the backup; keep a copy of it in another place.`
}

// Run copies, as it stands at one moment.
func (c BackupCmd) Run(ctx ctxArg, env *Env) error {
	return env.withNewsroom(ctx, func(n *newsroom) error {
		err := n.store.Backup(ctx, c.File)
		if errors.Is(err, store.ErrOwnBackup) {
			err = dump(ctx, n.set.DatabaseURL, c.File)
		}
		if err != nil {
			return err
		}
		info, err := os.Stat(c.File)
		if err != nil {
			return err
		}
		fmt.Fprintf(env.Out, "%s: %.1f MB, as the database stood a moment ago. The key file is not in it: keep a copy of %s elsewhere.\n",
			c.File, float64(info.Size())/1e6, n.set.KeyFile)
		return nil
	})
}

// dump lets pg_dump write a PostgreSQL database to a file, in its own compressed form. The password is not among its
// arguments, which everyone on the machine may read.
func dump(ctx context.Context, database, file string) error {
	u, err := url.Parse(database)
	if err != nil {
		return errors.New("the database's address is no URL")
	}
	password, _ := u.User.Password()
	u.User = url.User(u.User.Username())
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "pg_dump", "--format=custom", "--no-owner", "--dbname="+u.String())
	cmd.Env = append(os.Environ(), "PGPASSWORD="+password)
	cmd.Stdout = f
	var said tail
	cmd.Stderr = &said
	err = cmd.Run()
	if errors.Is(err, exec.ErrNotFound) {
		err = errors.New("pg_dump is not installed here (Debian: apt-get install postgresql-client)")
	}
	if err != nil {
		return errors.Join(fmt.Errorf("pg_dump: %w\n%s", err, said), f.Close(), os.Remove(file)) // half a copy is none
	}
	return f.Close()
}

// tail is the last of what a program says.
type tail []byte

func (t *tail) Write(p []byte) (int, error) {
	*t = append(*t, p...)
	*t = (*t)[max(0, len(*t)-1000):]
	return len(p), nil
}
