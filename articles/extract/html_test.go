package extract

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	dom "golang.org/x/net/html"
	"golang.org/x/text/encoding/charmap"

	"github.com/tenbells/tenbells/articles"
)

func TestHTML(t *testing.T) {
	got, err := HTML(fixture(t, "observatory.html"), "https://vail.example/m/observatory?utm_source=chat")
	if err != nil {
		t.Fatal(err)
	}
	want := articles.Article{
		Status: articles.Usable, Language: "en-GB", Section: "Science", Outlet: "Vail Gazette",
		Headline:   "Observatory on Mount Vail reopens after the fire",
		Standfirst: "Three years of repairs have ended, and the great telescope sees again.",
		Byline:     "Ida Brandt, Tom Orr", Credit: "With reporting by AP",
		Keywords:  []string{"astronomy", "Mount Vail"},
		URL:       "https://vail.example/news/observatory-reopens",
		Published: time.Date(2031, 3, 9, 5, 30, 0, 0, time.UTC),
		Modified:  time.Date(2031, 3, 9, 6, 0, 0, 0, time.UTC),
		Images: []articles.Image{
			{URL: "https://vail.example/img/dome.jpg", Caption: "The new dome on the morning of the reopening. Photo: Gazette"},
			{URL: "https://vail.example/img/mirror.jpg", Caption: "The mirror on its way up the mountain."},
		},
		Body: []string{
			"The observatory on Mount Vail opened its doors again on Sunday, three years after a fire destroyed its dome and the laboratories below it, and the first visitors walked through the smell of fresh paint.",
			"“We saw first light at four in the morning,” said the director, Lena Aho, who had spent the night at the instrument together with eleven of her colleagues, and who had brought a cake.",
			"A mirror out of the ashes",
			"The main mirror, two metres wide, survived the fire under a layer of soot. It was ground and silvered anew in the works at Harrow, a labour of fourteen months, and carried up the mountain at walking pace in one night.",
			"Schools may visit from April on. The region has paid for two thirds of the repairs, the rest came from readers of this newspaper, from the sale of postcards, and from one donor who does not want to be named.",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestHTMLWithoutMetadata(t *testing.T) {
	russian := `<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251">
		<title>Мост через Белянку открыт</title></head><body><article>` +
		"<p>Мост через Белянку открыли в воскресенье утром, и первыми по нему прошли школьники, которые ждали этого дня три года.</p>" +
		"<p>Глава города Игорь Савельев сказал, что движение машин начнётся через неделю, когда закончат разметку и поставят знаки.</p>" +
		"<p>Старый паром, по его словам, останется на реке как память о том времени, когда города ещё не были связаны.</p></article></body></html>"
	raw, err := charmap.Windows1251.NewEncoder().Bytes([]byte(russian))
	if err != nil {
		t.Fatal(err)
	}
	got, err := HTML(raw, "")
	if err != nil {
		t.Fatal(err)
	}
	if got.Headline != "Мост через Белянку открыт" || len(got.Body) != 3 || got.URL != "" || got.Standfirst != "" || !got.Published.IsZero() {
		t.Errorf("got %+v", got)
	}
}

func TestHTMLRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		raw, address string
		want         error
	}{
		"nothing":  {"", "", ErrNoArticle},
		"no text":  {"<title>Home</title><body><nav><a href=/>Home</a></nav>", "https://vail.example/", ErrNoArticle},
		"an image": {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "", ErrNotText},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := HTML([]byte(c.raw), c.address); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
	if _, err := HTML(nil, "https://bad host/%zz"); err == nil {
		t.Error("an address that is none was accepted")
	}
}

func TestInstant(t *testing.T) {
	at := func(s string) time.Time {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return at.UTC()
	}
	for s, want := range map[string]time.Time{
		"2031-03-09T07:30:00+02:00":       at("2031-03-09T05:30:00Z"),
		"2031-03-09T07:30:00.123Z":        at("2031-03-09T07:30:00.123Z"),
		"2031-03-09T07:30:00+0200":        at("2031-03-09T05:30:00Z"),
		"2031-03-09 07:30:00":             at("2031-03-09T07:30:00Z"),
		"Sun, 09 Mar 2031 07:30:00 +0100": at("2031-03-09T06:30:00Z"),
		"2031-03-09":                      at("2031-03-09T23:59:59Z"),
		"April 29":                        {},
		"":                                {},
	} {
		if got := instant(s); !got.Equal(want) {
			t.Errorf("%q: got %v, want %v", s, got, want)
		}
	}
}

func FuzzHTML(f *testing.F) {
	f.Add(fixture(f, "observatory.html"))
	f.Add([]byte(`<title>A</title><script type="application/ld+json">[[{"@type":"NewsArticle","image":[[]],"author":[[["x"]]]}]]</script><p>B`))
	f.Add([]byte(`<title>A - B</title><meta name=description content="one two three four five six seven"><h1>A<body><div class="related ad"><p>one two three four five six seven eight.</p>` +
		`<blockquote>x<figure><figcaption>c</figure></blockquote><ruby>a<rt>b</ruby></div><time pubdate datetime="2031-03-09"><a rel=author>By X`))
	f.Add([]byte(`<title>A</title><script type="application/ld+json">{"@graph":[{"@id":"a","author":{"@id":"a"}},{"@type":"NewsArticle","@id":"b","headline":"A","author":[{"@id":"b"}],"image":{"@id":"a"}}]}</script><p>B`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		a, err := HTML(raw, "https://vail.example/")
		check(t, a, err)
	})
}

func BenchmarkHTML(b *testing.B) {
	raw := fixture(b, "observatory.html")
	for b.Loop() {
		if _, err := HTML(raw, "https://vail.example/"); err != nil {
			b.Fatal(err)
		}
	}
}

func parsed(t testing.TB, page string) *dom.Node {
	t.Helper()
	doc, err := dom.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
