package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/tenbells/tenbells/store/storetest"
)

// Whoever is frozen in the midst of a transaction holds the locks on its rows, and the lease among them.
func TestAFrozenTransactionHoldsUpNobodyForLong(t *testing.T) {
	url := storetest.PostgresURL(t)
	frozen, s := storetest.Open(t, url), storetest.Open(t, url)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
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

// A process that is frozen while it asks has not said all of its question: the server waits for the rest, which no time
// limit of its own ends.
func TestAQuestionThatBreaksOffHoldsUpNobodyForLong(t *testing.T) {
	url := storetest.PostgresURL(t)
	s := storetest.Open(t, url)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	watched := make(chan error, 1)
	watching, stop := context.WithCancel(ctx)
	go func() { watched <- s.Watch(watching) }()
	defer func() {
		stop()
		if err := <-watched; err != nil {
			t.Error(err)
		}
	}()
	l, err := s.Acquire(ctx, "lane", "frozen", time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgconn.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }() // the server has ended it
	front := conn.Frontend()
	front.SendParse(&pgproto3.Parse{Query: "UPDATE leases SET until = until"})
	front.SendBind(&pgproto3.Bind{})
	front.SendExecute(&pgproto3.Execute{})
	front.Send(&pgproto3.Flush{})
	if err := front.Flush(); err != nil {
		t.Fatal(err)
	}
	for done := false; !done; {
		m, err := front.Receive()
		if err != nil {
			t.Fatal(err)
		}
		_, done = m.(*pgproto3.CommandComplete)
	}
	next, err := s.Acquire(ctx, "lane", "next", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if next.Epoch <= l.Epoch {
		t.Errorf("the next epoch is %d, after %d", next.Epoch, l.Epoch)
	}
}
