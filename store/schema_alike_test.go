package store_test

import (
	"database/sql"
	"slices"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/store/storetest"
)

func TestBothDatabasesHaveTheSameColumns(t *testing.T) {
	lite, post := storetest.SQLiteURL(t), storetest.PostgresURL(t)
	storetest.Open(t, lite)
	storetest.Open(t, post)
	db, err := sql.Open("sqlite", strings.TrimPrefix(lite, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	here := strings.Fields(one(t, db, `SELECT group_concat(t.name || '.' || c.name, ' ') FROM sqlite_schema t, pragma_table_info(t.name) c
		WHERE t.type = 'table' AND t.name NOT LIKE 'goose%' AND t.name NOT LIKE 'sqlite%'`))
	there := strings.Fields(one(t, open(t, post), `SELECT string_agg(table_name || '.' || column_name, ' ') FROM information_schema.columns
		WHERE table_schema = 'public' AND table_name NOT LIKE 'goose%'`))
	slices.Sort(here)
	slices.Sort(there)
	if len(here) < 100 {
		t.Fatalf("only %d columns", len(here))
	}
	for _, c := range here {
		if !slices.Contains(there, c) {
			t.Errorf("PostgreSQL has no %s", c)
		}
	}
	for _, c := range there {
		if !slices.Contains(here, c) {
			t.Errorf("SQLite has no %s", c)
		}
	}
}
