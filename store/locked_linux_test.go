package store_test

import (
	"context"
	"database/sql"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tenbells/tenbells/store/storetest"
)

// TestMain lets this program be the other process of TestWhoeverWaitsSaysWhoHasLockedTheDatabase.
func TestMain(m *testing.M) {
	if url := os.Getenv("TENBELLS_TEST_LOCKS"); url != "" {
		lockAndStop(url)
	}
	os.Exit(m.Run())
}

// lockAndStop stops in the midst of a transaction.
func lockAndStop(url string) {
	db, err := sql.Open("sqlite", strings.TrimPrefix(url, "sqlite:"))
	if err == nil {
		_, err = db.Exec(`BEGIN IMMEDIATE`)
	}
	if err == nil {
		err = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
	}
	if err != nil {
		panic(err)
	}
	for { // a signal to oneself may reach another thread a little later
		time.Sleep(time.Hour)
	}
}

func TestWhoeverWaitsSaysWhoHasLockedTheDatabase(t *testing.T) {
	url := storetest.SQLiteURL(t)
	s := storetest.Open(t, url)
	other := exec.Command(os.Args[0])
	other.Env = append(os.Environ(), "TENBELLS_TEST_LOCKS="+url)
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = other.Process.Kill()
		_ = other.Wait() // it was killed
	})
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(other.Process.Pid, &status, syscall.WUNTRACED, nil); err != nil || !status.Stopped() {
		t.Fatalf("the other process did not stop: %v, %v", status, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	_, err := s.Acquire(ctx, "lane", "next", time.Minute)
	if err == nil || !strings.Contains(err.Error(), "is stopped and has locked the database") {
		t.Errorf("got %v", err)
	}
}
