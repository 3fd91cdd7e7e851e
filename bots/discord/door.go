package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

const (
	defaultAPI = "https://discord.com"
	// version is the API version spoken where the base URL names none (discord.com/developers/docs/reference#api-versioning).
	version = "v10"
	// userAgent has the form Discord asks for (discord.com/developers/docs/reference#user-agent).
	userAgent = "DiscordBot (https://github.com/tenbells/tenbells, 1)"
	// patience is how long one call may take: no longer than the lane's lease surely lasts when a send begins.
	patience = delivery.Attempt
	// largest is the most that is read of an answer, in bytes.
	largest = 8 << 20
)

// door is where every call to Discord goes out. It authorizes, keeps the pace that the answers ask for, counts what
// could get our address banned, and turns what went wrong into kinds of error. Its errors hold no token, no address and
// no id.
type door struct {
	base   *url.URL
	token  string
	pacer  *delivery.Pacer
	now    func() time.Time
	client *http.Client
	brake  brake

	barring barring
}

// call is one call to Discord.
type call struct {
	doing  string // for errors: "send a message"
	method string
	path   string // below the base: "/channels/…"
	query  url.Values
	body   any          // nil: none
	key    delivery.Key // the message it is about; "" none
	chat   string       // the chat, as the pacer names it, that the answer's limits are about; "" none
	public bool         // an interaction's own endpoint: needs no token, and does not count to the bot's rate
}

func newDoor(base *url.URL, token string, pacer *delivery.Pacer, now func() time.Time) *door {
	transport := http.DefaultTransport.(*http.Transport).Clone() // what net/http says it is
	transport.MaxIdleConnsPerHost = 2 * delivery.Window
	return &door{base: base, token: token, pacer: pacer, now: now, client: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

var versioned = regexp.MustCompile(`/v[0-9]+$`)

// apiBase is the URL that paths are added to.
func apiBase(text string) (*url.URL, error) {
	if text == "" {
		text = defaultAPI
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("the API URL is not of the form https://discord.com")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	switch {
	case versioned.MatchString(u.Path):
		return u, nil
	case strings.HasSuffix(u.Path, "/api"):
		return u.JoinPath(version), nil
	default:
		return u.JoinPath("api", version), nil
	}
}

// do makes one call and decodes the answer into answer, unless that is nil. The errors are those of
// delivery.Sender, or a *refusal.
func (d *door) do(ctx context.Context, c call, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	reached := false
	request, err := d.request(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn:              func(httptrace.GotConnInfo) { reached = true },
		WroteRequest:         func(httptrace.WroteRequestInfo) { delivery.Leave(ctx) },
		GotFirstResponseByte: func() { delivery.Heard(ctx) },
	}), c)
	if err != nil {
		return fmt.Errorf("%s: %w", c.doing, err)
	}
	response, err := d.client.Do(request)
	if err != nil {
		return fmt.Errorf("%s: %w", c.doing, transportFault(err, reached))
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, largest))
	now := d.now()
	d.heed(c, response, now)
	if refused := d.refused(c, response, body, now); refused != nil {
		return fmt.Errorf("%s: %w", c.doing, refused)
	}
	if err != nil {
		return fmt.Errorf("%s: the answer broke off: %w", c.doing, err)
	}
	if answer == nil || len(body) == 0 {
		return nil
	}
	if err := json.Unmarshal(body, answer); err != nil {
		return fmt.Errorf("%s: cannot read the answer: %w", c.doing, err)
	}
	return nil
}

func (d *door) request(ctx context.Context, c call) (*http.Request, error) {
	var body io.Reader
	if c.body != nil {
		text, err := json.Marshal(c.body)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", delivery.ErrRejected, err)
		}
		body = bytes.NewReader(text)
	}
	target := *d.base
	target.Path += c.path
	target.RawQuery = c.query.Encode()
	request, err := http.NewRequestWithContext(ctx, c.method, target.String(), body)
	if err != nil {
		return nil, fmt.Errorf("%w: the call has no form", delivery.ErrRejected)
	}
	request.Header.Set("User-Agent", userAgent)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if !c.public {
		request.Header.Set("Authorization", "Bot "+d.token)
	}
	return request, nil
}

// transportFault says whether the call can have arrived, without the URL: that of an interaction holds a secret.
func transportFault(err error, reached bool) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if !reached {
		return fmt.Errorf("%w: %w", delivery.ErrNotSent, err)
	}
	return fmt.Errorf("no answer: %w", err)
}

// heed keeps what the headers say of the next call to the same chat
// (discord.com/developers/docs/topics/rate-limits#header-format).
func (d *door) heed(c call, response *http.Response, now time.Time) {
	if c.chat == "" || response.Header.Get("X-RateLimit-Remaining") != "0" {
		return
	}
	if after := seconds(response.Header.Get("X-RateLimit-Reset-After")); after > 0 {
		d.pacer.PauseChat(c.chat, now.Add(after))
	}
}

// longestPatience is the longest wait that is believed; Discord's own are of an hour at most, those of beginning sessions of
// a day.
const longestPatience = 24 * time.Hour

// seconds reads a number of seconds, which may be broken; 0 where there is none.
func seconds(text string) time.Duration {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) || !(n > 0) { // NaN is neither
		return 0
	}
	return time.Duration(min(n, longestPatience.Seconds()) * float64(time.Second))
}

// resetIn reads a number of milliseconds likewise.
func resetIn(ms int64) time.Duration {
	return time.Duration(min(max(ms, 0), longestPatience.Milliseconds())) * time.Millisecond
}
