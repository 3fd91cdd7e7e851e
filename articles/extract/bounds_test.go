package extract

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestHTMLOfImmoderatePages(t *testing.T) {
	prose := "<h1>Ferry runs aground</h1><p>" + para1 + "</p><p>" + para2 + "</p><p>" + para3 + "</p>"
	var authors strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&authors, `{"name": "Ann %c%c%c"},`, 'a'+i%26, 'a'+i/26%26, 'a'+i/676)
	}
	for name, page := range map[string]string{
		"more elements than readability may see": "<article>" + prose + "</article><nav>" + strings.Repeat("<i>x</i>", maxElements) + "</nav>",
		"more passages than are read":            "<article>" + prose + "</article><ul>" + strings.Repeat("<li>x", 2*maxPassages) + "</ul>",
		"a class of a megabyte":                  "<article class='" + strings.Repeat("related ", 125_000) + "'>" + prose + "</article>",
		"thousands of authors": `<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferry runs aground", "author": [` +
			authors.String() + `{"name": "Zoe Zed"}]}</script><article>` + prose + "</article>",
	} {
		t.Run(name, func(t *testing.T) {
			a, err := HTML([]byte("<title>Ferry runs aground</title>"+page), "")
			if err != nil {
				t.Fatal(err)
			}
			if a.Headline != "Ferry runs aground" || len(a.Body) != 3 || strings.Count(a.Byline, ",") >= maxListed {
				t.Errorf("got %q, %d paragraphs, by %d", a.Headline, len(a.Body), strings.Count(a.Byline, ","))
			}
		})
	}
	if _, err := HTML([]byte("<title>Ferry</title>"+strings.Repeat("<div>", 5000)+prose), ""); !errors.Is(err, ErrNoArticle) {
		t.Errorf("nested without end: %v", err)
	}
}

func TestBoundsHold(t *testing.T) {
	doc := parsed(t, "<div class='"+strings.Repeat("a ", maxNames)+"'></div>"+strings.Repeat("<i>x</i>", maxElements))
	if bound(doc) {
		t.Error("a page with too many elements is small")
	}
	for _, a := range bodyOf(doc).FirstChild.Attr {
		if len(a.Val) > maxNames {
			t.Errorf("a class of %d bytes", len(a.Val))
		}
	}
	if n := len(blocksOf(bodyOf(parsed(t, strings.Repeat("<p>x</p>", 2*maxPassages))))); n > maxPassages+1 {
		t.Errorf("%d passages", n)
	}
}
