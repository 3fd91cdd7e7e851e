package store_test

import (
	"context"
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
)

// eachBench runs a benchmark on both databases.
func eachBench(b *testing.B, bench func(*testing.B, *store.Store)) {
	b.Run("sqlite", func(b *testing.B) { bench(b, storetest.SQLite(b)) })
	b.Run("postgres", func(b *testing.B) { bench(b, storetest.Postgres(b)) })
}

// mass is n messages of a batch, each to a subscriber of its own in the order in which an audience comes, or all to the
// same readers in turn, if there are some.
func mass(b delivery.BatchID, n, readers int, class delivery.Class, due time.Time) []delivery.Message {
	ms := make([]delivery.Message, n)
	for i := range ms {
		key := delivery.SendKey(b, delivery.SubscriberID(i+1))
		to := delivery.SubscriberID(i + 1)
		if readers > 0 {
			to = delivery.SubscriberID(i%readers + 1)
		}
		ms[i] = delivery.Message{Key: key, Batch: b, Lane: "telegram/main", Subscriber: to, Op: delivery.Send,
			Class: class, Rank: delivery.Rank(delivery.Private, b, delivery.SubscriberID(i+1)), Due: due, Content: "alert/flood/en"}
	}
	return ms
}

// owePages owes as the desk does, a thousand at a time.
func owePages(b *testing.B, s *store.Store, ms []delivery.Message) {
	b.Helper()
	for len(ms) > 0 {
		n := min(1000, len(ms))
		if _, err := s.Owe(context.Background(), ms[:n]); err != nil {
			b.Fatal(err)
		}
		ms = ms[n:]
	}
}

// BenchmarkOwe owes 100,000 messages.
func BenchmarkOwe(b *testing.B) {
	eachBench(b, func(b *testing.B, s *store.Store) {
		rows := 0
		for i := 0; b.Loop(); i++ {
			ms := mass(delivery.BatchID(fmt.Sprintf("alert/owe-%d-x", i)), 100_000, 0, delivery.Bulletin, time.Now())
			owePages(b, s, ms)
			rows += len(ms)
		}
		b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	})
}

// inTheWay is how many messages are held, and how many of a paused batch stand before all others, while BenchmarkTurn
// measures.
var inTheWay = flag.Int("in-the-way", 200_000, "messages held, and as many paused, in BenchmarkTurn")

// BenchmarkTurn claims and settles while many messages are held and a paused batch stands before all.
func BenchmarkTurn(b *testing.B) {
	for _, window := range []int{1, 16, 32, 100} {
		b.Run(fmt.Sprint("window ", window), func(b *testing.B) {
			eachBench(b, func(b *testing.B, s *store.Store) { benchTurn(b, s, window) })
		})
	}
}

func benchTurn(b *testing.B, s *store.Store, window int) {
	ctx := context.Background()
	h := house(b, s)
	for i := range 1000 {
		h.Subscribe(delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: fmt.Sprint(i), Kind: delivery.Private})
	}
	now := time.Now()
	if err := s.SaveContent(ctx, "alert/flood/en", 1, delivery.Content{Headline: "Flood", Body: []string{"One.", "Two."}}); err != nil {
		b.Fatal(err)
	}
	owePages(b, s, mass("alert/held-x", *inTheWay, 0, delivery.Flash, now.Add(24*time.Hour)))
	owePages(b, s, mass("alert/paused-x", *inTheWay, 0, delivery.Flash, now))
	start := time.Now()
	if err := s.SetBatch(ctx, "alert/paused-x", delivery.BatchPaused); err != nil {
		b.Fatal(err)
	}
	b.Logf("pausing %d took %s", *inTheWay, time.Since(start).Round(time.Millisecond))
	owePages(b, s, mass("alert/now-x", 100_000, 1000, delivery.Bulletin, now))
	l, err := s.Acquire(ctx, "lane/telegram/main", "bench", time.Hour)
	if err != nil {
		b.Fatal(err)
	}
	var receipts []delivery.Receipt
	rows := 0
	for b.Loop() {
		c, err := s.Turn(ctx, l, "telegram/main", time.Now(), receipts, window)
		if err != nil {
			b.Fatal(err)
		}
		receipts = receipts[:0]
		for _, p := range c.Parcels {
			receipts = append(receipts, delivery.Receipt{Key: p.Key, Op: p.Op, Subscriber: p.Subscriber, State: delivery.Sent,
				Version: p.Version, MessageID: "123456", At: time.Now()})
		}
		rows += len(c.Parcels)
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
