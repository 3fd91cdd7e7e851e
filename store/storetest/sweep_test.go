package storetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

func TestOnlyWhatIsLeftIsSwept(t *testing.T) {
	ended := exec.Command("true")
	if err := ended.Run(); err != nil {
		t.Fatal(err)
	}
	ours, dead := strconv.Itoa(os.Getpid()), strconv.Itoa(ended.Process.Pid)
	const old = time.Hour
	for name, c := range map[string]struct {
		note string
		age  time.Duration
		want bool
	}{
		"a server runs":                            {ours + "\n/data\n", old, true},
		"a cluster is being made":                  {"-" + ours + "\n", 0, true},
		"its maker has just begun its note":        {"", 0, true},
		"one of its makers has just ended":         {"-" + dead + "\n", 0, true},
		"a server was killed long ago":             {dead + "\n/data\n", old, false},
		"a server was killed as it began its note": {"", old, false},
	} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "data"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "data", "postmaster.pid"), []byte(c.note), 0o600); err != nil {
			t.Fatal(err)
		}
		then := time.Now().Add(-c.age)
		if err := os.Chtimes(dir, then, then); err != nil {
			t.Fatal(err)
		}
		if got := inUse(dir); got != c.want {
			t.Errorf("%s: in use is %v", name, got)
		}
	}
}
