// Package store keeps everything tenbells must not lose, in SQLite or PostgreSQL: articles, subscribers, alerts, the
// ledger of what is owed, leases and the chats' updates. There is one SQL text for both; what differs stands in
// sqlite.go, postgres.go and the folder migrations. Times are Unix milliseconds, 0 where there is none; ids are our own.
//
// One file holds one domain, its queries beside their scans. Exported methods open the transaction, unexported ones
// take it. Addresses are ciphertext and keyed hash (key.go); wake.go tells others in this process and in other ones
// that something has changed.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// Store is one open database. It is safe for concurrent use.
type Store struct {
	dialect dialect
	write   *sql.DB // on SQLite a single connection whose transactions begin by taking the write lock
	read    *sql.DB
	key     Key
	keyMade bool // at the start, since the database was new and had none
	waker   *waker
	log     *slog.Logger
	now     func() time.Time

	proof  proof        // that we live, for those who wait for our leases
	shelf  contentShelf // contents as last read
	queues queues       // when a message was last lifted, by lane
	ready  map[string]*sql.Stmt
	owing  map[int]string // the statements that owe so many messages

	feedSaves gathering
}

// Options are what Open may be told beyond the address of the database.
type Options struct {
	Key     Key              // opens and seals addresses
	KeyFile string           // where the key is, in place of Key; made only for a database that has had none yet
	Log     *slog.Logger     // nil: nothing is logged
	Now     func() time.Time // nil: time.Now
}

// dialect is what differs between the two databases outside of migrations.
type dialect struct {
	name     string
	skipRow  string // the clause that lets a claim pass over rows another process is just claiming
	lockRow  string // the clause that keeps a row from others to the end of the transaction
	shareRow string // the clause that keeps a row from being changed to the end of the transaction
	narrow   string // the query that binds the planner to indexes to the end of the transaction; "": it needs none
	portions []int  // how many rows the statements of a turn have, which are compiled once; the most first
	roomy    bool   // statements of a turn have room for a power of two of rows, so that there are few to remember
	rows     int    // how many rows of values another statement of the ledger should have
	debts    []int  // how many messages are owed in one statement; the most first
	part     int    // how many messages of a page are owed in one of several transactions at once; 0: all in one
	unnamed  bool   // parameters without a number are quicker
	values   int    // how many values any statement takes before it becomes slow
	unique   func(error) bool
	conflict func(error) bool // the transaction lost against another one, and may be repeated as it is
}

// Open opens the database at url, "sqlite:PATH" or "postgres://…", and brings its schema up to date. A key other
// than the one the database was begun with is refused: ErrOtherKey, ErrKeyMissing; so is a database of a later release:
// ErrNewer. Close must be called in the end.
func Open(ctx context.Context, url string, opt Options) (*Store, error) {
	s := &Store{key: opt.Key, log: opt.Log, now: opt.Now, waker: newWaker()}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	open := s.openPostgres
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		open = func(ctx context.Context, _ string) error { return s.openSQLite(ctx, path) }
	}
	if err := open(ctx, url); err != nil {
		return nil, fmt.Errorf("store: open: %w", err)
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("store: migrate: %w", err), s.Close())
	}
	if err := s.learnKey(ctx, opt); err != nil {
		return nil, errors.Join(failed("key", err), s.Close())
	}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("store: prepare: %w", err), s.Close())
	}
	return s, nil
}

// Close ends all connections.
func (s *Store) Close() error {
	err := errors.Join(s.proof.end(), s.write.Close())
	if s.read != s.write {
		err = errors.Join(err, s.read.Close())
	}
	return err
}

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.read.PingContext(ctx) }

// lostRaces is how often a transaction is repeated that lost against another process.
const lostRaces = 10

// tx runs do in one writing transaction, and once more where it lost against another one. do must have no effect but
// on the database.
func (s *Store) tx(ctx context.Context, do func(execer) error) error {
	return s.repeated(ctx, func() error {
		tx, err := s.write.BeginTx(ctx, nil)
		if err != nil {
			return s.locked(err)
		}
		return ended(tx, do(tx))
	})
}

// repeated does a transaction, and again where it lost against another process.
func (s *Store) repeated(ctx context.Context, once func() error) error {
	for i := 0; ; i++ {
		err := once()
		if err == nil || i == lostRaces || !s.dialect.conflict(err) || ctx.Err() != nil {
			return err
		}
	}
}

// ended commits what was done in a transaction, or undoes it where that failed.
func ended(tx *sql.Tx, err error) error {
	if err != nil {
		return errors.Join(err, rollback(tx))
	}
	return tx.Commit()
}

// rollback undoes; a transaction that its context ended already is no fault of its own.
func rollback(tx *sql.Tx) error {
	if err := tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return err
	}
	return nil
}

// millis is an instant as it is stored; 0 for none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// instant is what millis stored.
func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// queryer is what a transaction and a pool have in common for those who only read.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// collect reads all rows of a query, and closes it before anything else is asked: PostgreSQL's connection is busy until
// then.
func collect[T any](ctx context.Context, q queryer, scan func(*sql.Rows) (T, error), query string, args ...any) (all []T, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// placeholders is "$from, $from+1, …" for n values.
func placeholders(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", from+i)
	}
	return b.String()
}

// rowsInOrder is n rows of placeholders whose values come in this order and are used once, in a statement that has no
// others.
func (d dialect) rowsInOrder(n int, casts ...string) string {
	return d.rowsOnward(0, n, casts...)
}

// rowsOnward is rowsInOrder behind so many values.
func (d dialect) rowsOnward(behind, n int, casts ...string) string {
	if !d.unnamed {
		return rowsOf(behind+1, n, casts...)
	}
	row := "(" + strings.Repeat("?, ", len(casts)-1) + "?)"
	return strings.Repeat(row+", ", n-1) + row
}

// rowsOf is n rows of placeholders, "($1, $2), ($3, $4)" for two columns, beginning at $from. On PostgreSQL the values
// of a bare VALUES list are text unless casts says otherwise for a column, as in "BIGINT"; "" leaves it alone.
func rowsOf(from, n int, casts ...string) string {
	var b strings.Builder
	for row := range n {
		if row > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for col, cast := range casts {
			if col > 0 {
				b.WriteString(", ")
			}
			at := from + row*len(casts) + col
			if cast == "" {
				fmt.Fprintf(&b, "$%d", at)
			} else {
				fmt.Fprintf(&b, "CAST($%d AS %s)", at, cast)
			}
		}
		b.WriteByte(')')
	}
	return b.String()
}
