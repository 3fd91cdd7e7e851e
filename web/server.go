// Package web is tenbells over HTTP: the API that newsrooms script against, health and metrics, and the door through
// which platforms reach their bots.
//
// server.go lists every route. A handler parses, asks the domain, renders, and decides nothing; it returns its error,
// and problem.go alone turns errors into RFC 9457 answers. auth.go decides who may come in: a secret that is not set
// closes what it guards. openapi.json says the same to machines, and a test keeps it in step with the routes.
package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
)

// Shelf is the article store as the outside may use it.
type Shelf interface {
	articles.Shelf
	articles.Reader
}

// Config is what the server needs. Articles, Editors, Metrics and Log must be set.
type Config struct {
	Articles Shelf
	Editors  *alerts.Editors

	// Ready answers why the service is not ready; nothing means that it is. Nil means always ready.
	Ready func(context.Context) []string

	// Metrics is what /metrics shows. The server adds its own figures to it.
	Metrics *prometheus.Registry

	// APIToken is the bearer token of everything under /v1. Empty: it answers 403.
	APIToken string

	// PushSecret is the HMAC key of signed ninjs pushes. Empty: a push needs the bearer token.
	PushSecret string

	// Outlet is the newsroom's name for articles that do not say whose they are. May be empty.
	Outlet string

	// Mounts are further handlers by their pattern, such as the platforms' webhooks. They see to their own secrets.
	Mounts map[string]http.Handler

	// Watch is how often an alert is looked at for those who follow its progress. 0 means half a second.
	Watch time.Duration

	// Now is when articles are seen. Nil means time.Now.
	Now func() time.Time

	Log *slog.Logger
}

// Server answers HTTP.
type Server struct {
	Config
	mux *http.ServeMux
}

// New makes the handler. It panics on patterns that contradict each other, as http.ServeMux does: a mistake in wiring.
func New(c Config) *Server {
	c.Watch = cmp.Or(c.Watch, 500*time.Millisecond)
	if c.Ready == nil {
		c.Ready = func(context.Context) []string { return nil }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	s := &Server{Config: c, mux: http.NewServeMux()}
	s.routes()
	return s
}

// routes is everything the server answers to.
func (s *Server) routes() {
	s.handle("POST /v1/articles", s.putArticle) // lets signed pushes in, too: it has its own guard
	s.handle("GET /v1/articles", s.guarded(s.listArticles))

	s.handle("POST /v1/alerts", s.guarded(s.sendAlert))
	s.handle("GET /v1/alerts/{id}", s.guarded(s.showAlert))
	s.handle("GET /v1/alerts/{id}/events", s.guarded(s.followAlert))
	s.handle("POST /v1/alerts/{id}/approve", s.guarded(s.act((*alerts.Editors).Approve)))
	s.handle("POST /v1/alerts/{id}/pause", s.guarded(s.act((*alerts.Editors).Pause)))
	s.handle("POST /v1/alerts/{id}/resume", s.guarded(s.act((*alerts.Editors).Resume)))
	s.handle("POST /v1/alerts/{id}/cancel", s.guarded(s.act((*alerts.Editors).Cancel)))
	s.handle("POST /v1/alerts/{id}/correct", s.guarded(s.correctAlert))
	s.handle("POST /v1/alerts/{id}/recall", s.guarded(s.recallAlert))

	s.handle("GET /v1/stories", s.guarded(s.listStories))
	s.handle("GET /v1/stories/{id}", s.guarded(s.showStory))
	s.handle("POST /v1/stories/{id}/merge", s.guarded(s.mergeStory))
	s.handle("POST /v1/stories/{id}/split", s.guarded(s.splitStory))

	s.handle("POST /v1/halt", s.guarded(s.halt))
	s.handle("POST /v1/resume", s.guarded(s.unhalt))
	s.handle("GET /v1/openapi.json", s.guarded(s.openAPI))

	s.handle("GET /healthz", s.healthz)
	s.handle("GET /readyz", s.readyz)
	s.servePages()
	s.mux.Handle("GET /metrics", promhttp.HandlerFor(s.Metrics, promhttp.HandlerOpts{}))
	for _, pattern := range slices.Sorted(maps.Keys(s.Mounts)) {
		s.mux.Handle(pattern, s.Mounts[pattern])
	}
}

// handler answers a request or says why not.
type handler func(http.ResponseWriter, *http.Request) error

func (s *Server) handle(pattern string, h handler) {
	s.mux.Handle(pattern, s.answering(h))
}

// Handler is the server with what holds for every request around it.
func (s *Server) Handler() http.Handler {
	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(s.answering(func(http.ResponseWriter, *http.Request) error {
		return &problem{Status: http.StatusForbidden, Detail: "a page of another site may not ask for this"}
	}))
	return s.counted(s.recovering(withSecurityHeaders(crossOrigin.Handler(s.known(s.mux)))))
}

// withSecurityHeaders forbids everything to a browser that shows an answer of ours; pages with more needs (the
// console, the demo) set their own policy.
func withSecurityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// Serve answers on ln until ctx ends, then lets what is under way finish within grace. Followers of an alert's progress
// are told to come back later at once.
func Serve(ctx context.Context, ln net.Listener, h http.Handler, grace time.Duration, log *slog.Logger) error {
	base := context.WithValue(context.WithoutCancel(ctx), stopping{}, ctx.Done())
	srv := &http.Server{
		Handler:           h,
		BaseContext:       func(net.Listener) context.Context { return base },
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      30 * time.Second, // event streams move theirs
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug), // clients' broken handshakes and the like
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	select {
	case err := <-failed:
		return fmt.Errorf("web: serve %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}
	landing, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err := srv.Shutdown(landing)
	if err != nil {
		err = errors.Join(fmt.Errorf("web: not all answers were finished in %s: %w", grace, err), srv.Close())
	}
	<-failed // http.ErrServerClosed: Shutdown was asked for
	return err
}

// stopping is the context key of a channel that is closed when the server begins to stop: an event stream would
// otherwise hold the shutdown up for as long as its alert goes out.
type stopping struct{}

// stop is closed when the server r came to begins to stop; nil (never closed) where it was not started by Serve.
func stop(r *http.Request) <-chan struct{} {
	done, _ := r.Context().Value(stopping{}).(<-chan struct{})
	return done
}
