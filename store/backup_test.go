package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
)

func TestABackupIsACopyOfOneMoment(t *testing.T) {
	s := storetest.SQLite(t)
	o := newOffice(t, s)
	to := o.reader(1)
	writing, err := s.LockLease(ctx, "lane/"+string(mainLane)) // from before it begins until after it ends
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "copy.db")
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := errors.Join(s.Backup(limited, path), writing()); err != nil {
		t.Fatalf("beside somebody who writes: %v", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v; want a file that nobody else may read", info.Mode(), err)
	}
	again := storetest.Open(t, "sqlite:"+path)
	sub, err := again.Book().Get(ctx, to.ID)
	if err != nil || sub.Address != to.Address {
		t.Errorf("the copy knows %+v, %v", sub.Address, err)
	}
	if err := s.Backup(ctx, path); !errors.Is(err, os.ErrExist) {
		t.Errorf("over what is there: %v", err)
	}
	if _, err := s.Book().Save(ctx, sub); err != nil {
		t.Errorf("writing after it: %v", err)
	}
}

func TestABackupThatFailsLeavesNothing(t *testing.T) {
	s := storetest.SQLite(t)
	path := filepath.Join(t.TempDir(), "missing", "copy.db")
	if err := s.Backup(ctx, path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
	if err := storetest.Postgres(t).Backup(ctx, filepath.Join(t.TempDir(), "copy")); !errors.Is(err, store.ErrOwnBackup) {
		t.Errorf("got %v", err)
	}
}
