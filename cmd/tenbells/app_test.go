package main

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
)

func TestAKeyThatIsNotTheDatabasesIsNamedWithTheMend(t *testing.T) {
	dir := t.TempDir()
	open := func(key string) error {
		set, err := loadSettings("", []string{"TENBELLS_DATABASE_URL=sqlite:" + filepath.Join(dir, "tenbells.db"), "TENBELLS_KEY_FILE=" + key})
		if err != nil {
			t.Fatal(err)
		}
		n, err := openNewsroom(t.Context(), set, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		return n.close()
	}
	if err := open(filepath.Join(dir, "key")); err != nil {
		t.Fatal(err)
	}
	other := write(t, "key", strings.Repeat("07", 32))
	for _, key := range []string{other, filepath.Join(t.TempDir(), "missing")} {
		err := open(key)
		if err == nil || !strings.Contains(err.Error(), "TENBELLS_KEY_FILE") || !strings.Contains(err.Error(), key) || report(err, t.Output()) != exitUsage {
			t.Errorf("with %s: %v", key, err)
		}
	}
}
