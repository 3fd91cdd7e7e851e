package feed

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	gofeedrss "github.com/mmcdole/gofeed/rss"

	"github.com/tenbells/tenbells/articles"
)

// maxFound is how many items of a feed are read, the first.
const maxFound = 10_000

// ErrNoFeed says that a document is neither RSS nor Atom nor a JSON feed nor a sitemap.
var ErrNoFeed = errors.New("no feed")

// Document is a feed or a sitemap as it was read.
type Document struct {
	Kind     Kind   // RSS, Atom, JSON, Sitemap or Index
	Version  string // of the format, as it names itself: “2.0”, “0.3”, “1.1”; "" it does not say
	Title    string
	Language string // BCP 47, "" unknown
	URL      string // the site's page, "" unknown
	Items    []Item // as the feed has them, usually the newest first; those that say nothing are left out
	Found    int    // how many items, or addresses of a sitemap, the document has, also such that say nothing
	held     int    // how many further items its source has, of which this is a part
	Pages    []Page // addresses of a sitemap that says nothing of them but when they changed
	Sitemaps []Page // the sitemaps that an index names
}

// Page is an address that a sitemap names.
type Page struct {
	URL      string
	Modified time.Time // zero: not said
}

// Item is one item of a feed, in plain text.
type Item struct {
	Name       string // what the feed calls it for ever: its guid, else its address
	Headline   string
	Standfirst string
	Body       []string
	Byline     string
	Keywords   []string
	Language   string // BCP 47, "" unknown
	Direction  string // rtl or ltr, by the feed's own word or its language; "" unknown
	URL        string
	Images     []articles.Image
	Enclosures []Enclosure
	Published  time.Time
	Modified   time.Time

	guid, link string    // link with its fragment
	amended    time.Time // when another sitemap says that it was changed; zero: none says so
}

// Enclosure is a file that comes with an item: the sound of a podcast, a film.
type Enclosure struct {
	URL      string
	Type     string        // media type, "" unknown
	Size     int64         // in bytes, 0 unknown
	Duration time.Duration // 0 unknown
}

// Edited reports whether the publisher changed the item after it came out.
func (i Item) Edited() bool { return !i.Published.IsZero() && i.changed().After(i.Published) }

// changed is when the item was last changed, by whatever its publisher says.
func (i Item) changed() time.Time {
	if i.amended.After(i.Modified) {
		return i.amended
	}
	return i.Modified
}

// Parse reads a feed or sitemap, packed or not, in whatever encoding. address is where it was found, for links that are
// relative. A document that is broken somewhere still gives the items that are not. Time and memory are bounded by its
// length.
func Parse(doc []byte, address *url.URL) (Document, error) {
	doc = bytes.TrimSpace(bytes.TrimPrefix(inUTF8(doc, ""), bom))
	read := parseXML
	if bytes.HasPrefix(doc, []byte("{")) {
		read = parseJSON
	}
	d, found, err := read(doc, address)
	if sitemaps := robots(doc, address); err != nil && len(sitemaps) > 0 {
		return Document{Kind: Index, Found: len(sitemaps), Sitemaps: sitemaps}, nil
	}
	if err != nil {
		return Document{}, fmt.Errorf("%w: %w", ErrNoFeed, err)
	}
	for _, f := range found {
		item := f.item()
		if item.Headline == "" || f.cut {
			continue
		}
		item.Language = firstOf(item.Language, d.Language)
		item.Direction = firstOf(item.Direction, directionOf(item.Language))
		d.Items = append(d.Items, item)
	}
	name(d.Items)
	d.Items = once(d.Items)
	return d, nil
}

// parseXML reads a feed or sitemap, whatever is wrong with it.
func parseXML(doc []byte, address *url.URL) (Document, []found, error) {
	t := rootOf(scan(doc))
	switch t.kind {
	case "":
		return Document{}, nil, errNothing
	case "sitemap", "index":
		return readSitemap(t, address), nil, nil
	case "cdf":
		t.root = fromCDF(t.root)
	}
	return readTree(t, address)
}

// readTree mends a feed and has gofeed read it.
func readTree(t tree, address *url.URL) (Document, []found, error) {
	mend(&t, address)
	var text strings.Builder
	t.root.writeXML(&text)
	read := readRSS
	if t.kind == "atom" {
		read = readAtom
	}
	d, found, err := read(strings.NewReader(text.String()), address)
	d.Version, d.Found = t.version, t.found
	return d, found, err
}

// translatedRSS is gofeed's own way from RSS to its general form, without its search for pictures: see images.
var translatedRSS = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}

func readRSS(text *strings.Reader, address *url.URL) (Document, []found, error) {
	original, err := (&gofeedrss.Parser{}).Parse(text)
	if err != nil {
		return Document{}, nil, err
	}
	general, err := translatedRSS.Translate(original)
	if err != nil {
		return Document{}, nil, err
	}
	d := head(RSS, general, address)
	base := siteBase(address, d.URL)
	var all []found
	for i, item := range general.Items {
		all = append(all, found{Item: item, rss: original.Items[i], base: base, feedTitle: d.Title}.withAbout())
	}
	return d, all, nil
}

func readAtom(text *strings.Reader, address *url.URL) (Document, []found, error) {
	original, err := (&atom.Parser{}).Parse(text)
	if err != nil {
		return Document{}, nil, err
	}
	general, err := (&gofeed.DefaultAtomTranslator{}).Translate(original)
	if err != nil {
		return Document{}, nil, err
	}
	d := head(Atom, general, address)
	var all []found
	for i, item := range general.Items {
		all = append(all, found{Item: item, atom: original.Entries[i], base: address, feedTitle: d.Title, feedAuthors: general.Authors}.withAbout())
	}
	return d, all, nil
}

// head is what a feed says of itself.
func head(kind Kind, general *gofeed.Feed, address *url.URL) Document {
	return Document{
		Kind: kind, Version: general.FeedVersion, Title: line(general.Title), Language: languageTag(general.Language),
		URL: webAddress(address, general.Link),
	}
}

// siteBase is what links in RSS are relative to, which no standard says: the feed's own address, or the site it names
// where the feed lies with somebody else.
func siteBase(address *url.URL, site string) *url.URL {
	home, err := url.Parse(site)
	if err != nil || site == "" || address != nil && strings.EqualFold(home.Host, address.Host) {
		return address
	}
	return home
}

// once leaves out what the feed has twice: the first is the newest.
func once(items []Item) []Item {
	seen := map[string]bool{}
	return slices.DeleteFunc(items, func(item Item) bool {
		again := seen[item.Name]
		seen[item.Name] = true
		return again
	})
}
