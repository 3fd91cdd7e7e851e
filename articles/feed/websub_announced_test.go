package feed

import (
	"net/http"
	"net/url"
	"testing"
)

func TestHubsAreFoundWhereFeedsNameThem(t *testing.T) {
	const hub, self = "https://hub.example/", "https://example.org/self"
	cases := map[string]struct {
		links []string
		text  string
		topic string // "" no hub
	}{
		"atom":          {nil, `<feed xmlns="x"><link rel="hub" href="` + hub + `"/><link rel="self" href="` + self + `"/><entry/>`, self},
		"atom in rss":   {nil, `<rss><channel><atom:link href='` + hub + `' rel='hub' /><a10:link rel="self" type="x" href="` + self + `"></a10:link><item>`, self},
		"json":          {nil, `{"feed_url":"` + self + `","hubs":[{"type":"WebSub","url":"` + hub + `"}]}`, self},
		"a header":      {[]string{`<` + hub + `>; rel="hub", <` + self + `>; rel=self`}, "<rss>", self},
		"two headers":   {[]string{`<x>; rel=next`, `<` + hub + `>;rel=hub`, `</self>; title="a, b"; rel="canonical self"`}, "<rss>", self},
		"no self":       {nil, `<feed><link rel="hub" href="` + hub + `"/>`, "https://example.org/feed"},
		"escaped":       {nil, `<feed><link rel="hub" href="` + hub + `"/><link rel="self" href="https://example.org/self?a=1&amp;b=2"/>`, "https://example.org/self?a=1&b=2"},
		"an item's":     {nil, `<feed><entry><link rel="hub" href="` + hub + `"/></entry>`, ""},
		"none":          {nil, `<feed><link rel="alternate" href="/"/>`, ""},
		"not the web's": {nil, `<feed><link rel="hub" href="javascript:alert(1)"/>`, ""},
		"broken":        {[]string{`<<>>; rel="hub`}, `<link rel="hub"><link rel="hub" href="http://%zz"/>`, ""},
	}
	for name, tt := range cases {
		gotHub, topic := announced(http.Header{"Link": tt.links}, []byte(tt.text), &url.URL{Scheme: "https", Host: "example.org", Path: "/feed"})
		if topic != tt.topic || (gotHub == hub) != (tt.topic != "") {
			t.Errorf("%s: hub %q, topic %q, want %q", name, gotHub, topic, tt.topic)
		}
	}
}

func FuzzAnnounced(f *testing.F) {
	f.Add(`<x>; rel=hub`, `<feed><link rel="hub" href="y"/>`)
	f.Fuzz(func(t *testing.T, link, text string) {
		hub, topic := announced(http.Header{"Link": {link}}, []byte(text), &url.URL{Scheme: "https", Host: "example.org"})
		if (hub == "") != (topic == "") {
			t.Errorf("hub %q, topic %q", hub, topic)
		}
	})
}
