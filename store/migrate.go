package store

import (
	"context"
	"embed"
	"errors"
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
	if len(done) > 0 && done[0].Source.Version == 1 {
		s.log.Info("database made", "schema", done[len(done)-1].Source.Version)
		done = nil
	}
	for _, m := range done {
		s.log.Info("schema brought up to date", "migration", m.Source.Path, "ms", m.Duration.Milliseconds())
	}
	return notNewer(ctx, provider)
}

// ErrNewer says that a later release has changed the schema: what this one would write there may mean something else by
// now, and be sent twice or to nobody.
var ErrNewer = errors.New("the database is that of a newer release")

// notNewer is asked after Up, which has made the table of versions where there was none.
func notNewer(ctx context.Context, provider *goose.Provider) error {
	stands, known, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if stands > known {
		return fmt.Errorf("%w: its schema is number %d, this program knows %d", ErrNewer, stands, known)
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
