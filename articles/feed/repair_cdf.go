package feed

import "strings"

// fromCDF writes a channel of Microsoft's Channel Definition Format (w3.org/TR/NOTE-CDFsubmit.html), or RSS without its
// root, as RSS 2.0. Channels in channels become one.
func fromCDF(channel *node) *node {
	into := &node{name: "channel"}
	root := &node{name: "rss", attrs: append([]attr{{"version", "2.0"}}, channel.attrs...), children: []*node{into}}
	root.attrs = withoutCDF(root.attrs)
	fillFromCDF(into, channel)
	return root
}

// fillFromCDF puts what a channel or item of CDF says into one of RSS.
func fillFromCDF(into, from *node) {
	for _, said := range []struct{ attr, element string }{{"href", "link"}, {"lastmod", "pubDate"}} {
		if value := strings.TrimSpace(from.attr(said.attr)); value != "" && from.child(said.element) == nil {
			into.add(element(said.element, value))
		}
	}
	for _, c := range from.children {
		switch {
		case c.name == "":
		case c.name == "ITEM" || c.name == "Item":
			item := &node{name: "item", cut: c.cut}
			fillFromCDF(item, c)
			into.add(item)
		case strings.EqualFold(c.name, "channel"):
			for _, inner := range fromCDF(c).children[0].children {
				if inner.name == "item" {
					into.add(inner)
				}
			}
		case strings.EqualFold(c.name, "abstract"):
			into.add(&node{name: "description", children: c.children})
		case strings.EqualFold(c.name, "title") && len(c.children) == 0:
			into.add(element("title", c.attr("value")))
		default:
			into.add(c)
		}
	}
}

func withoutCDF(all []attr) []attr {
	var kept []attr
	for _, a := range all {
		switch strings.ToLower(a.name) {
		case "href", "lastmod", "base", "self":
		default:
			kept = append(kept, a)
		}
	}
	return kept
}
