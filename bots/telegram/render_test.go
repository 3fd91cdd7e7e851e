package telegram

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-telegram/bot/models"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
	"github.com/tenbells/tenbells/delivery"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares a message with testdata/NAME.golden: HTML, what it reads, picture and buttons.
func golden(t *testing.T, name string, s sheet) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n--- reads\n%s\n--- shows %q\n", s.html, s.plain, s.image)
	for _, row := range s.buttons {
		for _, button := range row {
			if button.CallbackData == bots.SettingsData {
				button.CallbackData = "(settings)"
			}
			fmt.Fprintf(&b, "[ %s → %s%s ] ", button.Text, button.CallbackData, button.URL)
		}
		b.WriteString("\n")
	}
	file := filepath.Join("testdata", strings.ReplaceAll(name, " ", "-")+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("got:\n%s\nwant:\n%s", b.String(), want)
	}
}

// evening is when the golden messages are rendered.
var evening = time.Date(2013, 4, 29, 18, 0, 0, 0, time.UTC)

func moscow() delivery.Voice { return delivery.Voice{Language: "en", Zone: "Europe/Moscow"} }

func edition() delivery.Parcel {
	p := parcel(at(1, delivery.Private))
	p.Content = "edition/7f3a/en"
	p.Body = delivery.Content{Kind: delivery.DigestContent, Batch: "edition/7f3a", Class: delivery.Digest, Language: "en",
		Since: evening.Add(-30 * time.Hour), Until: evening}
	for i := range 12 {
		p.Body.Items = append(p.Body.Items, delivery.Item{Headline: fmt.Sprintf("Story %c & others", 'A'+i),
			Standfirst: "Two sentences. They say what happened.", Credit: "RFE/RL", Reports: i, URL: "https://example.org/s"})
	}
	return p
}

func TestMessagesReadAsTheyShould(t *testing.T) {
	cases := []struct {
		name   string
		change func(*delivery.Parcel)
	}{
		{"a bulletin", func(*delivery.Parcel) {}},
		{"a flash", func(p *delivery.Parcel) { p.Body.Class = delivery.Flash; p.Body.Body = nil; p.Body.Standfirst = "" }},
		{"the third report with a picture", func(p *delivery.Parcel) { p.Body.Reports, p.Body.Image = 3, "https://example.org/p.jpg" }},
		{"after an edit", func(p *delivery.Parcel) {
			p.Op, p.Body.Updated, p.Body.Note = delivery.Edit, evening, "the ministry now says 12, not 9"
		}},
		{"a discreet bulletin", func(p *delivery.Parcel) { p.Voice.Discreet, p.Body.Image = true, "https://example.org/p.jpg" }},
		{"a test", func(p *delivery.Parcel) { p.Body.Test = true }},
		{"in Russian", func(p *delivery.Parcel) { p.Voice.Language, p.Body.Class, p.Body.Reports = "ru", delivery.Flash, 2 }},
		{"a correction", func(p *delivery.Parcel) {
			p.Op, p.Body.Kind, p.Body.Told, p.Body.ToldAt = delivery.Reply, delivery.CorrectionContent, "Nine <died>", evening.Add(-time.Hour)
			p.Body.Note = "The ministry says twelve."
		}},
		{"a recall", func(p *delivery.Parcel) {
			p.Op, p.Body.Kind, p.Body.Updated, p.Body.Note = delivery.Edit, delivery.RecallContent, evening, "The report could not be confirmed."
		}},
		{"a discreet recall", func(p *delivery.Parcel) {
			p.Op, p.Body.Kind, p.Body.Updated, p.Voice.Discreet = delivery.Edit, delivery.RecallContent, evening, true
		}},
		{"a digest", func(p *delivery.Parcel) { *p = edition(); p.Voice = moscow() }},
		{"a digest less what was told", func(p *delivery.Parcel) {
			*p = edition()
			p.Voice, p.Omit = moscow(), []int{0, 2, 4, 5, 6, 7, 8, 9, 10}
		}},
		{"a digest with a story withdrawn", func(p *delivery.Parcel) {
			*p = edition()
			p.Op, p.Voice, p.Omit = delivery.Edit, moscow(), []int{0, 4, 5, 6, 7, 8, 9, 10}
			p.Body.Items[2].Withdrawn = 2
		}},
		{"a discreet digest", func(p *delivery.Parcel) {
			*p = edition()
			p.Body.Items = p.Body.Items[:1]
			p.Voice.Discreet = true
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := parcel(at(1, delivery.Private))
			p.Voice = moscow()
			c.change(&p)
			s, err := writer{voice: p.Voice, now: evening}.render(p)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, c.name, s)
		})
	}
}

func TestADigestWithNothingToTellIsNoMessage(t *testing.T) {
	p := edition()
	p.Body.Items, p.Omit = p.Body.Items[:2], []int{0, 1}
	if _, err := (writer{now: evening}).render(p); !errors.Is(err, delivery.ErrRejected) {
		t.Errorf("got %v", err)
	}
}

// Whatever a newsroom writes, the message fits, and Telegram takes it.
func TestWhateverIsWrittenFits(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	ann := w.reader("Ann")
	long := strings.Repeat("Слово & дело <b>”\" ", 600)
	cases := []struct {
		name   string
		change func(*delivery.Parcel)
	}{
		{"a hundred paragraphs", func(p *delivery.Parcel) {
			for range 100 {
				p.Body.Body = append(p.Body.Body, strings.Repeat("Paragraph & more. ", 10))
			}
		}},
		{"one endless paragraph", func(p *delivery.Parcel) { p.Body.Body = []string{long} }},
		{"an endless standfirst", func(p *delivery.Parcel) { p.Body.Standfirst = long }},
		{"everything endless", func(p *delivery.Parcel) {
			p.Body.Headline, p.Body.Standfirst, p.Body.Credit, p.Body.Note, p.Body.Updated = long, long, long, long, evening
			p.Body.Body = []string{long}
		}},
		{"everything of quotes", func(p *delivery.Parcel) {
			p.Body.Body = []string{strings.Repeat(`"`, 1000), strings.Repeat(`"`, 1000), strings.Repeat("<", 1900)}
		}},
		{"an endless correction", func(p *delivery.Parcel) {
			p.Body.Kind, p.Body.Told, p.Body.Note = delivery.CorrectionContent, long, long
		}},
		{"an endless recall", func(p *delivery.Parcel) { p.Body.Kind, p.Body.Note = delivery.RecallContent, long }},
		{"an endless digest", func(p *delivery.Parcel) {
			*p = edition()
			p.To = private(ann)
			for i := range p.Body.Items {
				p.Body.Items[i].Headline, p.Body.Items[i].Standfirst, p.Body.Items[i].Credit = long, long, long
			}
		}},
		{"what is no text", func(p *delivery.Parcel) { p.Body.Headline, p.Body.Standfirst = "a\x00b\xff\u0007", "\x1b[0m" }},
		{"what is no address", func(p *delivery.Parcel) { p.Body.URL, p.Body.Image = "javascript:alert(1)", "http://localhost/x" }},
	}
	for _, c := range cases {
		for _, discreet := range []bool{false, true} {
			t.Run(fmt.Sprint(c.name, " discreet ", discreet), func(t *testing.T) {
				p := parcel(private(ann))
				c.change(&p)
				p.Voice.Discreet = discreet
				if _, err := w.bot.Deliver(t.Context(), p); err != nil {
					t.Fatal(err)
				}
				m, _ := ann.Private(nil).Last()
				if m.Silent != discreet {
					t.Errorf("silent: %v", m.Silent)
				}
				if n := utf8.RuneCountInString(m.Text); n > maxText || n < 10 && !discreet {
					t.Errorf("%d characters arrived", n)
				}
			})
		}
	}
	if log := w.log.String(); strings.Contains(log, "plain text") {
		t.Errorf("markup was refused: %s", log)
	}
}

func TestParagraphsAreLeftOutWhole(t *testing.T) {
	c := putin()
	c.Body = nil
	for i := range 60 {
		c.Body = append(c.Body, fmt.Sprintf("Paragraph %d %s.", i, strings.Repeat("word ", 40)))
	}
	s := writer{now: evening}.alert(c)
	if n := utf8.RuneCountInString(s.plain); n > maxText || n < maxText-300 {
		t.Errorf("%d characters: want as many whole paragraphs as fit", n)
	}
	for i := range 60 {
		if strings.Contains(s.plain, fmt.Sprintf("Paragraph %d ", i)) != strings.Contains(s.plain, c.Body[i]) {
			t.Errorf("paragraph %d was cut", i)
		}
	}
	if !strings.HasSuffix(s.plain, "16:42") || !strings.Contains(s.plain, c.Credit) {
		t.Errorf("credit and time are missing: %q", s.plain[len(s.plain)-80:])
	}
}

// A group's members are told by the bot's own message, and by nothing a feed writes into it.
func TestTextFromAFeedNotifiesNobody(t *testing.T) {
	p := parcel(at(1, delivery.Group))
	p.Body.Headline, p.Body.Standfirst, p.Body.Body = "@olga_ivanova said", "Write to desk@example.org (@desk_bot), officials.@name", []string{"@all"}
	got := render(t, p).plain
	for _, want := range []string{"@\u2060olga_ivanova said", "desk@example.org (@\u2060desk_bot), officials.@\u2060name", "@\u2060all"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q does not hold %q", got, want)
		}
	}
	if p.Body.Body[0] != "@all" {
		t.Error("shared content was changed")
	}
	why, b := bots.Card{Lines: []bots.Line{{Text: "@olga_ivanova said", Strong: true}}}, open(t, telegramtest.Options{}, nil).bot
	for sort, want := range map[models.ChatType]string{
		models.ChatTypeSupergroup: "@\u2060olga_ivanova said", models.ChatTypePrivate: "@olga_ivanova said",
	} {
		if got := card(&why, b.writerFor(heard{Sort: sort}, bots.Answer{})).plain; got != want {
			t.Errorf("%s: a card's line is %q, want %q", sort, got, want)
		}
	}
}

func TestTabsDoNotJoinWords(t *testing.T) {
	if got := text("a\tb\r\nc").plain; got != "a b\nc" {
		t.Errorf("got %q", got)
	}
}

func TestMarksStandBehindWhatIsReadFromTheRight(t *testing.T) {
	for label, want := range map[string]string{"Russia": "✓ Russia", "روسيا": "روسيا ✓", "12 ایران": "12 ایران ✓", "": "✓ "} {
		if got := optionLabel(bots.Option{Label: label, Chosen: true}); got != want {
			t.Errorf("%q became %q, want %q", label, got, want)
		}
	}
}

// Real articles in ten languages, among them some that are read from right to left, all arrive and read as they were
// written.
func TestRealArticlesArrive(t *testing.T) {
	if testing.Short() {
		t.Skip("renders and sends thousands of real articles")
	}
	file := corpus(t, "rferl", "items-multi.jsonl.gz")
	zipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	w := open(t, telegramtest.Options{History: 1}, nil)
	ann := w.reader("Ann")
	articles := json.NewDecoder(zipped)
	for n := 0; articles.More(); n++ {
		var a struct{ Title, Text, URL, Lang string }
		if err := articles.Decode(&a); err != nil {
			t.Fatal(err)
		}
		if n%7 != 0 { // enough of each service
			continue
		}
		p := parcel(private(ann))
		p.Voice = delivery.Voice{Language: a.Lang, Zone: "Asia/Kabul"}
		p.Content = delivery.ContentID(a.URL)
		p.Body.Headline, p.Body.Standfirst, p.Body.URL, p.Body.Body = a.Title, a.Text, a.URL, strings.Split(a.Text, "\n")
		if _, err := w.bot.Deliver(t.Context(), p); err != nil {
			t.Fatalf("%s: %v", a.URL, err)
		}
		if m, _ := ann.Private(nil).Last(); m.Text != strings.TrimSpace(render(t, p).plain) || len(m.Entities) == 0 {
			t.Errorf("%s reads %q", a.URL, m.Text)
		}
	}
	if strings.Contains(w.log.String(), "plain text") {
		t.Error("markup was refused")
	}
}

// corpus opens one of the shared data files.
func corpus(t *testing.T, path ...string) *os.File {
	t.Helper()
	shared := os.Getenv("TENBELLS_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	file, err := os.Open(filepath.Join(append([]string{shared, "corpus"}, path...)...))
	if err != nil && os.Getenv("TENBELLS_NO_SKIP") != "1" {
		t.Skip("no corpus beside the checkout: set TENBELLS_SHARED")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}
