package main

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
	"github.com/tenbells/tenbells/store/storetest"
)

// The whole program is measured as its users run it: a process of its own, the fakes in this one. One run of each is
// enough: go test -run '^$' -bench . -benchtime 1x ./cmd/tenbells

func onBoth(b *testing.B, bench func(b *testing.B, url string)) {
	b.Run("sqlite", func(b *testing.B) { bench(b, storetest.SQLiteURL(b)) })
	b.Run("postgres", func(b *testing.B) { bench(b, storetest.PostgresURL(b)) })
}

// lightWorld is a world whose fakes check nothing, so that they cost little.
func lightWorld(b *testing.B, url string, extra ...string) *world {
	b.Helper()
	b.Setenv("TENBELLS_SHARED", b.TempDir())
	w := newWorld(b, url, append(extra, "TENBELLS_DISCORD_TOKEN=")...)
	return w
}

// readersOf writes n lines of private chats to a file, each with what follow says of its number.
func (w *world) readersOf(n int, follow func(i int) string) string {
	w.t.Helper()
	path := filepath.Join(w.dir, "readers.jsonl")
	f, err := os.Create(path)
	if err != nil {
		w.t.Fatal(err)
	}
	out := bufio.NewWriter(f)
	for i := range n {
		fmt.Fprintf(out, "{\"platform\":\"telegram\",\"chat\":\"%d\",\"follow\":[%s]}\n", 1000000+i, follow(i))
	}
	if err := out.Flush(); err != nil {
		w.t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		w.t.Fatal(err)
	}
	return path
}

func everything(int) string { return "" }

// percentileOf is the p-th percentile of ds in milliseconds.
func percentileOf(ds []time.Duration, p int) float64 {
	slices.Sort(ds)
	return float64(ds[min(len(ds)-1, len(ds)*p/100)].Microseconds()) / 1000
}

// BenchmarkFromAcceptanceToTheFirstRequest is how long it takes from the 202 of an article to the first call at the
// platform's door, on an idle system. Each article is for one reader, so that none waits for the pace of their chat.
func BenchmarkFromAcceptanceToTheFirstRequest(b *testing.B) {
	onBoth(b, func(b *testing.B, url string) {
		w := lightWorld(b, url)
		const rounds = 100
		w.must("subscribers", "import", w.readersOf(rounds, func(i int) string { return fmt.Sprintf("%q", "word:"+nameOf(i)) }))
		w.serve()
		var waits []time.Duration
		for i := range rounds {
			time.Sleep(100 * time.Millisecond) // idle, and far below the platform's pace
			before := len(w.telegram.Sends())
			if status := w.call(http.MethodPost, "/v1/articles", pushed(i), nil); status != http.StatusAccepted {
				b.Fatalf("status %d", status)
			}
			accepted := time.Now()
			w.until("it is told", func() bool { return len(w.telegram.Sends()) > before })
			waits = append(waits, w.telegram.Sends()[before].At.Sub(accepted))
		}
		b.ReportMetric(percentileOf(waits, 50), "p50-ms")
		b.ReportMetric(percentileOf(waits, 99), "p99-ms")
		b.ReportMetric(0, "ns/op")
	})
}

// pushed is the i-th article, of its own story.
func pushed(i int) string {
	return fmt.Sprintf(`{"uri":"bench:%d","type":"text","versioncreated":%q,"urgency":2,"language":"en","headline":"Number %d: %s happened in place %d"}`,
		i, time.Now().UTC().Format(time.RFC3339), i, nameOf(i), i*31)
}

// nameOf is a word that the i-th article has and no other.
func nameOf(i int) string { return "quux" + strconv.FormatInt(int64(i)*7919+46656, 36) }

// BenchmarkThreeThousandChatsAtTheRealRate takes 100 seconds: 3,000 chats at Telegram's 30 a second, limits enforced.
func BenchmarkThreeThousandChatsAtTheRealRate(b *testing.B) {
	onBoth(b, func(b *testing.B, url string) {
		w := lightWorld(b, url)
		w.limited()
		w.must("subscribers", "import", w.readersOf(3000, everything))
		w.serve()
		w.must("alert", "send", "--yes", "--now", "Everyone is told")
		w.untilAccepted(3000, 3*time.Minute)
		sends := w.telegram.Sends()
		took := sends[len(sends)-1].At.Sub(sends[0].At)
		stats := w.telegram.Stats()
		b.ReportMetric(took.Seconds()/(float64(len(sends)-1)/30), "of-ideal")
		b.ReportMetric(float64(stats.TooMany), "429s")
		b.ReportMetric(float64(stats.PeakCalls), "peak/s")
		b.ReportMetric(0, "ns/op")
	})
}

// limited puts a server with Telegram's own limits in the place of the free one.
func (w *world) limited() {
	w.t.Helper()
	w.telegram = telegramtest.New(telegramtest.Options{T: w.t, AutoChats: true, Limits: telegramtest.RealLimits()})
	if err := w.telegram.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.env = append(w.env, "TENBELLS_TELEGRAM_API_URL="+w.telegram.URL())
}

func (w *world) untilAccepted(n int, limit time.Duration) {
	w.t.Helper()
	for end := time.Now().Add(limit); w.telegram.Stats().Accepted < n; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatalf("%d of %d were told in %s", w.telegram.Stats().Accepted, n, limit)
		}
	}
}

// BenchmarkLimitsOff is how fast the program sends when nobody holds it back, every send in the ledger.
func BenchmarkLimitsOff(b *testing.B) {
	onBoth(b, func(b *testing.B, url string) {
		const n = 20000
		w := lightWorld(b, url, "TENBELLS_TELEGRAM_RATE=1000000")
		w.must("subscribers", "import", w.readersOf(n, everything))
		p := w.serve()
		w.must("alert", "send", "--yes", "--now", "Everyone is told")
		w.untilAccepted(n, 3*time.Minute)
		sends := w.telegram.Sends()
		took := sends[len(sends)-1].At.Sub(sends[0].At)
		id := w.newestAlert()
		w.until("the ledger knows", func() bool { return w.alert(id).Counts.Sent == n })
		b.ReportMetric(n/took.Seconds(), "msg/s")
		b.ReportMetric(p.cpu().Seconds()*1e6/n, "cpu-µs/msg")
		b.ReportMetric(p.peakMB(), "peak-MB")
		b.ReportMetric(0, "ns/op")
	})
}

// BenchmarkAMillionSubscribers owes an alert to a million of them, five subscriptions each, and starts on such a store.
// It takes some minutes and 1 GB of disk, so it asks for TENBELLS_BENCH_MILLION.
func BenchmarkAMillionSubscribers(b *testing.B) {
	if os.Getenv("TENBELLS_BENCH_MILLION") == "" {
		b.Skip("needs minutes and a gigabyte of disk: set TENBELLS_BENCH_MILLION=1")
	}
	onBoth(b, func(b *testing.B, url string) {
		const n = 1000000
		w := lightWorld(b, url)
		began := time.Now()
		w.must("subscribers", "import", w.readersOf(n, fiveOf))
		b.ReportMetric(n/time.Since(began).Seconds(), "imported/s")
		p := w.serve()
		p.end(syscall.SIGTERM)
		began = time.Now()
		p = w.serve()
		b.ReportMetric(time.Since(began).Seconds(), "start-s")
		sent := time.Now()
		var al standing
		if status := w.call(http.MethodPost, "/v1/alerts", `{"headline":"All are told","follow":["place:NO"],"hold_seconds":0}`, &al); status != http.StatusCreated {
			b.Fatalf("status %d", status)
		}
		accepted := time.Now()
		w.untilAccepted(1, time.Minute)
		b.ReportMetric(accepted.Sub(sent).Seconds(), "accept-s")
		b.ReportMetric(w.telegram.Sends()[0].At.Sub(accepted).Seconds(), "first-s")
		for end := time.Now().Add(10 * time.Minute); ; time.Sleep(250 * time.Millisecond) {
			if owed := w.alert(al.ID); owed.Counts.Queued+owed.Counts.Sending+owed.Counts.Sent >= n {
				break
			}
			if time.Now().After(end) {
				b.Fatal("not all were owed in ten minutes")
			}
		}
		b.ReportMetric(time.Since(accepted).Seconds(), "all-owed-s")
		b.ReportMetric(p.peakMB(), "peak-MB")
		b.ReportMetric(0, "ns/op")
	})
}

// fiveOf is five subscriptions; everybody follows Norway.
func fiveOf(i int) string {
	places := []string{"CL", "PE", "PT", "GE", "PL", "FI", "EE", "IE", "FR", "DE", "RU", "SY", "US", "UA", "KZ"}
	follow := []string{`"place:NO"`}
	for j := range 4 {
		follow = append(follow, fmt.Sprintf("%q", "place:"+places[(i*7+j*3)%len(places)]))
	}
	return strings.Join(follow, ",")
}

// cpu is the processor time p has used.
func (p *process) cpu() time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0 // not on Linux: nothing is reported
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	user, _ := strconv.Atoi(fields[11]) // the kernel writes numbers
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond // ticks of 1/100 s (USER_HZ)
}

// peakMB is the most memory p has had in use.
func (p *process) peakMB() float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0 // not on Linux: nothing is reported
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, _ := strconv.Atoi(strings.Fields(rest)[0]) // the kernel writes numbers
			return float64(kb) / 1024
		}
	}
	return 0
}
