package store

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// proof shows other processes on this machine that we live: a file beside the SQLite database that we keep locked. The
// system unlocks it when we die, however that happens, so whoever restarts need not wait for our leases to run out. A
// process that is merely frozen keeps its lock, and its leases run out. Without a base (on PostgreSQL) there is none.
type proof struct {
	mu   sync.Mutex
	base string // of the files' paths
	file *os.File
}

// mine is the name of our own file, made when it is first asked for; "" where there is no proof.
func (p *proof) mine() (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.base == "" || !canLock {
		return "", nil
	}
	if p.file == nil {
		f, err := os.OpenFile(p.base+".owner-"+rand.Text(), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		if err != nil {
			return "", err
		}
		if _, err := tryLock(f); err != nil {
			return "", errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
		p.file = f
	}
	return filepath.Base(p.file.Name()), nil
}

// dead says whether the process that made the file is surely no more. Names are never used twice, so a file that is
// missing was removed by its owner, or by whoever found it unlocked.
func (p *proof) dead(name string) bool {
	if p.base == "" || name == "" || name != filepath.Base(name) {
		return false
	}
	f, err := os.Open(filepath.Join(filepath.Dir(p.base), name))
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	defer func() { _ = f.Close() }() // only read
	free, err := tryLock(f)
	if err != nil || !free {
		return false
	}
	_ = os.Remove(f.Name()) // litter of a dead process; whoever comes next tries again
	return true
}

// end removes our file: from now on we count as dead.
func (p *proof) end() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.file == nil {
		return nil
	}
	err := errors.Join(os.Remove(p.file.Name()), p.file.Close())
	p.file = nil
	return err
}
