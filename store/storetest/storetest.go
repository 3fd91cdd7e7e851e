// Package storetest gives tests real databases: a temporary SQLite file, and a temporary PostgreSQL cluster on a Unix
// socket that ends with the test binary. Where PostgreSQL is not installed its half is skipped with a clear line,
// unless TENBELLS_NO_SKIP is set.
package storetest

import (
	"bytes"
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/store"
)

// Key is the key of all stores in tests.
func Key(t testing.TB) store.Key {
	t.Helper()
	key, err := store.NewKey(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// Each runs test on both databases, as sub-tests "sqlite" and "postgres".
func Each(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// SQLite is an empty store in a file that ends with the test.
func SQLite(t testing.TB) *store.Store {
	t.Helper()
	return Open(t, SQLiteURL(t))
}

// SQLiteURL names a database file that does not exist yet.
func SQLiteURL(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "tenbells.db")
}

// Postgres is an empty store in a database of its own that ends with the test.
func Postgres(t testing.TB) *store.Store {
	t.Helper()
	migrated, err := template()
	skipWithout(t, err)
	return Open(t, newDatabase(t, migrated))
}

// Open opens a store, which is closed when the test ends. It may be called several times for one url: two processes on
// one database.
func Open(t testing.TB, url string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), url, store.Options{Key: Key(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// DB is another program on the database at a url: what it does passes the store by.
func DB(t testing.TB, url string) *sql.DB {
	t.Helper()
	driver := "pgx"
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		driver, url = "sqlite", path
	}
	db, err := sql.Open(driver, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}
