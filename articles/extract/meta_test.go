package extract

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tenbells/tenbells/articles"
)

// text is the rest of a page whose metadata is looked at.
const text = "<p>" + para1 + "</p><p>" + para2 + "</p><p>" + para3 + "</p>"

func TestMetadata(t *testing.T) {
	at := time.Date(2031, 3, 9, 5, 30, 0, 0, time.UTC)
	cases := []struct {
		name, head, body string
		want             articles.Article
	}{
		{
			name: "things of JSON-LD that stand beside the article",
			head: `<script type="application/ld+json">{"@graph": [
				{"@type": "NewsArticle", "headline": "Ferry runs aground", "author": [{"@id": "#ida"}, {"@id": "#nobody"}], "image": {"@id": "#pic"},
				 "publisher": {"@id": "#org"}, "isAccessibleForFree": "False", "datePublished": "2031-03-09T05:30:00Z", "inLanguage": "en"},
				{"@type": "Person", "@id": "#ida", "name": "Ida Brandt"}, {"@type": "Organization", "@id": "#org", "name": "Vail Gazette"},
				{"@type": "ImageObject", "@id": "#pic", "url": "https://vail.example/ferry.jpg", "caption": "The ferry", "creditText": "AP"}]}</script>`,
			want: articles.Article{
				Headline: "Ferry runs aground", Byline: "Ida Brandt", Outlet: "Vail Gazette", Excerpt: true, Published: at, Language: "en",
				Images: []articles.Image{{URL: "https://vail.example/ferry.jpg", Caption: "The ferry", Credit: "AP"}},
			},
		},
		{
			name: "the time that the page prints under its headline, and the author it links to",
			head: "<title>Ferry runs aground | News from Vail</title>",
			body: `<time datetime="2031-01-01">New Year</time><h1>Ferry runs aground</h1><a rel=author href=/ida>By Ida Brandt</a><time datetime="2031-03-09T05:30:00Z">9 March</time>`,
			want: articles.Article{Headline: "Ferry runs aground", Byline: "Ida Brandt", Published: at},
		},
		{
			name: "marked times go before the first one",
			head: "<title>Vail » Ferry runs aground</title><meta name=date content=yesterday>",
			body: `<h1>Ferry runs aground</h1><div class=meta><time class=updated datetime="2031-03-10T05:30:00Z">10 March</time><time datetime="2031-03-01">1 March</time><time class="entry-date published" datetime="2031-03-09T05:30:00Z">9 March</time></div>`,
			want: articles.Article{Headline: "Ferry runs aground", Published: at, Modified: at.Add(24 * time.Hour)},
		},
		{
			name: "microdata and older names in <meta>",
			head: `<title>Ferry runs aground</title><meta name=author content="Ida Brandt | Vail Gazette"><meta name="last-modified" content="2031-03-09T05:30:00Z">`,
			body: `<div class=meta><span itemprop=datePublished content="2031-03-09T05:30:00Z">today</span></div>`,
			want: articles.Article{Headline: "Ferry runs aground", Byline: "Ida Brandt", Published: at, Modified: at},
		},
	}
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			got, err := HTML([]byte("<html><head>"+tt.head+"</head><body><article>"+tt.body+text+"</article></body></html>"), "")
			if err != nil {
				t.Fatal(err)
			}
			tt.want.Status, tt.want.Body = articles.Usable, []string{para1, para2, para3}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPerson(t *testing.T) {
	for s, want := range map[string]string{
		"Ida Brandt": "Ida Brandt", "By Ida Brandt": "Ida Brandt", "von kj": "kj", "John Walk -\n10 January": "John Walk",
		"https://vail.example/ida": "", "ida@vail.example": "", "Last updated 7 January 2025": "", "Comments": "",
		"Byron Lee": "Byron Lee", "Ida Brandt,": "Ida Brandt",
	} {
		if got := person(s); got != want {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
	}
}
