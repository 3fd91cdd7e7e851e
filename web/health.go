package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// healthz says that the process answers.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) error {
	return writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}

// readyz says whether the service can do its work, and why it cannot.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	reasons := s.Ready(r.Context())
	if len(reasons) > 0 {
		return writeJSON(w, http.StatusServiceUnavailable, map[string]any{"status": "not ready", "reasons": reasons})
	}
	return writeJSON(w, http.StatusOK, map[string]any{"status": "ready", "reasons": []string{}})
}

// counted measures how long answers take, by route (never by address: those hold ids).
func (s *Server) counted(next http.Handler) http.Handler {
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "tenbells_http_request_duration_seconds",
		Help:    "Time from a request's arrival to the end of its answer. Event streams are not counted.",
		Buckets: []float64{.001, .005, .025, .1, .5, 2.5, 10},
	}, []string{"route", "code"})
	s.Metrics.MustRegister(seconds)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, seen := time.Now(), &statusWriter{ResponseWriter: w, status: http.StatusOK}
		_, route := s.mux.Handler(r)
		next.ServeHTTP(seen, r)
		if w.Header().Get("Content-Type") == eventStream {
			return
		}
		if route == "" {
			route = "none"
		}
		seconds.WithLabelValues(route, strconv.Itoa(seen.status)).Observe(time.Since(began).Seconds())
	})
}

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
