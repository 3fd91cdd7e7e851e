package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"
)

// execer is a transaction, for those who read and write.
type execer interface {
	queryer
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// frequent are the statements that are compiled once, when an SQLite database is opened: compiling one takes longer
// than running it. PostgreSQL's driver remembers all of them by itself.
var frequent = []string{
	findFence, findCandidates, findHeads, findStates(1), findVersions(1),
	findAddress, nextSubscriber, insertSubscriber, followSome(1),
}

// inPortions are the statements of a turn, for each number of rows there is.
func inPortions(d dialect) (all []string) {
	for _, n := range d.portions {
		all = append(all, d.settleSome(n), d.settleSome(n)+andTell, d.showEdited(n), d.markSome(n), findEnvelopes(n))
	}
	return all
}

// rowsAtOnce is how many rows of so many values each a statement that is not ready should have at most.
func (s *Store) rowsAtOnce(values int) int { return max(1, s.dialect.values/values) }

// prepare makes the frequent statements, and compiles them on SQLite's only writing connection.
func (s *Store) prepare(ctx context.Context) error {
	s.owing = make(map[int]string)
	for _, n := range s.dialect.debts {
		s.owing[n] = s.dialect.oweSome(n)
	}
	if s.dialect.name != onSQLite.name {
		return nil
	}
	s.ready = make(map[string]*sql.Stmt, len(frequent))
	for _, query := range slices.Concat(inPortions(s.dialect), frequent, slices.Collect(maps.Values(s.owing))) {
		stmt, err := s.write.PrepareContext(ctx, query)
		if err != nil {
			return err
		}
		s.ready[query] = stmt
	}
	return nil
}

// quick is tx, with statements that are ready where there are some.
func (s *Store) quick(tx execer) execer {
	if tx, ok := tx.(*sql.Tx); ok && s.ready != nil {
		return quick{tx, s.ready}
	}
	return tx
}

type quick struct {
	*sql.Tx
	ready map[string]*sql.Stmt
}

func (q quick) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if stmt, ok := q.ready[query]; ok {
		return q.StmtContext(ctx, stmt).QueryContext(ctx, args...)
	}
	return q.Tx.QueryContext(ctx, query, args...)
}

func (q quick) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if stmt, ok := q.ready[query]; ok {
		return q.StmtContext(ctx, stmt).QueryRowContext(ctx, args...)
	}
	return q.Tx.QueryRowContext(ctx, query, args...)
}

func (q quick) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if stmt, ok := q.ready[query]; ok {
		return q.StmtContext(ctx, stmt).ExecContext(ctx, args...)
	}
	return q.Tx.ExecContext(ctx, query, args...)
}
