//go:build unix && !solaris && !aix

package store

import (
	"errors"
	"os"
	"syscall"
)

// canLock says whether this system tells of locks whose owner has died.
const canLock = true

// tryLock locks a file until it is closed, unless somebody else has.
func tryLock(f *os.File) (free bool, err error) {
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}
