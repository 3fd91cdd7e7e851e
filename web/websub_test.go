package web_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/articles/feed"
	"github.com/tenbells/tenbells/web"
)

// hubs know one callback, and fail as the test wants.
type hubs struct {
	fails error
	got   string
}

func (h *hubs) known(id string) error {
	if id != "known" {
		return feed.ErrNoSubscription
	}
	return h.fails
}

func (h *hubs) Verify(_ context.Context, id string, query url.Values) (string, error) {
	return query.Get("hub.challenge"), h.known(id)
}

func (h *hubs) Awaits(_ context.Context, id string) error {
	if id != "known" {
		return feed.ErrNoSubscription
	}
	return nil
}

func (h *hubs) Push(_ context.Context, id string, _ http.Header, body []byte) error {
	h.got = string(body)
	return h.known(id)
}

// unread fails the test when it is read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body of nobody's push was read")
	return 0, io.EOF
}

func TestHubsAreAnswered(t *testing.T) {
	cases := map[string]struct {
		method, path string
		body         io.Reader
		fails        error
		status       int
		says         string
	}{
		"a challenge":          {"GET", "known?hub.challenge=%3Cx%3E", nil, nil, 200, "<x>"},
		"nobody's challenge":   {"GET", "other?hub.challenge=x", nil, nil, 404, "no such subscription"},
		"a push":               {"POST", "known", strings.NewReader("news"), nil, 202, ""},
		"nobody's push":        {"POST", "other", unread{t}, nil, 410, "no such subscription"},
		"a push without end":   {"POST", "known", io.LimitReader(endless{}, feed.MaxSize+1), nil, 413, "too large"},
		"a push on a bad day":  {"POST", "known", strings.NewReader("news"), errors.New("disk full"), 503, "try again"},
		"a question on such":   {"GET", "known?hub.challenge=x", nil, errors.New("disk full"), 503, "try again"},
		"another way to speak": {"PUT", "known", nil, nil, 405, ""},
	}
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			h := &hubs{fails: tt.fails}
			door := http.NewServeMux()
			for pattern, handler := range web.Callbacks(h, slog.New(slog.DiscardHandler)) {
				door.Handle(pattern, handler)
			}
			w := httptest.NewRecorder()
			door.ServeHTTP(w, httptest.NewRequest(tt.method, web.CallbackPath+tt.path, tt.body))
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.says) || strings.Contains(w.Body.String(), "disk") {
				t.Errorf("answered %d %q, want %d %q", w.Code, w.Body, tt.status, tt.says)
			}
			if kind := w.Header().Get("Content-Type"); tt.status == 200 && !strings.HasPrefix(kind, "text/plain") {
				t.Errorf("the challenge is echoed as %q", kind)
			}
			if tt.status == 202 && h.got != "news" {
				t.Errorf("pushed %q", h.got)
			}
		})
	}
}

// endless is a body of zeros.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
