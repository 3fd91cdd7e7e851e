package store

import (
	"context"
	"database/sql"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
)

// Placed answers article versions in the order in which they became visible, with what the judge found: stories.Past.
func (s *Store) Placed(ctx context.Context, after articles.Seq, limit int) ([]stories.Placed, error) {
	ps, err := collect(ctx, s.read, scanPlaced, placed, after, limit)
	return ps, failed("read stories", err)
}

// placed asks for each verdict by its key: PostgreSQL would read all verdicts for every page of a join.
const placed = `SELECT seq, id, version, headline, language, evolved, published, seen,
		coalesce((SELECT story FROM verdicts v WHERE v.article = a.id AND v.version = a.version), ''),
		coalesce((SELECT places FROM verdicts v WHERE v.article = a.id AND v.version = a.version), '[]')
	FROM articles a WHERE seq > $1 ORDER BY seq LIMIT $2`

func scanPlaced(rows *sql.Rows) (p stories.Placed, err error) {
	var published, seen int64
	var places string
	a := &p.Article
	err = rows.Scan(&a.Seq, &a.ID, &a.Version, &a.Headline, &a.Language, &a.Evolved, &published, &seen, &p.Story, &places)
	if err != nil {
		return p, err
	}
	a.Published, a.Seen = instant(published), instant(seen)
	return p, readList(places, &p.Places)
}
