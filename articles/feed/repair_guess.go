package feed

// containers hold elements only: blanks between those mean nothing.
var containers = map[string]bool{
	"document": true, "rss": true, "rdf": true, "feed": true, "channel": true, "item": true, "entry": true, "items": true,
	"urlset": true, "sitemapindex": true, "sitemap": true, "url": true, "news": true, "publication": true,
}

// fields are elements that stand in an item or at the head of a feed, and are not HTML that could stand in their text.
var fields = map[string]bool{
	"title": true, "link": true, "pubdate": true, "guid": true, "description": true, "author": true, "category": true,
	"comments": true, "enclosure": true, "summary": true, "content": true, "encoded": true, "updated": true,
	"published": true, "id": true, "creator": true, "date": true, "language": true, "copyright": true, "generator": true,
	"lastbuilddate": true, "managingeditor": true, "webmaster": true, "ttl": true, "docs": true, "image": true,
	"loc": true, "lastmod": true, "changefreq": true, "priority": true,
}

// leaves are the fields that hold text only; one that stands in another was begun before that was ended.
var leaves = map[string]bool{
	"title": true, "link": true, "pubdate": true, "guid": true, "category": true, "comments": true, "enclosure": true,
	"updated": true, "published": true, "id": true, "creator": true, "date": true, "language": true, "copyright": true,
	"generator": true, "lastbuilddate": true, "managingeditor": true, "webmaster": true, "ttl": true, "docs": true,
	"description": true, "encoded": true, "summary": true,
	"loc": true, "lastmod": true, "changefreq": true, "priority": true,
}

// void elements of HTML have no end.
var void = map[string]bool{"br": true, "hr": true, "img": true, "input": true, "wbr": true, "meta": true}

// closeForgotten closes what must have ended before an element of this name can begin. An empty item in another is
// nothing.
func (s *scanner) closeForgotten(name string, empty bool) {
	switch {
	case name == "item" && empty:
	case name == "item" || name == "entry" || name == "url" || name == "sitemap":
		s.closeInto(func(holder string) bool {
			return containers[holder] && holder != "item" && holder != "entry" && holder != "url" && holder != "sitemap"
		})
	case fields[name]:
		s.closeText()
	}
}

// closeInto closes down to the innermost element that can hold what comes; where none can, nothing.
func (s *scanner) closeInto(holds func(string) bool) {
	for i := len(s.open) - 1; i > 0; i-- {
		if holds(local(s.open[i].name)) {
			s.open = s.open[:i+1]
			return
		}
	}
}

// closeText closes a leaf that was not, with the markup that was left open in it: “<title>One <b>two <link>”.
func (s *scanner) closeText() {
	for i := len(s.open) - 1; i > 0 && !containers[local(s.open[i].name)]; i-- {
		if leaves[local(s.open[i].name)] {
			s.open = s.open[:i]
			return
		}
	}
}
