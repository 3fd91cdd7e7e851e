package feed

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// Article makes a shelf one that can be read: Kept.
func (s *shelf) Article(_ context.Context, id articles.ID, _ int) (articles.Article, error) {
	versions := s.kept[id]
	if len(versions) == 0 {
		return articles.Article{}, articles.ErrNotFound
	}
	return versions[len(versions)-1], nil
}

// site serves documents by their path, conditionally, and counts what it is asked for.
type site struct {
	mu     sync.Mutex
	pages  map[string]string
	status map[string]int
	asked  []string
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, is := s.pages[r.URL.Path]
	etag := fmt.Sprintf(`"%x"`, fingerprint([]byte(text)))
	switch status := s.status[r.URL.Path]; {
	case status != 0:
		w.WriteHeader(status)
	case !is:
		w.WriteHeader(http.StatusNotFound)
	case r.Header.Get("If-None-Match") == etag:
		w.WriteHeader(http.StatusNotModified)
	default:
		w.Header().Set("ETag", etag)
		s.asked = append(s.asked, r.URL.Path)
		text = strings.ReplaceAll(text, "https://example.org", "http://"+r.Host)
		if strings.HasSuffix(r.URL.Path, ".gz") {
			packer := gzip.NewWriter(w)
			defer packer.Close()
			fmt.Fprint(packer, text)
			return
		}
		fmt.Fprint(w, text)
		return
	}
	s.asked = append(s.asked, r.URL.Path+" again")
}

func (s *site) set(path, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[path] = text
}

// requests are those since it was last asked for them, in order of their names.
func (s *site) requests() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.asked
	s.asked = nil
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// indexOf is an index of sitemaps, each “path lastmod”.
func indexOf(sitemaps ...string) string {
	var b strings.Builder
	b.WriteString(`<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for _, s := range sitemaps {
		at, modified, _ := strings.Cut(s, " ")
		if strings.HasPrefix(at, "/") {
			at = "https://example.org" + at
		}
		b.WriteString("<sitemap><loc>" + at + "</loc>")
		if modified != "" {
			b.WriteString("<lastmod>" + modified + "</lastmod>")
		}
		b.WriteString("</sitemap>")
	}
	return b.String() + "</sitemapindex>"
}

// sited is a newsroom whose source is an index on a site.
func sited(t *testing.T) (*site, *bureau, *shelf, memory) {
	s := &site{pages: map[string]string{}, status: map[string]int{}}
	_, b, kept, states := newsroom(t)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	b.URL = server.URL + "/index.xml"
	clock := now
	b.Now = func() time.Time { clock = clock.Add(time.Second); return clock }
	return s, b, kept, states
}

func TestTheSitemapsOfAnIndexAreFollowed(t *testing.T) {
	s, b, kept, states := sited(t)
	s.set("/index.xml", indexOf("/old.xml 2019-01-01", "/news.xml.gz 2026-03-01T07:30:00Z", "/pages.xml 2026-02-28", "https://elsewhere.example/x.xml 2026-03-01"))
	s.set("/news.xml.gz", sitemapOf("1|One|2026-03-01T07:00:00Z|"))
	s.set("/pages.xml", sitemapOf("about|||2026-02-28"))
	s.set("/old.xml", sitemapOf("0|Zero|2019-01-01T07:00:00Z|"))
	fetch := func(wanted string) {
		t.Helper()
		if err := b.Fetch(t.Context()); err != nil {
			t.Error(err)
		}
		if got := s.requests(); got != wanted {
			t.Errorf("asked for %s, want %s", got, wanted)
		}
	}
	fetch("/index.xml, /news.xml.gz, /old.xml, /pages.xml") // and nobody else's
	if len(kept.order) != 2 || kept.order[0].Way != articles.ByImport || states[b.Source.Name()].Kind != Index || states[b.Source.Name()].Title != "The Example Post" {
		t.Fatalf("%+v", kept.order)
	}
	fetch("/index.xml again, /news.xml.gz again, /pages.xml again") // what is old by its own word is left alone
	s.set("/news.xml.gz", sitemapOf("2|Two|2026-03-01T08:02:00Z|", "1|One|2026-03-01T07:00:00Z|"))
	fetch("/index.xml again, /news.xml.gz, /pages.xml again")
	s.set("/index.xml", indexOf("/news.xml.gz 2026-03-01T07:30:00Z", "/today.xml 2026-03-01T08:03:00Z"))
	s.set("/today.xml", sitemapOf("3|Three|2026-03-01T08:03:00Z|", "2|Two|2026-03-01T08:02:00Z|"))
	fetch("/index.xml, /news.xml.gz again, /today.xml")
	s.set("/news.xml.gz", sitemapOf("2|Two|2026-03-01T08:02:00Z|", "1|One|2026-03-01T07:00:00Z|", "0|Zero|2019-01-01T07:00:00Z|"))
	fetch("/index.xml again, /news.xml.gz, /today.xml again")
	var told []string
	for _, a := range kept.order[2:] {
		told = append(told, a.Headline+" "+string(a.Way))
	}
	if got := strings.Join(told, ", "); got != "Two feed, Three feed" {
		t.Errorf("then came %s", got)
	}
	if n := len(states); n != 4 { // its own, the two that it names, and an empty one
		t.Errorf("%d states are kept", n)
	}
}

func TestRobotsAndIndexesWithinIndexesAreFollowed(t *testing.T) {
	s, b, kept, _ := sited(t)
	b.URL = strings.TrimSuffix(b.URL, "index.xml") + "robots.txt"
	s.set("/robots.txt", "# hello\nUser-agent: *\nDisallow: /x\nSitemap: /index.xml\nsitemap: /news.xml\n")
	s.set("/index.xml", indexOf("/index.xml 2026-03-01", "/b.xml 2026-03-01"))
	s.set("/news.xml", sitemapOf("1|One|2026-03-01T07:00:00Z|"))
	s.set("/b.xml", sitemapOf("2|Two|2026-03-01T07:00:00Z|"))
	for _, wanted := range []string{"/b.xml, /index.xml, /news.xml, /robots.txt", "/b.xml again, /index.xml, /news.xml again, /robots.txt again"} {
		if err := b.Fetch(t.Context()); err != nil || len(kept.order) != 2 {
			t.Errorf("%v, %+v", err, kept.order)
		}
		if got := s.requests(); got != wanted {
			t.Errorf("asked for %s, want %s", got, wanted)
		}
	}
}

func TestAnIndexIsFollowedWithinBounds(t *testing.T) {
	s, b, _, _ := sited(t)
	var deep func(path string, depth int)
	deep = func(path string, depth int) {
		var all []string
		for i := range 9 {
			if all = append(all, fmt.Sprintf("%s%d.xml 2026-03-01", path, i)); depth < 2 {
				deep(fmt.Sprint(path, i), depth+1)
			}
		}
		s.set(path+".xml", indexOf(all...))
	}
	deep("/index", 0)
	err := b.Fetch(t.Context())
	if got := s.requests(); strings.Count(got, "/") != 1+maxLeaves {
		t.Errorf("%v, asked for %s", err, got)
	}
}

func TestSitemapsThatCannotBeRead(t *testing.T) {
	s, b, kept, states := sited(t)
	s.set("/index.xml", indexOf("/news.xml 2026-03-01T07:00:00Z", "/more.xml 2026-03-01"))
	s.status["/news.xml"] = http.StatusServiceUnavailable
	if err := b.Fetch(t.Context()); err == nil || !strings.Contains(states[b.Source.Name()].Fault, "503") {
		t.Errorf("%v, %q", err, states[b.Source.Name()].Fault)
	}
	s.requests()
	s.set("/more.xml", sitemapOf("1|One|2026-03-01T07:00:00Z|"))
	for range 2 {
		if err := b.Fetch(t.Context()); err != nil || len(kept.order) != 1 || states[b.Source.Name()].Fault != "" {
			t.Errorf("one of two can be read: %v, %+v", err, kept.order)
		}
	}
	if got := s.requests(); strings.Count(got, "/news.xml") != 1 {
		t.Errorf("what fails is asked again and again: %s", got)
	}
	s.set("/index.xml", indexOf("https://elsewhere.example/news.xml"))
	if err := b.Fetch(t.Context()); !errors.Is(err, errNoSitemaps) {
		t.Errorf("an index of another site's: %v", err)
	}
}

func TestTheNewestSitemapsAreChosen(t *testing.T) {
	at := parsed(t, indexOf("/2019.xml 2019-01-01", "/pages.xml", "/a.xml 2026-03-01", "/sitemap-news.xml", "https://media.example.org/c.xml 2026-02-01",
		"https://example.com/d.xml 2026-04-01", "/e.xml", "/f.xml 2025-01-01")).Sitemaps
	home := onTheWeb(nil, "https://www.example.org/sitemap.xml")
	var got []string
	for _, p := range newestOf(home, at) {
		got = append(got, p.URL[strings.LastIndex(p.URL, "/"):])
	}
	if all := strings.Join(got, " "); all != "/sitemap-news.xml /a.xml /c.xml /f.xml /2019.xml /pages.xml" {
		t.Error(all)
	}
}

// pageOf is an article's page.
func pageOf(headline, text string) string {
	paragraph := "<p>" + strings.Repeat(text+" and so the day went on at the harbour, as the port's own men have told us. ", 4) + "</p>"
	return "<html><head><title>" + headline + "</title></head><body><article><h1>" + headline + "</h1>" + strings.Repeat(paragraph, 3) + "</article></body></html>"
}

func TestAnEditIsAVersionAndNothingNew(t *testing.T) {
	cases := map[string]struct {
		text     Text
		modified string // of the second reading
		page     string // as it is then; "" gone
		versions int
		edited   int
	}{
		"a page that changed":                        {Own, "2026-03-01T08:30:00Z", pageOf("One", "Three are dead"), 2, 1},
		"a page that only says that it changed":      {Own, "2026-03-01T08:30:00Z", pageOf("One", "Two are dead"), 1, 1},
		"a page that cannot be had":                  {Own, "2026-03-01T08:30:00Z", "", 1, 1},
		"a page that is hidden behind a wall":        {Own, "2026-03-01T08:30:00Z", "<h1>One</h1><p>Subscribe to read what happened at the harbour today, for one coin.</p>", 1, 1},
		"one that did not change since it was there": {Own, "2026-03-01T07:30:00Z", pageOf("One", "Three are dead"), 1, 0},
		"a text that may not be passed on":           {Excerpt, "2026-03-01T08:30:00Z", pageOf("One", "Three are dead"), 1, 1},
	}
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			s, b, kept, _ := sited(t)
			b.Text = tt.text
			s.set("/index.xml", indexOf("/news.xml 2026-03-01", "/latest.xml 2026-03-01"))
			s.set("/news.xml", sitemapOf("0|Zero|2026-03-01T07:00:00Z|"))
			s.set("/latest.xml", sitemapOf("0|||2026-03-01T07:00:00Z"))
			fetch := func() (edited int) {
				b.Noted = func(v Visit) { edited = v.Edited }
				if err := b.Fetch(t.Context()); err != nil {
					t.Fatal(err)
				}
				return edited
			}
			fetch() // the archive
			s.set("/1", pageOf("One", "Two are dead"))
			s.set("/news.xml", sitemapOf("1|One|2026-03-01T08:02:00Z|", "0|Zero|2026-03-01T07:00:00Z|"))
			s.set("/latest.xml", sitemapOf("1|||2026-03-01T07:30:00Z", "0|||2026-03-01T07:00:00Z"))
			fetch()
			if tt.page == "" {
				delete(s.pages, "/1")
			} else {
				s.set("/1", tt.page)
			}
			s.set("/latest.xml", sitemapOf("1|||"+tt.modified, "0|||2026-03-01T07:00:00Z"))
			if got := fetch(); got != tt.edited {
				t.Errorf("%d edits are known, want %d", got, tt.edited)
			}
			s.requests()
			if fetch(); strings.Contains(s.requests(), "/1") {
				t.Error("the page is read again and again")
			}
			versions := kept.kept[articles.DeriveID(b.Source.Name(), strings.TrimSuffix(b.URL, "index.xml")+"1")]
			if len(versions) != tt.versions {
				t.Fatalf("%d versions, want %d", len(versions), tt.versions)
			}
			last := versions[len(versions)-1]
			if tt.versions == 2 && (!strings.Contains(last.Body[0], "Three are dead") || last.MayRing || last.Modified.Hour() != 8 || last.Headline != "One" || !last.Published.Equal(versions[0].Published)) {
				t.Errorf("the second is %+v", last)
			}
		})
	}
}

func TestASitemapThatIsAlwaysNewEditsNothing(t *testing.T) {
	s, b, _, _ := sited(t)
	b.Text = Own
	s.set("/index.xml", indexOf("/news.xml 2026-03-01", "/latest.xml 2026-03-01"))
	write := func(lastmod string) {
		var news, latest []string
		for i := range 20 {
			news = append(news, fmt.Sprintf("%d|Item %d|2026-03-01T07:00:00Z|", i, i))
			latest = append(latest, fmt.Sprintf("%d|||%s", i, lastmod))
		}
		s.set("/news.xml", sitemapOf(news...))
		s.set("/latest.xml", sitemapOf(latest...))
	}
	for i := range 3 {
		write(fmt.Sprintf("2026-03-01T08:%02d:00Z", 10*i))
		if err := b.Fetch(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.requests(); strings.Contains(got, "/1") {
		t.Errorf("asked for %s", got)
	}
}

func TestAVersionWhosePageCannotBeHadKeepsItsText(t *testing.T) {
	s, b, kept, _ := sited(t)
	b.Text, b.URL = Own, strings.Replace(b.URL, "index", "news", 1)
	s.set("/news.xml", sitemapOf("0|Zero|2026-03-01T07:00:00Z|"))
	fetch := func() {
		if err := b.Fetch(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	fetch()
	s.set("/1", pageOf("One", "Two are dead"))
	s.set("/news.xml", sitemapOf("1|One|2026-03-01T08:02:00Z|"))
	fetch()
	delete(s.pages, "/1")
	s.set("/news.xml", sitemapOf("1|One, corrected|2026-03-01T08:02:00Z|2026-03-01T08:10:00Z"))
	fetch()
	last := kept.order[len(kept.order)-1]
	if len(kept.order) != 3 || last.Headline != "One, corrected" || len(last.Body) == 0 {
		t.Errorf("%d versions, the last %+v", len(kept.order), last)
	}
}

func TestWhatAnIndexNamesMayNotBePrivate(t *testing.T) {
	s, b, kept, _ := sited(t)
	b.Clients, b.Private = NewClients(false), true // its own host, and no other
	t.Cleanup(b.Clients.Close)
	b.URL = strings.Replace(b.URL, "index.xml", "robots.txt", 1)
	other := strings.Replace(b.URL, "127.0.0.1", "localhost", 1)
	s.set("/robots.txt", "Sitemap: /news.xml\nSitemap: "+strings.Replace(other, "robots.txt", "secret.xml", 1)+"\n")
	s.set("/news.xml", sitemapOf("1|One|2026-03-01T07:00:00Z|"))
	s.set("/secret.xml", sitemapOf("2|Two|2026-03-01T07:00:00Z|"))
	err := b.Fetch(t.Context())
	if got := s.requests(); err != nil || len(kept.order) != 1 || got != "/news.xml, /robots.txt" {
		t.Errorf("%v, asked for %s", err, got)
	}
}
