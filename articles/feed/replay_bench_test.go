package feed_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/feed"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
)

// Sizes of the replay.
const (
	replayed   = 1000             // feeds
	replayTime = 60 * time.Second // that is counted, once all have been read twice
	replayGap  = 2 * time.Minute  // between two items of a feed: the shortest interval suits it
	perSite    = 4                // feeds of one host
)

// BenchmarkReplay serves a thousand feeds on 250 addresses of this machine, each of 30 items with a new one every two
// minutes, to a Watch with a SQLite store, and counts a minute of it:
//
//	go test -run '^$' -bench Replay -benchtime 1x -timeout 10m ./articles/feed
//
// Who asks every 30 s, a tenth more or less, cannot be earlier on average than half of it: what comes out at any instant
// waits for the rest of an interval that is evenly spread from 27 to 33 s. Of such waits the median is 15.0 s and the
// 99th percentile 31.1 s, where (33-x)²/(2·6·30) is a hundredth. That is the floor of lag-p50-s and lag-p99-s; what is
// above it is ours. cpu-s is the server's, too.
func BenchmarkReplay(b *testing.B) {
	for b.Loop() {
		replay(b)
	}
}

func replay(b *testing.B) {
	s := storetest.SQLite(b)
	p := &paper{began: time.Now(), often: 2, ready: make(chan struct{})}
	ln, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: p}
	served := make(chan error, 1)
	go func() { served <- server.Serve(ln) }()
	var all []feed.Source
	for i := range replayed {
		all = append(all, feed.Source{URL: fmt.Sprintf("http://127.0.%d.%d:%d/%d", i/perSite/250, i/perSite%250+1, ln.Addr().(*net.TCPAddr).Port, i)})
	}
	if err := s.SaveSources(b.Context(), all...); err != nil {
		b.Fatal(err)
	}
	lags := &lags{began: p.began, store: s}
	clients := feed.NewClients(true)
	reader := &feed.Reader{Shelf: lags, Memory: s, Clients: clients, Hosts: &feed.Hosts{}, Log: slog.New(slog.DiscardHandler)}
	watch := &feed.Watch{Reader: reader, Sources: s, Log: reader.Log, Changed: func() <-chan struct{} { return s.Changed(store.Sources) }}
	ctx, stop := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- watch.Run(ctx, func() error { return nil }) }()
	archives := time.Now()
	select {
	case <-p.ready:
	case <-time.After(8 * time.Minute):
		b.Fatal("the archives were not read in time")
	}
	b.ReportMetric(time.Since(archives).Seconds(), "begin-s")
	before, cpu := p.count(), cpuTime(b)
	lags.begin()
	<-time.After(replayTime)
	after, spent := p.count(), cpuTime(b)-cpu
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	stop()
	if err := errors.Join(<-done, server.Close()); err != nil {
		b.Error(err)
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		b.Error(err)
	}
	clients.Close()
	requests := after.asked - before.asked
	b.ReportMetric(float64(requests), "requests")
	b.ReportMetric(100*float64(after.same-before.same)/float64(max(requests, 1)), "%304")
	b.ReportMetric(spent.Seconds(), "cpu-s")
	b.ReportMetric(float64(memory.HeapInuse+memory.StackInuse)/1e6, "MB")
	b.ReportMetric(lags.quantile(0.5).Seconds(), "lag-p50-s")
	b.ReportMetric(lags.quantile(0.99).Seconds(), "lag-p99-s")
	b.ReportMetric(feed.MinInterval.Seconds()/2, "floor-p50-s")
	b.ReportMetric(feed.MinInterval.Seconds()*(1.1-math.Sqrt(2*0.2*0.01)), "floor-p99-s")
	b.ReportMetric(float64(len(lags.all)), "articles")
}

// paper serves all feeds.
type paper struct {
	began time.Time
	mu    sync.Mutex
	counted
	times   [replayed]int // that each feed was asked
	settled int           // feeds that were asked as often as is awaited
	often   int
	ready   chan struct{}
}

type counted struct{ asked, same int }

func (p *paper) count() counted {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.counted
}

// ServeHTTP serves the feed whose number is the path.
func (p *paper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var n int
	if _, err := fmt.Sscanf(r.URL.Path, "/%d", &n); err != nil {
		http.NotFound(w, r)
		return
	}
	newest := int((time.Since(p.began) + offset(n)) / replayGap)
	tag := fmt.Sprintf(`"%d"`, newest)
	p.mu.Lock()
	p.asked++
	if p.times[n]++; p.times[n] == p.often {
		if p.settled++; p.settled == replayed {
			close(p.ready)
		}
	}
	if r.Header.Get("If-None-Match") == tag {
		p.same++
	}
	p.mu.Unlock()
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	fmt.Fprint(w, `<rss version="2.0"><channel><title>Post</title>`)
	for i := newest; i > newest-30; i-- {
		fmt.Fprintf(w, "<item><guid>%d/%d</guid><title>Item %d</title><link>https://example.org/%d/%d</link><description>%s</description><pubDate>%s</pubDate></item>",
			n, i, i, n, i, strings.Repeat("A sentence of some length. ", 10), p.began.Add(time.Duration(i)*replayGap-offset(n)).UTC().Format(time.RFC1123Z))
	}
	fmt.Fprint(w, `</channel></rss>`)
}

// offset spreads the feeds' items over the gap.
func offset(n int) time.Duration { return replayGap * time.Duration(n) / replayed }

// lags is a shelf that notes how late news comes to it, to the millisecond: feeds themselves know seconds only.
type lags struct {
	began time.Time
	store *store.Store
	mu    sync.Mutex
	on    bool
	all   []time.Duration
}

func (l *lags) begin() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.on = true
}

// Put stores an article.
func (l *lags) Put(ctx context.Context, a articles.Article) (articles.Receipt, error) {
	receipt, err := l.store.Put(ctx, a)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.on && receipt.New && a.Way == articles.ByFeed {
		l.all = append(l.all, time.Since(l.published(a)))
	}
	return receipt, err
}

// PutAll stores an archive.
func (l *lags) PutAll(ctx context.Context, all []articles.Article) ([]articles.Receipt, error) {
	return l.store.PutAll(ctx, all)
}

// published is when the item really came out.
func (l *lags) published(a articles.Article) time.Time {
	var n, i int
	if _, err := fmt.Sscanf(strings.TrimPrefix(a.URL, "https://example.org/"), "%d/%d", &n, &i); err != nil {
		return a.Published
	}
	return l.began.Add(time.Duration(i)*replayGap - offset(n))
}

func (l *lags) quantile(q float64) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.all) == 0 {
		return 0
	}
	slices.Sort(l.all)
	return l.all[int(q*float64(len(l.all)-1))]
}

// cpuTime is the processor time this process has taken so far, the server's included.
func cpuTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
