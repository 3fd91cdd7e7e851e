package feed

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/language"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/extract"
)

// ErrNoFeed says that a document is neither RSS nor Atom nor a JSON feed.
var ErrNoFeed = errors.New("no feed")

// Document is a feed as it was read.
type Document struct {
	Title string
	Items []Item // as the feed has them, usually the newest first; those that say nothing are left out
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
	URL        string
	Images     []articles.Image
	Published  time.Time
	Modified   time.Time

	guid, link string // link with its fragment
}

// Parse reads a feed. address is where it was found, for links that are relative. A document that is broken somewhere
// still gives the items that are not.
func Parse(doc []byte, address *url.URL) (Document, error) {
	parsed, err := parse(doc)
	if err != nil {
		return Document{}, fmt.Errorf("%w: %w", ErrNoFeed, err)
	}
	d := Document{Title: line(parsed.Title)}
	for _, found := range parsed.Items {
		if found == nil {
			continue
		}
		item := readItem(found, address)
		if item.Headline == "" {
			continue
		}
		if item.Language == "" {
			item.Language = languageTag(parsed.Language)
		}
		d.Items = append(d.Items, item)
	}
	name(d.Items)
	d.Items = once(d.Items)
	return d, nil
}

// parse reads a feed as a whole, or item by item where that finds more: the parser forgives a tag that does not match,
// and skips what follows.
func parse(doc []byte) (*gofeed.Feed, error) {
	parsed, err := gofeed.NewParser().Parse(bytes.NewReader(doc))
	if err == nil && len(parsed.Items) >= len(itemTags.FindAllIndex(doc, -1)) {
		return parsed, nil
	}
	pieces := salvage(doc)
	if pieces == nil || err == nil && len(pieces.Items) <= len(parsed.Items) {
		return parsed, err
	}
	return pieces, nil
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

func readItem(found *gofeed.Item, address *url.URL) Item {
	description, content := extract.Fragment(found.Description), extract.Fragment(found.Content)
	item := Item{
		Headline: line(found.Title), URL: webAddress(address, found.Link), Body: content,
		Published: instant(found.PublishedParsed), Modified: instant(found.UpdatedParsed),
		guid: found.GUID, link: linked(address, found.Link),
	}
	if len(item.Body) == 0 {
		item.Body = description
	}
	if len(description) == 0 {
		description = content
	}
	item.Standfirst = excerpt(description)
	if item.Headline == "" {
		item.Headline, item.Standfirst = shortened(item.Standfirst, maxHeadline), ""
	}
	if item.Published.IsZero() {
		item.Published = item.Modified
	}
	item.Byline = byline(found.Authors)
	for _, category := range found.Categories {
		if word := line(category); word != "" && !slices.Contains(item.Keywords, word) {
			item.Keywords = append(item.Keywords, word)
		}
	}
	if dc := found.DublinCoreExt; dc != nil && len(dc.Language) > 0 {
		item.Language = languageTag(dc.Language[0])
	}
	item.Images = images(found, address)
	return item
}

// Bounds of what is taken for a headline or standfirst, in characters.
const (
	maxHeadline   = 120
	maxStandfirst = 400
)

// excerpt is the beginning of a description: whole sentences where there are any.
func excerpt(paragraphs []string) string {
	if len(paragraphs) == 0 {
		return ""
	}
	return shortened(paragraphs[0], maxStandfirst)
}

// shortened is s, or its whole sentences up to a number of characters, or its whole words with an ellipsis.
func shortened(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	s = string([]rune(s)[:most])
	if end := strings.LastIndexAny(s, ".!?…؟۔।。"); end > len(s)/3 {
		_, size := utf8.DecodeRuneInString(s[end:])
		return s[:end+size]
	}
	if end := strings.LastIndexByte(s, ' '); end > 0 {
		s = s[:end]
	}
	return strings.TrimRight(s, " ,;:–—-") + "…"
}

// line is markup as one line of plain text.
func line(markup string) string { return strings.Join(extract.Fragment(markup), " ") }

func byline(authors []*gofeed.Person) string {
	var names []string
	for _, author := range authors {
		if author == nil {
			continue
		}
		if name := line(author.Name); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

func images(found *gofeed.Item, address *url.URL) []articles.Image {
	var all []articles.Image
	add := func(ref, caption string) {
		image := articles.Image{URL: webAddress(address, ref), Caption: line(caption)}
		if image.URL != "" && !slices.ContainsFunc(all, func(i articles.Image) bool { return i.URL == image.URL }) {
			all = append(all, image)
		}
	}
	if found.Image != nil {
		add(found.Image.URL, found.Image.Title)
	}
	for _, enclosure := range found.Enclosures {
		if enclosure != nil && strings.HasPrefix(enclosure.Type, "image/") {
			add(enclosure.URL, "")
		}
	}
	return all
}

func instant(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

func languageTag(s string) string {
	tag, err := language.Parse(strings.TrimSpace(s))
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}

// inUTF8 brings a document to UTF-8 where only the server says what it is in. What names its encoding itself, as XML
// does, is left to the parser.
func inUTF8(doc []byte, contentType string) []byte {
	head := doc[:min(len(doc), 200)]
	if utf8.Valid(doc) || bytes.Contains(head, []byte("encoding=")) {
		return doc
	}
	encoding, _, _ := charset.DetermineEncoding(doc, contentType)
	if text, err := encoding.NewDecoder().Bytes(doc); err == nil {
		return text
	}
	return doc
}
