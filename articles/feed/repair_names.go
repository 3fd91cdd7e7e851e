package feed

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	atomSpace   = "http://www.w3.org/2005/Atom"
	atom03Space = "http://purl.org/atom/ns#"
	xmlSpace    = "http://www.w3.org/XML/1998/namespace"
	ourSpace    = "https://tenbells.invalid/item" // what only mend knows of an item, told to whoever reads it after gofeed
	ourPrefix   = "tenbells"
)

// spaces are the namespaces we read, by their names without what feeds get wrong in them: case, “https”, “www.”, the
// last stroke. Each has the prefix it goes by after mending.
var spaces = map[string]struct{ prefix, uri string }{
	"w3.org/2005/atom":                    {"atom", atomSpace},
	"purl.org/atom/ns":                    {"atom03", atom03Space},
	"purl.org/rss/1.0":                    {"rss10", "http://purl.org/rss/1.0/"},
	"channel.netscape.com/rdf/simple/0.9": {"rss09", "http://channel.netscape.com/rdf/simple/0.9/"},
	"my.netscape.com/rdf/simple/0.9":      {"rss09", "http://channel.netscape.com/rdf/simple/0.9/"},
	"w3.org/1999/02/22-rdf-syntax-ns":     {"rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
	"purl.org/dc/elements/1.0":            {"dc", "http://purl.org/dc/elements/1.1/"},
	"purl.org/dc/elements/1.1":            {"dc", "http://purl.org/dc/elements/1.1/"},
	"purl.org/dc/terms":                   {"dcterms", "http://purl.org/dc/terms/"},
	"purl.org/rss/1.0/modules/content":    {"content", "http://purl.org/rss/1.0/modules/content/"},
	"search.yahoo.com/mrss":               {"media", "http://search.yahoo.com/mrss/"},
	"search.yahoo.com/mrss/index.html":    {"media", "http://search.yahoo.com/mrss/"},
	"search.yahoo.com/rss":                {"media", "http://search.yahoo.com/mrss/"},
	"tools.search.yahoo.com/mrss":         {"media", "http://search.yahoo.com/mrss/"},
	"itunes.com/dtds/podcast-1.0.dtd":     {"itunes", "http://www.itunes.com/DTDs/PodCast-1.0.dtd"},
	"example.com/dtds/podcast-1.0.dtd":    {"itunes", "http://www.itunes.com/DTDs/PodCast-1.0.dtd"},
	"rssnamespace.org/feedburner/ext/1.0": {"feedburner", "http://rssnamespace.org/feedburner/ext/1.0"},
	"w3.org/1999/xhtml":                   {"xhtml", "http://www.w3.org/1999/xhtml"},
	"w3.org/xml/1998/namespace":           {"xml", xmlSpace},
	"backend.userland.com/rss":            {"", ""},
	"backend.userland.com/rss2":           {"", ""},
	"backend.userland.com/rss091":         {"", ""},
	"blogs.law.harvard.edu/tech/rss":      {"", ""},
	"cyber.law.harvard.edu/rss/rss.html":  {"", ""},
}

// common are the prefixes whose meaning is beyond doubt where a feed forgot to declare them.
var common = map[string]string{
	"media": "media", "dc": "dc", "dcterms": "dcterms", "content": "content", "itunes": "itunes", "atom": "atom",
	"a10": "atom", "atom10": "atom", "feedburner": "feedburner", "rdf": "rdf", "xhtml": "xhtml", "xml": "xml",
}

// spaceOf is the namespace that is meant by a name of one.
func spaceOf(uri string) (prefix string, known bool) {
	key := strings.ToLower(strings.TrimSpace(uri))
	key = strings.TrimPrefix(strings.TrimPrefix(key, "https://"), "http://")
	key = strings.TrimRight(strings.TrimPrefix(key, "www."), "/#")
	space, known := spaces[key]
	return space.prefix, known
}

// nameSpaces gives every element the prefix that its namespace has in spaces, and the elements of the feed's own
// format none. What is in a namespace we do not read keeps its prefix, and one is made for it if it has none.
func nameSpaces(t *tree) {
	n := namer{format: formatOf(t), used: map[string]bool{}}
	n.rename(t.root, map[string]string{})
	t.root.attrs = append(t.root.attrs, n.declarations(t.kind)...)
}

// formatOf is the prefix of the feed's own format: that of its root, and RSS has none of its own.
func formatOf(t *tree) string {
	if t.kind != "atom" {
		return "rss10"
	}
	version := t.root.attr("version")
	if declared := declaredHere(t.root)[prefixOf(t.root.name)]; declared != "" {
		if prefix, _ := spaceOf(declared); prefix == "atom03" {
			return prefix
		}
	}
	if strings.HasPrefix(version, "0.") {
		return "atom03"
	}
	return "atom"
}

// declarations are those of the prefixes that are used: gofeed's parser copies all of them for each element.
func (nm namer) declarations(kind string) []attr {
	var all []attr
	for _, space := range spaces {
		if nm.used[space.prefix] && space.prefix != "xml" {
			all = append(all, attr{"xmlns:" + space.prefix, space.uri})
		}
	}
	all = append(unique(all), attr{"xmlns:" + ourPrefix, ourSpace})
	switch {
	case nm.format == "atom03":
		all = append(all, attr{"xmlns", atom03Space})
	case kind == "atom":
		all = append(all, attr{"xmlns", atomSpace})
	}
	return all
}

func unique(all []attr) []attr {
	seen := map[string]bool{}
	var kept []attr
	for _, a := range all {
		if !seen[a.name] {
			seen[a.name] = true
			kept = append(kept, a)
		}
	}
	return kept
}

func prefixOf(name string) string {
	if i := strings.LastIndexByte(name, ':'); i >= 0 {
		return name[:i]
	}
	return ""
}

// declaredHere are the namespaces that an element declares, by their prefix.
func declaredHere(n *node) map[string]string {
	var all map[string]string
	for _, a := range n.attrs {
		if a.name == "xmlns" || strings.HasPrefix(a.name, "xmlns:") {
			if all == nil {
				all = map[string]string{}
			}
			all[strings.TrimPrefix(strings.TrimPrefix(a.name, "xmlns"), ":")] = a.value
		}
	}
	return all
}

// namer renames the elements of a feed of one format.
type namer struct {
	format string
	used   map[string]bool // prefixes that elements have
}

// rename gives an element and all in it the names we know them by. scope are the prefixes that are declared around it.
// A namespace that RSS declares for all of itself is somebody's mistake, and none.
func (nm namer) rename(n *node, scope map[string]string) {
	if here := declaredHere(n); here != nil {
		if nm.format == "rss10" && containers[local(n.name)] {
			delete(here, "")
		}
		scope = merged(scope, here)
	}
	n.name = nm.known(n.name, scope)
	kept := n.attrs[:0]
	for _, a := range n.attrs {
		if a.name == "xmlns" || strings.HasPrefix(a.name, "xmlns:") {
			continue
		}
		if prefixOf(a.name) != "xml" {
			a.name = safe(a.name)
		}
		if !hasAttr(kept, a.name) {
			kept = append(kept, a)
		}
	}
	n.attrs = kept
	for _, c := range n.children {
		if c.name != "" {
			nm.rename(c, scope)
		}
	}
}

// safe is a name without its prefix and without characters that some parser might refuse.
func safe(name string) string {
	name = strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf || !nameByte(byte(r)) {
			return '_'
		}
		return r
	}, name[strings.LastIndexByte(name, ':')+1:])
	if name == "" || !nameStart(name[0]) {
		return "_" + name
	}
	return name
}

func hasAttr(all []attr, name string) bool {
	for _, a := range all {
		if a.name == name {
			return true
		}
	}
	return false
}

// maxScope is how many prefixes may be declared at one place.
const maxScope = 100

func merged(around, here map[string]string) map[string]string {
	all := make(map[string]string, len(around)+len(here))
	for prefix, uri := range around {
		all[prefix] = uri
	}
	for _, prefix := range slices.Sorted(maps.Keys(here)) { // of too many always the same ones
		if len(all) < maxScope {
			all[prefix] = here[prefix]
		}
	}
	return all
}

// known is the name of an element as the rest of this package knows it.
func (nm namer) known(name string, scope map[string]string) string {
	prefix, tag := prefixOf(name), safe(name)
	uri, declared := scope[prefix]
	space, known := spaceOf(uri)
	switch {
	case declared && known:
	case common[prefix] != "":
		space = common[prefix]
	case prefix == "": // also in a namespace that only somebody's mistake can have meant for a feed
		return tag
	default:
		return "x-" + safe(strings.ReplaceAll(prefix, ":", "-")) + "." + tag
	}
	if space == "" || space == nm.format || nm.format == "rss10" && (space == "rss09" || space == "rdf") {
		return tag
	}
	nm.used[space] = true
	return space + ":" + tag
}
