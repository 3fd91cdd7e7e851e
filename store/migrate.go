package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// migrate brings the schema up to date. Migrations only go forward; several processes that start at once wait for each
// other.
func (s *Store) migrate(ctx context.Context) error {
	folder, err := fs.Sub(migrations, "migrations/"+s.dialect.name)
	if err != nil {
		return err
	}
	provider, err := s.provider(folder)
	if err != nil {
		return err
	}
	done, err := provider.Up(ctx)
	if err != nil {
		return err
	}
	for _, m := range done {
		s.log.Info("schema brought up to date", "migration", m.Source.Path, "ms", m.Duration.Milliseconds())
	}
	return nil
}

func (s *Store) provider(folder fs.FS) (*goose.Provider, error) {
	if s.dialect.name != onPostgres.name {
		return goose.NewProvider(goose.DialectSQLite3, s.write, folder)
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	return goose.NewProvider(goose.DialectPostgres, s.write, folder, goose.WithSessionLocker(locker))
}
