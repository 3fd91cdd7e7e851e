package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// ErrNoModel says that nothing was learned for that purpose yet.
var ErrNoModel = errors.New("nothing was learned yet")

// Model is something learned from the archive, with the report of how well.
type Model struct {
	Trained time.Time
	Last    articles.Seq // the newest article version it has seen, or the number of the newest act
	Body    []byte
	Report  []byte // JSON
}

// SaveModel puts a model in the place of the one of that name. One that saw less of the archive than what is there
// replaces nothing: of two that are trained at the same time the better informed stays.
func (s *Store) SaveModel(ctx context.Context, name string, m Model) error {
	return failed("save model", s.tx(ctx, func(tx execer) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO models (name, trained, last_seq, body, report) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (name) DO UPDATE SET trained = excluded.trained, last_seq = excluded.last_seq, body = excluded.body,
			report = excluded.report WHERE excluded.last_seq >= models.last_seq`, name, millis(m.Trained), m.Last, m.Body, string(m.Report))
		return err
	}))
}

// Model is the model of a name, or ErrNoModel.
func (s *Store) Model(ctx context.Context, name string) (Model, error) {
	found, err := collect(ctx, s.read, func(rows *sql.Rows) (m Model, err error) {
		var trained int64
		var report string
		err = rows.Scan(&trained, &m.Last, &m.Body, &report)
		m.Trained, m.Report = instant(trained), []byte(report)
		return m, err
	}, `SELECT trained, last_seq, body, report FROM models WHERE name = $1`, name)
	return onlyModel(found, err, "read model")
}

// ModelStamp is when the model of a name was trained, and what it has seen; or ErrNoModel. It costs next to nothing.
func (s *Store) ModelStamp(ctx context.Context, name string) (Model, error) {
	found, err := collect(ctx, s.read, func(rows *sql.Rows) (m Model, err error) {
		var trained int64
		err = rows.Scan(&trained, &m.Last)
		m.Trained = instant(trained)
		return m, err
	}, `SELECT trained, last_seq FROM models WHERE name = $1`, name)
	return onlyModel(found, err, "read model")
}

func onlyModel(found []Model, err error, doing string) (Model, error) {
	switch {
	case err != nil:
		return Model{}, failed(doing, err)
	case len(found) == 0:
		return Model{}, ErrNoModel
	}
	return found[0], nil
}

// TaggedAfter counts the article versions after a number that bear a mark of what they are about. It stops counting at
// limit.
func (s *Store) TaggedAfter(ctx context.Context, after articles.Seq, limit int) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM articles
		WHERE seq > $1 AND (subjects <> '[]' OR section <> '' OR keywords <> '[]') LIMIT $2) AS tagged`, after, limit).Scan(&n)
	return n, failed("count tagged articles", err)
}
