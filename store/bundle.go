package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/tenbells/tenbells/delivery"
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
	execer
	conn *sql.Conn // on PostgreSQL; else nil
}

// beginner begins a transaction with its first bundle.
type beginner func(bundle) (asker, error)

// asking is tx for who asks bundles: do begins the transaction with one, and answers what is to be done at its end.
// PostgreSQL is told of the beginning and the end together with these.
func (s *Store) asking(ctx context.Context, do func(beginner) (last bundle, err error)) error {
	if s.dialect.name != onPostgres.name {
		return s.tx(ctx, func(tx execer) error {
			last, err := do(func(first bundle) (asker, error) { return asker{execer: tx}, s.poseEach(ctx, tx, first) })
			if err != nil {
				return err
			}
			return s.poseEach(ctx, tx, last)
		})
	}
	return s.repeated(ctx, func() (err error) {
		conn, err := s.write.Conn(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, conn.Close()) }()
		tx := asker{conn, conn}
		last, err := do(func(first bundle) (asker, error) {
			return tx, s.pose(ctx, tx, append(bundle{{query: begin}}, first...))
		})
		if err == nil {
			err = s.poseLast(ctx, tx, append(last, question{query: commit}))
		}
		if err != nil {
			err = errors.Join(err, undo(ctx, conn))
		}
		return err
	})
}

const begin, commit = "BEGIN", "COMMIT"

// poseLast ends a transaction. Once that has begun it is not cut off with ctx: nobody would know what became of it, and a
// soft stop would leave in doubt what it had just claimed. It takes as long as such a stop waits, at most.
func (s *Store) poseLast(ctx context.Context, tx asker, last bundle) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), delivery.Grace)
	defer cancel()
	return s.pose(ctx, tx, last)
}

// errUndone is the answer to a commit whose transaction had failed before.
var errUndone = errors.New("the transaction was undone instead of committed")

// undo ends a transaction that failed. Its context may have ended; a connection that cannot tell is given up, and the
// server undoes what was done on it.
func undo(ctx context.Context, conn *sql.Conn) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTime)
	defer cancel()
	err := conn.Raw(func(raw any) error {
		pg := raw.(*stdlib.Conn).Conn()
		if pg.IsClosed() || pg.PgConn().TxStatus() == idle {
			return nil
		}
		if _, err := pg.Exec(ctx, "ROLLBACK"); err != nil {
			return driver.ErrBadConn
		}
		return nil
	})
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) { // it is given up
		return nil
	}
	return err
}

// idle is the status of a connection without a transaction
// (postgresql.org/docs/current/protocol-message-formats.html, ReadyForQuery).
const idle = 'I'

// undoTime is how long a server may take to undo a transaction before its connection is given up.
const undoTime = 5 * time.Second

// pose asks the questions of a bundle.
func (s *Store) pose(ctx context.Context, tx asker, b bundle) error {
	switch {
	case len(b) == 0:
		return nil
	case tx.conn == nil:
		return s.poseEach(ctx, tx.execer, b)
	}
	return tx.conn.Raw(func(raw any) error { return poseAtOnce(ctx, raw.(*stdlib.Conn).Conn(), b) })
}

// poseEach asks one question after another.
func (s *Store) poseEach(ctx context.Context, tx execer, b bundle) error {
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
		if q.query == commit && rows.CommandTag().String() != commit {
			return errUndone
		}
	}
	return nil
}
