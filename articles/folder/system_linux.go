package folder

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// setLease is F_SETLEASE (fcntl(2)), which the package syscall does not name.
const setLease = 1024

// writingOf asks for a lease on the file, which is refused while anybody has it open for writing, and gives it back at
// once. Only the file's owner may ask, and not all file systems know leases; then it is unknown.
func writingOf(full string) writing {
	file, err := os.Open(full)
	if err != nil {
		return unknown
	}
	defer file.Close()
	switch err := fcntl(file, setLease, syscall.F_RDLCK); {
	case errors.Is(err, syscall.EAGAIN):
		return held
	case err != nil:
		return unknown
	}
	if err := fcntl(file, setLease, syscall.F_UNLCK); err != nil {
		return unknown // closing the file gives the lease back
	}
	return closed
}

func fcntl(file *os.File, command, argument uintptr) error {
	connection, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var errno syscall.Errno
	err = connection.Control(func(fd uintptr) { _, _, errno = syscall.Syscall(syscall.SYS_FCNTL, fd, command, argument) })
	if err == nil && errno != 0 {
		err = errno
	}
	return err
}

// arrivedAt is when a file came to where it is or was last written: moving it here sets its ctime, though not its mtime.
func arrivedAt(info fs.FileInfo) time.Time {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(stat.Ctim.Unix())
	}
	return info.ModTime()
}
