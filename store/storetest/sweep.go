package storetest

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// folder is how the folders of clusters begin, in the folder for temporary files.
const folder = "tenbells-pg"

// sweep removes what test binaries that ended have left behind: a server stops with its binary, its folder stays.
func sweep() error {
	left, err := filepath.Glob(filepath.Join(os.TempDir(), folder+"*"))
	for _, dir := range left {
		if !inUse(dir) {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}
	return err
}

// inUse says whether a server runs in dir, or may be about to be started.
func inUse(dir string) bool {
	if pid := noted(dir); pid > 0 {
		return syscall.Kill(pid, 0) == nil
	}
	info, err := os.Stat(dir)
	return err == nil && time.Since(info.ModTime()) < 5*time.Minute
}

// noted is the process that has noted itself as the server in dir, 0 for none: also where the file is there, and the
// number is still to be written.
func noted(dir string) int {
	note, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(note), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		return 0
	}
	return max(pid, -pid) // negative while the cluster is being made
}
