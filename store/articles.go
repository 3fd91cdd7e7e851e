package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/tenbells/tenbells/articles"
)

// Put keeps a version of an article: articles.Shelf. Text that PostgreSQL cannot hold (zero bytes, broken UTF-8) is
// mended before anything else. A version without a time of its own has that of the one before, else the present one:
// an old article does not become new by being touched.
func (s *Store) Put(ctx context.Context, a articles.Article) (r articles.Receipt, err error) {
	a = mended(a)
	if r, known, err := s.known(ctx, a); known || err != nil {
		return r, failed("put article "+string(a.ID), err)
	}
	for range lostRaces {
		err = s.changing(ctx, Articles, func(tx execer) error {
			r, err = s.put(ctx, tx, a)
			return err
		})
		if err == nil || !s.dialect.unique(err) { // another program has just inserted the same version
			break
		}
	}
	return r, failed("put article "+string(a.ID), err)
}

// known says whether the newest version of an article has the same content. It only reads: a folder that is read again
// after a start must not hold up who writes.
func (s *Store) known(ctx context.Context, a articles.Article) (r articles.Receipt, known bool, err error) {
	var digest string
	err = s.read.QueryRowContext(ctx, newestDigest, a.ID).Scan(&r.Version, &r.Seq, &digest)
	if errors.Is(err, sql.ErrNoRows) {
		return r, false, nil
	}
	r.ID = a.ID
	return r, err == nil && r.Seq > 0 && digest == a.Digest(), err
}

const newestDigest = `SELECT version, coalesce(seq, 0), digest FROM articles WHERE id = $1 ORDER BY version DESC LIMIT 1`

func (s *Store) put(ctx context.Context, tx execer, a articles.Article) (articles.Receipt, error) {
	seq, err := s.takeSeqs(ctx, tx, 1) // first of all: writers wait for each other here
	if err != nil {
		return articles.Receipt{}, err
	}
	old, digest, err := s.newest(ctx, tx, a.ID)
	switch {
	case errors.Is(err, articles.ErrNotFound):
	case err != nil:
		return articles.Receipt{}, err
	case digest == a.Digest():
		return articles.Receipt{ID: a.ID, Version: old.Version, Seq: old.Seq}, s.returnSeq(ctx, tx)
	}
	a.Seq, a.Version = seq, old.Version+1
	a = s.dated(a, old)
	args, err := articleArgs(a)
	if err != nil {
		return articles.Receipt{}, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO articles (`+articleColumns+`, digest) VALUES (`+placeholders(1, len(args)+1)+`)`,
		append(args, a.Digest())...)
	return articles.Receipt{ID: a.ID, Version: a.Version, Seq: a.Seq, New: true}, err
}

// dated fills in the times that a's source did not say.
func (s *Store) dated(a, old articles.Article) articles.Article {
	if a.Seen.IsZero() {
		a.Seen = s.now()
	}
	if a.Published.IsZero() {
		a.Published = old.Published
	}
	if a.Published.IsZero() {
		a.Published = a.Seen
	}
	return a
}

// takeSeqs hands out n numbers and answers the first. Others wait for the next ones until tx has ended, so numbers
// become visible in their order.
func (s *Store) takeSeqs(ctx context.Context, tx execer, n int) (first articles.Seq, err error) {
	err = tx.QueryRowContext(ctx, `UPDATE counters SET value = value + $1 WHERE name = 'articles' RETURNING value - $1 + 1`, n).Scan(&first)
	return first, err
}

// returnSeq gives back a number that tx took and did not use.
func (s *Store) returnSeq(ctx context.Context, tx execer) error {
	_, err := tx.ExecContext(ctx, `UPDATE counters SET value = value - 1 WHERE name = 'articles'`)
	return err
}

// newest is the newest version of an article and the digest of its content, or articles.ErrNotFound.
func (s *Store) newest(ctx context.Context, tx execer, id articles.ID) (articles.Article, string, error) {
	found, err := collect(ctx, tx, scanKept, `SELECT `+articleColumns+`, digest FROM articles
		WHERE id = $1 ORDER BY version DESC LIMIT 1`, id)
	if err != nil {
		return articles.Article{}, "", err
	}
	if len(found) == 0 {
		return articles.Article{}, "", articles.ErrNotFound
	}
	if found[0].digest == "" { // inserted by another program, not adopted yet
		return found[0].Article, found[0].Digest(), nil
	}
	return found[0].Article, found[0].digest, nil
}

// After answers article versions in the order in which they became visible: articles.Reader.
func (s *Store) After(ctx context.Context, after articles.Seq, limit int) ([]articles.Article, error) {
	as, err := collect(ctx, s.read, scanArticle, `SELECT `+articleColumns+` FROM articles
		WHERE seq > $1 ORDER BY seq LIMIT $2`, after, limit)
	return as, failed("read articles", err)
}

// Article answers one version of an article, the newest for version 0; articles.ErrNotFound where there is none.
func (s *Store) Article(ctx context.Context, id articles.ID, version int) (articles.Article, error) {
	as, err := collect(ctx, s.read, scanArticle, `SELECT `+articleColumns+` FROM articles
		WHERE id = $1 AND (version = $2 OR $2 = 0) AND seq IS NOT NULL ORDER BY version DESC LIMIT 1`, id, version)
	if err == nil && len(as) == 0 {
		err = articles.ErrNotFound
	}
	if err != nil {
		return articles.Article{}, failed("read article "+string(id), err)
	}
	return as[0], nil
}

// Cursor answers how far a reader has come: articles.Cursors.
func (s *Store) Cursor(ctx context.Context, name string) (at articles.Seq, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT at FROM cursors WHERE name = $1`, name).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return at, failed("read cursor "+name, err)
}

// MoveCursor notes how far a reader has come; backwards it does nothing.
func (s *Store) MoveCursor(ctx context.Context, name string, to articles.Seq) error {
	return failed("move cursor "+name, s.tx(ctx, func(tx execer) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO cursors (name, at) VALUES ($1, $2)
			ON CONFLICT (name) DO UPDATE SET at = excluded.at WHERE cursors.at < excluded.at`, name, to)
		return err
	}))
}
