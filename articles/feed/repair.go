package feed

import (
	"encoding/xml"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Documents are mended before gofeed reads them: they are scanned into a tree whatever is wrong with them, brought to
// one way of writing things (names, texts, addresses, languages), and written out as XML that no parser can mistake.

// tree is a document that was scanned, and what it is.
type tree struct {
	root    *node
	kind    string // rss, rdf, atom, cdf, sitemap or index
	version string
	found   int // items, wherever they stand
}

var errNothing = errors.New("neither RSS nor Atom nor a sitemap")

// mend brings a feed to one way of writing. address is where it was found.
func mend(t *tree, address *url.URL) {
	t.version = versionOf(*t)
	nameSpaces(t)
	items := t.items()
	if t.found = len(items); t.found > maxFound {
		dropItems(t.root, items[maxFound:])
	}
	inherit(t, address)
	plainTexts(t)
}

// kinds are the roots of documents that we read.
var kinds = map[string]string{
	"rss": "rss", "rdf": "rdf", "feed": "atom", "channel": "cdf", "urlset": "sitemap", "sitemapindex": "index",
}

// rootOf finds the feed in a document, also behind junk. A web page is none.
func rootOf(document *node) tree {
	for _, n := range document.children {
		if local(n.name) == "html" {
			return tree{}
		}
		if root := findRoot(n, 0); root != nil {
			return tree{root: root, kind: kinds[local(root.name)]}
		}
	}
	return tree{}
}

func findRoot(n *node, depth int) *node {
	if n.name == "" || depth > 5 {
		return nil
	}
	if kinds[local(n.name)] != "" {
		return n
	}
	for _, child := range n.children {
		if root := findRoot(child, depth+1); root != nil {
			return root
		}
	}
	return nil
}

// versionOf is the version of a format as the document names it.
func versionOf(t tree) string {
	declared := declaredHere(t.root)
	switch t.kind {
	case "rdf":
		for _, prefix := range slices.Sorted(maps.Keys(declared)) {
			switch prefix, _ := spaceOf(declared[prefix]); prefix {
			case "rss10":
				return "1.0"
			case "rss09":
				return "0.9"
			}
		}
		return ""
	case "cdf":
		return ""
	}
	version := strings.TrimSpace(t.root.attr("version"))
	if t.kind == "atom" && version == "" {
		switch prefix, _ := spaceOf(declared[prefixOf(t.root.name)]); prefix {
		case "atom":
			return "1.0"
		case "atom03":
			return "0.3"
		}
	}
	return version
}

// items are the items of a feed, wherever they stand.
func (t tree) items() []*node {
	var all []*node
	var look func(*node)
	look = func(n *node) {
		for _, child := range n.children {
			switch strings.ToLower(child.name) {
			case "item", "entry":
				all = append(all, child)
				look(child)
			case "channel", "items":
				look(child)
			}
		}
	}
	look(t.root)
	return all
}

// dropItems takes items out of a feed.
func dropItems(root *node, items []*node) {
	dropped := make(map[*node]bool, len(items))
	for _, item := range items {
		dropped[item] = true
	}
	var drop func(*node)
	drop = func(n *node) {
		n.children = slices.DeleteFunc(n.children, func(c *node) bool { return dropped[c] })
		for _, c := range n.children {
			drop(c)
		}
	}
	drop(root)
}

// attr is the value of an attribute, whatever its prefix.
func (n *node) attr(name string) string {
	for _, a := range n.attrs {
		if strings.EqualFold(a.name, name) {
			return a.value
		}
	}
	for _, a := range n.attrs {
		if !strings.HasPrefix(a.name, "xmlns") && local(a.name) == name {
			return a.value
		}
	}
	return ""
}

// child is the first child of a name, whatever its prefix.
func (n *node) child(name string) *node {
	for _, c := range n.children {
		if c.name != "" && local(c.name) == name {
			return c
		}
	}
	return nil
}

// says is the text of the child of a name, "" when there is none.
func (n *node) says(name string) string {
	if c := n.child(name); c != nil {
		return strings.TrimSpace(c.content())
	}
	return ""
}

// content is all text in an element.
func (n *node) content() string {
	if n.name == "" {
		return n.text
	}
	var b strings.Builder
	for _, c := range n.children {
		b.WriteString(c.content())
	}
	return b.String()
}

func (n *node) add(children ...*node) { n.children = append(n.children, children...) }

// element is a new element with a text.
func element(name, text string, attrs ...attr) *node {
	n := &node{name: name, attrs: attrs}
	if text != "" {
		n.children = []*node{{text: text}}
	}
	return n
}

// writeXML writes an element as XML.
func (n *node) writeXML(b *strings.Builder) {
	if n.name == "" {
		escape(b, n.text)
		return
	}
	b.WriteString("<" + n.name)
	for _, a := range n.attrs {
		b.WriteString(" " + a.name + `="`)
		escape(b, a.value)
		b.WriteString(`"`)
	}
	b.WriteString(">")
	for _, c := range n.children {
		c.writeXML(b)
	}
	b.WriteString("</" + n.name + ">")
}

// escape writes text so that it is read again as it is. A strings.Builder never fails.
func escape(b *strings.Builder, text string) {
	if err := xml.EscapeText(b, []byte(text)); err != nil {
		panic("feed: a strings.Builder takes every text") // impossible
	}
}
