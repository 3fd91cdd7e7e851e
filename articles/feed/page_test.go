package feed

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const paragraph = "The ferry left the harbour at six in the morning with ninety people on board and ran aground off the northern point."

// aPage is a newsroom's page with so many paragraphs.
func aPage(n int) string {
	return `<html><head><title>Ferry</title><meta name="author" content="Ann Lee"></head><body><article><h1>Ferry aground</h1>` +
		strings.Repeat("<p>"+paragraph+"</p>", n) + `</article></body></html>`
}

func TestThePageIsReadWhereItsTextMayBePassedOn(t *testing.T) {
	long := "<description>" + strings.Repeat(paragraph+" ", 9) + "</description>"
	cases := map[string]struct {
		text    Text
		page    string
		status  int
		item    string
		asked   int
		longest bool // the article has the page's text
	}{
		"an excerpt":         {Excerpt, aPage(9), 0, "<description>Short.</description>", 0, false},
		"licensed":           {Licensed, aPage(9), 0, "<description>Short.</description>", 1, true},
		"our own":            {Own, aPage(9), 0, "", 1, true},
		"all in the feed":    {Own, aPage(9), 0, long, 0, true},
		"a page that fails":  {Own, "", 500, "<description>Short.</description>", 1, false},
		"a page of nothing":  {Own, "<html></html>", 0, "<description>Short.</description>", 1, false},
		"a page without end": {Own, "<p>" + strings.Repeat("x", maxPage+1), 0, "<description>Short.</description>", 1, false},
	}
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			asked := 0
			site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked++
				if tt.status != 0 {
					w.WriteHeader(tt.status)
				}
				fmt.Fprint(w, tt.page)
			}))
			defer site.Close()
			p, s, kept, _ := newsroom(t)
			s.Text = tt.text
			link := "<link>" + site.URL + "/1</link>"
			p.text = rss(item("0", "Archive", link))
			fetch(t, s)
			p.text = rss(item("1", "Ferry aground", link+tt.item))
			fetch(t, s)
			fetch(t, s)
			if asked != tt.asked {
				t.Errorf("the page was asked for %d times, want %d", asked, tt.asked)
			}
			if len(kept.order) != 2 {
				t.Fatalf("%d versions", len(kept.order))
			}
			if a := kept.order[1]; (length(a.Body) > fullText) != tt.longest || a.Headline != "Ferry aground" {
				t.Errorf("the article has %d characters", length(a.Body))
			}
		})
	}
}
