package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// onSQLite: a transaction takes the only write lock when it begins, so rows need no lock of their own. A short statement
// that is compiled once and run for each row is quicker than one with many rows: each numbered parameter is looked for
// along the list of all of them. Where none needs a number, rows share what a statement costs by itself, such as the lists
// of its CHECKs.
var onSQLite = dialect{
	name:     "sqlite",
	rows:     1,
	portions: []int{32, 16, 4, 1},
	debts:    []int{64, 16, 4, 1},
	unnamed:  true,
	values:   200,
	unique: func(err error) bool {
		return sqliteCode(err, sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
	},
	conflict: func(err error) bool {
		return sqliteCode(err, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_SNAPSHOT, sqlite3.SQLITE_LOCKED)
	},
}

func sqliteCode(err error, codes ...int) bool {
	var fault *sqlite.Error
	if !errors.As(err, &fault) {
		return false
	}
	for _, code := range codes {
		if fault.Code() == code {
			return true
		}
	}
	return false
}

// openSQLite opens path, which is made where it is missing. The ledger must survive a power cut, so every commit is
// synced; what is deleted is overwritten, so that no page keeps what was forgotten.
func (s *Store) openSQLite(ctx context.Context, path string) error {
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return fmt.Errorf("the folder of the database: %w", err)
	}
	if err := private(path); err != nil {
		return err
	}
	pragmas := []string{"busy_timeout(5000)", "journal_mode(wal)", "synchronous(full)", "foreign_keys(1)", "secure_delete(1)", "temp_store(memory)"}
	writer, err := sql.Open("sqlite", dsn(path, url.Values{"_pragma": append(pragmas, "cache_size(-32768)"), "_txlock": {"immediate"}}))
	if err != nil {
		return err
	}
	writer.SetMaxOpenConns(1)
	reader, err := sql.Open("sqlite", dsn(path, url.Values{"_pragma": append(pragmas, "cache_size(-8192)", "query_only(1)")}))
	if err != nil {
		return errors.Join(err, writer.Close())
	}
	reader.SetMaxOpenConns(4)
	reader.SetMaxIdleConns(4)
	s.dialect, s.write, s.read = onSQLite, writer, reader
	s.proof.base = path
	if err := s.bindsByNumber(ctx); err != nil {
		return errors.Join(err, s.Close())
	}
	return nil
}

// private makes an empty database that nobody else may read.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func dsn(path string, query url.Values) string {
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: query.Encode()}).String()
}

// bindsByNumber makes sure that the driver takes $2 for the second parameter wherever it stands. Others take it for the
// first one they meet, and swap values silently.
func (s *Store) bindsByNumber(ctx context.Context) error {
	var second, first int
	if err := s.write.QueryRowContext(ctx, `SELECT $2 + 0, $1 + 0`, 1, 2).Scan(&second, &first); err != nil {
		return err
	}
	if second != 2 || first != 1 {
		return errors.New("the SQLite driver binds parameters by position, not by number")
	}
	return nil
}

// watchSQLite wakes everyone when another process has committed. It asks the connection that we write by, which our own
// commits are nothing new to: who they concern has been woken by then. It returns when ctx ends.
func (s *Store) watchSQLite(ctx context.Context) error {
	last := int64(-1)
	for pause(ctx, notice) == nil {
		var version int64
		if err := s.write.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&version); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("watch: %w", err)
		}
		if version != last {
			s.waker.wake(topics...) // at first for what happened before we looked
		}
		last = version
	}
	return nil
}
