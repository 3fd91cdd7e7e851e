package discord

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

var update = flag.Bool("update", false, "write the golden files anew")

var noon = time.Date(2013, 4, 29, 20, 0, 0, 0, time.UTC)

// edition is a digest of n stories.
func edition(n int) delivery.Content {
	c := delivery.Content{Kind: delivery.DigestContent, Batch: "edition/e1", Class: delivery.Digest, Language: "en",
		Since: noon.Add(-36 * time.Hour), Until: noon}
	for i := range n {
		c.Items = append(c.Items, delivery.Item{
			Headline: fmt.Sprintf("Story %d: *stars* and [links](http://x)", i+1), URL: fmt.Sprintf("https://news.example/%d", i+1), Credit: "RFE/RL, AP",
			Standfirst: "The U.S. President called his counterpart on Monday. The second sentence is not told.", Reports: i,
		})
	}
	return c
}

// cases are messages as they are rendered, by the name of their golden file.
func cases() map[string]delivery.Parcel {
	of := func(c delivery.Content, change ...func(*delivery.Parcel)) delivery.Parcel {
		p := delivery.Parcel{Message: delivery.Message{Op: delivery.Send, Batch: c.Batch, Content: "edition/e1/en"}, Body: c,
			Voice: delivery.Voice{Language: "en", Zone: "Europe/Prague"}}
		for _, f := range change {
			f(&p)
		}
		return p
	}
	full := bulletin()
	full.Body = []string{full.Standfirst, "First paragraph.", "Second_paragraph with `code`."}
	full.Reports = 3
	flash := bulletin()
	flash.Class, flash.Standfirst = delivery.Flash, ""
	edited := full
	edited.Updated, edited.Note = noon.Add(-time.Hour), "the ministry now says 12, not 9"
	correction := bulletin()
	correction.Kind, correction.Told, correction.ToldAt, correction.Note = delivery.CorrectionContent, "Nine died", noon.Add(-26*time.Hour), "The ministry says twelve."
	recall := bulletin()
	recall.Kind, recall.Updated, recall.Note = delivery.RecallContent, noon, "The report could not be confirmed."
	test := bulletin()
	test.Test = true
	return map[string]delivery.Parcel{
		"bulletin": of(full), "flash": of(flash, func(p *delivery.Parcel) { p.Voice.PingRole = "4242" }), "updated": of(edited),
		"silent":     of(bulletin(), func(p *delivery.Parcel) { p.Silent = true }),
		"discreet":   of(full, func(p *delivery.Parcel) { p.Voice.Discreet = true }),
		"correction": of(correction), "recall": of(recall), "drill": of(test),
		"digest":           of(edition(12), func(p *delivery.Parcel) { p.Omit = []int{1} }),
		"digest_withdrawn": of(edition(4), func(p *delivery.Parcel) { p.Op, p.Body.Items[1].Withdrawn = delivery.Edit, 2 }),
		"russian":          of(edited, func(p *delivery.Parcel) { p.Voice.Language = "ru" }),
	}
}

func TestMessagesLookAsTheyShould(t *testing.T) {
	for name, p := range cases() {
		t.Run(name, func(t *testing.T) {
			golden(t, name, render(p, noon))
		})
	}
}

func TestACardLooksAsItShould(t *testing.T) {
	c := bots.Card{
		Lines: []bots.Line{{Text: "Settings_of #news", Strong: true}, {Text: "Rings: bulletins"}, {Text: "small", Quiet: true}, {Text: "where", Link: "https://news.example/(1)"}},
		Menu: &bots.Menu{Data: "topics", Placeholder: "Topics", Max: 2, Options: []bots.Option{
			{Label: "Russia", Value: "RU", Chosen: true}, {Label: "Syria", Value: "SY", Chosen: true}, {Label: "third", Value: "X", Chosen: true}, {Label: "again", Value: "RU"}}},
		Buttons: [][]bots.Button{
			{{Label: "1", Data: "a"}, {Label: "2", Data: "b"}, {Label: "3", Data: "c"}, {Label: "4", Data: "d"}, {Label: "5", Data: "e"}, {Label: "6", Data: "f"}, {Label: "again", Data: "a"}},
			{{Label: "Read", URL: "https://news.example/1"}, {Label: "bad", URL: "javascript:1"}, {Data: "nolabel"}},
		},
		Items: edition(2).Items,
	}
	golden(t, "card", writer{delivery.Voice{Language: "en"}, noon}.card(c))
}

func TestADiscreetDigestIsCoveredStoryByStory(t *testing.T) {
	p := cases()["digest"]
	p.Body, p.Voice.Discreet = edition(12), true
	for i := range p.Body.Items {
		p.Body.Items[i].Headline = strings.Repeat("word ", 120)
		p.Body.Items[i].Standfirst = p.Body.Items[i].Headline
	}
	text := render(p, noon).Embeds[0].Description
	if length(text) > maxDescription || !strings.Contains(text, "**3. ") || !strings.HasSuffix(text, "||") {
		t.Errorf("%d of %d units: %s", length(text), maxDescription, text)
	}
}

func golden(t *testing.T, name string, m message) {
	t.Helper()
	got, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(file, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != strings.TrimSpace(string(want)) {
		t.Errorf("%s has changed (-update writes it anew):\n%s", name, got)
	}
}

// TestNothingIsTooLong renders the longest content there is in all ways and measures it.
func TestNothingIsTooLong(t *testing.T) {
	for _, filler := range []string{"word ", "*", "😀", "тяжёлое слово ", "|_`"} {
		long := func(n int) string { return strings.Repeat(filler, n) }
		c := bulletin()
		c.Headline, c.Standfirst, c.Credit, c.Note, c.Told = long(2000), long(6000), long(4000), long(5000), long(900)
		c.Body, c.Updated, c.ToldAt, c.Test, c.Reports = []string{long(700), long(3000), "short"}, noon, noon, true, 3
		c.URL = "https://news.example/" + strings.Repeat("a", 600)
		d := edition(40)
		for i := range d.Items {
			d.Items[i].Headline, d.Items[i].Standfirst, d.Items[i].Credit = long(400), long(900), long(300)
		}
		for _, kind := range []delivery.ContentKind{delivery.AlertContent, delivery.CorrectionContent, delivery.RecallContent, delivery.DigestContent} {
			for _, discreet := range []bool{false, true} {
				p := delivery.Parcel{Message: delivery.Message{Content: "edition/e1/en"}, Body: c, Voice: delivery.Voice{Discreet: discreet}}
				if kind == delivery.DigestContent {
					p.Body = d
				}
				p.Body.Kind = kind
				measure(t, fmt.Sprintf("%s of %q", kind, filler), render(p, noon))
				if name := threadName(p); length(name) > maxThreadName || name == "" {
					t.Errorf("a thread is called %q", name)
				}
			}
		}
	}
}

func measure(t *testing.T, what string, m message) {
	t.Helper()
	e := m.Embeds[0]
	footer := ""
	if e.Footer != nil {
		footer = e.Footer.Text
	}
	for part, is := range map[string][2]int{
		"content": {length(m.Content), maxContent}, "title": {length(e.Title), maxTitle}, "description": {length(e.Description), maxDescription},
		"footer": {length(footer), maxFooter}, "all": {length(e.Title + e.Description + footer), maxEmbeds}, "rows": {len(m.Components), maxRows},
	} {
		if is[0] > is[1] {
			t.Errorf("%s: %s is %d, at most %d", what, part, is[0], is[1])
		}
	}
	if e.Description == "" {
		t.Errorf("%s says nothing", what)
	}
}

func TestEscapedTextIsPlain(t *testing.T) {
	for text, want := range map[string]string{
		"plain text, with. dots":  "plain text, with. dots",
		"*b* _i_ ~~s~~ `c` ||x||": "\\*b\\* \\_i\\_ \\~\\~s\\~\\~ \\`c\\` \\|\\|x\\|\\|",
		"<@1> <@&2> <#3> <t:1>":   `\<@1\> \<@&2\> \<#3\> \<t:1\>`,
		"[a](http://b)":           `\[a\]\(http://b\)`,
		"# title\n- item\n> q":    "\\# title\n\\- item\n\\> q",
		"  - item":                `  \- item`,
		"well-known #1":           "well-known #1",
		"1. list\n23. list":       "1\\. list\n23\\. list",
		"at 18.42":                "at 18.42",
		`back\slash`:              `back\\slash`,
	} {
		if got := escape(text); got != want {
			t.Errorf("%q is escaped as %q, not %q", text, got, want)
		}
	}
}

func TestAnAddressThatIsTooLongForAButtonStillLinksTheHeadline(t *testing.T) {
	c := bulletin()
	c.URL = "https://news.example/" + strings.Repeat("a", 600)
	m := render(delivery.Parcel{Body: c}, noon)
	if m.Embeds[0].URL != c.URL || len(m.Components[0].Components) != 1 {
		t.Errorf("%+v", m)
	}
	for _, bad := range []string{"javascript:alert(1)", "ftp://news.example", "news.example", "http://", "https://x/" + strings.Repeat("a", 3000)} {
		if got := webAddress(bad, maxAddress); got != "" {
			t.Errorf("%q is taken as %q", bad, got)
		}
	}
}

func TestFittingLeavesOutFromTheEnd(t *testing.T) {
	if got := fit(11, ", ", "one", "", "two", "three", "x"); got != "one, two" {
		t.Errorf("got %q", got)
	}
	if got := clip("a sentence that is far too long", 20); got != "a sentence that is…" {
		t.Errorf("got %q", got)
	}
	if got := clip(strings.Repeat("😀", 20), 11); got != "😀😀😀😀😀…" {
		t.Errorf("got %q", got)
	}
}

func TestTheBrakeHoldsDirectMessagesFirst(t *testing.T) {
	var b brake
	now := noon
	for range invalidForDMs {
		b.count(now)
		now = now.Add(100 * time.Millisecond)
	}
	if kindOfError(b.held(delivery.DM, now)) != "retry chat" || b.held(delivery.Channel, now) != nil {
		t.Error("direct messages are not the first to wait")
	}
	for range invalidForAll - invalidForDMs {
		b.count(now)
	}
	if kindOfError(b.held(delivery.Channel, now)) != "retry lane" {
		t.Error("the lane goes on")
	}
	if now = now.Add(5 * time.Minute); b.held(delivery.Channel, now) == nil {
		t.Error("it goes on within the ten minutes")
	}
	if now = now.Add(7 * time.Minute); b.held(delivery.DM, now) != nil {
		t.Error("it never lets go")
	}
}

// What was counted while the clock was wrong must not hold the bot for as long as it was wrong by.
func TestTheBrakeLetsGoAlthoughTheClockIsSet(t *testing.T) {
	for _, step := range []time.Duration{-365 * 24 * time.Hour, -time.Hour, -11 * time.Minute, -time.Minute, time.Minute, 365 * 24 * time.Hour} {
		var b brake
		for range invalidForAll / 2 {
			b.count(noon)
		}
		now := noon.Add(step)
		for range invalidForAll {
			b.count(now)
		}
		if b.held(delivery.Channel, now) == nil {
			t.Errorf("the clock is set by %s: what is counted then holds nobody", step)
		}
		if now = now.Add(23 * time.Minute); b.held(delivery.DM, now) != nil {
			t.Errorf("the clock is set by %s: it has not let go after 23 minutes", step)
		}
	}
}

func TestAGatewayThatFailsIsTriedLessAndLessOften(t *testing.T) {
	last := time.Second / 2
	for failures := 2; failures < 200; failures++ {
		if pause := pauseAfter(failures); pause != min(2*last, longestWait) {
			t.Fatalf("after %d failures it waits %s, after one less %s", failures, pause, last)
		}
		last = pauseAfter(failures)
	}
	for tries := range 100 {
		if wait := publishWait(errors.New("502"), tries); wait < firstPublishWait || wait > longestPublishWait || tries > 0 && wait < publishWait(errors.New("502"), tries-1) {
			t.Fatalf("after %d tries publishing waits %s", tries, wait)
		}
	}
}

func TestBrokenWaitsAreNoneAndLongOnesADay(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"": 0, "soon": 0, "NaN": 0, "-1": 0, "-Inf": 0, "0.5": 500 * time.Millisecond, "600": 10 * time.Minute,
		"100000": longestPatience, "1e8": longestPatience, "1e300": longestPatience, "+Inf": longestPatience,
	} {
		if got := seconds(text); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
	for ms, want := range map[int64]time.Duration{-5: 0, 0: 0, 60_000: time.Minute, math.MaxInt64: longestPatience} {
		if got := resetIn(ms); got != want {
			t.Errorf("%d ms until a session may begin are %s, want %s", ms, got, want)
		}
	}
}

func TestANonceNamesItsKeyAndFits(t *testing.T) {
	a, b := nonce("alert/a1/7"), nonce("alert/a1/8")
	if a == b || a != nonce("alert/a1/7") || len(a) > 25 || strings.Contains(a, "alert") {
		t.Errorf("nonces %q and %q", a, b)
	}
}
