package feed

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tenbells/tenbells/articles"
)

// only is the one item of a feed of RSS whose item says this beside its title.
func only(t testing.TB, says string) Item {
	t.Helper()
	doc := parsed(t, rss(item("1", "One", says)))
	if len(doc.Items) != 1 {
		t.Fatalf("%d items", len(doc.Items))
	}
	return doc.Items[0]
}

func TestPicturesOfAnItem(t *testing.T) {
	for name, tt := range map[string]struct {
		says string
		want []articles.Image
	}{
		"with caption and credit": {
			`<media:content url="/1.jpg" medium="image"><media:description type="plain">A &lt;b&gt;ferry&lt;/b&gt;</media:description><media:credit>Ann Lee</media:credit></media:content>`,
			[]articles.Image{{URL: "https://example.org/1.jpg", Caption: "A ferry", Credit: "Ann Lee"}},
		},
		"in several sizes": {
			`<media:group><media:content url="/s.jpg" width="100"/><media:content url="/l.jpg" width="900"/><media:credit>AP</media:credit></media:group>`,
			[]articles.Image{{URL: "https://example.org/l.jpg", Credit: "AP"}},
		},
		"as enclosure":           {`<enclosure url="https://example.org/1.jpg?w=1&amp;utm_source=x" type="image/jpeg"/>`, []articles.Image{{URL: "https://example.org/1.jpg?w=1&utm_source=x"}}},
		"small ones if no other": {`<media:thumbnail url="/t.jpg"/>`, []articles.Image{{URL: "https://example.org/t.jpg"}}},
		"not small ones else":    {`<media:thumbnail url="/t.jpg"/><media:content url="/1.png"/>`, []articles.Image{{URL: "https://example.org/1.png"}}},
		"in the text":            {`<description>&lt;img src="/dot" width="1"&gt;&lt;IMG SRC="/1.jpg"&gt; x</description>`, []articles.Image{{URL: "https://example.org/1.jpg"}}},
		"no buttons":             {`<description>&lt;img src="http://feeds.example/~ff/x?d=1"&gt; x</description>`, nil},
		"no film":                {`<media:content url="/1.mp4" medium="video"/>`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, only(t, tt.says).Images); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSoundsAndFilms(t *testing.T) {
	got := only(t, `<enclosure url="/1.mp3" length="1234" type="audio/mpeg"/><itunes:duration>1:02:03</itunes:duration><media:content url="/1.mp4" duration="90"/>`).Enclosures
	want := []Enclosure{
		{URL: "https://example.org/1.mp3", Type: "audio/mpeg", Size: 1234, Duration: time.Hour + 2*time.Minute + 3*time.Second},
		{URL: "https://example.org/1.mp4", Duration: 90 * time.Second},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	doc := parsed(t, `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"One","attachments":[{"url":"/1.m4a","mime_type":"audio/x-m4a","size_in_bytes":"9","duration_in_seconds":61}]}]}`)
	if diff := cmp.Diff([]Enclosure{{URL: "https://example.org/1.m4a", Type: "audio/x-m4a", Size: 9, Duration: 61 * time.Second}}, doc.Items[0].Enclosures); diff != "" {
		t.Error(diff)
	}
}

func TestBylines(t *testing.T) {
	for says, want := range map[string]string{
		"<author>ann@example.org (Ann Lee)</author>":                                                   "Ann Lee",
		"<author>Ann Lee &lt;ann@example.org&gt;</author>":                                             "Ann Lee",
		"<author>Ann Lee (ann@example.org)</author>":                                                   "Ann Lee",
		"<author>ann@example.org</author>":                                                             "",
		"<author><name>Ann Lee</name><title>Editor</title></author>":                                   "Ann Lee",
		"<author>Ann Lee (Prague)</author>":                                                            "Ann Lee (Prague)",
		"<author>desk@example.org</author><dc:creator>Ann Lee</dc:creator>":                            "Ann Lee",
		"<dc:creator>Ann Lee</dc:creator><dc:creator>Bo Ek</dc:creator><dc:creator>Bo Ek</dc:creator>": "Ann Lee, Bo Ek",
		"<itunes:author>Ann Lee</itunes:author>":                                                       "Ann Lee",
		"<atom:author><atom:name>Ann Lee</atom:name></atom:author>":                                    "Ann Lee",
		"": "",
	} {
		if got := only(t, says).Byline; got != want {
			t.Errorf("%s: %q, want %q", says, got, want)
		}
	}
	atom := func(author, more string) string {
		return `<feed xmlns="http://www.w3.org/2005/Atom"><title>Post</title><author><name>` + author + `</name></author><entry><title>x</title>` + more + `</entry></feed>`
	}
	for text, want := range map[string]string{
		atom("Ann Lee", ""): "Ann Lee", atom("Post", ""): "", atom("Ann Lee", "<author><name>Bo Ek</name></author>"): "Bo Ek",
	} {
		if got := parsed(t, text).Items[0].Byline; got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestTextOfAnItem(t *testing.T) {
	both := only(t, `<description>Short.</description><content:encoded><![CDATA[<p>Long one.</p><p>Long two.</p>]]></content:encoded>`)
	if both.Standfirst != "Short." || len(both.Body) != 2 {
		t.Errorf("%+v", both)
	}
	one := only(t, `<description><p xmlns="http://www.w3.org/1999/xhtml">Not <b>escaped</b>.</p></description>`)
	if one.Standfirst != "Not escaped." {
		t.Errorf("%q", one.Standfirst)
	}
	if got := only(t, "<category>A &amp;amp; B</category><category>A &amp; B</category><dc:subject>C, D</dc:subject><category>E, F,G</category>").Keywords; len(got) != 5 {
		t.Errorf("keywords %q", got)
	}
}
