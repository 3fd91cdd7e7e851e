package store_test

import (
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/digest"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
	"github.com/tenbells/tenbells/subscriptions"
	"github.com/tenbells/tenbells/subscriptions/subscriptionstest"
)

// BenchmarkDigests serves 20,000 readers whose digest is due at the same minute, in the Press's pages.
func BenchmarkDigests(b *testing.B) {
	const readers, page = 20_000, 1000
	for name, open := range map[string]func(testing.TB) *store.Store{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			s := open(b)
			for from := 0; from < readers; from += page {
				var subs []subscriptions.Subscriber
				for i := range page {
					sub := subscriptionstest.Reader(from+i, "place:RU", "place:SY")
					sub.Digest, sub.NextDigest = []string{"0 12 * * *"}, noon
					subs = append(subs, sub)
				}
				if err := s.Book().SaveAll(ctx, subs); err != nil {
					b.Fatal(err)
				}
			}
			day, served := noon, 0
			for b.Loop() {
				served += serveDay(b, s, day, page)
				day = day.Add(24 * time.Hour)
			}
			b.ReportMetric(float64(served)/b.Elapsed().Seconds(), "readers/s")
		})
	}
}

func serveDay(b *testing.B, s *store.Store, day time.Time, page int) (served int) {
	b.Helper()
	batch := delivery.BatchID("edition/" + day.Format(time.DateOnly) + "x")
	for after := subscriptions.ID(0); ; {
		due, err := s.DueDigests(ctx, day, after, page)
		if err != nil {
			b.Fatal(err)
		}
		var issues []digest.Issue
		for _, sub := range due {
			key := delivery.SendKey(batch, sub.ID)
			issues = append(issues, digest.Issue{
				Message: &delivery.Message{
					Key: key, Batch: batch, Lane: mainLane, Subscriber: sub.ID, Op: delivery.Send, Class: delivery.Digest, Due: day, Content: "x",
				},
				Subscriber: sub.ID, Was: sub.NextDigest, Next: day.Add(24 * time.Hour), Until: day,
			})
			after = sub.ID
		}
		if err := s.Serve(ctx, issues); err != nil {
			b.Fatal(err)
		}
		if served += len(due); len(due) < page {
			return served
		}
	}
}
