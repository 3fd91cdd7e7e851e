package store

import (
	"context"
	"database/sql"
	"flag"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

//go:generate go test -run ^TestSchemaFileShowsTheWhole$ -schema

var writeSchema = flag.Bool("schema", false, "write schema.sql anew")

const schemaFile = "schema.sql"

func TestSchemaFileShowsTheWhole(t *testing.T) {
	want := schema(t)
	if *writeSchema {
		if err := os.WriteFile(schemaFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the migrations make; run go generate ./store", schemaFile)
	}
}

// schema is a migrated SQLite database as text: each table under what its migration says of it, with its indexes.
func schema(t *testing.T) string {
	t.Helper()
	s, err := Open(context.Background(), "sqlite:"+t.TempDir()+"/tenbells.db", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	parts, err := collect(context.Background(), s.read, scanPart, `SELECT p.tbl_name, p.sql FROM sqlite_schema p
		JOIN sqlite_schema t ON t.name = p.tbl_name AND t.type = 'table'
		WHERE p.sql IS NOT NULL AND p.tbl_name NOT LIKE 'goose%' AND p.tbl_name NOT LIKE 'sqlite%' ORDER BY t.rowid, p.rowid`)
	if err != nil {
		t.Fatal(err)
	}
	said := comments(t)
	text := strings.Builder{}
	text.WriteString("-- What the migrations make of an empty SQLite database. Generated: go generate ./store. PostgreSQL has the same tables\n" +
		"-- with types of its own.\n")
	for _, p := range parts {
		if strings.HasPrefix(p.sql, "CREATE TABLE") {
			text.WriteString("\n" + said[p.table])
		}
		text.WriteString(p.sql + ";\n")
	}
	return text.String()
}

// part is a table, or an index or trigger of one.
type part struct{ table, sql string }

func scanPart(rows *sql.Rows) (p part, err error) { return p, rows.Scan(&p.table, &p.sql) }

var described = regexp.MustCompile(`((?:-- .*\n)+)CREATE TABLE (\w+)`)

// comments is what migrations say above each table.
func comments(t *testing.T) map[string]string {
	t.Helper()
	files, err := fs.Glob(migrations, "migrations/sqlite/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for _, file := range files {
		text, err := migrations.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range described.FindAllStringSubmatch(string(text), -1) {
			said[m[2]] = m[1]
		}
	}
	return said
}
