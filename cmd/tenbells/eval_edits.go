package main

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/feed"
)

// readEach is how often the replayed sitemaps are read, in their own time.
const readEach = time.Hour

// evalEdits replays the sitemaps of each site as its publisher wrote them, hour by hour, to the reader itself: an index
// that names them, the news that had come out, what had been changed, and the articles' pages, which say something else
// once they are changed. It counts the edits that become known as such, and the versions that are stored of them.
func evalEdits(ctx context.Context, news, latest map[string]feed.Document) ([]grade, error) {
	r := &reprint{news: news, latest: latest}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: r, ReadHeaderTimeout: time.Minute}
	done := make(chan error, 1)
	go func() { done <- server.Serve(ln) }()
	r.home = "http://" + ln.Addr().String() + "/"
	var sum edits
	for site := range news {
		var one edits
		if one, err = r.replay(ctx, site); err != nil {
			break
		}
		sum = edits{sum.known + one.known, sum.edited + one.edited, sum.versions + one.versions, sum.after + one.after, sum.again + one.again}
	}
	if closed := errors.Join(server.Close(), <-done); !errors.Is(closed, http.ErrServerClosed) {
		err = errors.Join(err, closed)
	}
	return []grade{
		{Data: "rferl sitemaps, hour by hour", Metric: "edits known as such", Value: sum.known / max(sum.edited, 1), Wanted: 1},
		{Data: "rferl sitemaps, hour by hour", Metric: "edits after the first reading stored as versions", Value: sum.versions / max(sum.after, 1), Wanted: 1},
		{Data: "rferl sitemaps, hour by hour", Metric: "versions of articles that nobody changed", Value: sum.again, Less: true},
	}, err
}

// edits are counts of articles.
type edits struct {
	known, edited   float64 // edited ones, of them those that are stored as such
	versions, after float64 // edited once they had been stored, of them those with a second version
	again           float64 // versions of articles that nobody changed
}

// reprint serves sitemaps as they were at an instant.
type reprint struct {
	home         string
	news, latest map[string]feed.Document

	mu sync.Mutex
	at time.Time
}

func (r *reprint) set(at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at = at
}

// replay reads one site from before its first article to after its last change.
func (r *reprint) replay(ctx context.Context, site string) (sum edits, err error) {
	kept := &keptEdits{all: map[articles.ID][]articles.Article{}, states: map[string]feed.State{}}
	clock := time.Time{}
	reader := &feed.Reader{
		Shelf: kept, Memory: kept, Clients: feed.NewClients(true), Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return clock },
	}
	defer reader.Clients.Close()
	src := feed.Source{URL: r.home + site + "/index.xml", Text: feed.Own}
	first, last := firstAndLast(r.news[site], r.latest[site])
	for clock = first.Add(-1).Truncate(readEach); !clock.After(last.Add(4 * readEach)); clock = clock.Add(readEach) { // what was put off is read in the end
		r.set(clock)
		if _, err := reader.Read(ctx, src); err != nil {
			return sum, fmt.Errorf("%s at %s: %w", site, clock, err)
		}
	}
	for _, item := range r.news[site].Items {
		versions := kept.all[articles.DeriveID(src.Name(), r.here(site, item.URL))]
		changed, edited := lastChange(item, r.latest[site])
		seen := item.Published.Add(readEach - 1).Truncate(readEach)
		if edited {
			sum.edited++
			if n := len(versions); n > 0 && versions[n-1].Modified.After(versions[n-1].Published) {
				sum.known++
			}
		}
		switch late := edited && changed.After(seen); {
		case late:
			sum.after++
			if len(versions) == 2 && !versions[1].MayRing {
				sum.versions++
			}
		case len(versions) != 1:
			sum.again++
		}
	}
	return sum, nil
}

// lastChange is when an item was last changed by either sitemap, and whether that was after it came out.
func lastChange(item feed.Item, latest feed.Document) (at time.Time, edited bool) {
	at = item.Modified
	for _, page := range latest.Pages {
		if page.URL == item.URL && page.Modified.After(at) {
			at = page.Modified
		}
	}
	return at, at.After(item.Published)
}

// firstAndLast are when the first item came out, and when anything was last changed.
func firstAndLast(news, latest feed.Document) (first, last time.Time) {
	for _, item := range news.Items {
		if first.IsZero() || item.Published.Before(first) {
			first = item.Published
		}
		if item.Published.After(last) {
			last = item.Published
		}
	}
	for _, page := range latest.Pages {
		if page.Modified.After(last) {
			last = page.Modified
		}
	}
	return first, last
}

// here is an article's address on the replayed site.
func (r *reprint) here(site, address string) string {
	_, path, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(address, "https://"), "http://"), "/")
	return r.home + site + "/" + path
}

// ServeHTTP answers for all sites.
func (r *reprint) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	site, path, _ := strings.Cut(strings.TrimPrefix(q.URL.Path, "/"), "/")
	switch path {
	case "index.xml":
		fmt.Fprintf(w, `<sitemapindex><sitemap><loc>%[1]snews.xml</loc></sitemap><sitemap><loc>%[1]slatest.xml</loc></sitemap></sitemapindex>`, r.home+site+"/")
	case "news.xml":
		fmt.Fprint(w, `<urlset xmlns:news="n">`)
		for _, item := range r.news[site].Items {
			if !item.Published.After(r.at) {
				fmt.Fprintf(w, `<url><loc>%s</loc><news:news><news:publication_date>%s</news:publication_date><news:title>%s</news:title></news:news></url>`,
					escaped(r.here(site, item.URL)), item.Published.Format(time.RFC3339Nano), escaped(item.Headline))
			}
		}
		fmt.Fprint(w, `</urlset>`)
	case "latest.xml":
		fmt.Fprint(w, `<urlset>`)
		for _, page := range r.latest[site].Pages {
			if !page.Modified.After(r.at) {
				fmt.Fprintf(w, `<url><loc>%s</loc><lastmod>%s</lastmod></url>`, escaped(r.here(site, page.URL)), page.Modified.Format(time.RFC3339Nano))
			}
		}
		fmt.Fprint(w, `</urlset>`)
	default:
		r.page(w, site, r.home+site+"/"+strings.TrimPrefix(q.URL.EscapedPath(), "/"+site+"/"))
	}
}

// page is an article's page: it says when it was last changed.
func (r *reprint) page(w http.ResponseWriter, site, address string) {
	says := "As it came out"
	for _, page := range r.latest[site].Pages {
		if r.here(site, page.URL) == address && !page.Modified.After(r.at) {
			says = "As it was changed on " + page.Modified.Format(time.RFC1123)
		}
	}
	fmt.Fprint(w, "<html><body><article><h1>What happened at the harbour today</h1>")
	for _, more := range []string{"The first of the men who saw it spoke of smoke", "Others, who had come later, did not agree", "The police have asked for patience"} {
		fmt.Fprintf(w, "<p>%s. %s, and the story went on for as long as it had to, as stories do, and then for a little longer than that.</p>", says, more)
	}
	fmt.Fprint(w, "</article></body></html>")
}

func escaped(text string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(text)); err != nil {
		return "" // a Builder never fails
	}
	return b.String()
}

// keptEdits keeps articles and states in memory, as the store does.
type keptEdits struct {
	all    map[articles.ID][]articles.Article
	states map[string]feed.State
}

// Put is articles.Shelf.
func (k *keptEdits) Put(_ context.Context, a articles.Article) (articles.Receipt, error) {
	versions := k.all[a.ID]
	n := len(versions)
	if n > 0 && versions[n-1].Digest() == a.Digest() {
		return articles.Receipt{ID: a.ID, Version: n}, nil
	}
	k.all[a.ID] = append(versions, a)
	return articles.Receipt{ID: a.ID, Version: n + 1, New: true}, nil
}

// Article is feed.Kept.
func (k *keptEdits) Article(_ context.Context, id articles.ID, _ int) (articles.Article, error) {
	versions := k.all[id]
	if len(versions) == 0 {
		return articles.Article{}, articles.ErrNotFound
	}
	return versions[len(versions)-1], nil
}

// FeedState is feed.Memory.
func (k *keptEdits) FeedState(_ context.Context, name string) (feed.State, error) {
	return k.states[name], nil
}

// SaveFeedState is feed.Memory.
func (k *keptEdits) SaveFeedState(_ context.Context, name string, st feed.State) error {
	k.states[name] = st
	return nil
}
