package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"html"
	"net/url"
	"strings"

	"github.com/mmcdole/gofeed"
	gofeedjson "github.com/mmcdole/gofeed/json"
)

// parseJSON reads a JSON Feed (jsonfeed.org/version/1.1), also one that breaks off or has fields of a wrong type.
func parseJSON(doc []byte, address *url.URL) (Document, []found, error) {
	fields, items, err := scanJSON(withoutControls(doc))
	if rss := fromJSON(fields); rss != nil {
		return readTree(tree{root: rss, kind: "rss"}, address)
	}
	if err != nil {
		return Document{}, nil, err
	}
	original := jsonHead(fields)
	for _, item := range items[:min(len(items), maxFound)] {
		original.Items = append(original.Items, jsonItem(item))
	}
	general, err := (&gofeed.DefaultJSONTranslator{}).Translate(original)
	if err != nil {
		return Document{}, nil, err
	}
	d := head(JSON, general, address)
	d.Version, d.Found = d.Version[strings.LastIndexByte(d.Version, '/')+1:], len(items)
	var all []found
	for i, item := range general.Items {
		item.Content = firstOf(original.Items[i].ContentHTML, plainParagraphs(original.Items[i].ContentText))
		all = append(all, found{
			Item: item, json: original.Items[i], base: address, feedTitle: d.Title, feedAuthors: general.Authors, lang: original.Items[i].Language,
		})
	}
	return d, all, nil
}

// scanJSON takes a document apart: the fields of the feed, and those items that are whole. It fails where there is no
// JSON Feed: an object with neither a version of one nor items.
func scanJSON(doc []byte) (fields map[string]json.RawMessage, items []map[string]json.RawMessage, err error) {
	fields = map[string]json.RawMessage{}
	tokens := json.NewDecoder(bytes.NewReader(doc))
	if _, err := tokens.Token(); err != nil {
		return nil, nil, err
	}
	listed := false
	for tokens.More() {
		key, err := tokens.Token()
		if err != nil {
			break
		}
		if key == "items" {
			listed = true
			if items, err = scanItems(tokens); err != nil {
				break
			}
			continue
		}
		var value json.RawMessage
		if err := tokens.Decode(&value); err != nil {
			break
		}
		fields[key.(string)] = value // what stands before a value in an object is a string
	}
	if !listed && !strings.Contains(jsonText(fields["version"]), "jsonfeed.org") {
		return fields, nil, errors.New("JSON, but no JSON Feed")
	}
	return fields, items, nil
}

// scanItems reads an array of items up to the first that is broken.
func scanItems(tokens *json.Decoder) (items []map[string]json.RawMessage, err error) {
	start, err := tokens.Token()
	if err != nil || start != json.Delim('[') {
		return nil, err
	}
	for tokens.More() && len(items) < maxNodes {
		var raw json.RawMessage
		if err := tokens.Decode(&raw); err != nil {
			return items, err
		}
		var item map[string]json.RawMessage
		if json.Unmarshal(raw, &item) == nil { // else it is no object, and none of the items
			items = append(items, item)
		}
	}
	_, err = tokens.Token()
	return items, err
}

func jsonHead(fields map[string]json.RawMessage) *gofeedjson.Feed {
	return &gofeedjson.Feed{
		Version: jsonText(fields["version"]), Title: plainOrHTML(jsonText(fields["title"])), HomePageURL: jsonText(fields["home_page_url"]),
		FeedURL: jsonText(fields["feed_url"]), Description: plainOrHTML(jsonText(fields["description"])),
		Language: jsonText(fields["language"]), Authors: jsonAuthors(fields),
	}
}

// jsonItem is an item with fields of the types they should have. Texts that are plain become HTML, as everywhere here.
func jsonItem(fields map[string]json.RawMessage) *gofeedjson.Item {
	item := &gofeedjson.Item{
		ID: jsonText(fields["id"]), URL: jsonText(fields["url"]), ExternalURL: jsonText(fields["external_url"]),
		Title: plainOrHTML(jsonText(fields["title"])), Summary: plainOrHTML(jsonText(fields["summary"])),
		ContentHTML: jsonText(fields["content_html"]), ContentText: jsonText(fields["content_text"]),
		Image: jsonText(fields["image"]), BannerImage: jsonText(fields["banner_image"]), Language: jsonText(fields["language"]),
		DatePublished: jsonText(fields["date_published"]), DateModified: jsonText(fields["date_modified"]), Authors: jsonAuthors(fields),
	}
	for _, tag := range jsonList(fields["tags"]) {
		item.Tags = append(item.Tags, html.EscapeString(jsonText(tag)))
	}
	var attachments []gofeedjson.Attachments
	for _, raw := range jsonList(fields["attachments"]) {
		var a map[string]json.RawMessage
		if json.Unmarshal(raw, &a) == nil {
			attachments = append(attachments, gofeedjson.Attachments{
				URL: jsonText(a["url"]), MimeType: jsonText(a["mime_type"]), SizeInBytes: number(jsonText(a["size_in_bytes"])),
				DurationInSeconds: int64(clock(jsonText(a["duration_in_seconds"])).Seconds()),
			})
		}
	}
	item.Attachments = &attachments
	return item
}

// jsonAuthors are the authors of version 1.1, or the one of version 1. Nil: nothing is said of them.
func jsonAuthors(fields map[string]json.RawMessage) []*gofeedjson.Author {
	all := jsonList(fields["authors"])
	if len(all) == 0 {
		all = jsonList(fields["author"])
	}
	var authors []*gofeedjson.Author
	for _, raw := range all {
		var a map[string]json.RawMessage
		if json.Unmarshal(raw, &a) != nil {
			a = map[string]json.RawMessage{"name": raw}
		}
		if name := jsonText(a["name"]); name != "" {
			authors = append(authors, &gofeedjson.Author{Name: name})
		}
	}
	return authors
}

// jsonText is a value as text: a string, or a number as it is written; "" for anything else.
func jsonText(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return cleaned(strings.TrimSpace(text))
	}
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		return n.String()
	}
	return ""
}

// jsonList is an array's elements, or a lone value as the only one.
func jsonList(raw json.RawMessage) []json.RawMessage {
	var all []json.RawMessage
	if len(raw) == 0 || json.Unmarshal(raw, &all) == nil || bytes.Equal(raw, []byte("null")) {
		return all
	}
	return []json.RawMessage{raw}
}

// withoutControls escapes control characters inside strings, where JSON forbids them.
func withoutControls(doc []byte) []byte {
	if bytes.IndexFunc(doc, func(r rune) bool { return r < ' ' }) < 0 {
		return doc
	}
	text, inside, escaped := make([]byte, 0, len(doc)+64), false, false
	for _, b := range doc {
		switch {
		case b < ' ' && inside && !escaped:
			text = append(text, `\u00`...)
			text = append(text, "0123456789abcdef"[b>>4], "0123456789abcdef"[b&15])
			continue
		case b < ' ' && b != '\n' && b != '\t' && b != '\r':
			continue
		case b == '"' && !escaped:
			inside = !inside
		}
		escaped = inside && b == '\\' && !escaped
		text = append(text, b)
	}
	return text
}

// plainParagraphs is plain text as HTML.
func plainParagraphs(text string) string {
	var b strings.Builder
	for paragraph := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(paragraph) != "" {
			b.WriteString("<p>" + html.EscapeString(paragraph) + "</p>")
		}
	}
	return b.String()
}
