package extract

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/tenbells/tenbells/articles"
)

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// pages are our own fixtures: invented news in the shapes in which sites leave it.
var pages = map[string]articles.Article{
	"harbour-ferry.txt": {
		Status: articles.Usable, Section: "Europe & Region", Headline: "Harbour Ferry Runs Aground Off Lindholm",
		Standfirst: "All 214 people on board were taken ashore within two hours, the coast guard said.",
		Byline:     "Marta Ekdahl", Credit: "Reuters",
		Images: []articles.Image{{Caption: "The ferry Vega on the rocks off Lindholm on October 7 (file photo)"}},
		Body: []string{
			"A passenger ferry ran aground in thick fog off the island of Lindholm on the evening of October 7, the coast guard said.",
			"\"Nobody is missing and nobody is badly hurt,\" said coast guard captain Per Oste.",
			"What is known",
			"The operator, Skerry Lines, said that the ship's steering had failed a few minutes earlier.",
			"• two passengers were treated for minor cuts at the harbour clinic",
			"• the ship's tanks are intact",
			"Oil booms were laid out as a precaution, and the strait stays closed until morning!",
		},
	},
	"plotina.txt": {
		Status: articles.Usable, Section: "Срочно", Headline: "В Верхнереченске прорвало плотину, город эвакуируют",
		Credit: "По материалам агентств и местной печати",
		Images: []articles.Image{{Caption: "Жители Верхнереченска ждут автобусы на площади у вокзала."}},
		Body: []string{
			"Власти Верхнереченска объявили эвакуацию двух районов после прорыва плотины на реке Белянке.",
			"Вода пошла в город около шести утра, сообщил глава областного штаба Игорь Савельев. По его словам, погибших нет.",
			"\"Мы вывозим людей всеми автобусами, какие есть\", – сказал Савельев.",
			"К полудню уровень воды поднялся на два метра. Школы и больницы закрыты.",
		},
	},
	"wrapped.txt": {
		Status: articles.Usable, Section: "Politics", Headline: "Parliament In Norrland Votes To Move The Clocks For Good",
		Credit: "AFP/dpa",
		Body: []string{
			"Parliament in Norrland voted on Tuesday by a wide margin to end the change of clocks in spring and autumn, and to stay on summer time from next year on.",
			"The law passed with 88 votes to 31. Its critics say that winter mornings in the north will now be dark until ten, and that nobody asked the schools.",
			"\"We will adapt,\" said Education Minister Ulla Frisk.",
		},
	},
	"erdbeben.txt": {
		Status: articles.Usable, Section: "Panorama", Headline: "Erdbeben erschüttert Inselgruppe: Häfen geschlossen",
		Byline: "Jana Holm", Credit: "Mit Material von dpa",
		Images: []articles.Image{{Caption: "Ein Boot vor der Mole von Westersand wartet auf die Einfahrt."}},
		Body: []string{
			"Ein Erdbeben der Stärke 6,1 hat am Montag die Inselgruppe der Sandbänke erschüttert.",
			"Die Behörden schlossen vorsorglich alle Häfen. „Wir prüfen jede Mole“, sagte Hafenmeister Enno Witt.",
			"Verletzte wurden bis zum Abend nicht gemeldet.",
		},
	},
}

func TestText(t *testing.T) {
	for name, want := range pages {
		t.Run(name, func(t *testing.T) {
			got, err := Text(fixture(t, name))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTextInOtherEncodingsAndLineEnds(t *testing.T) {
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes(fixture(t, "plotina.txt"))
	if err != nil {
		t.Fatal(err)
	}
	windows, err := charmap.Windows1251.NewEncoder().Bytes([]byte(strings.ReplaceAll(string(fixture(t, "plotina.txt")), "•", "*")))
	if err != nil {
		t.Fatal(err)
	}
	dos := []byte("\uFEFF" + strings.ReplaceAll(string(fixture(t, "plotina.txt")), "\n", "\r\n"))
	old := []byte(strings.ReplaceAll(string(fixture(t, "plotina.txt")), "\n", "\r"))
	for name, raw := range map[string][]byte{"utf-16": utf16, "windows-1251": windows, "CR LF and BOM": dos, "CR alone": old} {
		t.Run(name, func(t *testing.T) {
			got, err := Text(raw)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(pages["plotina.txt"], got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTextRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		raw  string
		want error
	}{
		"nothing":          {"", ErrNoArticle},
		"blank lines":      {" \n\u00a0\n\t\n", ErrNoArticle},
		"chrome alone":     {"Accessibility links\n\nShare\n", ErrNoArticle},
		"a headline alone": {"Parliament Votes To Move The Clocks\n", nil},
		"an image":         {"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", ErrNotText},
		"control marks":    {strings.Repeat("\x01\x02ab", 50), ErrNotText},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Text([]byte(c.raw)); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

// TestSeed reads the page this project began with.
func TestSeed(t *testing.T) {
	raw, err := os.ReadFile(shared(t, "seed/rferl-breaking-news.txt"))
	if err != nil {
		t.Fatal(err)
	}
	a, err := Text(raw)
	if err != nil {
		t.Fatal(err)
	}
	body := a.Body
	a.Body = nil
	want := articles.Article{
		Status: articles.Usable, Section: "Breaking News", Headline: "Putin, Obama Discuss Security",
		Credit: "With reporting by AP and Reuters",
		Images: []articles.Image{{Caption: "Russian President Vladimir Putin (left) and U.S. President Barack Obama confer at a G20 summit in 2012."}},
	}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Error(diff)
	}
	if len(body) != 12 {
		t.Fatalf("%d paragraphs, want 12: %q", len(body), body)
	}
	if !strings.HasPrefix(body[0], "U.S. President Barack Obama and his Russian counterpart") {
		t.Errorf("body begins %q", body[0])
	}
	if !strings.HasSuffix(body[11], `it would bring "enormous consequences" for the Syrian regime.`) {
		t.Errorf("body ends %q", body[11])
	}
}

func FuzzText(f *testing.F) {
	for name := range pages {
		f.Add(fixture(f, name))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		a, err := Text(raw)
		check(t, a, err)
	})
}

// check holds what is true of anything read: a headline, and no paragraph empty or of several lines.
func check(t *testing.T, a articles.Article, err error) {
	if err != nil {
		if !errors.Is(err, ErrNotText) && !errors.Is(err, ErrNoArticle) {
			t.Fatalf("an error of no known kind: %v", err)
		}
		return
	}
	if a.Headline == "" {
		t.Fatal("no headline")
	}
	for _, s := range append([]string{a.Headline}, a.Body...) {
		if s == "" || s != strings.TrimSpace(s) || strings.Contains(s, "\n") {
			t.Fatalf("not a clean paragraph: %q", s)
		}
	}
}
