package feed

import (
	"bytes"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/articles"
)

// readSitemap reads a sitemap (sitemaps.org/protocol.html), with what Google's news and image extensions say of its
// addresses (developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap): an address with a title is an
// item, known by its canonical form; one without is a page; of an index the sitemaps are told.
func readSitemap(t tree, address *url.URL) Document {
	d := Document{Kind: Kind(t.kind)}
	for _, n := range t.root.children {
		switch local(n.name) {
		case "url":
			d.Found++
			d.addAddress(n, address)
		case "sitemap":
			d.Found++
			page := Page{URL: fileAddress(address, n.says("loc")), Modified: firstTime(n.says("lastmod"))}
			if page.URL != "" {
				d.Sitemaps = append(d.Sitemaps, page)
			}
		}
	}
	name(d.Items)
	d.Items = once(d.Items)
	return d
}

// sitemapLine is a line of robots.txt that names a sitemap, whomever it is for (sitemaps.org/protocol.html#submit_robots).
var sitemapLine = regexp.MustCompile(`(?im)^[ \t]*sitemap[ \t]*:[ \t]*(\S+)`)

// robots are the sitemaps that a robots.txt names.
func robots(doc []byte, address *url.URL) (sitemaps []Page) {
	if bytes.HasPrefix(doc, []byte("<")) || bytes.HasPrefix(doc, []byte("{")) {
		return nil
	}
	for _, found := range sitemapLine.FindAllSubmatch(doc, maxFound) {
		if at := fileAddress(address, string(found[1])); at != "" {
			sitemaps = append(sitemaps, Page{URL: at})
		}
	}
	return sitemaps
}

func (d *Document) addAddress(n *node, address *url.URL) {
	page := sitePage(n, address)
	item, told := siteItem(n, page, address)
	switch {
	case told && !n.cut:
		d.Items = append(d.Items, item)
		d.Title = firstOf(d.Title, publication(n))
		d.Language = firstOf(d.Language, item.Language)
	case page.URL != "":
		d.Pages = append(d.Pages, page)
	}
}

func sitePage(n *node, address *url.URL) Page {
	return Page{URL: webAddress(address, n.says("loc")), Modified: firstTime(n.says("lastmod"))}
}

// siteItem is what the news extension says of an address; false when it says no title.
func siteItem(n *node, page Page, address *url.URL) (Item, bool) {
	news := n.child("news")
	if news == nil || page.URL == "" {
		return Item{}, false
	}
	item := Item{
		Headline: line(plainOrHTML(news.says("title"))), URL: page.URL, link: page.URL, Keywords: siteKeywords(news),
		Published: firstTime(news.says("publication_date")), Modified: page.Modified, Images: siteImages(n, address),
	}
	if publication := news.child("publication"); publication != nil {
		item.Language = languageTag(publication.says("language"))
	}
	item.Language = firstOf(item.Language, languageTag(news.says("language")))
	item.Direction = directionOf(item.Language)
	if item.Published.IsZero() {
		item.Published = item.Modified
	}
	return item, item.Headline != ""
}

// publication is the name of the outlet.
func publication(n *node) string {
	if p := n.child("news").child("publication"); p != nil {
		return line(plainOrHTML(p.says("name")))
	}
	return ""
}

// siteKeywords are the keywords and genres of an item, each once.
func siteKeywords(news *node) []string {
	var all []string
	for _, list := range []string{news.says("keywords"), news.says("genres")} {
		for _, word := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == '،' || r == ';' || r == '、' }) {
			if word = line(plainOrHTML(word)); word != "" && !slices.Contains(all, word) {
				all = append(all, word)
			}
		}
	}
	return all
}

// siteImages are the pictures that the image extension names for an address.
func siteImages(n *node, address *url.URL) []articles.Image {
	var all []articles.Image
	for _, c := range n.children {
		if local(c.name) != "image" {
			continue
		}
		image := articles.Image{
			URL:     fileAddress(address, c.says("loc")),
			Caption: line(plainOrHTML(firstOf(c.says("caption"), c.says("title")))),
			Credit:  line(plainOrHTML(c.says("license"))),
		}
		if fileAddress(nil, image.Credit) != "" {
			image.Credit = "" // an address of terms names nobody
		}
		if image.URL != "" {
			all = append(all, image)
		}
	}
	return all
}

// Amend tells the items of a news sitemap when they were last changed, as another sitemap of the same site has it: the
// news extension itself has no place for that. Pages that are no items are taken over.
func (d *Document) Amend(other Document) {
	at := map[string]int{}
	for i, item := range d.Items {
		at[item.URL] = i
	}
	for _, page := range other.Pages {
		i, is := at[page.URL]
		switch {
		case !is:
			d.Pages = append(d.Pages, page)
		case page.Modified.After(d.Items[i].Modified):
			d.Items[i].amended = page.Modified
		}
	}
}
