package feed

import (
	"bytes"
	"regexp"

	"github.com/mmcdole/gofeed"
)

var (
	rootTag  = regexp.MustCompile(`(?is)<(rss|feed|(?:[a-z0-9]+:)?rdf)\b[^<>]*>`)
	itemTags = regexp.MustCompile(`(?is)<(item|entry)\b[^<>]*>.*?</(?:item|entry)\s*>`)
	title    = regexp.MustCompile(`(?is)<title\b[^<>]*>.*?</title\s*>`)
)

// salvage reads the items of a broken XML feed one by one, each in a feed of its own, and leaves out those that are
// broken themselves. Nil when there is nothing to be had.
func salvage(doc []byte) *gofeed.Feed {
	root := rootTag.FindSubmatchIndex(doc)
	if root == nil {
		return nil
	}
	start, rest := doc[root[0]:root[1]], doc[root[1]:]
	name := doc[root[2]:root[3]]
	spans := itemTags.FindAllIndex(rest, -1)
	if len(spans) == 0 {
		return nil
	}
	all := alone(start, name, title.Find(rest[:spans[0][0]]))
	if all == nil {
		all = &gofeed.Feed{}
	}
	for _, span := range spans {
		if one := alone(start, name, rest[span[0]:span[1]]); one != nil {
			all.Items = append(all.Items, one.Items...)
		}
	}
	if len(all.Items) == 0 {
		return nil
	}
	return all
}

// alone parses a part of a feed as if it were all of it; nil when it is broken.
func alone(start, root, part []byte) *gofeed.Feed {
	var doc bytes.Buffer
	doc.Write(start)
	if bytes.EqualFold(root, []byte("rss")) {
		doc.WriteString("<channel>")
		doc.Write(part)
		doc.WriteString("</channel>")
	} else {
		doc.Write(part)
	}
	doc.WriteString("</" + string(root) + ">")
	parsed, err := gofeed.NewParser().Parse(&doc)
	if err != nil {
		return nil
	}
	return parsed
}
