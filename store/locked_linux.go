package store

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// writeLock is the byte of the file beside the database (-shm) that whoever writes has locked
// (sqlite.org/walformat.html, WAL locks).
const writeLock = 120

// lockHolder is the process that holds the database at path against other writers, and whether it is stopped; 0 where
// that is not known. It reads the system's list: to open the file would cost us our own locks on it.
func lockHolder(path string) (pid int, stopped bool) {
	info, err := os.Stat(path + "-shm")
	if err != nil {
		return 0, false
	}
	file, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	locks, err := os.Open("/proc/locks")
	if err != nil {
		return 0, false
	}
	defer func() { _ = locks.Close() }() // only read
	pid = writerOf(locks, file.Ino)
	return pid, stopsNow(pid)
}

// writerOf finds who has locked the byte of a file, by lines such as "1: POSIX  ADVISORY  WRITE 4711 08:01:1234 120 120"
// (proc_locks(5)).
func writerOf(locks io.Reader, inode uint64) int {
	lines := bufio.NewScanner(locks)
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) != 8 || f[1] != "POSIX" || f[3] != "WRITE" || !strings.HasSuffix(f[5], fmt.Sprint(":", inode)) {
			continue
		}
		from, err := strconv.Atoi(f[6])
		if err != nil || from > writeLock {
			continue
		}
		if to, err := strconv.Atoi(f[7]); err == nil && to < writeLock { // else it ends with the file
			continue
		}
		if pid, err := strconv.Atoi(f[4]); err == nil {
			return pid
		}
	}
	return 0
}

// stopsNow says whether a process is stopped, by a signal or a debugger.
func stopsNow(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(text[strings.LastIndexByte(string(text), ')')+1:]), " ")
	return strings.HasPrefix(rest, "T") || strings.HasPrefix(rest, "t")
}
