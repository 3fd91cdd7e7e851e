package feed

import (
	"bytes"
	"regexp"
)

// Kind is how a source speaks.
type Kind string

const (
	RSS     Kind = "rss"
	Atom    Kind = "atom"
	JSON    Kind = "json"
	Sitemap Kind = "sitemap"
	Folder  Kind = "folder" // no feed: the watched folder
	Push    Kind = "push"   // no feed: what is sent to us
)

var firstTag = regexp.MustCompile(`(?i)<(?:[a-z0-9]+:)?(rss|rdf|feed|urlset|sitemapindex)[\s>]`)

// kindOf is how a feed that could be read speaks; "" where it does not say.
func kindOf(text []byte) Kind {
	text = bytes.TrimLeft(text, "\ufeff \t\r\n")
	if bytes.HasPrefix(text, []byte("{")) {
		return JSON
	}
	tag := firstTag.FindSubmatch(text[:min(len(text), 4096)])
	if tag == nil {
		return ""
	}
	switch string(bytes.ToLower(tag[1])) {
	case "feed":
		return Atom
	case "urlset", "sitemapindex":
		return Sitemap
	}
	return RSS
}
