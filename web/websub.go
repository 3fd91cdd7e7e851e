package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/tenbells/tenbells/articles/feed"
)

// Hubs are those who push feeds to us (w3.org/TR/websub).
type Hubs interface {
	// Verify answers the challenge of a hub that asks whether we want what it was asked for, or feed.ErrNoSubscription.
	Verify(ctx context.Context, id string, query url.Values) (challenge string, err error)
	// Awaits is feed.ErrNoSubscription where nobody asked for what comes to a callback: then its body is not read.
	Awaits(ctx context.Context, id string) error
	// Push has stored what was pushed when it returns without an error. feed.ErrNoSubscription: nobody asked for it.
	Push(ctx context.Context, id string, header http.Header, body []byte) error
}

// CallbackPath is where hubs reach us, before the id of their subscription.
const CallbackPath = "/hooks/websub/"

// Callbacks are the handlers for Config.Mounts. What they answer is the hub's business alone, and no problem+json.
func Callbacks(hubs Hubs, log *slog.Logger) map[string]http.Handler {
	return map[string]http.Handler{
		"GET " + CallbackPath + "{id}": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			challenge, err := hubs.Verify(r.Context(), r.PathValue("id"), r.URL.Query())
			if err != nil {
				refuseHub(w, log, err, http.StatusNotFound)
				return
			}
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			if _, err := io.WriteString(w, challenge); err != nil {
				log.Debug("the hub did not wait for our answer", "err", err)
			}
		}),
		"POST " + CallbackPath + "{id}": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := hubs.Awaits(r.Context(), r.PathValue("id")); err != nil {
				refuseHub(w, log, err, http.StatusGone)
				return
			}
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, feed.MaxSize))
			var large *http.MaxBytesError
			switch {
			case errors.As(err, &large):
				http.Error(w, "too large", http.StatusRequestEntityTooLarge)
				return
			case err != nil:
				http.Error(w, "the body could not be read to its end", http.StatusBadRequest)
				return
			}
			if err := hubs.Push(r.Context(), r.PathValue("id"), r.Header, body); err != nil {
				refuseHub(w, log, err, http.StatusGone)
				return
			}
			w.WriteHeader(http.StatusAccepted)
		}),
	}
}

// refuseHub answers unknown where nobody asked for it, else that the hub should try again.
func refuseHub(w http.ResponseWriter, log *slog.Logger, err error, unknown int) {
	if errors.Is(err, feed.ErrNoSubscription) {
		http.Error(w, "no such subscription", unknown)
		return
	}
	log.Error("what a hub sent could not be taken", "err", fmt.Errorf("web: websub: %w", err))
	w.Header().Set("Retry-After", "30")
	http.Error(w, "try again", http.StatusServiceUnavailable)
}
