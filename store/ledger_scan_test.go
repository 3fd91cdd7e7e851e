package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
)

const (
	others = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`
	scans  = `SELECT sum(seq_scan) FROM pg_stat_user_tables WHERE relname IN ('messages', 'subscribers')`
)

// A plan that PostgreSQL makes while the table is small is kept while it grows by a million messages.
func TestATurnOnPostgresReadsNoTableFromEndToEnd(t *testing.T) {
	url := storetest.PostgresURL(t)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	db := storetest.DB(t, url)
	ask := func(query string) (n int) {
		t.Helper()
		if err := db.QueryRow(query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	opened := func(do func(*store.Store)) {
		t.Helper()
		s, err := store.Open(ctx, url, store.Options{Key: storetest.Key(t)})
		if err != nil {
			t.Fatal(err)
		}
		do(s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for ask(others) > 0 { // what a session did is counted when it ends
			if ctx.Err() != nil {
				t.Fatal("the sessions do not end")
			}
		}
	}
	readers := []string{"1", "2", "3"}
	opened(func(s *store.Store) {
		for _, chat := range readers {
			house(t, s).Subscribe(delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: chat, Kind: delivery.Private})
		}
		if err := s.SaveContent(ctx, "alert/flood/en", 1, delivery.Content{Headline: "Flood"}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Owe(ctx, mass("alert/now-x", 40, len(readers), delivery.Bulletin, time.Now())); err != nil {
			t.Fatal(err)
		}
	})
	before := ask(scans)
	opened(func(s *store.Store) {
		l, err := s.Acquire(ctx, "lane/telegram/main", "me", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		var receipts []delivery.Receipt
		for told := 0; told < 40; {
			c, err := s.Turn(ctx, l, "telegram/main", time.Now(), receipts, 4)
			if err != nil {
				t.Fatal(err)
			}
			receipts = receipts[:0]
			for _, p := range c.Parcels {
				receipts = append(receipts, delivery.Receipt{Key: p.Key, Op: p.Op, Subscriber: p.Subscriber, State: delivery.Sent, Version: p.Version, MessageID: "1"})
			}
			told += len(c.Parcels)
		}
	})
	if n := ask(scans) - before; n != 0 {
		t.Errorf("tables were read from end to end %d times", n)
	}
}
