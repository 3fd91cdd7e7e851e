package feed

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"code.dny.dev/ssrf"
)

// Bounds of one request.
const (
	wholeTimeout = 30 * time.Second
	dialTimeout  = 10 * time.Second
	maxRedirects = 5
)

// userAgent says who asks, so that a publisher can complain.
const userAgent = "tenbells (+https://github.com/tenbells/tenbells)"

// NewClient makes a client that connects to public addresses only, also after redirects and whatever a name resolves
// to: a feed's address is somebody's input. With private it may connect to any, through the system's proxy if there is
// one.
func NewClient(private bool) *http.Client {
	dialer := &net.Dialer{Timeout: dialTimeout}
	transport := &http.Transport{
		DialContext: dialer.DialContext, TLSHandshakeTimeout: dialTimeout, ResponseHeaderTimeout: wholeTimeout,
		MaxIdleConns: 20, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true, MaxResponseHeaderBytes: 64 << 10,
	}
	if private {
		transport.Proxy = http.ProxyFromEnvironment
	} else {
		dialer.Control = ssrf.New(ssrf.WithAnyPort()).Safe
	}
	return &http.Client{Transport: transport, Timeout: wholeTimeout, CheckRedirect: checkRedirect}
}

func checkRedirect(_ *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return errors.New("redirected too often")
	}
	return nil
}

// ask sends the one request, conditional on what was read before.
func (s *Source) ask(ctx context.Context, state State) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", SourceName(s.URL), withoutAddress(err))
	}
	request.Header.Set("User-Agent", userAgent)
	request.Header.Set("Accept", "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5")
	if state.ETag != "" {
		request.Header.Set("If-None-Match", state.ETag)
	}
	if state.LastModified != "" {
		request.Header.Set("If-Modified-Since", state.LastModified)
	}
	answer, err := s.Client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", SourceName(s.URL), withoutAddress(err))
	}
	return answer, nil
}
