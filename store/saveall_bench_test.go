//go:build unix

package store_test

import (
	"math/rand/v2"
	"testing"

	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
	"github.com/tenbells/tenbells/subscriptions"
	"github.com/tenbells/tenbells/subscriptions/subscriptionstest"
)

// BenchmarkSaveAll imports readers of five keys each, 500 a transaction, and reports what one costs.
func BenchmarkSaveAll(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *store.Store{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			book, chance := open(b).Book(), rand.New(rand.NewPCG(1, 2))
			began, n := cpu(b), 0
			for b.Loop() {
				page := make([]subscriptions.Subscriber, 500)
				for i := range page {
					n++
					page[i] = subscriptionstest.Reader(n)
					for range 5 {
						page[i].Follow = append(page[i].Follow, benchKey(chance.IntN(benchKeys)))
					}
				}
				if err := book.SaveAll(ctx, page); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((cpu(b)-began).Microseconds())/float64(n), "cpu-µs/reader")
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n), "µs/reader")
		})
	}
}
