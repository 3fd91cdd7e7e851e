package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/feed"
	"github.com/tenbells/tenbells/articles/language"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/web"
)

// readFeeds reads all sources while this process owns them. They are owned as the desk is, and not background jobs: a
// feed's turn comes to the second, and which host is asked when is one process's to know.
func (s *service) readFeeds(ctx context.Context, t *delivery.Tenure) error {
	watch := &feed.Watch{
		Reader: s.reader, Sources: s.store, Log: s.log,
		Changed: func() <-chan struct{} { return s.store.Changed(store.Sources) },
	}
	return watch.Run(ctx, func() error { return t.Guard(time.Now()) })
}

// newReader reads feeds onto the store's shelf.
func (s *service) newReader() *feed.Reader {
	r := &feed.Reader{
		Shelf: archive{language.Shelf{Shelf: s.store}, s.store}, Memory: s.store, Clients: feed.NewClients(s.set.Private), Hosts: &feed.Hosts{}, Log: s.log, Now: time.Now,
		Alarm: s.troubles.note, Noted: s.meter.visited, Arrived: s.meter.arrived,
	}
	if s.set.PublicURL != "" {
		r.Hub = &feed.Hub{
			Subscriptions: s.store, Clients: r.Clients, Log: s.log, Now: time.Now,
			Callback: func(id string) string { return s.set.PublicURL + web.CallbackPath + id },
		}
	}
	return r
}

// archive is the shelf of feeds: each article has its language, and many may come at once.
type archive struct {
	language.Shelf
	store *store.Store
}

// PutAll keeps many articles with their languages: feed.Archive.
func (s archive) PutAll(ctx context.Context, all []articles.Article) ([]articles.Receipt, error) {
	all = slices.Clone(all)
	for i := range all {
		all[i].Language = language.Of(all[i])
	}
	return s.store.PutAll(ctx, all)
}

// Article is a version of an article: feed.Kept.
func (s archive) Article(ctx context.Context, id articles.ID, version int) (articles.Article, error) {
	return s.store.Article(ctx, id, version)
}

// hubs are those who push feeds: web.Hubs.
type hubs struct {
	*feed.Hub
	reader *feed.Reader
	store  *store.Store
	meter  *meter
}

// Push takes what a hub sends.
func (h hubs) Push(ctx context.Context, id string, header http.Header, body []byte) error {
	err := h.reader.Push(ctx, h.store, id, header, body)
	h.meter.pushed(err)
	return err
}

// callbacks are the doors of hubs, none where the outside cannot reach us.
func (s *service) callbacks() map[string]http.Handler {
	if s.reader.Hub == nil {
		return nil
	}
	return web.Callbacks(hubs{s.reader.Hub, s.reader, s.store, s.meter}, s.log)
}

// part ends what hubs push of sources that were removed.
func (s *service) part(ctx context.Context) error {
	if s.reader.Hub == nil {
		return nil
	}
	return s.reader.Hub.Part(ctx)
}

// gather is how long troubles are gathered before the operator is told: when the line is cut, all feeds fail at once.
const gather = 30 * time.Second

// most is how many troubles are told by name.
const most = 10

// troubles are what the operator is to be told of sources.
type troubles struct {
	tell func(about delivery.Lane, text string)
	some chan struct{}

	mu    sync.Mutex
	lines []string
}

func newTroubles(tell func(delivery.Lane, string)) *troubles {
	return &troubles{tell: tell, some: make(chan struct{}, 1)}
}

// note is a Reader's Alarm. It waits for nobody.
func (t *troubles) note(src feed.Source, fault string) {
	line := fmt.Sprintf("%s (%s): %s", feed.Shown(src.URL), src.Name(), ended(fault))
	if fault == "" {
		line = fmt.Sprintf("%s (%s) is all right again.", feed.Shown(src.URL), src.Name())
	}
	t.mu.Lock()
	t.lines = append(t.lines, line)
	t.mu.Unlock()
	select {
	case t.some <- struct{}{}:
	default:
	}
}

// run tells the operator until ctx ends.
func (t *troubles) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.some:
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(gather):
		}
		t.mu.Lock()
		lines := t.lines
		t.lines = nil
		t.mu.Unlock()
		if len(lines) > 0 {
			t.tell("", letterOf(lines))
		}
	}
}

func letterOf(lines []string) string {
	text := "Sources:\n" + strings.Join(lines[:min(len(lines), most)], "\n")
	if more := len(lines) - most; more > 0 {
		text += fmt.Sprintf("\nAnd %d more: tenbells sources list.", more)
	}
	return text
}

// sourcesMeter counts what reading feeds does, for /metrics.
type sourcesMeter struct {
	requests *prometheus.CounterVec
	pushes   *prometheus.CounterVec
	stored   prometheus.Counter
	edited   prometheus.Counter
	took     prometheus.Histogram
	lag      prometheus.Histogram
}

func newSourcesMeter(r prometheus.Registerer) *sourcesMeter {
	m := &sourcesMeter{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tenbells_source_requests_total",
			Help: "Requests for feeds, by the answer's status (0: none) and whether the feed could be read."}, []string{"status", "outcome"}),
		pushes: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tenbells_source_pushes_total",
			Help: "Pushes of hubs: taken, unknown (nobody asked for it) or failed (the hub sends it again)."}, []string{"outcome"}),
		stored: prometheus.NewCounter(prometheus.CounterOpts{Name: "tenbells_source_articles_total",
			Help: "Articles and versions stored from feeds that were polled, archives included."}),
		edited: prometheus.NewCounter(prometheus.CounterOpts{Name: "tenbells_source_edits_total",
			Help: "Known articles that a sitemap said were changed since, by the time of their last change."}),
		took: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "tenbells_source_request_seconds",
			Help: "How long it took to ask for a feed and store what is new.", Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30}}),
		lag: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "tenbells_source_lag_seconds",
			Help: "From the publisher's own time to when the article was stored.", Buckets: []float64{5, 15, 30, 60, 120, 300, 600, 1800, 3600, 14400}}),
	}
	r.MustRegister(m.requests, m.pushes, m.stored, m.edited, m.took, m.lag)
	return m
}

// visited is a Reader's Noted.
func (m *sourcesMeter) visited(v feed.Visit) {
	outcome := "read"
	if v.Failure {
		outcome = "failed"
	}
	m.requests.WithLabelValues(fmt.Sprint(v.Status), outcome).Inc()
	m.stored.Add(float64(v.New))
	m.edited.Add(float64(v.Edited))
	m.took.Observe(v.Took.Seconds())
}

// pushed counts a push, and what became of it.
func (m *sourcesMeter) pushed(err error) {
	outcome := "taken"
	switch {
	case errors.Is(err, feed.ErrNoSubscription):
		outcome = "unknown"
	case err != nil:
		outcome = "failed"
	}
	m.pushes.WithLabelValues(outcome).Inc()
}

// arrived is a Reader's Arrived.
func (m *sourcesMeter) arrived(_ feed.Source, lag time.Duration) { m.lag.Observe(lag.Seconds()) }

// health shows how many sources stand how, whichever process reads them.
type health struct {
	store *store.Store
	count *prometheus.Desc
}

func newHealth(s *store.Store) *health {
	return &health{s, prometheus.NewDesc("tenbells_sources", "Sources by how they stand: new, ok, failing, silent, gone.", []string{"health"}, nil)}
}

// Describe is a prometheus.Collector's.
func (h *health) Describe(all chan<- *prometheus.Desc) { all <- h.count }

// Collect is a prometheus.Collector's.
func (h *health) Collect(all chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	sources, err := h.store.Sources(ctx)
	if err != nil {
		all <- prometheus.NewInvalidMetric(h.count, err)
		return
	}
	states, err := h.store.FeedStates(ctx)
	if err != nil {
		all <- prometheus.NewInvalidMetric(h.count, err)
		return
	}
	counts := map[string]int{"new": 0, "ok": 0, "failing": 0, "silent": 0, "gone": 0}
	for _, src := range sources {
		counts[states[src.Name()].Health(time.Now())]++
	}
	for word, n := range counts {
		all <- prometheus.MustNewConstMetric(h.count, prometheus.GaugeValue, float64(n), word)
	}
}
