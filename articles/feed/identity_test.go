package feed

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

func TestCanonicalAddresses(t *testing.T) {
	base := &url.URL{Scheme: "https", Host: "example.org", Path: "/news/feed.xml"}
	for _, c := range []struct{ ref, want string }{
		{"HTTPS://Example.ORG:443/A?b=1", "https://example.org/A?b=1"},
		{"http://example.org:80", "http://example.org/"},
		{"http://example.org.:8080/x", "http://example.org.:8080/x"},
		{"http://example.org./x", "http://example.org/x"},
		{"https://[2001:DB8::1]:443/x", "https://[2001:db8::1]/x"},
		{"1.html#top", "https://example.org/news/1.html"},
		{"//other.example/1", "https://other.example/1"},
		{"https://user:pass@example.org/1", "https://example.org/1"},
		{"https://example.org/1?utm_source=rss&UTM_Medium=feed", "https://example.org/1"},
		{"https://example.org/1?id=7&utm_source=rss&page=2&fbclid=x&gclid=y&mc_cid=z", "https://example.org/1?id=7&page=2"},
		{"https://example.org/1?at_medium=RSS&at_campaign=KARANGA", "https://example.org/1"},
		{"https://example.org/1?at=7&ref=8&source=9&s=1", "https://example.org/1?at=7&ref=8&source=9&s=1"},
		{"https://example.org/1?source=rss-12a&ref=rss", "https://example.org/1"},
		{"https://example.org/1?", "https://example.org/1"},
		{" https://example.org/a b\n", "https://example.org/a%20b"},
		{"https://example.org/100%", "https://example.org/100%25"},
		{"https://example.org/%D0%BF", "https://example.org/%D0%BF"},
		{"javascript:alert(1)", ""}, {"mailto:a@example.org", ""}, {"https://", ""}, {"", ""}, {"https:///x", ""},
	} {
		if got := webAddress(base, c.ref); got != c.want {
			t.Errorf("%q is %q, want %q", c.ref, got, c.want)
		}
		if again := webAddress(base, c.want); again != c.want {
			t.Errorf("%q is %q the second time", c.want, again)
		}
	}
	if got := linked(base, "https://example.org/live#xtor=RSS-1"); got != "https://example.org/live" {
		t.Errorf("a fragment that tracks: %q", got)
	}
	if got := linked(base, "https://example.org/live#post-7"); got != "https://example.org/live#post-7" {
		t.Errorf("a fragment that says what is meant: %q", got)
	}
}

func TestGuidsThatCountEditsAreOne(t *testing.T) {
	for guid, want := range map[string]string{
		"https://example.org/c5yd#0":     "https://example.org/c5yd",
		"https://example.org/c5yd#12":    "https://example.org/c5yd",
		"https://example.org/live#p12":   "https://example.org/live#p12",
		"tag:example.org,2026:1#1":       "tag:example.org,2026:1#1",
		" 12 at https://example.org ":    "12 at https://example.org",
		"HTTPS://example.org/1?utm_id=1": "https://example.org/1",
	} {
		if got := guidName(guid); got != want {
			t.Errorf("%q is %q, want %q", guid, got, want)
		}
	}
}

// news is a feed whose items are each “guid|headline|path”.
func news(items ...string) string {
	var all []string
	for _, i := range items {
		f := strings.Split(i, "|")
		link := ""
		if f[2] != "" {
			link = "<link>https://example.org/" + f[2] + "</link>"
		}
		all = append(all, item(f[0], f[1], link))
	}
	return rss(all...)
}

// TestFeedsThatRenameDoNotFlood reads two states of a feed and tells what is new to somebody who knew the first.
func TestFeedsThatRenameDoNotFlood(t *testing.T) {
	var many, guids, titles, both []string
	for i := range 10 {
		many = append(many, fmt.Sprintf("g%d|Headline %d|%d", i, i, i))
		guids = append(guids, fmt.Sprintf("other%d|Headline %d|%d", i, i, i))
		titles = append(titles, fmt.Sprintf("g%d|Better %d|%d", i, i, i))
		both = append(both, fmt.Sprintf("other%d|Headline %d|moved/%d", i, i, i))
	}
	fresh := "new|Fire|fire"
	cases := map[string]struct {
		before, after []string
		want          string
	}{
		"the same again":                     {many, many, ""},
		"one more":                           {many, append([]string{fresh}, many...), "Fire"},
		"new guids":                          {many, append([]string{fresh}, guids...), "Fire"},
		"new headlines":                      {many, append([]string{fresh}, titles...), "Fire"},
		"new guids and addresses":            {many, append([]string{fresh}, both...), "Fire"},
		"one guid for all":                   {[]string{"x|One|1", "x|Two|2"}, []string{"x|Three|3", "x|One|1", "x|Two|2"}, "Three"},
		"one guid, at first for one item":    {[]string{"x|One|1"}, []string{"x|Two|2", "x|One|1"}, "Two"},
		"one guid, at last for one item":     {[]string{"x|One|1", "x|Two|2"}, []string{"x|Two|2"}, ""},
		"one address for all":                {[]string{"a|One|", "b|Two|"}, []string{"c|Three|", "a|One|"}, "Three"},
		"the front page for all, new guids":  {[]string{"a|One|?", "b|Two|?"}, []string{"c|Three|?", "a|One|?"}, "Three"},
		"an address that two now have":       {[]string{"a|One|1"}, []string{"b|Two|1", "c|Three|1"}, "Two, Three"},
		"few new items are no renaming":      {many, []string{"n1|Headline 1|x1", "n2|Headline 2|x2"}, "Headline 1, Headline 2"},
		"a regular headline of another day":  {many, append([]string{"n1|Headline 1|other-day"}, many[2:]...), "Headline 1"},
		"an address used again under a guid": {many, append([]string{"n1|Headline 1, updated|1"}, many[2:]...), ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var r Renamed
			known, told := map[string]bool{}, []string{}
			for reading, text := range []string{news(c.before...), news(c.after...), news(c.after...)} {
				doc := parsed(t, text)
				r.Settle("feed", doc.Items)
				for _, i := range doc.Items {
					if !known[i.Name] && reading > 0 {
						told = append(told, i.Headline)
					}
					known[i.Name] = true
				}
			}
			if got := strings.Join(told, ", "); got != c.want {
				t.Errorf("new: %q, want %q", got, c.want)
			}
		})
	}
}

func TestFeedsAreRenamedApart(t *testing.T) {
	var r Renamed
	one, other := parsed(t, news("a|One|1")).Items, parsed(t, news("b|One|1")).Items
	r.Settle("one", one)
	r.Settle("other", other)
	if other[0].Name != "b" {
		t.Errorf("an item of another feed is called %q", other[0].Name)
	}
}

// visible is what a reader could see of an item.
func visible(i Item) string {
	return strings.Join(append([]string{i.Headline, i.Standfirst, i.Byline, i.URL, i.Language}, append(i.Body, i.Keywords...)...), "\n")
}

// changes are the headlines of what is new after a feed was read before, and of what is known and says something else.
func changes(before, after Document) (fresh, changed []string) {
	known := map[string]string{}
	for _, i := range before.Items {
		known[i.Name] = visible(i)
	}
	for _, i := range after.Items {
		if was, is := known[i.Name]; !is {
			fresh = append(fresh, i.Headline)
		} else if was != visible(i) {
			changed = append(changed, i.Headline)
		}
	}
	return fresh, changed
}

// TestCorpusUpdates reads one feed at two moments: what stayed is nothing new, and where a headline was changed there is
// one new version and nothing else.
func TestCorpusUpdates(t *testing.T) {
	var texts []string
	for _, d := range corpus(t, "feeds/real.jsonl.gz") {
		if d.Path == "test-data/feed1.xml" || d.Path == "test-data/feed2.xml" {
			texts = append(texts, d.Text)
		}
	}
	if len(texts) != 2 {
		t.Fatalf("%d of the two moments", len(texts))
	}
	first, second := parsed(t, texts[0]), parsed(t, texts[1])
	fresh, changed := changes(first, second)
	stayed := 0
	for _, i := range first.Items {
		if strings.Contains(texts[1], i.URL+"]]></guid>") {
			stayed++
		}
	}
	t.Logf("of %d items %d stayed, %d came, %d were changed", len(first.Items), stayed, len(fresh), len(changed))
	if len(first.Items) != 20 || len(second.Items) != 24 || len(fresh) != 24-stayed || len(changed) != 0 {
		t.Errorf("new %q, changed %q", fresh, changed)
	}
	third := parsed(t, strings.Replace(texts[1], "<title><![CDATA[How a week of tweets", "<title><![CDATA[Update: how a week of tweets", 1))
	if fresh, changed = changes(second, third); len(fresh) != 0 || len(changed) != 1 || !strings.HasPrefix(changed[0], "Update") {
		t.Errorf("after one headline was changed: new %q, changed %q", fresh, changed)
	}
}

func FuzzCanonicalAddress(f *testing.F) {
	for _, seed := range []string{"HTTP://a.example:80/?utm_source=x&b#c", "//[::1]:443", "a b%zz", "https://a.example/%2e?&&=#xtor=1", "http://a.example:/", "//::0", "//0::", "? 00#00000"} {
		f.Add(seed)
	}
	base := &url.URL{Scheme: "https", Host: "example.org", Path: "/feed"}
	f.Fuzz(func(t *testing.T, ref string) {
		got := webAddress(base, ref)
		if again := webAddress(base, got); again != got {
			t.Errorf("%q is %q, and that %q", ref, got, again)
		}
		if strings.ContainsAny(got, "# \n") || got != "" && !strings.HasPrefix(got, "http") {
			t.Errorf("%q is %q", ref, got)
		}
	})
}
