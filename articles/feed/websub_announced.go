package feed

import (
	"bytes"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// announced is the hub that a feed names and what the hub calls the feed: in the Link headers of the answer, else in the
// document (w3.org/TR/websub, section 4). Without a name of its own the feed goes by its address.
func announced(header http.Header, text []byte, address *url.URL) (hub, topic string) {
	found := fromHeaders(header.Values("Link"))
	if found["hub"] == "" {
		for rel, ref := range fromDocument(text) {
			if found[rel] == "" {
				found[rel] = ref
			}
		}
	}
	hub, topic = absolute(address, found["hub"]), absolute(address, found["self"])
	if hub == "" {
		return "", ""
	}
	if topic == "" {
		topic = address.String()
	}
	return hub, topic
}

// absolute is a web address as it is, "" where it is none.
func absolute(base *url.URL, ref string) string {
	at, err := base.Parse(strings.TrimSpace(ref))
	if err != nil || ref == "" || at.Scheme != "http" && at.Scheme != "https" || at.Host == "" {
		return ""
	}
	return at.String()
}

var headerLink = regexp.MustCompile(`<([^>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^",;\s]+))*)`)
var parameter = regexp.MustCompile(`([\w*-]+)\s*=\s*(?:"([^"]*)"|([^",;\s]+))`)

// fromHeaders reads Link headers (RFC 8288) for hub and self, the first of each.
func fromHeaders(values []string) map[string]string {
	found := map[string]string{}
	for _, value := range values {
		for _, link := range headerLink.FindAllStringSubmatch(value, -1) {
			for _, p := range parameter.FindAllStringSubmatch(link[2], -1) {
				if strings.EqualFold(p[1], "rel") {
					note(found, p[2]+p[3], link[1])
				}
			}
		}
	}
	return found
}

// note keeps the first hub and self.
func note(found map[string]string, rels, ref string) {
	for rel := range strings.FieldsSeq(strings.ToLower(rels)) {
		if (rel == "hub" || rel == "self") && found[rel] == "" {
			found[rel] = ref
		}
	}
}

// maxHead is how far into a document links are looked for, in bytes.
const maxHead = 64 << 10

var (
	bodyTag   = regexp.MustCompile(`(?i)<(?:item|entry)[\s>]`)
	linkTag   = regexp.MustCompile(`(?is)<(?:[a-z0-9]+:)?link\s[^<>]*>`)
	attribute = regexp.MustCompile(`(?is)\b(rel|href)\s*=\s*(?:"([^"]*)"|'([^']*)')`)
)

// fromDocument reads what the head of a feed links to.
func fromDocument(text []byte) map[string]string {
	found := map[string]string{}
	if bytes.HasPrefix(bytes.TrimLeft(text, "\ufeff \t\r\n"), []byte("{")) {
		var doc struct {
			FeedURL string `json:"feed_url"`
			Hubs    []struct{ Type, URL string }
		}
		if json.Unmarshal(bytes.TrimPrefix(text, []byte("\ufeff")), &doc) == nil && len(doc.Hubs) > 0 {
			found["hub"], found["self"] = doc.Hubs[0].URL, doc.FeedURL
		}
		return found
	}
	head := text[:min(len(text), maxHead)]
	if at := bodyTag.FindIndex(head); at != nil {
		head = head[:at[0]]
	}
	for _, tag := range linkTag.FindAll(head, -1) {
		rel, href := "", ""
		for _, a := range attribute.FindAllSubmatch(tag, -1) {
			value := html.UnescapeString(string(a[2]) + string(a[3]))
			if strings.EqualFold(string(a[1]), "rel") {
				rel = value
			} else {
				href = value
			}
		}
		note(found, rel, href)
	}
	return found
}
