package feed

import (
	"net/url"
	"strconv"
	"strings"
)

// around is what an element inherits from those it stands in (XML 1.0, 2.12; XML Base, 4).
type around struct {
	base      *url.URL // nil: nothing was said, and links are relative to the feed's own address
	lang, dir string
}

// inherit resolves the addresses of elements for which a base is declared, and tells each item what it inherits, in an
// element of ours, as gofeed does not look for it.
func inherit(t *tree, address *url.URL) {
	for _, item := range t.items() {
		item.add(element(ourPrefix+":about", ""))
	}
	inheritInto(t.root, around{}, address)
}

func inheritInto(n *node, from around, address *url.URL) {
	from = from.at(n, address)
	if from.base != nil {
		resolve(n, from.base)
	}
	for _, c := range n.children {
		switch {
		case c.name == ourPrefix+":about":
			c.attrs = append(c.attrs, attr{"lang", firstOf(textLanguage(n), from.lang)}, attr{"dir", from.dir}, attr{"about", n.attr("about")}, attr{"cut", strconv.FormatBool(n.cut)})
			if from.base != nil {
				c.attrs = append(c.attrs, attr{"base", from.base.String()})
			}
		case c.name != "":
			inheritInto(c, from, address)
		}
	}
}

// textLanguage is the language that an item says of its texts alone, of the headline before all.
func textLanguage(item *node) string {
	for _, name := range []string{"title", "content", "encoded", "body", "description", "summary"} {
		if text := item.child(name); text != nil {
			for _, a := range text.attrs {
				if a.name == "xml:lang" {
					return a.value
				}
			}
		}
	}
	return ""
}

// at is what holds inside an element.
func (a around) at(n *node, address *url.URL) around {
	for i := 0; i < len(n.attrs); i++ {
		switch attr := n.attrs[i]; {
		case attr.name == "xml:lang" || attr.name == "lang" && containers[local(n.name)]:
			a.lang = strings.TrimSpace(attr.value)
		case attr.name == "dir" && containers[local(n.name)]:
			a.dir = strings.ToLower(attr.value)
		case attr.name == "xml:base":
			a.base = a.rebased(attr.value, address)
			n.attrs = append(n.attrs[:i], n.attrs[i+1:]...)
			i--
		}
	}
	return a
}

func (a around) rebased(declared string, address *url.URL) *url.URL {
	base, err := url.Parse(strings.TrimSpace(declared))
	if err != nil {
		return a.base
	}
	if a.base != nil {
		address = a.base
	}
	if address != nil {
		base = address.ResolveReference(base)
	}
	return base
}

// located are attributes and elements whose value is an address.
var located = map[string]bool{"href": true, "src": true, "url": true, "uri": true, "link": true, "origlink": true, "comments": true, "id": true}

func resolve(n *node, base *url.URL) {
	for i, a := range n.attrs {
		if located[a.name] {
			n.attrs[i].value = resolved(base, a.value)
		}
	}
	if located[local(n.name)] && len(n.children) == 1 && n.children[0].name == "" {
		n.children[0].text = resolved(base, n.children[0].text)
	}
}

func resolved(base *url.URL, ref string) string {
	address, err := url.Parse(strings.TrimSpace(ref))
	if err != nil || strings.TrimSpace(ref) == "" {
		return ref
	}
	return base.ResolveReference(address).String()
}
