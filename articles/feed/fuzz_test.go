package feed

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// A time that was read can be stored and read again; none is made up beyond the years we know.
func FuzzDate(f *testing.F) {
	for _, seed := range []string{
		"Sun, 01 Mar 2026 12:00:00 GMT", "2026-03-01T12:00:00.5+03:30", "1 марта 2026", "٢٠٢٦-٠٣-٠١", "20260301T120000Z", "99999999-13-41 25:61", "March 1st, 2026 at 1 pm EST", "2026-W09-7",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, ok := when(text)
		if first := firstTime("", text); ok != !first.IsZero() && !at.IsZero() {
			t.Errorf("%q is %v, and first %v", text, at, first)
		}
		if _, err := at.MarshalJSON(); ok && err != nil {
			t.Errorf("%q is %v, which cannot be stored: %v", text, at, err)
		}
	})
}

// Whatever bytes come and whatever the server says of them, they become UTF-8, and not many times longer.
func FuzzCharset(f *testing.F) {
	f.Add([]byte("<?xml version='1.0' encoding='windows-1251'?><rss>\xcf\xf0"), "text/xml; charset=koi8-r")
	f.Add([]byte("\xff\xfe<\x00r\x00"), "")
	f.Add([]byte("\x1f\x8b\x08\x00"), "charset=utf-7")
	f.Add([]byte("<?xml encoding='iso-2022-jp'?>\x1b$B"), "x; charset=\"")
	f.Fuzz(func(t *testing.T, doc []byte, contentType string) {
		got := inUTF8(doc, contentType)
		if unpacked := len(unzipped(doc)); !utf8.Valid(got) || len(got) > 8*unpacked+16 {
			t.Errorf("%q of %q became %q", doc, contentType, got)
		}
	})
}

// What a robots.txt names is addresses of the web, in the number that is followed.
func FuzzRobots(f *testing.F) {
	for _, seed := range []string{"User-agent: *\nSitemap: /a.xml\nsitemap:http://x/", "Sitemap: javascript:1\r\nSitemap:\t//h/%zz", "sitemap : [::1]"} {
		f.Add(seed)
	}
	home := &url.URL{Scheme: "https", Host: "example.org", Path: "/robots.txt"}
	f.Fuzz(func(t *testing.T, text string) {
		pages := robots([]byte(text), home)
		for _, p := range pages {
			if !strings.HasPrefix(p.URL, "http://") && !strings.HasPrefix(p.URL, "https://") {
				t.Errorf("%q names %q", text, p.URL)
			}
		}
		if n := len(newestOf(home, pages)); n > perIndex {
			t.Errorf("%d are followed", n)
		}
	})
}

// A web page names feeds of the web, a few, each once.
func FuzzNamed(f *testing.F) {
	f.Add([]byte(`<link rel=alternate type="application/rss+xml" href='/feed'><link rel="alternate" type=application/atom+xml href=ftp://x>`))
	f.Fuzz(func(t *testing.T, page []byte) {
		feeds := named(page, &url.URL{Scheme: "https", Host: "example.org"})
		for _, feed := range feeds {
			if at, err := url.Parse(feed); err != nil || at.Scheme != "http" && at.Scheme != "https" {
				t.Errorf("%q names %q", page, feed)
			}
		}
		if len(feeds) > maxNamed || len(slices.Compact(slices.Sorted(slices.Values(feeds)))) != len(feeds) {
			t.Errorf("%q names %q", page, feeds)
		}
	})
}

// A hub that we did not ask with this secret signs nothing; one whose word counts gives a lease that ends and is renewed
// before it does.
func FuzzHub(f *testing.F) {
	f.Add("sha256=00", "hub.mode=subscribe&hub.challenge=x&hub.lease_seconds=864000", []byte("<rss>"))
	f.Add("SHA1=", "hub.mode=denied&hub.reason=%ff", []byte{})
	f.Add("=", "hub.mode=subscribe&hub.challenge=x&hub.lease_seconds=99999999999999999999", []byte{})
	f.Fuzz(func(t *testing.T, signature, query string, body []byte) {
		if signed(signature, "a secret of ours", body) || signed(signature, "", body) {
			t.Errorf("%q signs %q", signature, body)
		}
		if age := patienceOf(http.Header{"Retry-After": {signature}}, now); age < 0 || age > 290*365*24*time.Hour {
			t.Errorf("Retry-After %q is %v", signature, age)
		}
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		s := Subscription{Source: "feed:x", Standing: Asked}
		if s.verified(values, now) && s.Standing == Live && (!s.Next.After(now) || !s.Next.Before(s.Until)) {
			t.Errorf("%q: until %v, next %v", query, s.Until, s.Next)
		}
	})
}

// What a store kept is read as it was, or refused.
func FuzzPrints(f *testing.F) {
	f.Add([]byte("0123456789abcdef"))
	f.Add([]byte("short"))
	f.Fuzz(func(t *testing.T, packed []byte) {
		var p Prints
		if err := p.UnmarshalBinary(packed); err != nil {
			return
		}
		again, err := p.MarshalBinary()
		if err != nil || string(again) != string(packed) {
			t.Errorf("%x became %x: %v", packed, again, err)
		}
	})
}
