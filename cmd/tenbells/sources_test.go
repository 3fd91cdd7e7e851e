package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles/feed"
	"github.com/tenbells/tenbells/articles/feed/hubtest"
	"github.com/tenbells/tenbells/store/storetest"
)

// aFeed serves items, each a headline and further tags.
func aFeed(t *testing.T, items ...string) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/rss" {
			fmt.Fprint(w, `<html><head><link rel=alternate type="application/rss+xml" href="/rss"></head><body>Hello</body></html>`)
			return
		}
		fmt.Fprint(w, `<rss version="2.0"><channel><title>The Example Post</title>`+strings.Join(items, "")+`</channel></rss>`)
	}))
	t.Cleanup(server.Close)
	return server
}

func anItem(guid, title, more string) string {
	return "<item><guid>" + guid + "</guid><title>" + title + "</title>" + more + "</item>"
}

func TestSourcesAreAddedChangedListedAndRemoved(t *testing.T) {
	dir := t.TempDir()
	const address = "https://reader:hunter2@example.org/rss?token=s3cr3t"
	steps := []struct {
		args []string
		code int
		says string
	}{
		{[]string{"add", "ftp://example.org"}, exitUsage, "http"},
		{[]string{"add", address, "--text", "all"}, exitUsage, "excerpt"},
		{[]string{"add", address, "--language", "english!"}, exitUsage, "--language"},
		{[]string{"add", address, "--may-ring", "--name", "Post"}, 0, "archive"},
		{[]string{"add", address, "--text", "own", "--language", "ru"}, 0, "Changed"},
		{[]string{"list"}, 0, "yes"},
		{[]string{"list", "--trouble"}, 0, "No sources"},
		{[]string{"remove", "https://example.org/other"}, exitUsage, "no such source"},
		{[]string{"export"}, 0, "s3cr3t"},
		{[]string{"remove", feed.SourceName(address)}, 0, "Removed"},
		{[]string{"list"}, 0, "No sources"},
	}
	for _, step := range steps {
		if step.args[0] == "remove" && step.code == 0 {
			out, _, _ := call(t, dir, "", "sources", "list", "--json")
			var rows []listedSource
			decode(t, out, &rows)
			if len(rows) != 1 || !rows[0].MayRing || rows[0].Text != feed.Own || rows[0].Outlet != "Post" || rows[0].Language != "ru" || rows[0].Health != "new" {
				t.Errorf("listed as %s", out)
			}
		}
		out, errOut, code := call(t, dir, "", append([]string{"sources"}, step.args...)...)
		if code != step.code || !strings.Contains(out+errOut, step.says) {
			t.Errorf("sources %q: exit status %d, %s%s", step.args, code, out, errOut)
		}
		if step.args[0] != "export" && (strings.Contains(out+errOut, "hunter2") || strings.Contains(out+errOut, "s3cr3t")) {
			t.Errorf("sources %q gives a secret away: %s%s", step.args, out, errOut)
		}
	}
}

func TestSourcesOfTheSettingsAreListedAndNotRemoved(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TENBELLS_FEEDS", "https://example.org/set")
	t.Setenv("TENBELLS_WATCH_DIR", dir)
	out, _, _ := call(t, dir, "", "sources", "list")
	if !strings.Contains(out, "https://example.org/set") || !strings.Contains(out, "folder") {
		t.Errorf("listed:\n%s", out)
	}
	if _, errOut, code := call(t, dir, "", "sources", "remove", "https://example.org/set"); code != exitUsage || !strings.Contains(errOut, "TENBELLS_FEEDS") {
		t.Errorf("removed: %d, %s", code, errOut)
	}
}

func TestAListOfFeedsIsBelievedWhereTheOperatorSaysSo(t *testing.T) {
	dir := t.TempDir()
	call(t, dir, "", "sources", "add", "https://example.org/rss", "--may-ring", "--text", "licensed", "--name", "A & B", "--private")
	opml, _, _ := call(t, dir, "", "sources", "export")
	file := filepath.Join(dir, "feeds.opml")
	if err := os.WriteFile(file, []byte(opml), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, trust := range []bool{false, true} {
		elsewhere := t.TempDir()
		args := []string{"sources", "import", file}
		if trust {
			args = append(args, "--trust")
		}
		if out, errOut, code := call(t, elsewhere, "", args...); code != 0 || !strings.Contains(out, "1 added, 0 known") {
			t.Fatalf("import: %d, %s%s", code, out, errOut)
		}
		if out, _, _ := call(t, elsewhere, opml, "sources", "import", "-"); !strings.Contains(out, "0 added, 1 known") {
			t.Errorf("import again: %s", out)
		}
		again, _, _ := call(t, elsewhere, "", "sources", "export")
		if got := strings.Contains(again, `mayRing="true"`) && strings.Contains(again, `text="licensed"`) && strings.Contains(again, `private="true"`); got != trust || !strings.Contains(again, "A &amp; B") {
			t.Errorf("trusted %v, exported again:\n%s", trust, again)
		}
	}
	if _, errOut, code := call(t, dir, "no list", "sources", "import", "-"); code != exitUsage || !strings.Contains(errOut, "nothing was imported") {
		t.Errorf("no list: %d, %s", code, errOut)
	}
	broken := `<opml><body><outline text="Old" xmlUrl="gopher://x"/><outline xmlUrl="https://example.org/new"/></body></opml>`
	if out, errOut, code := call(t, dir, broken, "sources", "import", "-"); code != exitFailed || !strings.Contains(out, "1 added") || !strings.Contains(errOut, "Old") {
		t.Errorf("a list with a fault: %d, %s%s", code, out, errOut)
	}
}

func TestTestingASourceSaysWhatWouldRing(t *testing.T) {
	dir := t.TempDir()
	date := "<pubDate>" + time.Now().UTC().Format(time.RFC1123Z) + "</pubDate>"
	server := aFeed(t, anItem("1", "Ferry aground", "<category>Breaking News</category>"+date), anItem("2", "Tea", date))
	test := func(args ...string) (string, int) {
		out, errOut, code := call(t, dir, "", append([]string{"sources", "test"}, args...)...)
		return out + errOut, code
	}
	if out, code := test(server.URL + "/rss"); code != exitFailed || !strings.Contains(out, "--private") {
		t.Errorf("a private address: %d, %s", code, out)
	}
	var got tested
	out, code := test(server.URL+"/rss", "--private", "--may-ring", "--json")
	decode(t, out, &got)
	if code != 0 || got.Kind != feed.RSS || got.Title != "The Example Post" || got.Count != 2 || got.Items[0].Outcome != "rings" || got.Items[1].Outcome != "digests" {
		t.Errorf("%d, %s", code, out)
	}
	if out, _ := test(server.URL+"/rss", "--private", "--items", "1"); !strings.Contains(out, "would wait for an editor") || !strings.Contains(out, "1 more") {
		t.Errorf("one that may not ring: %s", out)
	}
	if out, code := test(server.URL+"/", "--private"); code != exitFailed || !strings.Contains(out, server.URL+"/rss") {
		t.Errorf("a web page: %d, %s", code, out)
	}
	if out, code := test("nonsense"); code != exitUsage {
		t.Errorf("no address: %d, %s", code, out)
	}
	if out, _, _ := call(t, dir, "", "sources", "list"); !strings.Contains(out, "No sources") {
		t.Errorf("something was kept: %s", out)
	}
}

// TestARunningServiceReadsWhatIsAdded adds and removes a feed beside serve.
func TestARunningServiceReadsWhatIsAdded(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	inner := aFeed(t, anItem("1", "Ferry aground", ""), anItem("2", "Паром сел на мель у северного мыса",
		"<description>На борту было девяносто человек, никто не пострадал, сообщили спасатели в среду утром.</description>")).Config.Handler
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		inner.ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	w := newWorld(t, sqlite(t))
	w.serve()
	w.must("sources", "add", server.URL+"/rss", "--private")
	w.until("it is asked", func() bool { return asked.Load() > 0 }) // nothing else makes it look: it has no other source
	var rows []listedSource
	w.until("it was read", func() bool {
		decode(t, w.must("sources", "list", "--json"), &rows)
		rows = slices.DeleteFunc(rows, func(r listedSource) bool { return r.Kind == feed.Folder || r.Kind == feed.Push })
		return len(rows) == 1 && rows[0].Health == "ok"
	})
	if r := rows[0]; r.Items != 2 || r.Outlet != "The Example Post" || r.Next == nil || r.Every < feed.MinInterval.Seconds() {
		t.Errorf("listed as %+v", r)
	}
	var page struct {
		Articles []struct{ Headline, Language string }
	}
	w.call(http.MethodGet, "/v1/articles", "", &page)
	if len(page.Articles) != 2 || page.Articles[0].Language != "ru" {
		t.Errorf("articles %+v", page.Articles)
	}
	w.until("it is counted", func() bool { return strings.Contains(w.metrics(), `tenbells_sources{health="ok"} 1`) })
	w.must("sources", "remove", server.URL+"/rss")
	w.until("it is gone", func() bool { return strings.Contains(w.metrics(), `tenbells_sources{health="ok"} 0`) })
}

func TestASourceInTroubleIsInTheCheck(t *testing.T) {
	url := storetest.SQLiteURL(t)
	s := storetest.Open(t, url)
	src := feed.Source{URL: "https://example.org/rss"}
	if err := errors.Join(s.SaveSources(t.Context(), src),
		s.SaveFeedState(t.Context(), src.Name(), feed.State{Failures: 4, Fault: "it answers 410 Gone"})); err != nil {
		t.Fatal(err)
	}
	f, err := (&newsroom{store: s}).checkSources(t.Context())
	if err != nil || f.OK || !strings.Contains(f.Says, "1 is in trouble") || !strings.Contains(f.Says, "410") || f.Mend == "" {
		t.Errorf("found %+v, %v", f, err)
	}
	if err := s.SaveFeedState(t.Context(), src.Name(), feed.State{Since: time.Now()}); err != nil {
		t.Fatal(err)
	}
	if f, err := (&newsroom{store: s}).checkSources(t.Context()); err != nil || !f.OK {
		t.Errorf("found %+v, %v", f, err)
	}
}

// TestWhatAHubPushesRings has serve subscribe to a hub, which pushes what the newsroom marks as breaking.
func TestWhatAHubPushesRings(t *testing.T) {
	t.Parallel()
	hub := hubtest.New(t)
	var topic string
	feedOf := func(items ...string) string {
		return `<rss version="2.0"><channel><title>Post</title>` + strings.Join(items, "") + `</channel></rss>`
	}
	site := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Link", `<`+hub.URL()+`>; rel="hub", <`+topic+`>; rel="self"`)
		fmt.Fprint(rw, feedOf(anItem("1", "Archive", "")))
	}))
	t.Cleanup(site.Close)
	topic = site.URL + "/rss"
	w := newWorld(t, sqlite(t), "TENBELLS_FEEDS="+topic, "TENBELLS_FEEDS_MAY_RING=true", "TENBELLS_FEEDS_ALLOW_PRIVATE=true")
	w.env = append(w.env, "TENBELLS_PUBLIC_URL=http://"+w.listen)
	w.subscribe(`{"platform":"telegram","chat":"701"}`)
	w.serve()
	w.until("the hub has promised", func() bool { return hub.Holds(topic) == 1 })
	breaking := anItem("2", "Ferry aground", "<category>Breaking News</category>")
	if got := hub.Publish(topic, "application/rss+xml", feedOf(breaking)); got[0] != http.StatusAccepted {
		t.Fatalf("the push is answered %v", got)
	}
	w.until("the reader is told", func() bool {
		return strings.Contains(strings.Join(w.telegramTexts(701), "\n"), "Ferry aground")
	})
	w.until("it is counted", func() bool { return strings.Contains(w.metrics(), `tenbells_source_pushes_total{outcome="taken"} 1`) })
}
