package ninjs

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tenbells/tenbells/articles"
)

func TestParseNewsML(t *testing.T) {
	got, err := ParseNewsML(fixture(t, "newsml.xml"))
	if err != nil {
		t.Fatal(err)
	}
	want := []articles.Article{{
		ID:     articles.DeriveID("ninjs", "urn:newsml:desk.example:2031-10-07T18:42:00:ferry"),
		Status: articles.Usable, Language: "en-GB", Headline: "Harbour ferry “Vega” runs aground off Mörkholm",
		Standfirst: "All 214 people on board were taken ashore.",
		Body:       []string{"A passenger ferry ran aground in thick fog.", "“Nobody is missing,” the coast guard said."},
		Dateline:   "LINDHOLM", Byline: "Marta Ekdahl", Credit: "Courier/TT", Section: "News", Urgency: 2, Outlet: "Lindholm Courier",
		Keywords: []string{"ferry", "ferry aground"}, URL: "https://desk.example/ferry",
		Subjects: []articles.Topic{"medtop:20000146", "medtop:20000233"}, Places: []articles.Place{"SE", "NO"},
		Evolved:   articles.DeriveID("ninjs", "urn:newsml:desk.example:2031-10-07T18:20:00:alert"),
		Images:    []articles.Image{{URL: "https://desk.example/vega-1400.jpg", Caption: "The Vega on the rocks", Credit: "Per Oste"}},
		Published: utc(2031, 10, 7, 18, 42), Modified: utc(2031, 10, 7, 18, 42),
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// item is a newsItem with what is in its itemMeta and contentMeta.
func item(meta, content string) string {
	return `<newsItem guid="a"><itemMeta>` + meta + `</itemMeta><contentMeta>` + content + `</contentMeta></newsItem>`
}

func TestNewsMLStatus(t *testing.T) {
	const made = "<versionCreated>2031-06-26T23:54:25Z</versionCreated>"
	for name, c := range map[string]struct {
		meta string
		want articles.Status
	}{
		"none":                         {"", articles.Usable},
		"by code":                      {`<pubStatus qcode="stat:canceled"/>`, articles.Cancelled},
		"by address":                   {`<pubStatus uri="http://cv.iptc.org/newscodes/pubstatusg2/withheld"/>`, articles.Withheld},
		"under embargo":                {made + "<embargoed>2031-06-29T02:30:00Z</embargoed>", articles.Withheld},
		"under embargo without an end": {made + "<embargoed/>", articles.Withheld},
		"embargo passed":               {made + "<embargoed>2031-06-25T02:30:00Z</embargoed>", articles.Usable},
		"cancelled under embargo":      {made + `<embargoed/><pubStatus qcode="stat:canceled"/>`, articles.Cancelled},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseNewsML([]byte(item(c.meta, "")))
			if err != nil || got[0].Status != c.want {
				t.Errorf("%v, %v; want %s", got, err, c.want)
			}
		})
	}
}

func TestNewsMLFaultsNameTheirPath(t *testing.T) {
	for doc, want := range map[string]string{
		"":                                "NewsML-G2: /: no XML",
		"<newsItem>":                      "NewsML-G2: /: no XML",
		`{"uri":"a"}`:                     "NewsML-G2: /: no XML",
		"<newsItem/>":                     "NewsML-G2: /newsItem/@guid: is required",
		`<packageItem guid="a"/>`:         "NewsML-G2: /packageItem: has no newsItem",
		`<newsItem guid="a"/><b/>`:        "NewsML-G2: /: more follows",
		item("", "<urgency>0</urgency>"):  "NewsML-G2: /newsItem/contentMeta/urgency: must be 1 to 9",
		item("", "<urgency>12</urgency>"): "NewsML-G2: /newsItem/contentMeta/urgency: must be 1 to 9",
		item(`<pubStatus qcode="stat:lost"/>`, ""):                                      `NewsML-G2: /newsItem/itemMeta/pubStatus: "lost" is none of`,
		item("<embargoed>soon</embargoed>", ""):                                         `NewsML-G2: /newsItem/itemMeta/embargoed: "soon" is no time`,
		`<newsMessage><itemSet><newsItem guid="a"/><newsItem/></itemSet></newsMessage>`: "NewsML-G2: /newsMessage/itemSet/newsItem[2]/@guid: is required",
	} {
		_, err := ParseNewsML([]byte(doc))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", doc, err, want)
		}
	}
}

// TestNewsMLCorpus reads every newsItem among IPTC's examples; the others are concepts, plans and packages.
func TestNewsMLCorpus(t *testing.T) {
	root := os.Getenv("TENBELLS_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	file, err := os.Open(filepath.Join(root, "corpus", "ninjs", "newsml-g2.jsonl.gz"))
	if err != nil && os.Getenv("TENBELLS_NO_SKIP") == "1" {
		t.Fatalf("no shared reading: %v", err)
	} else if err != nil {
		t.Skipf("no shared reading: %v", err)
	}
	defer file.Close()
	zipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	items := 0
	for lines := json.NewDecoder(zipped); ; {
		var sample struct{ Path, XML string }
		if err := lines.Decode(&sample); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		got, err := ParseNewsML([]byte(sample.XML))
		if has := strings.Contains(sample.XML, "<newsItem"); has != (err == nil) {
			t.Errorf("%s: %v", sample.Path, err)
			continue
		}
		for _, a := range got {
			items++
			if strings.Contains(sample.XML, "<headline") && a.Headline == "" || strings.Contains(sample.XML, "<urgency>") && a.Urgency == 0 ||
				strings.Contains(sample.XML, "<p>") && len(a.Body) == 0 || strings.Contains(sample.XML, "<versionCreated>") && a.Published.IsZero() {
				t.Errorf("%s: something is lost: %+v", sample.Path, a)
			}
		}
	}
	if items < 12 {
		t.Errorf("only %d items", items)
	}
}

func FuzzParseNewsML(f *testing.F) {
	countries() // what is made once would look like something that an input found
	f.Add(fixture(f, "newsml.xml"))
	f.Add([]byte(item(`<pubStatus qcode="stat:canceled"/>`, "<headline>&nbsp;<b>x</headline>")))
	f.Add([]byte(`<newsItem guid="a"><contentSet><inlineXML><html><body><p>One<br/>two</p></body></html></inlineXML></contentSet></newsItem>`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		all, err := ParseNewsML(doc)
		if err != nil && !strings.HasPrefix(err.Error(), "NewsML-G2: /") {
			t.Fatalf("a fault without a path: %v", err)
		}
		for _, a := range all {
			if a.ID == "" {
				t.Fatal("an article without an ID")
			}
			for _, s := range a.Body {
				if s == "" || s != strings.TrimSpace(s) || strings.Contains(s, "\n") {
					t.Fatalf("not a clean paragraph: %q", s)
				}
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for _, name := range []string{"superdesk.json", "v2.json", "v3.json"} {
		doc := fixture(b, name)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Parse(doc); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	doc := fixture(b, "newsml.xml")
	b.Run("newsml.xml", func(b *testing.B) {
		for b.Loop() {
			if _, err := ParseNewsML(doc); err != nil {
				b.Fatal(err)
			}
		}
	})
}
