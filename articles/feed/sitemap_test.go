package feed

import (
	"bytes"
	"compress/gzip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/tenbells/tenbells/articles"
)

// sitemapOf is a news sitemap with these addresses, each “path|title|published|lastmod”; an empty title makes a page.
func sitemapOf(urls ...string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">`)
	for _, u := range urls {
		f := strings.Split(u, "|")
		b.WriteString("<url><loc>https://example.org/" + f[0] + "</loc>")
		if f[1] != "" {
			b.WriteString("<n:news><n:publication><n:name>The Example Post</n:name><n:language>fa</n:language></n:publication><n:publication_date>" + f[2] + "</n:publication_date><n:title>" + f[1] + "</n:title></n:news>")
		}
		if f[3] != "" {
			b.WriteString("<lastmod>" + f[3] + "</lastmod>")
		}
		b.WriteString("</url>")
	}
	return b.String() + "</urlset>"
}

func parsed(t testing.TB, text string) Document {
	t.Helper()
	doc, err := Parse([]byte(text), &url.URL{Scheme: "https", Host: "example.org", Path: "/feed"})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestNewsSitemap(t *testing.T) {
	const text = `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
		xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url><loc>
		HTTPS://Example.org:443/1.html?utm_source=sitemap </loc><lastmod>2026-03-01T09:30+01:00</lastmod><news:news><news:publication>
		<news:name>The Example Post</news:name><news:language>ar</news:language></news:publication>
		<news:publication_date>2026-03-01T08:00:00Z</news:publication_date><news:title>AT&amp;T &amp;amp; a ferry</news:title>
		<news:keywords>ferry, harbour,ferry</news:keywords></news:news><image:image><image:loc>/1.jpg?w=9</image:loc>
		<image:caption>The ferry</image:caption></image:image></url><url><loc>https://example.org/2</loc><lastmod>2026-02-28</lastmod></url></urlset>`
	want := Document{Kind: Sitemap, Title: "The Example Post", Language: "ar", Found: 2,
		Items: []Item{{
			Name: "https://example.org/1.html", URL: "https://example.org/1.html", Headline: "AT&T & a ferry", Language: "ar", Direction: "rtl",
			Keywords: []string{"ferry", "harbour"}, Images: []articles.Image{{URL: "https://example.org/1.jpg?w=9", Caption: "The ferry"}},
			Published: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), Modified: time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC),
		}},
		Pages: []Page{{"https://example.org/2", time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC)}},
	}
	doc := parsed(t, text)
	if diff := cmp.Diff(want, doc, cmpopts.IgnoreUnexported(Item{}, Document{})); diff != "" {
		t.Error(diff)
	}
	if !doc.Items[0].Edited() {
		t.Error("the item was changed after it came out, and is not said to be")
	}
}

func TestSitemapsOfSitemaps(t *testing.T) {
	doc := parsed(t, `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>https://example.org/a.xml.gz</loc>
		<lastmod>2026-03-01</lastmod></sitemap><sitemap><loc>/b.xml</loc></sitemap><sitemap><loc>ftp://example.org/c</loc></sitemap></sitemapindex>`)
	want := []Page{{"https://example.org/a.xml.gz", time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}, {URL: "https://example.org/b.xml"}}
	if diff := cmp.Diff(want, doc.Sitemaps); diff != "" || doc.Kind != Index || doc.Found != 3 {
		t.Errorf("%s of %d: %s", doc.Kind, doc.Found, diff)
	}
}

func TestSitemapsComePacked(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte(sitemapOf("1|Fire|2026-03-01|"))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if doc := parsed(t, packed.String()); len(doc.Items) != 1 || doc.Items[0].Headline != "Fire" {
		t.Errorf("%+v", doc)
	}
	half := packed.Bytes()[:packed.Len()-12]
	if doc := parsed(t, string(half)); doc.Found != 1 {
		t.Errorf("of a packed sitemap that breaks off: %+v", doc)
	}
}

func TestPackedDocumentsAreBounded(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	for range 3 * MaxSize >> 20 {
		if _, err := w.Write(bytes.Repeat([]byte{' '}, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got := len(unzipped(packed.Bytes())); got != MaxSize+1 {
		t.Errorf("unpacked to %d bytes", got)
	}
}

func TestNewsIsAmendedByTheLatest(t *testing.T) {
	news := parsed(t, sitemapOf("1|One|2026-03-01T08:00:00Z|", "2|Two|2026-03-01T09:00:00Z|", "3|Three|2026-03-01T09:00:00Z|2026-03-01T11:00:00Z"))
	latest := parsed(t, sitemapOf("1|||2026-03-01T10:00:00Z", "2|||2026-03-01T09:00:00Z", "3|||2026-03-01", "4|||2026-03-01"))
	news.Amend(latest)
	if !news.Items[0].Edited() || news.Items[1].Edited() || news.Items[2].Modified.Hour() != 11 || len(news.Pages) != 1 || news.Pages[0].URL != "https://example.org/4" {
		t.Errorf("%+v", news)
	}
}

// TestCorpusSitemaps reads one real day of a publisher in eleven languages: every address counted, every item of a news
// sitemap with headline, time and language, and those known that were edited after they came out.
func TestCorpusSitemaps(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a whole corpus")
	}
	news, latest := map[string]Document{}, map[string]Document{}
	for _, d := range corpus(t, "rferl/sitemaps.jsonl.gz") {
		doc := parsed(t, d.XML)
		if doc.Kind != Sitemap || doc.Found != d.URLs || len(doc.Items)+len(doc.Pages) != d.URLs {
			t.Errorf("%s: %d addresses, %d items and %d pages of %d", d.Path, doc.Found, len(doc.Items), len(doc.Pages), d.URLs)
		}
		if d.Kind == "latest" {
			latest[d.Site] = doc
			continue
		}
		for _, item := range doc.Items {
			if item.Published.IsZero() || item.Language == "" || item.Direction == "" {
				t.Errorf("%s: %+v", d.Path, item)
			}
		}
		news[d.Site] = doc
	}
	items, edited := 0, 0
	for site, doc := range news {
		doc.Amend(latest[site])
		for _, item := range doc.Items {
			if items++; item.Edited() {
				edited++
			}
		}
	}
	t.Logf("%d items of %d sites, %d edited after they came out", items, len(news), edited)
	if items != 698 || edited != 338 { // as counted in the files by other means
		t.Error("want 338 of 698")
	}
}
