package extract

import (
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strings"
	"time"

	dom "golang.org/x/net/html"

	"github.com/tenbells/tenbells/articles"
)

// meta is what a page says about its article for machines: schema.org JSON-LD first, OpenGraph and <meta> second.
type meta struct {
	headline    string
	title       string // of the window, with the site's name
	description string
	section     string
	byline      string
	outlet      string
	language    string
	keywords    []string
	url         string
	image       articles.Image
	body        string                    // articleBody, for pages whose text cannot be found otherwise
	paid        bool                      // isAccessibleForFree is false
	things      map[string]map[string]any // of JSON-LD, by their @id
	published   time.Time
	modified    time.Time
}

// readMeta collects the metadata of a parsed page.
func readMeta(doc *dom.Node) meta {
	m := meta{things: map[string]map[string]any{}}
	tags := map[string][]string{}
	for n := range doc.Descendants() {
		if n.Type != dom.ElementNode {
			continue
		}
		readMarks(n, tags)
		switch n.Data {
		case "html":
			m.language = attr(n, "lang")
		case "meta":
			name := strings.ToLower(first(attr(n, "property"), attr(n, "name"), attr(n, "itemprop")))
			if content := clean(attr(n, "content")); name != "" && content != "" {
				tags[name] = append(tags[name], content)
			}
		case "title":
			m.title = first(m.title, clean(ownText(n)))
		case "link":
			if strings.EqualFold(attr(n, "rel"), "canonical") {
				m.url = first(m.url, attr(n, "href"))
			}
		case "script":
			if strings.EqualFold(attr(n, "type"), "application/ld+json") {
				m.readLD(ownText(n))
			}
		}
	}
	m.readTags(tags)
	return m
}

// readMarks adds to the tags what visible elements say for machines: microdata, rel=author, and the first <time> below
// the first <h1>.
func readMarks(n *dom.Node, tags map[string][]string) {
	add := func(name, content string) {
		if content = clean(content); content != "" && name != "" {
			tags[name] = append(tags[name], content)
		}
	}
	when := first(attr(n, "datetime"), attr(n, "content"))
	switch prop := strings.ToLower(attr(n, "itemprop")); {
	case n.Data == "meta":
	case prop == "datepublished" || prop == "datemodified":
		add(prop, when)
	case n.Data == "time" && called(n, modifiedWords):
		add("time.modified", when)
	case n.Data == "time" && (called(n, publishedWords) || hasAttr(n, "pubdate")):
		add("time.published", when)
	case n.Data == "time" && len(tags["h1"]) > 0 && !isApart(n) && !isApart(n.Parent):
		add("time", when)
	case n.Data == "a" && strings.EqualFold(attr(n, "rel"), "author"):
		add("rel.author", textOf(n))
	case n.Data == "h1":
		tags["h1"] = append(tags["h1"], "")
	}
}

var (
	publishedWords = set("published", "publish", "pubdate", "entry")
	modifiedWords  = set("updated", "modified")
)

// readTags fills from <meta> what JSON-LD left open.
func (m *meta) readTags(tags map[string][]string) {
	tag := func(names ...string) string {
		for _, name := range names {
			if values := tags[name]; len(values) > 0 {
				return values[0]
			}
		}
		return ""
	}
	m.headline = first(m.headline, tag("og:title", "twitter:title"))
	m.description = first(m.description, tag("og:description", "description", "twitter:description"))
	m.section = first(m.section, tag("article:section"))
	m.byline = first(m.byline, person(tag("author", "dc.creator", "parsely-author")), person(tag("article:author")), person(tag("rel.author")))
	m.outlet = first(m.outlet, tag("og:site_name", "application-name"))
	m.language = first(m.language, strings.ReplaceAll(tag("og:locale", "language"), "_", "-"))
	m.url = first(m.url, tag("og:url"))
	m.image.URL = first(m.image.URL, tag("og:image", "og:image:url", "twitter:image"))
	if len(m.keywords) == 0 {
		m.keywords = slices.Concat(tags["article:tag"], splitKeywords(tag("news_keywords")))
	}
	m.keywords = m.keywords[:min(len(m.keywords), maxListed)]
	if m.published.IsZero() {
		m.published = firstInstant(tags, publishedTags)
	}
	if m.modified.IsZero() {
		m.modified = firstInstant(tags, modifiedTags)
	}
}

// publishedTags are the names under which pages give the time of publication, the surest first.
var publishedTags = []string{
	"article:published_time", "datepublished", "dc.date.issued", "dcterms.issued", "parsely-pub-date", "sailthru.date",
	"citation_publication_date", "pubdate", "publish-date", "publishdate", "publication_date", "dc.date", "dc:date",
	"dcterms.created", "dc.date.created", "date", "time.published", "time",
}

var modifiedTags = []string{
	"article:modified_time", "datemodified", "dcterms.modified", "last-modified", "og:updated_time", "time.modified",
}

// firstInstant is the first of the named times that is one.
func firstInstant(tags map[string][]string, names []string) time.Time {
	for _, name := range names {
		if values := tags[name]; len(values) > 0 {
			if t := instant(values[0]); !t.IsZero() {
				return t
			}
		}
	}
	return time.Time{}
}

// readLD reads one JSON-LD block. A block that is no JSON says nothing: many sites have one such.
func (m *meta) readLD(text string) {
	text = strings.TrimSpace(text)
	for _, wrap := range []string{"<!--", "-->", "//<![CDATA[", "//]]>", "<![CDATA[", "]]>"} {
		text = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(text, wrap), wrap))
	}
	var block any
	if json.Unmarshal([]byte(text), &block) != nil {
		return
	}
	m.remember(block, 0)
	if thing := newsIn(block, 0); thing != nil && m.headline == "" {
		m.readThing(thing)
	}
}

// remember keeps the things of a block by their @id: authors and pictures often stand beside the article, not in it.
func (m *meta) remember(block any, depth int) {
	const deep = 4
	switch v := block.(type) {
	case []any:
		for _, item := range v {
			if depth < deep {
				m.remember(item, depth+1)
			}
		}
	case map[string]any:
		if id, ok := v["@id"].(string); ok && len(v) > 1 {
			m.things[id] = v
		}
		if depth < deep {
			m.remember(v["@graph"], depth+1)
		}
	}
}

// meant is value, with things in place of mere references to them.
func (m *meta) meant(value any) any {
	switch v := value.(type) {
	case []any:
		all := slices.Clone(v)
		for i, item := range v {
			if _, nested := item.([]any); !nested {
				all[i] = m.meant(item)
			}
		}
		return all
	case map[string]any:
		id, ok := v["@id"].(string)
		if thing := m.things[id]; ok && thing != nil && v["name"] == nil && v["url"] == nil {
			return thing
		}
	}
	return value
}

// newsIn finds the article in a block: itself, in a list, in @graph, or as the page's main entity.
func newsIn(block any, depth int) map[string]any {
	const deep = 4 // enough for list → @graph → page → mainEntity
	switch v := block.(type) {
	case []any:
		for _, item := range v {
			if thing := newsIn(item, depth+1); thing != nil && depth < deep {
				return thing
			}
		}
	case map[string]any:
		for _, kind := range names(v["@type"]) {
			if strings.HasSuffix(kind, "Article") || kind == "LiveBlogPosting" || kind == "BlogPosting" {
				return v
			}
		}
		for _, key := range []string{"@graph", "mainEntity"} {
			if thing := newsIn(v[key], depth+1); thing != nil && depth < deep {
				return thing
			}
		}
	}
	return nil
}

func (m *meta) readThing(thing map[string]any) {
	m.headline = one(thing["headline"], thing["name"])
	m.description = one(thing["description"])
	m.section = one(thing["articleSection"])
	m.byline = strings.Join(people(m.meant(thing["author"])), ", ")
	m.outlet = one(m.meant(thing["publisher"]))
	m.language = first(one(thing["inLanguage"]), m.language)
	for _, words := range names(thing["keywords"]) {
		m.keywords = append(m.keywords, splitKeywords(words)...)
	}
	m.image = pictured(m.meant(thing["image"]))
	m.body, _ = thing["articleBody"].(string)
	m.paid = isFalse(thing["isAccessibleForFree"])
	m.published = instant(one(thing["datePublished"]))
	m.modified = instant(one(thing["dateModified"]))
}

// names reads a JSON-LD value that may be a text, a thing with a name, or a list of either.
func names(value any) []string {
	switch v := value.(type) {
	case string:
		if s := clean(html.UnescapeString(v)); s != "" {
			return []string{s}
		}
	case map[string]any:
		return names(firstOf(v["name"], v["@value"]))
	case []any:
		var all []string
		for _, item := range v {
			if _, nested := item.([]any); !nested {
				all = append(all, names(item)...)
			}
		}
		return all
	}
	return nil
}

func one(values ...any) string {
	for _, value := range values {
		if all := names(value); len(all) > 0 {
			return all[0]
		}
	}
	return ""
}

func people(value any) []string {
	var all []string
	named := names(value)
	for _, name := range named[:min(len(named), maxListed)] {
		if name = person(name); name != "" && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// isFalse knows the ways to write it in JSON-LD: false, "False", "http://schema.org/False".
func isFalse(value any) bool {
	if b, ok := value.(bool); ok {
		return !b
	}
	s := strings.ToLower(one(value))
	return s == "false" || strings.HasSuffix(s, "schema.org/false")
}

// person is the name in s, "" when there is none: many sites give the author's page instead, or add the time.
func person(s string) string {
	s = clean(s)
	for _, sign := range []string{" | ", " - ", " – ", " — ", " • ", " · "} {
		s, _, _ = strings.Cut(s, sign)
	}
	if startsWith(s, bylineStarts) && (isByline(s) || words(s) <= maxByline) {
		s = author(s)
	}
	if strings.Contains(s, "://") || strings.Contains(s, "@") || strings.ContainsAny(s, "0123456789") || isFurniture(s) {
		return ""
	}
	return strings.Trim(s, " ,;:-–—|")
}

func pictured(value any) articles.Image {
	switch v := value.(type) {
	case string:
		return articles.Image{URL: v}
	case []any:
		if len(v) > 0 {
			if _, nested := v[0].([]any); !nested {
				return pictured(v[0])
			}
		}
	case map[string]any:
		return articles.Image{
			URL:     one(v["url"], v["contentUrl"], v["@id"]),
			Caption: one(v["caption"]),
			Credit:  one(v["creditText"], v["creator"], v["copyrightHolder"]),
		}
	}
	return articles.Image{}
}

func splitKeywords(s string) []string {
	var all []string
	for _, word := range strings.Split(s, ",") {
		if word = strings.TrimSpace(word); word != "" {
			all = append(all, word)
		}
	}
	return all
}

// stamps are the forms in which pages write times, the zoned ones first.
var stamps = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04Z0700",
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z0700", "2006-01-02 15:04:05 MST",
	time.RFC1123Z, time.RFC1123, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04",
}

// instant reads a time; zero when there is none. One without a zone counts as UTC. A date alone counts as the end of
// its day, the latest it can mean: taking midnight would make today's news look stale. Callers cap it by when they saw
// the page.
func instant(s string) time.Time {
	s = strings.TrimSpace(s)
	for _, stamp := range stamps {
		if t, err := time.Parse(stamp, s); err == nil {
			return t.UTC()
		}
	}
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t.Add(24*time.Hour - time.Second)
	}
	return time.Time{}
}

// webAddress resolves ref against base; "" when the result is no http address.
func webAddress(base *url.URL, ref string) string {
	if ref = strings.TrimSpace(ref); ref == "" {
		return ""
	}
	u, err := base.Parse(ref)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}

func first(all ...string) string {
	for _, s := range all {
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return ""
}

func firstOf(all ...any) any {
	for _, v := range all {
		if v != nil {
			return v
		}
	}
	return nil
}

func attr(n *dom.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *dom.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a dom.Attribute) bool { return a.Key == name })
}

func ownText(n *dom.Node) string {
	var b strings.Builder
	for c := range n.ChildNodes() {
		if c.Type == dom.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}
