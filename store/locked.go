package store

import (
	"fmt"
	"os"
)

// locked says of a transaction that could not begin who keeps it from that, where another process does. On SQLite whoever
// writes locks the whole file, and one that is stopped in the midst of it keeps the lock until it goes on or ends: nobody
// else can take its leases over.
func (s *Store) locked(err error) error {
	if s.proof.base == "" {
		return err
	}
	pid, stopped := lockHolder(s.proof.base)
	switch {
	case pid == 0 || pid == os.Getpid():
		return err
	case stopped:
		return fmt.Errorf("process %d is stopped and has locked the database; let it go on (kill -CONT %d) or end it: %w", pid, pid, err)
	default:
		return fmt.Errorf("process %d has locked the database: %w", pid, err)
	}
}
