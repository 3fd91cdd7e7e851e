package feed

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestListsOfOtherReadersAreRead(t *testing.T) {
	cases := map[string]struct {
		text   string
		want   []Source
		faults int
	}{
		"folders": {`<?xml version="1.0"?><opml version="1.0"><head><title>x</title></head><body><outline text="News"><outline text="Europe">
			<outline type="rss" text="A &amp; B" xmlUrl="https://a.example/rss" htmlUrl="https://a.example"/></outline></outline></body></opml>`,
			[]Source{{URL: "https://a.example/rss", Outlet: "A & B"}}, 0},
		"a title beside the text": {`<opml><body><outline text="short" title="Long" xmlurl="http://a.example/" language="en-us"/></body></opml>`,
			[]Source{{URL: "http://a.example/", Outlet: "Long", Language: "en-US"}}, 0},
		"the address as title": {`<opml><body><outline text="https://a.example/" xmlUrl="https://a.example/"/></body></opml>`, []Source{{URL: "https://a.example/"}}, 0},
		"twice":                {`<opml><body><outline xmlUrl="https://a.example/"/><outline xmlUrl="https://a.example/"/></body></opml>`, []Source{{URL: "https://a.example/"}}, 0},
		"what is no feed":      {`<opml><body><outline type="link" url="https://a.example/"/><outline text="empty" xmlUrl=""/></body></opml>`, nil, 0},
		"strange addresses":    {`<opml><body><outline text="x" xmlUrl="javascript:alert(1)"/><outline text="y" xmlUrl="/rss"/></body></opml>`, nil, 2},
		"another charset":      {"<?xml version=\"1.0\" encoding=\"windows-1251\"?><opml><body><outline text=\"\xcf\xee\xe6\xe0\xf0\" xmlUrl=\"https://a.example/\"/></body></opml>", []Source{{URL: "https://a.example/", Outlet: "Пожар"}}, 0},
		"markup in a name":     {`<opml><body><outline text="&lt;b&gt;Bold&lt;/b&gt;" xmlUrl="https://a.example/"/></body></opml>`, []Source{{URL: "https://a.example/", Outlet: "Bold"}}, 0},
		"rights of ours": {`<opml xmlns:tenbells="` + space + `"><body><outline xmlUrl="https://a.example/" tenbells:text="licensed" tenbells:mayRing="true"/></body></opml>`,
			[]Source{{URL: "https://a.example/", Text: Licensed, MayRing: true}}, 0},
		"a list of nothing": {`<opml/>`, nil, 0},
	}
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			got, faults, err := ReadOPML(strings.NewReader(tt.text))
			if err != nil || !reflect.DeepEqual(got, tt.want) || len(faults) != tt.faults {
				t.Errorf("%+v, %v, %v; want %+v", got, faults, err, tt.want)
			}
		})
	}
}

func TestHostileListsAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"empty":           "",
		"a feed":          rss(),
		"cut off":         "<opml><body><outline",
		"very deep":       "<opml>" + strings.Repeat("<outline>", maxDepth+1),
		"very many":       "<opml>" + strings.Repeat(`<outline xmlUrl="x"/>`, maxOutlines+2) + "</opml>",
		"very long":       "<opml>" + strings.Repeat(" ", maxOPML) + "</opml>",
		"unknown charset": `<?xml version="1.0" encoding="klingon"?><opml/>`,
	} {
		if _, _, err := ReadOPML(strings.NewReader(text)); !errors.Is(err, ErrNoOPML) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	want := []Source{
		{URL: "https://a.example/rss?a=1&b=2", Outlet: `"A" <&> 'B'`, MayRing: true, Text: Own, Language: "uk", Private: true},
		{URL: "https://b.example/"},
		{URL: "https://c.example/", Text: Licensed},
	}
	var b bytes.Buffer
	if err := WriteOPML(&b, "Mine & yours", want, now); err != nil {
		t.Fatal(err)
	}
	got, faults, err := ReadOPML(&b)
	if want[0].Outlet = `"A" <&> 'B'`; err != nil || len(faults) > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, %v", got, faults, err)
	}
}

func FuzzOPML(f *testing.F) {
	f.Add(`<opml><body><outline text="a" xmlUrl="https://a.example/"/></body></opml>`)
	f.Add(`<opml xmlns:tenbells="` + space + `"><outline xmlUrl="http://a" tenbells:mayRing="true"`)
	f.Fuzz(func(t *testing.T, text string) {
		sources, _, err := ReadOPML(strings.NewReader(text))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := WriteOPML(&b, "x", sources, now); err != nil {
			t.Fatal(err)
		}
		again, faults, err := ReadOPML(&b)
		if err != nil || len(faults) > 0 || len(again) != len(sources) {
			t.Errorf("%d sources, read again %d, %v, %v", len(sources), len(again), faults, err)
		}
		for i := range again {
			if fmt.Sprint(again[i].MayRing, again[i].Text) != fmt.Sprint(sources[i].MayRing, sources[i].Text) {
				t.Errorf("%+v became %+v", sources[i], again[i])
			}
		}
	})
}
