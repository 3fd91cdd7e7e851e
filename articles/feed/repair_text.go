package feed

import (
	"encoding/base64"
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// texts are the elements that hold what people read, as plain text or as markup.
var texts = map[string]bool{
	"title": true, "description": true, "encoded": true, "summary": true, "subtitle": true, "tagline": true, "content": true,
	"rights": true, "copyright": true, "info": true, "body": true, "fullitem": true, "abstract": true, "credit": true,
}

// plainTexts makes the text of every element HTML, written as text: whatever type and mode the feed gave it, whoever
// reads it afterwards has one way to do so.
func plainTexts(t *tree) {
	var walk func(*node)
	walk = func(n *node) {
		for _, c := range n.children {
			switch {
			case c.name == "":
			case strings.EqualFold(c.name, "author") && t.kind != "atom" && c.child("name") != nil:
				c.children = []*node{{text: c.says("name")}} // as in Atom
			case texts[local(c.name)] && c.name != "media:content":
				toHTML(c, t.kind == "atom" && prefixOf(c.name) == "" || strings.HasPrefix(c.name, "atom"))
			default:
				shorten(c, maxShort)
				walk(c)
			}
		}
	}
	walk(t.root)
}

// maxText is how much of one text is read, in bytes, and maxShort how much of a date or name.
const (
	maxText  = 512 << 10
	maxShort = 2000
)

// shorten cuts off what is beyond all measure, before other parsers spend their time on it.
func shorten(n *node, most int) {
	for i, c := range n.children {
		if most -= len(c.text); most < 0 && c.name == "" {
			c.text = strings.ToValidUTF8(c.text[:max(0, len(c.text)+most)], "")
			n.children = n.children[:i+1]
			return
		}
	}
}

func toHTML(n *node, atom bool) {
	text := rssHTML
	if atom {
		text = atomHTML
	}
	shorten(n, maxText)
	n.children = []*node{{text: strings.TrimSpace(text(n))}}
	n.attrs = slices.DeleteFunc(n.attrs, func(a attr) bool {
		return a.name != "src" && a.name != "xml:lang" && a.name != "role" && a.name != "scheme"
	})
}

// rssHTML is the text of an element of RSS, where nobody ever said whether it is plain text or HTML. Titles are plain
// unless they look like HTML.
func rssHTML(n *node) string {
	switch name := local(n.name); {
	case n.hasElements():
		return n.innerHTML(false)
	case name == "encoded" || name == "body" || name == "fullitem" || name == "description" && prefixOf(n.name) != "media":
		return n.content()
	}
	return plainOrHTML(n.content())
}

// atomHTML is the text of an element of Atom 1.0 (RFC 4287, 3.1 and 4.1.3) or 0.3, which says what it is by type and mode.
func atomHTML(n *node) string {
	kind, mode := strings.ToLower(strings.TrimSpace(n.attr("type"))), strings.ToLower(n.attr("mode"))
	switch {
	case mode == "base64" || mode == "" && binary64(kind):
		text, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(n.content()), ""))
		if err != nil || !utf8.Valid(text) { // it only says so, or is no text
			return html.EscapeString(n.content())
		}
		return plainOrHTML(cleaned(string(text)))
	case n.hasElements():
		return n.innerHTML(true)
	case kind == "html" || kind == "text/html" && mode != "xml":
		return n.content()
	case kind == "xhtml" || strings.HasSuffix(kind, "xml"):
		if mode == "escaped" {
			return n.content()
		}
		return html.EscapeString(n.content())
	}
	return plainOrHTML(n.content())
}

// binary64 reports whether text of a media type is base64: what is neither text nor XML.
func binary64(kind string) bool {
	return strings.Contains(kind, "/") && !strings.HasPrefix(kind, "text/") && !strings.HasSuffix(kind, "xml") &&
		!strings.HasPrefix(kind, "multipart/")
}

var (
	anyTag   = regexp.MustCompile(`</?([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>`)
	closing  = regexp.MustCompile(`</[a-zA-Z]|<(?:br|img|hr)\b|/>`)
	anEntity = regexp.MustCompile(`&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]\w{1,30});`)
)

// plainOrHTML is plain text as HTML, or text that was HTML already though nobody said so: its tags are ones of HTML and
// one of them closes, or it has entities.
func plainOrHTML(text string) string {
	tags := anyTag.FindAllStringSubmatch(text, -1)
	for _, tag := range tags {
		if !usual[strings.ToLower(tag[1])] {
			return html.EscapeString(text)
		}
	}
	if len(tags) > 0 && closing.MatchString(text) {
		return text
	}
	if anEntity.MatchString(text) {
		return strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(text)
	}
	return html.EscapeString(text)
}

// usual are the elements of HTML that are met in feeds.
var usual = setOf(`a abbr acronym address article aside audio b big blockquote br caption center cite code dd del dfn div dl
	dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i iframe img ins kbd li main mark nav nobr ol p pre q s
	samp script section small source span strike strong style sub sup table tbody td tfoot th thead time tr tt u ul var video wbr`)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}

func (n *node) hasElements() bool {
	return slices.ContainsFunc(n.children, func(c *node) bool { return c.name != "" })
}

// innerHTML is what is in an element as HTML. With strict, text is text; without, it may itself be HTML that was escaped.
func (n *node) innerHTML(strict bool) string {
	var b strings.Builder
	for _, c := range n.children {
		c.writeHTML(&b, strict)
	}
	return b.String()
}

func (n *node) writeHTML(b *strings.Builder, strict bool) {
	if n.name == "" {
		if text := n.text; strict {
			b.WriteString(html.EscapeString(text))
		} else {
			b.WriteString(text)
		}
		return
	}
	name := local(n.name)
	b.WriteString("<" + name)
	for _, a := range n.attrs {
		b.WriteString(" " + local(a.name) + `="` + html.EscapeString(a.value) + `"`)
	}
	b.WriteString(">")
	if void[name] {
		return
	}
	for _, c := range n.children {
		c.writeHTML(b, strict)
	}
	b.WriteString("</" + name + ">")
}
