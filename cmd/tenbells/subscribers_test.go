package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A list that was exported and is imported again, here or elsewhere, tells nobody who had asked us to stop.
func TestWhoStoppedStaysSoThroughExportAndImport(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	list := filepath.Join(dir, "readers.jsonl")
	text := `{"platform":"telegram","chat":"1"}` + "\n" + `{"platform":"telegram","chat":"2","follow":["place:RU"],"status":"stopped"}` + "\n"
	if err := os.WriteFile(list, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, _, code := call(t, dir, "", "subscribers", "import", list); code != 0 {
		t.Fatal(out)
	}
	first, _, code := call(t, dir, "", "subscribers", "export", "--clear", "-")
	if code != 0 || strings.Count(first, `"status"`) != 1 || strings.Count(first, `"status":"stopped"`) != 1 {
		t.Fatalf("exported:\n%s", first)
	}
	again := filepath.Join(elsewhere, "again.jsonl")
	if err := os.WriteFile(again, []byte(first), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, _, code := call(t, elsewhere, "", "subscribers", "import", again); code != 0 {
		t.Fatal(out)
	}
	if out, _, code := call(t, dir, "", "subscribers", "import", list); code != 0 {
		t.Fatal(out)
	}
	for _, where := range []string{dir, elsewhere} {
		if got, _, _ := call(t, where, "", "subscribers", "export", "--clear", "-"); got != first {
			t.Errorf("exported:\n%s\nwant\n%s", got, first)
		}
	}
}
