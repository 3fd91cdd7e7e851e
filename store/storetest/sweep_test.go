package storetest

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// A cluster that another test binary is just starting is not swept away: also while its note of the server is empty.
func TestSweepSparesWhatIsInUse(t *testing.T) {
	for name, tt := range map[string]struct {
		note string // "-" for none
		age  time.Duration
		want bool
	}{
		"it runs":                       {strconv.Itoa(os.Getpid()) + "\n/data\n", time.Hour, true},
		"it is being made":              {"-" + strconv.Itoa(os.Getpid()) + "\n", time.Hour, true},
		"its server is gone":            {"2147483646\n", 0, false},
		"the note is still empty":       {"", 0, true},
		"an empty note was left behind": {"", time.Hour, false},
		"it is still without a note":    {"-", 0, true},
		"it was left without a note":    {"-", time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "data"), 0o700); err != nil {
				t.Fatal(err)
			}
			if tt.note != "-" {
				if err := os.WriteFile(filepath.Join(dir, "data", "postmaster.pid"), []byte(tt.note), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			then := time.Now().Add(-tt.age)
			if err := os.Chtimes(dir, then, then); err != nil {
				t.Fatal(err)
			}
			if got := inUse(dir); got != tt.want {
				t.Errorf("in use: %v, want %v", got, tt.want)
			}
		})
	}
}
