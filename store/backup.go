package store

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// ErrOwnBackup says that the database has tools of its own to be backed up with.
var ErrOwnBackup = errors.New("PostgreSQL is backed up by its own pg_dump")

// Backup writes a copy of the database as it stands at one moment to a file that nobody else may read, while others go
// on reading and writing. The file must not be there yet. On PostgreSQL it is ErrOwnBackup.
func (s *Store) Backup(ctx context.Context, path string) error {
	if s.dialect.name != onSQLite.name {
		return ErrOwnBackup
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("store: backup: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("store: backup: %w", err)
	}
	if err := s.copyInto(ctx, path); err != nil {
		return errors.Join(fmt.Errorf("store: backup: %w", err), os.Remove(path)) // half a copy is none
	}
	return nil
}

// copyInto reads in one transaction, which in WAL mode keeps nobody from writing.
func (s *Store) copyInto(ctx context.Context, path string) (err error) {
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, `PRAGMA query_only = 0`); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, `VACUUM INTO $1`, path)
	_, back := conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA query_only = 1`)
	return errors.Join(err, back)
}
