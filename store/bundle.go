package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// scanner is one row of an answer.
type scanner interface {
	Scan(dest ...any) error
}

// question is a statement, and what becomes of each row of its answer; nil: it has none.
type question struct {
	query string
	args  []any
	row   func(scanner) error
}

// bundle is questions that need nothing of each other's answers. PostgreSQL is asked all of them in one go: to wait for
// an answer costs both sides more than most answers do. They are done in their order all the same.
type bundle []question

// do adds a statement without an answer.
func (b *bundle) do(query string, args ...any) { *b = append(*b, question{query, args, nil}) }

// ask adds a query.
func (b *bundle) ask(row func(scanner) error, query string, args ...any) {
	*b = append(*b, question{query, args, row})
}

// asker is a transaction in which bundles are asked.
type asker struct {
	*sql.Tx
	conn *sql.Conn // that of Tx, on PostgreSQL; else nil
}

// asking is tx for who asks bundles.
func (s *Store) asking(ctx context.Context, do func(asker) error) error {
	if s.dialect.name != onPostgres.name {
		return s.tx(ctx, func(tx *sql.Tx) error { return do(asker{Tx: tx}) })
	}
	return s.repeated(ctx, func() (err error) {
		conn, err := s.write.Conn(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, conn.Close()) }()
		tx, err := conn.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		return ended(tx, do(asker{tx, conn}))
	})
}

// pose asks the questions of a bundle.
func (s *Store) pose(ctx context.Context, tx asker, b bundle) error {
	switch {
	case len(b) == 0:
		return nil
	case tx.conn == nil:
		return s.poseEach(ctx, tx.Tx, b)
	}
	return tx.conn.Raw(func(raw any) error { return poseAtOnce(ctx, raw.(*stdlib.Conn).Conn(), b) })
}

// poseEach asks one question after another.
func (s *Store) poseEach(ctx context.Context, tx *sql.Tx, b bundle) error {
	for _, q := range b {
		if q.row == nil {
			if _, err := s.quick(tx).ExecContext(ctx, q.query, q.args...); err != nil {
				return err
			}
			continue
		}
		scan := func(rows *sql.Rows) (struct{}, error) { return struct{}{}, q.row(rows) }
		if _, err := collect(ctx, s.quick(tx), scan, q.query, q.args...); err != nil {
			return err
		}
	}
	return nil
}

func poseAtOnce(ctx context.Context, conn *pgx.Conn, b bundle) (err error) {
	var batch pgx.Batch
	for _, q := range b {
		batch.Queue(q.query, q.args...)
	}
	answers := conn.SendBatch(ctx, &batch)
	defer func() { err = errors.Join(err, answers.Close()) }()
	for _, q := range b {
		rows, err := answers.Query()
		if err != nil {
			return err
		}
		for rows.Next() && err == nil {
			err = q.row(rows)
		}
		rows.Close()
		if err := errors.Join(err, rows.Err()); err != nil {
			return err
		}
	}
	return nil
}
