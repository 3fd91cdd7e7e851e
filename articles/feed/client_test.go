package feed

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
)

// packed is text as a server sends it under a Content-Encoding.
func packed(t testing.TB, how, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch how {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "br":
		w = brotli.NewWriter(&b)
	default:
		return []byte(text)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPackedFeedsAreRead(t *testing.T) {
	long := strings.Repeat(" ", MaxSize+1) + rss()
	cases := map[string]struct {
		how, text, wrong string
	}{
		"as it is":                {"", rss(item("1", "One", "")), ""},
		"gzip":                    {"gzip", rss(item("1", "One", "")), ""},
		"br":                      {"br", rss(item("1", "One", "")), ""},
		"in a way not asked for":  {"zstd", rss(item("1", "One", "")), "zstd"},
		"a small one that swells": {"gzip", long, "10 MiB"},
		"another one":             {"br", long, "10 MiB"},
	}
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			_, s, kept, _ := newsroom(t)
			body := packed(t, tt.how, tt.text)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if tt.how != "" {
					w.Header().Set("Content-Encoding", tt.how)
				}
				w.Write(body)
			}))
			defer server.Close()
			s.URL = server.URL
			err := s.Fetch(t.Context())
			if tt.wrong == "" && (err != nil || len(kept.order) != 1) || tt.wrong != "" && (err == nil || !strings.Contains(err.Error(), tt.wrong)) {
				t.Errorf("error %v, %d articles", err, len(kept.order))
			}
		})
	}
}

// mover redirects /rss through its hops to /new, which serves the feed until it is broken.
type mover struct {
	hops   []int
	broken int
	asked  []string
	heads  []http.Header
}

func (m *mover) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.asked = append(m.asked, r.URL.Path)
	m.heads = append(m.heads, r.Header)
	var at int
	if r.URL.Path != "/rss" {
		if _, err := fmt.Sscanf(r.URL.Path, "/hop%d", &at); err != nil {
			at = len(m.hops)
		}
	}
	if at < len(m.hops) {
		to := fmt.Sprintf("/hop%d?token=s3cr3t", at+1)
		if at+1 == len(m.hops) {
			to = "/new?token=s3cr3t"
		}
		http.Redirect(w, r, to, m.hops[at])
		return
	}
	w.Header().Set("ETag", `"1"`)
	switch {
	case m.broken != 0:
		w.WriteHeader(m.broken)
		return
	case r.Header.Get("If-None-Match") == `"1"`:
		w.WriteHeader(http.StatusNotModified)
		return
	}
	fmt.Fprint(w, rss(item("1", "One", "<link>/1</link>")))
}

func TestWhereAFeedMovedForGoodIsRemembered(t *testing.T) {
	cases := map[string]struct {
		hops  []int
		moved bool
	}{
		"for good":                   {[]int{301}, true},
		"for good, in two steps":     {[]int{308, 301}, true},
		"for now":                    {[]int{302}, false},
		"for good, and then for now": {[]int{301, 307}, false},
		"for now, and then for good": {[]int{307, 301}, false},
	}
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			_, s, kept, states := newsroom(t)
			m := &mover{hops: tt.hops}
			server := httptest.NewServer(m)
			defer server.Close()
			s.URL = server.URL + "/rss?token=s3cr3t"
			fetch(t, s)
			fetch(t, s)
			if second := m.asked[len(tt.hops)+1]; (second == "/new") != tt.moved {
				t.Errorf("asked for %q", m.asked)
			}
			if moved := states[s.Source.Name()].Moved; (moved == server.URL+"/new?token=s3cr3t") != tt.moved {
				t.Errorf("moved to %q", moved)
			}
			if len(kept.order) != 1 || kept.order[0].URL != server.URL+"/1" {
				t.Errorf("articles %+v", kept.order)
			}
			for _, head := range m.heads {
				if head.Get("Referer") != "" {
					t.Errorf("the way knows %q", head.Get("Referer"))
				}
			}
		})
	}
}

func TestAFeedThatMovedIsLookedForAtItsOldAddress(t *testing.T) {
	_, s, _, states := newsroom(t)
	m := &mover{hops: []int{301}}
	server := httptest.NewServer(m)
	defer server.Close()
	s.URL = server.URL + "/rss"
	fetch(t, s)
	m.broken = http.StatusNotFound
	if err := s.Fetch(t.Context()); err == nil {
		t.Fatal("no error")
	}
	m.hops, m.broken, m.asked = nil, 0, nil
	fetch(t, s)
	if m.asked[0] != "/rss" || states[s.Source.Name()].Moved != "" {
		t.Errorf("asked for %q, moved to %q", m.asked, states[s.Source.Name()].Moved)
	}
	m.hops = []int{301}
	fetch(t, s)
	s.Now = func() time.Time { return now.Add(askAgain) }
	m.asked = nil
	fetch(t, s)
	if m.asked[0] != "/rss" {
		t.Errorf("after a day it asked for %q", m.asked)
	}
	m.asked = nil
	fetch(t, s)
	if m.asked[0] != "/new" {
		t.Errorf("told once more that it moved, it asked for %q", m.asked)
	}
}

// TestOneHostMayBePrivate lets a source live on 127.0.0.1 and redirect to localhost, which is another host.
func TestOneHostMayBePrivate(t *testing.T) {
	p, s, _, _ := newsroom(t)
	p.text = rss(item("1", "One", ""))
	s.Clients = NewClients(false)
	s.Private = true
	fetch(t, s)
	allowed := s.URL
	other := strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
	door := httptest.NewServer(http.RedirectHandler(other, http.StatusFound))
	defer door.Close()
	asked := len(p.asked)
	s.URL = door.URL
	if err := s.Fetch(t.Context()); err == nil || len(p.asked) != asked || !strings.Contains(words(err), "--private") {
		t.Errorf("redirected to another private host: %v", err)
	}
	s.Private = false
	s.URL = allowed
	if err := s.Fetch(t.Context()); err == nil {
		t.Error("a private host that is not allowed was reached over a connection that is")
	}
}

func TestAnswersSayHowLongToStayAway(t *testing.T) {
	head := func(pairs ...string) http.Header {
		h := http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			h.Set(pairs[i], pairs[i+1])
		}
		return h
	}
	fresh := map[string]struct {
		header http.Header
		want   time.Duration
	}{
		"nothing":     {head(), 0},
		"max-age":     {head("Cache-Control", "public, Max-Age=120"), 2 * time.Minute},
		"aged":        {head("Cache-Control", "max-age=120", "Age", "100"), 20 * time.Second},
		"over-aged":   {head("Cache-Control", "max-age=120", "Age", "130"), 0},
		"very long":   {head("Cache-Control", "max-age=31536000"), MaxInterval},
		"overflowing": {head("Cache-Control", "max-age=99999999999999999999"), MaxInterval}, // RFC 9111, section 1.2.2
		"no-cache":    {head("Cache-Control", "no-cache, max-age=120"), 0},
	}
	for name, tt := range fresh {
		if got := freshFor(tt.header); got != tt.want {
			t.Errorf("%s: fresh for %s, want %s", name, got, tt.want)
		}
	}
	later := map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, "-5": 0, "soon": 0, "Sun, 01 Mar 2026 08:30:00 GMT": 30 * time.Minute, "Sun, 01 Mar 2026 07:30:00 GMT": 0,
	}
	for text, want := range later {
		if got := patienceOf(head("Retry-After", text), now); got != want {
			t.Errorf("Retry-After %q: %s, want %s", text, got, want)
		}
	}
}

func TestFaultsHaveAWordForEditors(t *testing.T) {
	cases := []struct {
		err  error
		want string
	}{
		{&refusal{status: 410}, "took it away for good"},
		{&refusal{429, 90 * time.Second}, "less often (asks for 1m30s of patience)"},
		{&refusal{status: 503}, "trouble of its own"},
		{&refusal{status: 418}, "418"},
		{fmt.Errorf("x: %w", ErrNoFeed), "web page"},
		{errors.New("something else"), "something else"},
	}
	for _, tt := range cases {
		if got := words(tt.err); !strings.Contains(got, tt.want) {
			t.Errorf("%v: %q, want %q", tt.err, got, tt.want)
		}
	}
}

func TestAddressesAreShownWithoutSecrets(t *testing.T) {
	for address, want := range map[string]string{
		"https://a:b@example.org/rss":              "https://example.org/rss",
		"https://example.org/rss?token=x&format=y": "https://example.org/rss?token=…&format=…",
		"http://%zz": "?",
	} {
		if got := Shown(address); got != want {
			t.Errorf("%s is shown as %s, want %s", address, got, want)
		}
	}
}
