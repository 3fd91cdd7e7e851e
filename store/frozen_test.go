package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/tenbells/tenbells/store/storetest"
)

// Whoever is frozen in the midst of a transaction holds the locks on its rows, and the lease among them.
func TestAFrozenTransactionHoldsUpNobodyForLong(t *testing.T) {
	url := storetest.PostgresURL(t)
	frozen, s := storetest.Open(t, url), storetest.Open(t, url)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if _, err := frozen.Acquire(ctx, "lane", "frozen", time.Millisecond); err != nil {
		t.Fatal(err)
	}
	release, err := frozen.LockLease(ctx, "lane")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = release() }() // the server has ended it
	if _, err := s.Acquire(ctx, "lane", "next", time.Minute); err != nil {
		t.Error(err)
	}
}
