package store_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/delivery/deliverytest"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
)

func TestLeases(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLiteURL, "postgres": storetest.PostgresURL} {
		t.Run(name, func(t *testing.T) {
			deliverytest.TestLeases(t, func(t *testing.T) (one, two delivery.Leases, later func(time.Duration)) {
				at := url(t)
				var ahead atomic.Int64 // no time passes by itself: leases of ten seconds end on a busy machine, too
				now := func() time.Time { return noon.Add(time.Duration(ahead.Load())) }
				return openAt(t, at, now), openAt(t, at, now), func(d time.Duration) { ahead.Add(int64(d)) }
			})
		})
	}
}

// openAt opens a store whose clock is now.
func openAt(t *testing.T, url string, now func() time.Time) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), url, store.Options{Key: storetest.Key(t), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// ownerURL tells a child of this test where to take the lease of the desk, and to keep it.
const ownerURL = "TENBELLS_TEST_OWNER"

func TestRestartAfterAKillNeedNotWait(t *testing.T) {
	ctx := context.Background()
	if url := os.Getenv(ownerURL); url != "" {
		keepLease(t, url)
	}
	url := storetest.SQLiteURL(t)
	s := storetest.Open(t, url)
	owner := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	owner.Env = append(os.Environ(), ownerURL+"="+url)
	out, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = owner.Wait() }() // it is killed
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	_, err = s.Acquire(ctx, "desk", "second", time.Hour)
	var held *delivery.HeldError
	if !errors.As(err, &held) || held.Owner != "first" {
		t.Errorf("beside a living owner: %v", err)
	}
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = owner.Wait() // killed
	l, err := s.Acquire(ctx, "desk", "second", time.Hour)
	if err != nil || l.Epoch != 2 {
		t.Errorf("after the owner was killed: %+v, %v", l, err)
	}
	if _, err := s.Acquire(ctx, "desk", "third", time.Hour); err == nil {
		t.Error("our own lease was taken for a dead one's")
	}
	if left := proofs(t, url); len(left) != 1 {
		t.Errorf("left beside the database: %v, want our own proof only", left)
	}
}

// keepLease takes the lease, says so, and waits to be killed.
func keepLease(t *testing.T, url string) {
	s := storetest.Open(t, url)
	if _, err := s.Acquire(context.Background(), "desk", "first", time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stdout.WriteString("ready\n"); err != nil {
		t.Fatal(err)
	}
	select {}
}

func proofs(t *testing.T, url string) []string {
	t.Helper()
	found, err := filepath.Glob(strings.TrimPrefix(url, "sqlite:") + ".owner-*")
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestCloseTakesTheProofAway(t *testing.T) {
	url := storetest.SQLiteURL(t)
	s, err := store.Open(context.Background(), url, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Acquire(context.Background(), "desk", "first", time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if left := proofs(t, url); len(left) != 0 {
		t.Errorf("left beside the database: %v", left)
	}
	if _, err := storetest.Open(t, url).Acquire(context.Background(), "desk", "second", time.Hour); err != nil {
		t.Errorf("after a stop without a release: %v", err)
	}
}
