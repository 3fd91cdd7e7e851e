package feed

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"code.dny.dev/ssrf"
	"github.com/andybalholm/brotli"
)

// Bounds of one request.
const (
	wholeTimeout = 30 * time.Second
	dialTimeout  = 10 * time.Second
	maxRedirects = 5
)

// userAgent says who asks, so that a publisher can complain.
const userAgent = "tenbells (+https://github.com/tenbells/tenbells)"

// Clients are the ways to the outside: one for public addresses, and one for each host that may be private. They share
// no connections, so that no feed can reach a private host by redirecting to it.
type Clients struct {
	all    bool // any address may be private
	public *http.Client

	mu      sync.Mutex
	private map[string]*http.Client // by host
}

// NewClients makes clients that connect to public addresses only, also after redirects and whatever a name resolves to:
// a feed's address is somebody's input. With private they may connect to any, through the system's proxy if there is
// one.
func NewClients(private bool) *Clients {
	return &Clients{all: private, public: NewClient(private), private: map[string]*http.Client{}}
}

// of is the client for a source: where its host may be private, that host and no other.
func (c *Clients) of(src Source) *http.Client {
	at, err := url.Parse(src.URL)
	if !src.Private || c.all || err != nil {
		return c.public
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	client, known := c.private[at.Hostname()]
	if !known {
		client = newClient(func(host string) bool { return strings.EqualFold(host, at.Hostname()) })
		c.private[at.Hostname()] = client
	}
	return client
}

// Close ends idle connections.
func (c *Clients) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.public.CloseIdleConnections()
	for _, client := range c.private {
		client.CloseIdleConnections()
	}
}

// NewClient makes one client; see NewClients.
func NewClient(private bool) *http.Client {
	client := newClient(func(string) bool { return private })
	if private {
		client.Transport.(*http.Transport).Proxy = http.ProxyFromEnvironment
	}
	return client
}

// newClient makes a client that may connect to any address of the hosts that are trusted, and else to public ones. The
// address is checked when it is dialled, after it was resolved.
func newClient(trusted func(host string) bool) *http.Client {
	open := &net.Dialer{Timeout: dialTimeout}
	guarded := &net.Dialer{Timeout: dialTimeout, Control: ssrf.New(ssrf.WithAnyPort()).Safe}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		if host, _, err := net.SplitHostPort(address); err == nil && trusted(host) {
			return open.DialContext(ctx, network, address)
		}
		return guarded.DialContext(ctx, network, address)
	}
	transport := &http.Transport{
		DialContext: dial, TLSHandshakeTimeout: dialTimeout, ResponseHeaderTimeout: wholeTimeout, DisableCompression: true,
		MaxIdleConns: 200, MaxIdleConnsPerHost: perHost, IdleConnTimeout: 90 * time.Second, ForceAttemptHTTP2: true,
		MaxResponseHeaderBytes: 64 << 10,
	}
	return &http.Client{Transport: transport, Timeout: wholeTimeout, CheckRedirect: checkRedirect}
}

// checkRedirect lets nobody on the way know the address that redirected: it may hold a token.
func checkRedirect(next *http.Request, via []*http.Request) error {
	next.Header.Del("Referer")
	if len(via) > maxRedirects {
		return errors.New("redirected too often")
	}
	return nil
}

// Answer is what came of one request.
type Answer struct {
	Status   int
	Header   http.Header
	Text     []byte   // the body, unpacked
	Address  *url.URL // where it came from in the end, without what may be secret: what links are relative to
	Moved    string   // where the feed has moved for good, by this answer
	Original bool     // the source's own address was asked, and answered itself
}

// askAgain is how long a feed that moved is asked for at its new address before the old one is asked whether that is
// still so.
const askAgain = 24 * time.Hour

// ask sends the one request for a source, wherever it has moved.
func (r *Reader) ask(ctx context.Context, src Source, state State) (Answer, error) {
	address := src.URL
	if state.Moved != "" && r.now().Sub(state.MovedAt) < askAgain {
		address = state.Moved
	}
	answer, err := r.askAt(ctx, src, address, state)
	answer.Original = answer.Original && address == src.URL
	return answer, err
}

// askAt asks for a document of a source, conditional on what was read of it before.
func (r *Reader) askAt(ctx context.Context, src Source, address string, state State) (Answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Answer{}, withoutAddress(err)
	}
	request.Header.Set("Accept", "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5")
	if state.ETag != "" {
		request.Header.Set("If-None-Match", state.ETag)
	}
	if state.LastModified != "" {
		request.Header.Set("If-Modified-Since", state.LastModified)
	}
	return get(r.Clients.of(src), request, MaxSize)
}

// get sends a request and reads its answer whole, unpacked and no longer than so many bytes. An answer that is neither
// 200 nor 304 is a refusal.
func get(client *http.Client, request *http.Request, most int64) (Answer, error) {
	request.Header.Set("User-Agent", userAgent)
	request.Header.Set("Accept-Encoding", "gzip, br")
	response, err := client.Do(request)
	if err != nil {
		return Answer{}, withoutAddress(err)
	}
	defer response.Body.Close()
	answer := Answer{
		Status: response.StatusCode, Header: response.Header, Address: withoutSecrets(response.Request.URL),
		Moved: moved(response), Original: response.Request.Response == nil,
	}
	switch response.StatusCode {
	case http.StatusNotModified:
		return answer, nil
	case http.StatusOK:
	default:
		return answer, &refusal{response.StatusCode, patienceOf(response.Header, time.Now())}
	}
	body, err := unpacked(response)
	if err != nil {
		return answer, err
	}
	if answer.Text, err = io.ReadAll(io.LimitReader(body, most+1)); err != nil {
		return answer, fmt.Errorf("read: %w", withoutAddress(err))
	}
	if int64(len(answer.Text)) > most {
		return answer, fmt.Errorf("%w: more than %d MiB", errTooLong, most>>20)
	}
	return answer, nil
}

// unpacked is the body as it was before it was packed for the way.
func unpacked(response *http.Response) (io.Reader, error) {
	switch strings.ToLower(strings.TrimSpace(response.Header.Get("Content-Encoding"))) {
	case "", "identity":
		return response.Body, nil
	case "gzip", "x-gzip":
		body, err := gzip.NewReader(response.Body)
		if errors.Is(err, io.EOF) {
			return strings.NewReader(""), nil
		}
		return body, err
	case "br":
		return brotli.NewReader(response.Body), nil
	}
	return nil, fmt.Errorf("packed as %q, which was not asked for", response.Header.Get("Content-Encoding"))
}

// moved is where a feed has moved for good: where every redirect on the way said so. A way that leaves TLS is not
// remembered.
func moved(response *http.Response) string {
	to, hop := response.Request.URL, response.Request.Response
	if hop == nil || response.StatusCode != http.StatusOK && response.StatusCode != http.StatusNotModified {
		return ""
	}
	for ; hop != nil; hop = hop.Request.Response {
		lasting := hop.StatusCode == http.StatusMovedPermanently || hop.StatusCode == http.StatusPermanentRedirect
		if !lasting || hop.Request.URL.Scheme == "https" && to.Scheme != "https" {
			return ""
		}
	}
	return to.String()
}
