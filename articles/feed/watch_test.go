package feed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// press answers for all hosts, without a network: a feed for each address.
type press struct {
	mu    sync.Mutex
	feeds map[string]func(r *http.Request) (status int, header http.Header, body string)
	asked map[string][]time.Time
	under map[string]int // requests under way, by host
	most  map[string]int
	takes time.Duration // an answer
}

func newPress() *press {
	return &press{
		feeds: map[string]func(*http.Request) (int, http.Header, string){}, asked: map[string][]time.Time{},
		under: map[string]int{}, most: map[string]int{}, takes: 100 * time.Millisecond,
	}
}

func (p *press) RoundTrip(r *http.Request) (*http.Response, error) {
	host, address := r.URL.Hostname(), r.URL.String()
	p.mu.Lock()
	p.asked[address] = append(p.asked[address], time.Now())
	p.under[host]++
	p.most[host] = max(p.most[host], p.under[host])
	answer, takes := p.feeds[address], p.takes
	p.mu.Unlock()
	select {
	case <-time.After(takes):
	case <-r.Context().Done():
	}
	p.mu.Lock()
	p.under[host]--
	p.mu.Unlock()
	if r.Context().Err() != nil {
		return nil, r.Context().Err()
	}
	if answer == nil {
		return nil, errors.New("nothing answers")
	}
	status, header, body := answer(r)
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{StatusCode: status, Status: fmt.Sprint(status), Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// publish serves a feed that has a new item each gap.
func (p *press) publish(address string, gap time.Duration) {
	began := time.Now()
	p.feeds[address] = func(*http.Request) (int, http.Header, string) {
		var items []string
		for i := int(time.Since(began)/gap) + 8; i >= 0 && len(items) < 8; i-- {
			at := began.Add(time.Duration(i-8) * gap)
			items = append(items, item(fmt.Sprint(i), fmt.Sprint("Item ", i), "<pubDate>"+at.UTC().Format(time.RFC1123Z)+"</pubDate>"))
		}
		return http.StatusOK, nil, rss(items...)
	}
}

// desk is a Watch on a press, with a catalogue, a shelf and states in memory.
type desk struct {
	*press
	mu      sync.Mutex
	sources []Source
	edition int64
	changed chan struct{}
	states  map[string]State
	shelf   *shelf
}

func newDesk(p *press, urls ...string) *desk {
	d := &desk{press: p, changed: make(chan struct{}), states: map[string]State{}, shelf: &shelf{kept: map[articles.ID][]articles.Article{}}}
	for _, url := range urls {
		d.sources = append(d.sources, Source{URL: url})
	}
	return d
}

func (d *desk) Sources(context.Context) ([]Source, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.sources), nil
}

func (d *desk) Source(context.Context, string) (Source, error) { return Source{}, ErrNoSource }

func (d *desk) Edition(context.Context) (int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.edition, nil
}

func (d *desk) set(urls ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sources = nil
	for _, url := range urls {
		d.sources = append(d.sources, Source{URL: url})
	}
	d.edition++
	close(d.changed)
	d.changed = make(chan struct{})
}

func (d *desk) FeedState(_ context.Context, name string) (State, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.states[name], nil
}

func (d *desk) SaveFeedState(_ context.Context, name string, st State) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.states[name] = st
	return nil
}

func (d *desk) Put(ctx context.Context, a articles.Article) (articles.Receipt, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.shelf.Put(ctx, a)
}

func (d *desk) waiting() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.changed
}

// run watches for so long.
func (d *desk) run(t *testing.T, span time.Duration) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	time.AfterFunc(span, stop)
	if err := d.watch().Run(ctx, func() error { return nil }); err != nil {
		t.Error(err)
	}
}

func (d *desk) watch() *Watch {
	clients := &Clients{public: &http.Client{Transport: d.press, Timeout: wholeTimeout, CheckRedirect: checkRedirect}}
	reader := &Reader{Shelf: d, Memory: d, Clients: clients, Hosts: &Hosts{}, Log: slog.New(slog.DiscardHandler)}
	return &Watch{Reader: reader, Sources: d, Changed: d.waiting, Log: slog.New(slog.DiscardHandler)}
}

// times are how often an address was asked for.
func (d *desk) times(address string) int {
	d.press.mu.Lock()
	defer d.press.mu.Unlock()
	return len(d.asked[address])
}

func TestEachFeedIsReadAtItsOwnRhythm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPress()
		p.publish("https://fast.example/", time.Minute)
		p.publish("https://slow.example/", 24*time.Hour)
		p.publish("https://middle.example/", 20*time.Minute)
		d := newDesk(p, "https://fast.example/", "https://slow.example/", "https://middle.example/", "https://dead.example/")
		d.run(t, 4*time.Hour)
		for address, want := range map[string][2]int{
			"https://fast.example/": {440, 520}, "https://slow.example/": {4, 6}, "https://middle.example/": {44, 54}, "https://dead.example/": {9, 13},
		} {
			if n := d.times(address); n < want[0] || n > want[1] {
				t.Errorf("%s was asked %d times in four hours, want %d to %d", address, n, want[0], want[1])
			}
		}
		if st := d.states[SourceName("https://dead.example/")]; st.Failures < 9 || st.Fault == "" {
			t.Errorf("the dead feed has %d failures, %q", st.Failures, st.Fault)
		}
		fresh := 0
		for _, a := range d.shelf.order {
			if a.Way == articles.ByFeed && a.Source == SourceName("https://fast.example/") {
				fresh++
			}
		}
		if fresh < 238 || fresh > 240 {
			t.Errorf("%d of 240 articles came", fresh)
		}
	})
}

func TestAHostIsAskedGently(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPress()
		p.takes = 5 * time.Second
		var urls []string
		for i := range 10 {
			url := fmt.Sprintf("https://one.example/%d", i)
			p.publish(url, time.Minute)
			urls = append(urls, url)
		}
		p.publish("https://other.example/", time.Minute)
		d := newDesk(p, append(urls, "https://other.example/")...)
		d.run(t, 2*time.Minute)
		var starts []time.Time
		for _, url := range urls {
			if d.times(url) == 0 {
				t.Errorf("%s was never asked", url)
			}
			starts = append(starts, d.asked[url]...)
		}
		slices.SortFunc(starts, time.Time.Compare)
		for i := 1; i < len(starts); i++ {
			if apart := starts[i].Sub(starts[i-1]); apart < spacing {
				t.Errorf("two requests to one host %s apart", apart)
			}
		}
		if d.most["one.example"] != perHost {
			t.Errorf("%d requests to one host at a time, want %d", d.most["one.example"], perHost)
		}
		if n := d.times("https://other.example/"); n < 3 {
			t.Errorf("another host had to wait: %d requests", n)
		}
	})
}

func TestAHostThatAsksForPatienceIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPress()
		p.publish("https://one.example/a", time.Minute)
		p.publish("https://other.example/", time.Minute)
		busy := time.Now().Add(5 * time.Minute)
		p.feeds["https://one.example/b"] = func(*http.Request) (int, http.Header, string) {
			if time.Now().Before(busy) {
				return http.StatusTooManyRequests, http.Header{"Retry-After": {busy.UTC().Format(http.TimeFormat)}}, ""
			}
			return http.StatusOK, nil, rss(item("1", "One", ""))
		}
		d := newDesk(p, "https://one.example/a", "https://one.example/b", "https://other.example/")
		d.run(t, 10*time.Minute)
		early := 0
		for _, at := range slices.Concat(d.asked["https://one.example/a"], d.asked["https://one.example/b"]) {
			if at.Before(busy.Add(-time.Second)) {
				early++
			}
		}
		if early > 2 {
			t.Errorf("%d requests while it asked for patience", early)
		}
		if d.times("https://one.example/a") < 8 || d.times("https://one.example/b") < 2 || d.times("https://other.example/") < 18 {
			t.Errorf("asked %d, %d and %d times", d.times("https://one.example/a"), d.times("https://one.example/b"), d.times("https://other.example/"))
		}
	})
}

func TestSourcesComeAndGoWhileTheyAreWatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPress()
		p.publish("https://a.example/", time.Minute)
		p.publish("https://b.example/", time.Minute)
		d := newDesk(p, "https://a.example/")
		go func() {
			time.Sleep(time.Hour)
			d.set("https://b.example/")
		}()
		began := time.Now()
		d.run(t, 2*time.Hour)
		last := d.asked["https://a.example/"][d.times("https://a.example/")-1]
		if first := d.asked["https://b.example/"][0].Sub(began); first != time.Hour || last.Sub(began) > time.Hour {
			t.Errorf("added after an hour and asked after %s; the other was last asked after %s", first, last.Sub(began))
		}
	})
}

func TestARestartLosesAndRepeatsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPress()
		p.publish("https://a.example/", 10*time.Minute)
		d := newDesk(p, "https://a.example/")
		d.run(t, time.Hour)
		due := d.states[SourceName("https://a.example/")].Next
		stored, asked := len(d.shelf.order), d.times("https://a.example/")
		d.run(t, time.Until(due)-time.Second)
		if d.times("https://a.example/") != asked {
			t.Error("it was asked before its time")
		}
		d.run(t, 10*time.Minute)
		if first := d.asked["https://a.example/"][asked]; first.Before(due) || first.Sub(due) > 2*time.Second {
			t.Errorf("due %s, asked %s", due, first)
		}
		d.run(t, 50*time.Minute)
		for i, a := range d.shelf.order {
			if want := fmt.Sprint("Item ", i+1); a.Headline != want {
				t.Fatalf("article %d is %q, want %q", i, a.Headline, want)
			}
		}
		if fresh := len(d.shelf.order) - stored; fresh < 5 || fresh > 7 {
			t.Errorf("%d articles of an hour", fresh)
		}
	})
}

func TestStoppingInTheMiddleOfAReadingIsNobodysFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPress()
		p.publish("https://a.example/", time.Minute)
		p.takes = 20 * time.Second
		d := newDesk(p, "https://a.example/")
		d.run(t, 10*time.Second)
		if len(d.states) > 0 {
			t.Errorf("states %+v", d.states)
		}
	})
}

func TestASlowFeedIsAFaultAndHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPress()
		p.publish("https://a.example/", time.Minute)
		p.feeds["https://stuck.example/"] = func(r *http.Request) (int, http.Header, string) {
			<-r.Context().Done()
			return http.StatusOK, nil, ""
		}
		d := newDesk(p, "https://stuck.example/", "https://a.example/")
		d.run(t, 2*time.Minute)
		if st := d.states[SourceName("https://stuck.example/")]; st.Failures == 0 || d.times("https://a.example/") < 3 {
			t.Errorf("state %+v, the other was asked %d times", st, d.times("https://a.example/"))
		}
	})
}

func TestAWatchEndsWhenItIsAnothersTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPress()
		p.publish("https://a.example/", time.Minute)
		d := newDesk(p, "https://a.example/")
		lost, began := errors.New("lost"), time.Now()
		err := d.watch().Run(t.Context(), func() error {
			if time.Since(began) >= 10*time.Second {
				return lost
			}
			return nil
		})
		if !errors.Is(err, lost) || time.Since(began) > 12*time.Second {
			t.Errorf("error %v after %s", err, time.Since(began))
		}
	})
}
