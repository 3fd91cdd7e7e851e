package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/store/storetest"
)

// A database is backed up while it is served, and another service goes on from the copy.
func TestBackup(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	w.subscribe(`{"platform":"telegram","chat":"601","follow":["place:CL"]}`)
	w.serve()
	copied := filepath.Join(t.TempDir(), "copy.db")
	if out := w.must("backup", copied); !strings.Contains(out, "MB") || !strings.Contains(out, "key") {
		t.Errorf("it says %q", out)
	}
	if out, code := w.run("backup", copied); code != exitFailed || !strings.Contains(out, copied) {
		t.Errorf("over what is there: status %d, %q", code, out)
	}
	w.env = append(w.env, "TENBELLS_DATABASE_URL=sqlite:"+copied)
	exported := filepath.Join(t.TempDir(), "all.jsonl")
	if out := w.must("subscribers", "export", "--clear", exported); !strings.Contains(out, "1 ") {
		t.Errorf("of the copy is exported: %q", out)
	}
}

func TestBackupOfPostgres(t *testing.T) {
	t.Parallel()
	url := storetest.PostgresURL(t)
	if _, err := exec.LookPath("pg_dump"); err != nil {
		t.Skip("pg_dump is not installed (Debian: apt-get install postgresql-client)")
	}
	w := newWorld(t, url)
	w.subscribe(`{"platform":"telegram","chat":"602","follow":["place:CL"]}`)
	copied := filepath.Join(t.TempDir(), "copy.dump")
	w.must("backup", copied)
	listed, err := exec.Command("pg_restore", "--list", copied).CombinedOutput()
	if err != nil || !strings.Contains(string(listed), "TABLE DATA public subscribers") {
		t.Errorf("%v: %s", err, listed)
	}
}
