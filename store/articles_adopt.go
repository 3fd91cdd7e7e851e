package store

import (
	"context"

	"github.com/tenbells/tenbells/articles"
)

// adoptPage is how many rows are numbered in one transaction.
const adoptPage = 200

// Adopt numbers the rows that other programs inserted themselves, and fills in what they could not know: digest and
// times. It answers how many there were.
func (s *Store) Adopt(ctx context.Context) (total int, err error) {
	for {
		var found bool
		err := s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM articles WHERE seq IS NULL)`).Scan(&found)
		if err != nil || !found {
			return total, failed("look for articles to adopt", err)
		}
		var n int
		err = s.changing(ctx, Articles, func(tx execer) error {
			n, err = s.adopt(ctx, tx)
			return err
		})
		if err != nil {
			return total, failed("adopt articles", err)
		}
		total += n
	}
}

func (s *Store) adopt(ctx context.Context, tx execer) (int, error) {
	if _, err := s.takeSeqs(ctx, tx, 0); err != nil { // wait for other writers before looking
		return 0, err
	}
	as, err := collect(ctx, tx, scanArticle, `SELECT `+articleColumns+` FROM articles WHERE seq IS NULL
		ORDER BY id, version LIMIT $1`, adoptPage)
	if err != nil {
		return 0, err
	}
	seq, err := s.takeSeqs(ctx, tx, len(as))
	if err != nil {
		return 0, err
	}
	for i, a := range as {
		a.Seq = seq + articles.Seq(i)
		if err := s.adoptOne(ctx, tx, a); err != nil {
			return 0, err
		}
	}
	return len(as), nil
}

// adoptOne makes one row visible.
func (s *Store) adoptOne(ctx context.Context, tx execer, a articles.Article) error {
	a = s.dated(a, articles.Article{})
	_, err := tx.ExecContext(ctx, `UPDATE articles SET seq = $3, seen = $4, published = $5, digest = $6
		WHERE id = $1 AND version = $2 AND seq IS NULL`, a.ID, a.Version, a.Seq, millis(a.Seen), millis(a.Published), a.Digest())
	return err
}
