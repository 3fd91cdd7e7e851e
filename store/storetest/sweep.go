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

// inUse says whether a server runs in dir, or may be about to be started: while a cluster is being made, several processes
// note themselves in it one after another, and there are instants in which the note is empty, or names one that has
// just ended.
func inUse(dir string) bool {
	if pid, err := noted(dir); err == nil {
		if err := syscall.Kill(pid, 0); err == nil || errors.Is(err, syscall.EPERM) { // or somebody else's
			return true
		}
	}
	info, err := os.Stat(dir)
	return err == nil && time.Since(info.ModTime()) < 5*time.Minute
}

// noted is the process that a cluster's own note names.
func noted(dir string) (pid int, err error) {
	note, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(note), "\n")
	if pid, err = strconv.Atoi(first); pid < 0 { // of one that makes the cluster
		pid = -pid
	}
	return pid, err
}
