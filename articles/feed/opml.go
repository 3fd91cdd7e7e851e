package feed

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html/charset"
)

// Bounds of a list of feeds that somebody hands us.
const (
	maxOPML     = 10 << 20 // bytes
	maxOutlines = 20_000
	maxDepth    = 50
)

// ErrNoOPML says that a document is no list of feeds.
var ErrNoOPML = errors.New("no OPML")

// space is the namespace of what OPML itself has no words for.
const space = "https://github.com/tenbells/tenbells/opml"

// ReadOPML reads a list of feeds (opml.org/spec2.opml), folders and all. What such a list says about ringing, rights and
// private addresses is in the sources; whether to believe it is for the caller. Lines whose address is none of the web are in faults.
func ReadOPML(r io.Reader) (sources []Source, faults []error, err error) {
	limited := &io.LimitedReader{R: r, N: maxOPML}
	decoder := xml.NewDecoder(limited)
	decoder.Strict, decoder.CharsetReader = false, charset.NewReaderLabel
	root, depth := false, 0
	seen := map[string]bool{}
	for {
		token, err := decoder.Token()
		switch {
		case errors.Is(err, io.EOF) && root && limited.N > 0:
			return sources, faults, nil
		case limited.N <= 0:
			return nil, nil, fmt.Errorf("%w: it has more than %d MiB", ErrNoOPML, maxOPML>>20)
		case errors.Is(err, io.EOF):
			return nil, nil, fmt.Errorf("%w: it has no element <opml>", ErrNoOPML)
		case err != nil:
			return nil, nil, fmt.Errorf("%w: %w", ErrNoOPML, err)
		}
		switch tag := token.(type) {
		case xml.EndElement:
			depth--
		case xml.StartElement:
			if depth++; depth > maxDepth || len(sources)+len(faults) > maxOutlines {
				return nil, nil, fmt.Errorf("%w: more than %d lines or %d folders in each other", ErrNoOPML, maxOutlines, maxDepth)
			}
			root = root || strings.EqualFold(tag.Name.Local, "opml")
			src, ok := outlined(tag)
			switch {
			case !ok || seen[src.URL]:
			case !onWeb(src.URL):
				faults = append(faults, fmt.Errorf("“%s” has no address that begins with http:// or https://", src.Outlet))
			default:
				seen[src.URL] = true
				sources = append(sources, src)
			}
		}
	}
}

func onWeb(address string) bool {
	at, err := url.Parse(address)
	return err == nil && (at.Scheme == "http" || at.Scheme == "https") && at.Host != ""
}

// outlined is the feed of an outline; not ok where it is a folder or something else.
func outlined(tag xml.StartElement) (src Source, ok bool) {
	if !strings.EqualFold(tag.Name.Local, "outline") {
		return src, false
	}
	title := ""
	for _, attr := range tag.Attr {
		value := strings.TrimSpace(attr.Value)
		if attr.Name.Space == space || attr.Name.Space == "tenbells" {
			own(&src, attr.Name.Local, value)
			continue
		}
		switch strings.ToLower(attr.Name.Local) {
		case "xmlurl":
			src.URL, ok = value, value != ""
		case "text":
			src.Outlet = line(value)
		case "title":
			title = line(value)
		case "language":
			src.Language = languageTag(value)
		}
	}
	if title != "" {
		src.Outlet = title
	}
	if src.Outlet == src.URL || onWeb(src.Outlet) {
		src.Outlet = ""
	}
	return src, ok
}

// own reads an attribute of ours.
func own(src *Source, name, value string) {
	switch name {
	case "mayRing":
		src.MayRing = value == "true"
	case "private":
		src.Private = value == "true"
	case "text":
		if text := Text(value); text == Own || text == Licensed {
			src.Text = text
		}
	}
}

// WriteOPML writes a list of feeds that other programs can read.
func WriteOPML(w io.Writer, title string, sources []Source, now time.Time) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	doc := opml{Version: "2.0", Space: space, Title: title, Made: now.UTC().Format(time.RFC1123Z)}
	for _, src := range sources {
		o := outline{Type: "rss", Text: src.Outlet, Title: src.Outlet, URL: src.URL, Language: src.Language}
		if o.Text == "" {
			o.Text = src.URL
		}
		if src.whole() {
			o.Full = string(src.Text)
		}
		if src.MayRing {
			o.MayRing = "true"
		}
		if src.Private {
			o.Private = "true"
		}
		doc.Outlines = append(doc.Outlines, o)
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

type opml struct {
	XMLName  xml.Name  `xml:"opml"`
	Version  string    `xml:"version,attr"`
	Space    string    `xml:"xmlns:tenbells,attr"`
	Title    string    `xml:"head>title"`
	Made     string    `xml:"head>dateCreated"`
	Outlines []outline `xml:"body>outline"`
}

type outline struct {
	Type     string `xml:"type,attr"`
	Text     string `xml:"text,attr"`
	Title    string `xml:"title,attr,omitempty"`
	URL      string `xml:"xmlUrl,attr"`
	Language string `xml:"language,attr,omitempty"`
	Full     string `xml:"tenbells:text,attr,omitempty"`
	MayRing  string `xml:"tenbells:mayRing,attr,omitempty"`
	Private  string `xml:"tenbells:private,attr,omitempty"`
}
