package feed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
)

var now = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

// shelf keeps articles in memory, as a store does.
type shelf struct {
	kept  map[articles.ID][]articles.Article
	order []articles.Article
	fails bool
}

func (s *shelf) Put(_ context.Context, a articles.Article) (articles.Receipt, error) {
	if s.fails {
		return articles.Receipt{}, errors.New("disk full")
	}
	versions := s.kept[a.ID]
	if n := len(versions); n > 0 && versions[n-1].Digest() == a.Digest() {
		return articles.Receipt{ID: a.ID, Version: n}, nil
	}
	s.kept[a.ID] = append(versions, a)
	s.order = append(s.order, a)
	return articles.Receipt{ID: a.ID, Version: len(versions) + 1, New: true}, nil
}

// memory keeps states.
type memory map[string]State

func (m memory) FeedState(_ context.Context, name string) (State, error) { return m[name], nil }

func (m memory) SaveFeedState(_ context.Context, name string, state State) error {
	m[name] = state
	return nil
}

// publisher serves a feed that the test can change.
type publisher struct {
	mu     sync.Mutex
	text   string
	kind   string // Content-Type
	status int
	etag   string
	head   http.Header // further headers
	asked  []http.Header
}

func (p *publisher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, r.Header)
	if p.etag != "" {
		w.Header().Set("ETag", p.etag)
		if r.Header.Get("If-None-Match") == p.etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	for name, values := range p.head {
		w.Header()[name] = values
	}
	if p.kind != "" {
		w.Header().Set("Content-Type", p.kind)
	}
	if p.status != 0 {
		w.WriteHeader(p.status)
	}
	fmt.Fprint(w, p.text)
}

// bureau reads one source.
type bureau struct {
	Source
	*Reader
}

func (b *bureau) Fetch(ctx context.Context) error {
	_, err := b.Read(ctx, b.Source)
	return err
}

// newsroom is a publisher, a source that reads it, and what it keeps.
func newsroom(t testing.TB) (*publisher, *bureau, *shelf, memory) {
	t.Helper()
	p := &publisher{}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	kept, states := &shelf{kept: map[articles.ID][]articles.Article{}}, memory{}
	s := &bureau{
		Source: Source{URL: server.URL + "/rss", MayRing: true},
		Reader: &Reader{
			Shelf: kept, Memory: states, Clients: NewClients(true), Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now },
		},
	}
	t.Cleanup(s.Clients.Close)
	return p, s, kept, states
}

func rss(items ...string) string {
	return `<?xml version="1.0"?><rss version="2.0"><channel><title>The Example Post</title><language>en-us</language>` +
		strings.Join(items, "") + `</channel></rss>`
}

func item(guid, title, more string) string {
	return "<item><guid>" + guid + "</guid><title>" + title + "</title>" + more + "</item>"
}

func fetch(t testing.TB, s *bureau) {
	t.Helper()
	if err := s.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestFirstFetchTakesTheArchiveInSilence(t *testing.T) {
	p, s, kept, _ := newsroom(t)
	p.text = rss(item("2", "Newer", ""), item("1", "Older", ""))
	fetch(t, s)
	p.text = rss(item("3", "Newest", ""), item("2", "Newer", ""), item("1", "Older", ""))
	fetch(t, s)
	var got []string
	for _, a := range kept.order {
		got = append(got, fmt.Sprint(a.Headline, " ", a.Way, " ", a.MayRing))
	}
	if want := "Older import false, Newer import false, Newest feed true"; strings.Join(got, ", ") != want {
		t.Errorf("%s; want %s", strings.Join(got, ", "), want)
	}
}

func TestArchiveStaysSilentUntilTheFeedWasReadOnce(t *testing.T) {
	p, s, kept, states := newsroom(t)
	p.status = http.StatusServiceUnavailable
	if err := s.Fetch(t.Context()); err == nil {
		t.Fatal("no error")
	}
	p.status, p.text = 0, rss(item("1", "Old", ""))
	kept.fails = true
	if err := s.Fetch(t.Context()); err == nil {
		t.Fatal("no error")
	}
	if st := states[SourceName(s.URL)]; st.Failures != 2 || st.Fault == "" || st.ETag != "" || !st.Since.IsZero() || !st.Fetched.Equal(now) {
		t.Errorf("after two failures: %+v", st)
	}
	kept.fails = false
	fetch(t, s)
	if kept.order[0].Way != articles.ByImport {
		t.Errorf("the archive came by %s", kept.order[0].Way)
	}
	if st := states[SourceName(s.URL)]; st.Failures != 0 || st.Fault != "" || !st.Since.Equal(now) {
		t.Errorf("after a success: %+v", st)
	}
}

func TestRequestsAreConditional(t *testing.T) {
	p, s, kept, states := newsroom(t)
	p.etag, p.text = `"1"`, rss(item("1", "One", ""))
	fetch(t, s)
	fetch(t, s)
	if got := p.asked[1].Get("If-None-Match"); got != `"1"` {
		t.Errorf("second request has If-None-Match %q", got)
	}
	if p.asked[1].Get("User-Agent") != userAgent || p.asked[1].Get("Accept-Encoding") != "gzip, br" {
		t.Errorf("request headers: %v", p.asked[1])
	}
	p.etag, p.text = `"2"`, rss(item("2", "Two", ""), item("1", "One", ""))
	fetch(t, s)
	if len(kept.order) != 2 || states[SourceName(s.URL)].ETag != `"2"` {
		t.Errorf("%d articles, state %+v", len(kept.order), states[SourceName(s.URL)])
	}
}

func TestReadingAgainKeepsWhatIsKnown(t *testing.T) {
	before := State{ETag: `"1"`, LastModified: "yesterday", Since: now, Fetched: now, Read: now, Failures: 2, Fault: "404", Gone: true}
	later := now.Add(time.Hour)
	want := State{ETag: `"1"`, LastModified: "yesterday", Since: now, Fetched: later, Read: later, Before: now}
	if got := before.answered(Answer{Status: http.StatusNotModified}, later); !reflect.DeepEqual(got, want) {
		t.Errorf("after an answer without marks: %+v, want %+v", got, want)
	}
	want.ETag, want.LastModified = `"2"`, ""
	if got := before.answered(Answer{Status: http.StatusNotModified, Header: http.Header{"Etag": {`"2"`}}}, later); !reflect.DeepEqual(got, want) {
		t.Errorf("after an answer with a new mark: %+v, want %+v", got, want)
	}
	want.ETag = ""
	if got := before.answered(Answer{Status: http.StatusOK}, later); !reflect.DeepEqual(got, want) {
		t.Errorf("after a whole answer without marks: %+v, want %+v", got, want)
	}
}

func TestItemsAreSeenAgainWhenOneWasNotStored(t *testing.T) {
	p, s, kept, _ := newsroom(t)
	p.etag, p.text = `"1"`, rss(item("1", "One", ""))
	fetch(t, s)
	p.etag, p.text = `"2"`, rss(item("2", "Two", ""))
	kept.fails = true
	if err := s.Fetch(t.Context()); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Fatalf("error %v", err)
	}
	kept.fails = false
	fetch(t, s)
	if last := kept.order[len(kept.order)-1]; last.Headline != "Two" || last.Way != articles.ByFeed {
		t.Errorf("last article %q by %s", last.Headline, last.Way)
	}
}

func TestEditedItemIsTheNextVersion(t *testing.T) {
	p, s, kept, _ := newsroom(t)
	at := func(day string) string { return "<pubDate>Sun, " + day + " Feb 2026 10:00:00 GMT</pubDate>" }
	p.text = rss(item("1", "Ferry aground", at("01")))
	fetch(t, s)
	p.text = rss(item("1", "Ferry aground", at("08")))
	fetch(t, s)
	if len(kept.order) != 1 {
		t.Errorf("another date made %d versions", len(kept.order))
	}
	p.text = rss(item("1", "Ferry refloated", at("08")))
	fetch(t, s)
	if len(kept.kept) != 1 || len(kept.order) != 2 {
		t.Errorf("%d articles in %d versions, want 1 in 2", len(kept.kept), len(kept.order))
	}
}

func TestOnlyAnExcerptIsPassedOnUnlessTheOperatorSaysSo(t *testing.T) {
	const more = "<link>https://example.org/1?id=7&amp;utm_source=rss#top</link><description>&lt;p&gt;The &lt;b&gt;short&lt;/b&gt; of it.&lt;/p&gt;</description>" +
		`<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">&lt;p&gt;The long of it.&lt;/p&gt;&lt;p&gt;All.&lt;/p&gt;</content:encoded>` +
		`<category>Breaking News</category><enclosure url="https://example.org/1.jpg" type="image/jpeg" length="1"/>`
	for _, full := range []bool{false, true} {
		p, s, kept, _ := newsroom(t)
		s.Text = map[bool]Text{false: Excerpt, true: Own}[full]
		p.text = rss(item("1", "AT&amp;amp;T &amp;lt;i&amp;gt;buys&amp;lt;/i&amp;gt; a ferry", more))
		fetch(t, s)
		a := kept.order[0]
		if a.Standfirst != "The short of it." || a.URL != "https://example.org/1?id=7" || a.Outlet != "The Example Post" ||
			a.Language != "en-US" || len(a.Keywords) != 1 || a.Excerpt == full {
			t.Errorf("article %+v", a)
		}
		if got := len(a.Body) == 2 && len(a.Images) == 1; got != full {
			t.Errorf("full is %v: body %q, images %v", full, a.Body, a.Images)
		}
	}
}

func TestTimesThatCannotBeTrustedAreWhenItWasSeen(t *testing.T) {
	p, s, kept, _ := newsroom(t)
	p.text = rss(item("1", "No date", ""), item("2", "Next year", "<pubDate>Fri, 01 Jan 2027 10:00:00 GMT</pubDate>"),
		item("3", "Last week", "<pubDate>Sun, 22 Feb 2026 10:00:00 +0100</pubDate>"))
	fetch(t, s)
	for _, a := range kept.order {
		want := now
		if a.Headline == "Last week" {
			want = time.Date(2026, 2, 22, 9, 0, 0, 0, time.UTC)
		}
		if !a.Published.Equal(want) {
			t.Errorf("%s: published %s, want %s", a.Headline, a.Published, want)
		}
	}
}

func TestFaultsAreToldByWhatIsWrong(t *testing.T) {
	cases := map[string]struct {
		status int
		text   string
		want   string
	}{
		"not there":     {http.StatusNotFound, "", "404"},
		"gone":          {http.StatusGone, rss(), "410"},
		"a web page":    {0, "<html><body>Hello</body></html>", "no feed"},
		"empty":         {0, "", "no feed"},
		"without bound": {0, "<rss><channel>" + strings.Repeat(" ", MaxSize), "10 MiB"},
	}
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			p, s, _, states := newsroom(t)
			p.status, p.text = tt.status, tt.text
			err := s.Fetch(t.Context())
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(states[SourceName(s.URL)].Fault, tt.want) {
				t.Errorf("error %v, fault %q, want %q", err, states[SourceName(s.URL)].Fault, tt.want)
			}
		})
	}
}

func TestPrivateAddressesAreRefused(t *testing.T) {
	p, s, kept, states := newsroom(t)
	p.text = rss(item("1", "Secret", ""))
	s.Clients = NewClients(false)
	if err := s.Fetch(t.Context()); err == nil || len(p.asked) > 0 || len(kept.order) > 0 {
		t.Errorf("error %v, %d requests came through", err, len(p.asked))
	}
	if !strings.Contains(states[SourceName(s.URL)].Fault, "prohibited") {
		t.Errorf("fault %q", states[SourceName(s.URL)].Fault)
	}
}

func TestRedirectsEnd(t *testing.T) {
	_, s, _, _ := newsroom(t)
	requests := 0
	loop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		http.Redirect(w, r, "/again", http.StatusFound)
	}))
	defer loop.Close()
	s.URL = loop.URL
	if err := s.Fetch(t.Context()); err == nil || requests > maxRedirects+1 {
		t.Errorf("error %v after %d requests", err, requests)
	}
}

func TestOneBrokenItemDoesNotLoseTheOthers(t *testing.T) {
	address := &url.URL{Scheme: "https", Host: "example.org"}
	cases := map[string]string{
		"an item without anything":   rss(item("1", "One", ""), "<item></item>", item("2", "Two", "")),
		"an item with a broken date": rss(item("1", "One", "<pubDate>yesterday</pubDate>"), item("2", "Two", "")),
		"tags that do not match":     rss(item("1", "One", ""), "<item><title>Lost</b></title></item>", item("2", "Two", "")),
		"cut off in the middle":      strings.SplitAfter(rss(item("1", "One", ""), item("2", "Two", ""), item("3", "Three", "<link>x</link>")), "Three")[0],
		"the same item twice":        rss(item("1", "One", ""), item("1", "One", ""), item("2", "Two", "")),
	}
	for name, text := range cases {
		t.Run(name, func(t *testing.T) {
			doc, err := Parse([]byte(text), address)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, i := range doc.Items {
				if i.Headline == "One" || i.Headline == "Two" {
					got = append(got, i.Headline)
				}
			}
			if strings.Join(got, " ") != "One Two" || doc.Title != "The Example Post" {
				t.Errorf("title %q, items %v", doc.Title, got)
			}
		})
	}
}

func TestItemsAreKnownByGuidThenAddress(t *testing.T) {
	link := func(s string) string { return "<link>https://example.org/" + s + "</link>" }
	cases := map[string]struct {
		items []string
		want  []string
	}{
		"guids":                    {[]string{item("a", "One", link("1")), item("b", "Two", link("2"))}, []string{"a", "b"}},
		"guids that are addresses": {[]string{item("HTTPS://Example.org/1?utm_source=x", "One", link("9"))}, []string{"https://example.org/1"}},
		"no guids":                 {[]string{item("", "One", link("1?utm_medium=rss")), item("", "Two", link("2"))}, []string{"https://example.org/1", "https://example.org/2"}},
		"one guid for all":         {[]string{item("a", "One", link("1")), item("a", "Two", link("2"))}, []string{"a https://example.org/1", "a https://example.org/2"}},
		"one page for all":         {[]string{item("", "One", link("1#a")), item("", "Two", link("1#b"))}, []string{"https://example.org/1#a", "https://example.org/1#b"}},
		"one of everything":        {[]string{item("a", "One", link("1")), item("a", "Two", link("1"))}, []string{"a One", "a Two"}},
		"nothing but a headline":   {[]string{item("", "One", "")}, []string{"One"}},
	}
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			doc, err := Parse([]byte(rss(tt.items...)), &url.URL{Scheme: "https", Host: "example.org"})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, i := range doc.Items {
				got = append(got, i.Name)
			}
			if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestAtomAndOtherCharsets(t *testing.T) {
	p, s, kept, _ := newsroom(t)
	p.text = `<feed xmlns="http://www.w3.org/2005/Atom"><title>Post</title><entry><id>urn:1</id><title type="html">One &amp;amp; two</title>` +
		`<link href="/1"/><summary>Short.</summary><author><name>Ann Lee</name></author><updated>2026-02-01T10:00:00Z</updated></entry></feed>`
	fetch(t, s)
	if a := kept.order[0]; a.Headline != "One & two" || a.Byline != "Ann Lee" || a.URL != strings.TrimSuffix(s.URL, "/rss")+"/1" ||
		!a.Published.Equal(time.Date(2026, 2, 1, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("article %+v", a)
	}
	p.kind = "text/xml; charset=windows-1251"
	p.text = "<rss version=\"2.0\"><channel><title>x</title>" + item("2", "\xcf\xee\xe6\xe0\xf0", "") + "</channel></rss>"
	fetch(t, s)
	if got := kept.order[1].Headline; got != "Пожар" {
		t.Errorf("headline %q", got)
	}
}

func TestLongDescriptionsAreCutAtASentence(t *testing.T) {
	long := strings.Repeat("A sentence of some length. ", 40)
	if got := shortened(long, maxStandfirst); len(got) > maxStandfirst || !strings.HasSuffix(got, "length.") {
		t.Errorf("%q", got)
	}
	if got := shortened(strings.Repeat("word ", 100), 20); got != "word word word word…" {
		t.Errorf("%q", got)
	}
	if got := shortened(strings.Repeat("語", 100), 10); got != strings.Repeat("語", 10)+"…" {
		t.Errorf("%q", got)
	}
}

func TestStoppingIsNotTheFeedsFault(t *testing.T) {
	p, s, _, states := newsroom(t)
	p.text = rss()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := s.Fetch(ctx); !errors.Is(err, context.Canceled) || len(states) > 0 {
		t.Errorf("error %v, states %v", err, states)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		rss(item("1", "One", "<link>x</link>")), "<feed><entry><title>x", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"x"}]}`,
		"<rdf:RDF><item><title>a</title></item>", "<rss><item><b></item></rss>",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		got, err := Parse(inUTF8(doc, ""), &url.URL{Scheme: "https", Host: "example.org"})
		if err != nil {
			return
		}
		names := map[string]bool{}
		for _, i := range got.Items {
			if i.Name == "" || i.Headline == "" || names[i.Name] {
				t.Errorf("item %q named %q", i.Headline, i.Name)
			}
			names[i.Name] = true
		}
	})
}

func TestAnExplicitDirectionWins(t *testing.T) {
	cases := []struct{ lang, dir, want string }{
		{"az", "rtl", "az-Arab"}, {"az", "ltr", "az"}, {"ug", "ltr", "ug-Latn"}, {"fa", "", "fa"}, {"en", "rtl", "en"}, {"az-Arab", "rtl", "az-Arab"},
	}
	for _, tt := range cases {
		p, s, kept, _ := newsroom(t)
		p.text = `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="` + tt.lang + `"><title>x</title><entry dir="` + tt.dir + `"><id>1</id><title>One</title></entry></feed>`
		if err := s.Fetch(t.Context()); err != nil || len(kept.order) != 1 || kept.order[0].Language != tt.want {
			t.Errorf("%s written %q is %+v, want %s: %v", tt.lang, tt.dir, kept.order, tt.want, err)
		}
	}
}
