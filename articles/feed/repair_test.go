package feed

import (
	"fmt"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// headlines are what a document says, one item after another.
func headlines(t testing.TB, text string) string {
	t.Helper()
	var all []string
	for _, i := range parsed(t, text).Items {
		all = append(all, strings.TrimSpace(i.Headline+" "+i.URL))
	}
	return strings.Join(all, "|")
}

// What a document says twice, or more of than is read, is understood in the same way each time.
func TestWhatADocumentMeansIsNoMatterOfChance(t *testing.T) {
	const both = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="http://purl.org/rss/1.0/" xmlns:b="http://my.netscape.com/rdf/simple/0.9/">` +
		`<a:item><a:title>One</a:title></a:item></rdf:RDF>`
	var many strings.Builder
	for i := range 2 * maxScope {
		fmt.Fprintf(&many, ` xmlns:p%03d="http://purl.org/dc/elements/1.1/"`, i)
	}
	scope := `<rss version="2.0"><channel` + many.String() + `><item><title></title><p050:title>One</p050:title><p150:title>Two</p150:title></item></channel></rss>`
	version, said := parsed(t, both).Version, headlines(t, scope)
	if version != "1.0" {
		t.Errorf("a document of both RSS 0.9 and 1.0 is of %q", version)
	}
	for range 20 {
		if again := parsed(t, both).Version; again != version {
			t.Fatalf("it is of version %q now, and was of %q", again, version)
		}
		if again := headlines(t, scope); again != said {
			t.Fatalf("it says %q now, and said %q", again, said)
		}
	}
}

func TestBrokenDocumentsAreMended(t *testing.T) {
	const start, end = `<rss version="2.0"><channel><title>Post</title>`, `</channel></rss>`
	cases := map[string]struct{ text, want string }{
		"junk before":                     {"\n<br>\nWarning: x <b>y</b>\n<?xml version='1.0'?>" + start + item("1", "One", "") + end, "One"},
		"control characters":              {start + item("1", "O\x01n\x0be\x00", "") + end, "One"},
		"bare ampersands":                 {start + item("1", "AT&T & more", "<link>http://example.org/?a=1&b=2</link>") + end, "AT&T & more http://example.org/?a=1&b=2"},
		"entities of HTML":                {start + item("1", "Caf&eacute;&nbsp;&mdash; x", "") + end, "Café — x"},
		"entities of its own":             {`<!DOCTYPE rss [<!ENTITY post "The &lt;i&gt;Post"><!ENTITY x SYSTEM "file:///etc/passwd">]>` + start + item("1", "&post; &x;", "") + end, "The <i>Post &x;"},
		"entities in each other":          {`<!DOCTYPE rss [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>` + start + item("1", "&b;", "") + end, "&a;&a;"},
		"characters by a wrong number":    {start + item("1", "It&#146;s &#0; &#xD800; here", "") + end, "It’s \ufffd \ufffd here"},
		"bytes of Windows as Unicode":     {start + item("1", "Don\u0092t", "") + end, "Don’t"},
		"prefixes that are not declared":  {start + "<item><dc:title>One</dc:title><foo:title>No</foo:title></item>" + end, "One"},
		"an unclosed title":               {start + "<item><title>One<link>http://example.org/1</link></item>" + item("2", "Two", "") + end, "One http://example.org/1|Two"},
		"an unclosed item":                {start + "<item><title>One</title>" + item("2", "Two", "") + end, "One|Two"},
		"unclosed markup in a title":      {start + "<item><title>One <b>two</title><link>http://example.org/1</link></item>" + end, "One two http://example.org/1"},
		"an end of nothing":               {start + item("1", "One", "</b></p>") + item("2", "Two", "") + end, "One|Two"},
		"names in capitals":               {"<RSS><Channel><ITEM><Title>One</TITLE><LINK>http://example.org/1</link></Item></channel></RSS>", "One http://example.org/1"},
		"CDATA without end":               {start + "<item><title><![CDATA[One</title></item>" + item("2", "Two", "") + end, "One|Two"},
		"a comment without end":           {start + item("1", "One", "") + "<!-- x" + end, "One"},
		"a comment in a title":            {start + item("1", "O<!-- x -->ne", "") + end, "One"},
		"attributes without quotes":       {"<rss version=2.0><channel><item><title>One</title><link href=http://example.org/1 /></item>" + end, "One http://example.org/1"},
		"a quote without its end":         {"<rss><channel>" + item("1", "One", `<enclosure url="http://example.org/1.mp3 type="audio/mpeg"/><a b="c><d e="f"/>`) + item("2", "Two", "") + end, "One|Two"},
		"tags in attributes":              {"<rss><channel>" + item("1", "One", `<a b="x <i>y</i> z"/>`) + item("2", "Two", "") + end, "One|Two"},
		"an empty item in another":        {start + item("1", "One</b>", "<item/><link>http://example.org/1</link>") + item("2", "Two", "") + end, "One http://example.org/1|Two"},
		"items outside of the channel":    {"<rss><channel><title>x</title></channel>" + item("1", "One", "") + "</rss>", "One"},
		"no rss around it":                {"<channel><title>x</title>" + item("1", "One", "") + "</channel>", "One"},
		"RSS in a namespace of Atom":      {`<rss xmlns="http://www.w3.org/2005/Atom"><channel>` + item("1", "One", "<link>http://example.org/1</link>") + end, "One http://example.org/1"},
		"RSS under a prefix":              {`<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="http://purl.org/rss/1.0/"><s:item r:about="http://example.org/1"><s:title>One</s:title></s:item></r:RDF>`, "One http://example.org/1"},
		"Atom under a prefix":             {`<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>One</a:title></a:entry></a:feed>`, "One"},
		"Atom in a namespace of nobody":   {`<feed xmlns="http://www.w3.org/2005/atom/"><entry><title>One</title></entry></feed>`, "One"},
		"cut off in an item":              {start + item("1", "One", "") + "<item><title>Two</title><description>Half a sen", "One"},
		"CDF":                             {`<CHANNEL HREF="http://example.org/"><TITLE>x</TITLE><ITEM HREF="http://example.org/1" LASTMOD="2004-04-06"><TITLE>One</TITLE></ITEM></CHANNEL>`, "One http://example.org/1"},
		"RSS in JSON":                     {`{"rss":{"version":"2.0","channel":{"title":"x","item":[{"title":"One","link":"http://example.org/1"},{"title":"Two"}]}}}`, "One http://example.org/1|Two"},
		"JSON that breaks off":            {`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"One"},{"id":"2","title":"Tw`, "One"},
		"JSON with wrong types":           {`{"version":"https://jsonfeed.org/version/1","items":[{"id":1,"title":"One","tags":"a","author":"Ann"},7,{"id":{},"title":"T` + "\n" + `wo"}]}`, "One|T wo"},
		"JSON with plain text":            {`{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"1 < 2 & <i>3</i>","content_text":"<x>"}]}`, "1 < 2 & 3"},
		"a title that speaks of a tag":    {start + item("1", "The &lt;blink&gt; tag", "") + end, "The <blink> tag"},
		"a title in HTML":                 {start + item("1", "The &lt;b&gt;big&lt;/b&gt; one &amp;amp; all", "") + end, "The big one & all"},
		"a title of text in Atom":         {`<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="text">Less &lt; more</title></entry></feed>`, "Less < more"},
		"a title of XHTML in Atom":        {`<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Less <b>&lt;</b> more</div></title></entry></feed>`, "Less < more"},
		"a title in base64 in Atom 0.3":   {`<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="base64" type="text/html">T25lICZhbXA7IHR3bw==</title></entry></feed>`, "One & two"},
		"a title that is no base64":       {`<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="application/x">test</title></entry></feed>`, "test"},
		"an escaped title in Atom 0.3":    {`<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="escaped" type="text/html">One &amp;amp; two</title></entry></feed>`, "One & two"},
		"links relative to xml:base":      {`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://a.example/b/"><entry xml:base="c/x.xml"><title>One</title><link href="1.html"/></entry></feed>`, "One http://a.example/b/c/1.html"},
		"links with a base of their own":  {`<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>One</title><link xml:base="http://a.example/" href="1.html"/></entry></feed>`, "One http://a.example/1.html"},
		"HTML that says so":               {`<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">One &lt;blink&gt;two</title></entry></feed>`, "One two"},
		"links to the page before others": {`<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>One</title><link rel="self" href="/s"/><link type="audio/mpeg" href="/a.mp3"/><link href="/1"/></entry></feed>`, "One https://example.org/1"},
		"links of a feed held elsewhere":  {"<rss><channel><link>https://paper.example/</link>" + item("1", "One", "<link>/1</link>") + end, "One https://paper.example/1"},
		"a guid that is the address":      {start + item("https://example.org/1", "One", "") + end, "One https://example.org/1"},
		"a guid that is not":              {start + `<item><title>One</title><guid isPermaLink="false">https://example.org/1</guid></item>` + end, "One"},
		"an address that counts clicks":   {`<rss xmlns:fb="http://rssnamespace.org/feedburner/ext/1.0"><channel>` + item("1", "One", "<link>http://feeds.example/~r/1</link><fb:origLink>http://example.org/1</fb:origLink>") + end, "One http://example.org/1"},
	}
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			if got := headlines(t, tt.text); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestWhatIsNoFeedIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "blanks": " \n", "text": "Hello", "a page": "<!DOCTYPE html><html><rss>", "other XML": "<catalog><title>x</title></catalog>",
		"a piece of a page": "<p>One<p>Two", "other JSON": `{"title":"x"}`, "broken JSON": "{", "a list": "[]",
	} {
		if doc, err := Parse([]byte(text), nil); err == nil {
			t.Errorf("%s was read as %+v", name, doc)
		}
	}
}

func TestEncodings(t *testing.T) {
	utf := func(order string, text string) string {
		var b strings.Builder
		for _, u := range utf16.Encode([]rune(text)) {
			high, low := byte(u>>8), byte(u)
			if order == "be" {
				b.Write([]byte{high, low})
			} else {
				b.Write([]byte{low, high})
			}
		}
		return b.String()
	}
	xml := func(encoding, headline string) string {
		return `<?xml version="1.0" encoding="` + encoding + `"?><rss><channel>` + item("1", headline, "") + "</channel></rss>"
	}
	long := strings.Repeat("Пожар в порту. ", 5)
	cases := map[string]struct{ text, contentType, want string }{
		"UTF-8":                             {xml("utf-8", "Пожар"), "", "Пожар"},
		"UTF-8 with its mark":               {"\ufeff" + xml("utf-8", "Пожар"), "text/xml; charset=iso-8859-1", "Пожар"},
		"UTF-8 that calls itself otherwise": {xml("windows-1251", "Пожар"), "text/xml; charset=windows-1251", "Пожар"},
		"UTF-16 with its mark":              {utf("le", "\ufeff"+xml("utf-16", "Пожар 🔥")), "", "Пожар 🔥"},
		"UTF-16 without":                    {utf("be", xml("utf-16", "Пожар 🔥")), "text/xml; charset=utf-8", "Пожар 🔥"},
		"as it says itself":                 {xml("windows-1251", "\xcf\xee\xe6\xe0\xf0"), "", "Пожар"},
		"as the server says":                {"<rss><channel>" + item("1", "\xcf\xee\xe6\xe0\xf0", "") + "</channel></rss>", "text/xml; charset='windows-1251'", "Пожар"},
		"itself before the server":          {xml("windows-1251", "\xcf\xee\xe6\xe0\xf0"), "text/xml; charset=iso-8859-1", "Пожар"},
		"an encoding that there is not":     {xml("utf8mb4", "Пожар"), "", "Пожар"},
		"UTF-16 that is not":                {xml("utf-16", "Пожар"), "", "Пожар"},
		"Windows pasted into UTF-8":         {xml("utf-8", "Пожар \x93в порту\x94"), "", "Пожар “в порту”"},
		"nothing said, of the West":         {"<rss><channel>" + item("1", "Le caf\xe9 br\xfble", "") + "</channel></rss>", "", "Le café brûle"},
		"Japanese in ASCII":                 {xml("iso-2022-jp", "\x1b$B2P;v\x1b(B"), "", "火事"},
		"Japanese":                          {xml("shift_jis", "\x89\xce\x8e\x96"), "", "火事"},
		"a long one":                        {xml("koi8-r", long), "", strings.TrimSpace(long)},
	}
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			text := inUTF8([]byte(tt.text), tt.contentType)
			if got := headlines(t, string(text)); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
			if again := inUTF8(text, ""); string(again) != string(text) {
				t.Errorf("%.80q becomes %.80q", text, again)
			}
		})
	}
}

// TestHostileDocumentsAreBounded reads what is made to exhaust memory or stack. What is allocated stays within a few
// times the document: copying what was copied before would show.
func TestHostileDocumentsAreBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("reads many large documents")
	}
	const size = 1 << 20
	many := func(start, piece string) string { return start + strings.Repeat(piece, size/len(piece)) }
	for name, text := range map[string]string{
		"deep":           many("<rss>", "<a>"),
		"deep items":     many("<rss><channel>", "<item><title>x"),
		"empty items":    many("<rss><channel>", "<item/>"),
		"open comments":  many("<rss>", "<!--"),
		"open CDATA":     many("<rss><channel><item><title>", "<![CDATA["),
		"open quotes":    many("<rss>", `<a b="`),
		"brackets":       many("", "<"),
		"ampersands":     many("<rss><channel><item><title>", "&"),
		"attributes":     many("<rss ", "a='b' "),
		"namespaces":     many("<rss><channel>", "<a xmlns:b='c'/>"),
		"bold":           many("<rss><channel><item><description>", "&lt;b&gt;"),
		"categories":     many("<rss><channel><item><title>x</title>", "<category>x</category>"),
		"channels":       many("", "<CHANNEL>"),
		"own entities":   `<!DOCTYPE r [<!ENTITY a "` + strings.Repeat("x", 10_000) + `">]>` + many("<rss><channel><item><title>", "&a;"),
		"a long date":    many("<rss><channel><item><title>x</title><pubDate>", "1 "),
		"deep JSON":      many(`{"items":[{"a":`, `{"a":`),
		"lists in JSON":  many(`{"rss":{"channel":`, `[`),
		"many in JSON":   many(`{"items":[`, `{"title":"x"},`),
		"many addresses": many("<urlset>", "<url><loc>http://a.example/</loc></url>"),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if _, err := Parse([]byte(text), &url.URL{Scheme: "https", Host: "example.org"}); err != nil && !strings.Contains(err.Error(), "no feed") {
				t.Error(err)
			}
			runtime.ReadMemStats(&after)
			if spent := (after.TotalAlloc - before.TotalAlloc) >> 20; spent > 300 {
				t.Errorf("%d MB were allocated for one", spent)
			}
		})
	}
}

func TestTreesHaveAnEnd(t *testing.T) {
	depth, n := 0, scan([]byte(strings.Repeat("<a>", 1000)))
	for ; len(n.children) > 0; n = n.children[0] {
		depth++
	}
	if depth != maxNesting {
		t.Errorf("%d deep", depth)
	}
	if got := len(scan([]byte(strings.Repeat("<a/>", maxNodes+100))).children); got != maxNodes {
		t.Errorf("%d elements", got)
	}
}

func TestLanguageAndDirection(t *testing.T) {
	got := map[string]string{}
	for _, text := range []string{
		`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><entry><id>1</id><title>One</title></entry><entry xml:lang="ar"><id>2</id><title>Two</title></entry>` +
			`<entry dir="rtl"><id>3</id><title xml:lang="en_GB">Three</title></entry></feed>`,
		`<rss><channel><language>fa-IR</language>` + item("4", "Four", "") + item("5", "Five", "<dc:language>ru</dc:language>") + "</channel></rss>",
		`{"version":"https://jsonfeed.org/version/1.1","language":"he","items":[{"id":"6","title":"Six"},{"id":"7","title":"Seven","language":"de"}]}`,
		"<rss><channel>" + item("8", "Eight", "") + "</channel></rss>",
	} {
		for _, i := range parsed(t, text).Items {
			got[i.Headline] = i.Language + " " + i.Direction
		}
	}
	want := map[string]string{
		"One": "fr ltr", "Two": "ar rtl", "Three": "en-GB rtl", "Four": "fa-IR rtl", "Five": "ru ltr", "Six": "he rtl", "Seven": "de ltr", "Eight": " ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzSitemap(f *testing.F) {
	for _, seed := range []string{sitemapOf("1|One|2026-03-01|2026-03-02", "2|||"), "<sitemapindex><sitemap><loc>x", "<urlset><url><news><title>a"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		if got, err := Parse(append([]byte("<urlset>"), doc...), &url.URL{Scheme: "https", Host: "example.org"}); err == nil {
			held(t, "fuzz", got)
		}
	})
}

func FuzzJSONFeed(f *testing.F) {
	for _, seed := range []string{`"items":[{"id":1,"title":"x","authors":[{"name":"a"}],"attachments":[{"url":"u"}]}]}`, `"rss":{"channel":{"item":[{"title":"x"}]}}}`, `"items":[{"a":"` + "\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		if got, err := Parse(append([]byte("{"), doc...), &url.URL{Scheme: "https", Host: "example.org"}); err == nil {
			held(t, "fuzz", got)
		}
	})
}
