//go:build unix

package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
	"github.com/tenbells/tenbells/subscriptions"
	"github.com/tenbells/tenbells/subscriptions/subscriptionstest"
)

// benchReaders is how many subscribers the benchmarks have: TENBELLS_BENCH_SUBSCRIBERS, or 200,000. Filling a store with
// a million takes some minutes.
func benchReaders(b *testing.B) int {
	text := os.Getenv("TENBELLS_BENCH_SUBSCRIBERS")
	if text == "" {
		return 200_000
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// benchKeys is how many keys there are to follow; readers follow five of them, some far more often than others.
const benchKeys = 500

func benchKey(i int) subscriptions.Key { return subscriptions.Key(fmt.Sprintf("place:%03d", i)) }

// BenchmarkAudience reads whole audiences in pages of 1,000, as the desk does when it owes an alert.
func BenchmarkAudience(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *store.Store{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			s := open(b)
			fill(b, s.Book(), benchReaders(b))
			var keys []subscriptions.Key
			for i := range 300 {
				keys = append(keys, benchKey(benchKeys-1-i))
			}
			for _, c := range []struct {
				name string
				q    subscriptions.Query
			}{
				{"everyone", subscriptions.Query{Everyone: true}},
				{"most, by 10 keys", subscriptions.Query{Keys: first(10)}},
				{"most, by 300 keys", subscriptions.Query{Keys: first(300)}},
				{"few, by 1 key", subscriptions.Query{Keys: keys[:1]}},
			} {
				c.q.Class = delivery.Bulletin
				b.Run(c.name, func(b *testing.B) { readAll(b, s.Book(), c.q) })
				b.Run("count "+c.name, func(b *testing.B) {
					for b.Loop() {
						if _, err := s.Book().Count(ctx, c.q); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}

// BenchmarkCount compares what whoever orders an alert waits for with the whole count.
func BenchmarkCount(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *store.Store{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			book := open(b).Book()
			fill(b, book, benchReaders(b))
			q := subscriptions.Query{Keys: first(10), Class: delivery.Bulletin}
			b.Run("count", func(b *testing.B) {
				for b.Loop() {
					if _, err := book.Count(ctx, q); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("estimate", func(b *testing.B) {
				for b.Loop() {
					if _, err := book.Estimate(ctx, q, 700*time.Millisecond); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

func first(n int) (keys []subscriptions.Key) {
	for i := range n {
		keys = append(keys, benchKey(i))
	}
	return keys
}

func fill(b *testing.B, book *store.Book, n int) {
	b.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	began, used := time.Now(), cpu(b)
	for from := 0; from < n; from += 2000 {
		var page []subscriptions.Subscriber
		for i := from; i < min(from+2000, n); i++ {
			sub := subscriptionstest.Reader(i)
			for range 5 {
				sub.Follow = append(sub.Follow, benchKey(int(random.ExpFloat64()*20)%benchKeys))
			}
			page = append(page, sub)
		}
		if err := book.SaveAll(ctx, page); err != nil {
			b.Fatal(err)
		}
	}
	b.Logf("%d subscribers saved in %s, %s of processor time", n, time.Since(began).Round(time.Second), (cpu(b) - used).Round(time.Second))
}

func readAll(b *testing.B, a subscriptions.Audience, q subscriptions.Query) {
	const page = 1000
	rows, began, used := 0, time.Now(), cpu(b)
	var slowest time.Duration
	var heap runtime.MemStats
	peak := uint64(0)
	for b.Loop() {
		for after := subscriptions.ID(0); ; {
			start := time.Now()
			rs, err := a.Page(ctx, q, noon, after, page)
			if err != nil {
				b.Fatal(err)
			}
			slowest = max(slowest, time.Since(start))
			if rows += len(rs); len(rs) < page {
				break
			}
			after = rs[len(rs)-1].ID
		}
		runtime.ReadMemStats(&heap)
		peak = max(peak, heap.HeapInuse)
	}
	b.ReportMetric(float64(rows)/time.Since(began).Seconds(), "rows/s")
	b.ReportMetric(float64((cpu(b)-used).Nanoseconds())/1000/float64(max(1, rows)), "cpu-µs/row")
	b.ReportMetric(float64(rows)/float64(b.N), "rows/op")
	b.ReportMetric(float64(slowest.Microseconds())/1000, "slowest-page-ms")
	b.ReportMetric(float64(peak)/1e6, "heap-MB")
}

// cpu is the processor time this process has used: on a busy machine it says more than the clock.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
