package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/tenbells/tenbells/articles/feed"
)

const sourceColumns = `name, address, outlet, may_ring, body, language, private, settings, added`

// Sources are all feeds that are read, in the order of their names: feed.Catalogue.
func (s *Store) Sources(ctx context.Context) ([]feed.Source, error) {
	all, err := collect(ctx, s.read, s.scanSource, `SELECT `+sourceColumns+` FROM sources ORDER BY name`)
	return all, failed("read sources", err)
}

// Source is the feed of a name, feed.ErrNoSource where there is none: feed.Catalogue.
func (s *Store) Source(ctx context.Context, name string) (feed.Source, error) {
	found, err := collect(ctx, s.read, s.scanSource, `SELECT `+sourceColumns+` FROM sources WHERE name = $1`, name)
	switch {
	case err != nil:
		return feed.Source{}, failed("read source "+name, err)
	case len(found) == 0:
		return feed.Source{}, feed.ErrNoSource
	}
	return found[0], nil
}

// Edition changes whenever a source is added, changed or removed: feed.Catalogue.
func (s *Store) Edition(ctx context.Context) (n int64, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT value FROM counters WHERE name = 'sources'`).Scan(&n)
	return n, failed("read edition of sources", err)
}

// edit changes sources: those who read them are told.
func (s *Store) edit(ctx context.Context, do func(execer) error) error {
	return s.changing(ctx, Sources, func(tx execer) error {
		if _, err := tx.ExecContext(ctx, `UPDATE counters SET value = value + 1 WHERE name = 'sources'`); err != nil {
			return err
		}
		return do(tx)
	})
}

func (s *Store) scanSource(rows *sql.Rows) (src feed.Source, err error) {
	var name string
	var address []byte
	var added int64
	if err := rows.Scan(&name, &address, &src.Outlet, &src.MayRing, &src.Text, &src.Language, &src.Private, &src.Settings, &added); err != nil {
		return src, err
	}
	src.Added = instant(added)
	return src, s.opened("source", address, &src.URL)
}

// SaveSources adds sources, or changes those that are there: all or none. What is known of their feeds stays.
func (s *Store) SaveSources(ctx context.Context, all ...feed.Source) error {
	return failed("save sources", s.edit(ctx, func(tx execer) error {
		for _, src := range all {
			if err := s.saveSource(ctx, tx, src); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (s *Store) saveSource(ctx context.Context, tx execer, src feed.Source) error {
	address, err := s.sealed("source", src.URL)
	if err != nil {
		return err
	}
	if src.Text == "" {
		src.Text = feed.Excerpt
	}
	if src.Added.IsZero() {
		src.Added = s.now()
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO sources (`+sourceColumns+`) VALUES (`+placeholders(1, 9)+`)
		ON CONFLICT (name) DO UPDATE SET address = excluded.address, outlet = excluded.outlet, may_ring = excluded.may_ring,
		body = excluded.body, language = excluded.language, private = excluded.private, settings = excluded.settings`,
		src.Name(), address, mendedText(src.Outlet), src.MayRing, string(src.Text), src.Language, src.Private, src.Settings, millis(src.Added))
	return err
}

// RemoveSource removes a source and forgets what is known of its feed; its articles stay. feed.ErrNoSource where there
// is none of the name.
func (s *Store) RemoveSource(ctx context.Context, name string) error {
	err := s.edit(ctx, func(tx execer) error { return removeSource(ctx, tx, name) })
	if errors.Is(err, feed.ErrNoSource) {
		return err
	}
	return failed("remove source "+name, err)
}

func removeSource(ctx context.Context, tx execer, name string) error {
	done, err := tx.ExecContext(ctx, `DELETE FROM sources WHERE name = $1`, name)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, feed.ErrNoSource)
	}
	// what its index names is kept under its name and a place, “feed:…/1f3870be27#3”
	if _, err := tx.ExecContext(ctx, `DELETE FROM feeds WHERE name = $1 OR substr(name, 1, $3) = $2`, name, name+"#", len(name)+1); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE websub SET standing = 'ended' WHERE source = $1`, name)
	return err
}

// SettleSources makes the sources that stand in the settings those that are given: others that stood there are removed.
// One that was added otherwise stays as it is, and is not the settings' to remove.
func (s *Store) SettleSources(ctx context.Context, set []feed.Source) error {
	known, err := s.Sources(ctx)
	if err != nil {
		return err
	}
	var fresh []feed.Source
	var old []string
	for _, src := range set {
		at := slices.IndexFunc(known, func(k feed.Source) bool { return k.URL == src.URL })
		src.Settings = true
		if at < 0 || known[at].Settings && !sameWish(known[at], src) {
			fresh = append(fresh, src)
		}
	}
	for _, k := range known {
		if k.Settings && !slices.ContainsFunc(set, func(src feed.Source) bool { return src.URL == k.URL }) {
			old = append(old, k.Name())
		}
	}
	if len(fresh)+len(old) == 0 {
		return nil
	}
	return failed("settle sources", s.edit(ctx, func(tx execer) error {
		for _, src := range fresh {
			if err := s.saveSource(ctx, tx, src); err != nil {
				return err
			}
		}
		for _, name := range old {
			if err := removeSource(ctx, tx, name); err != nil && !errors.Is(err, feed.ErrNoSource) {
				return err
			}
		}
		return nil
	}))
}

// sameWish reports whether the operator says the same of both.
func sameWish(a, b feed.Source) bool {
	if b.Text == "" {
		b.Text = feed.Excerpt
	}
	b.Added = a.Added
	return a == b
}
