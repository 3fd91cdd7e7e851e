package topics

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tenbells/tenbells/articles"
)

func TestPlacesAreFoundByName(t *testing.T) {
	cases := []struct {
		name, language, headline, body string
		want                           string
	}{
		{"country, people, seat of power", "en", "Syria Talks: Russian Envoy Meets White House Aide", "", "SY RU US"},
		{"initials count, a pronoun does not", "en", "Letter to us from the U.S. mission", "", "US"},
		{"US in capitals", "en", "The US and the UK agree", "", "US GB"},
		{"nothing is told from US where all is in capitals", "en", "THEY TOLD US NOTHING", "", ""},
		{"a shouted headline still names countries", "en", "SYRIA AND IRAN AGREE", "", "SY IR"},
		{"Georgia the country", "en", "Thousands rallied in Georgia on Sunday", "", "GE"},
		{"a town in the country of Georgia", "en", "Police in Batumi, Georgia, said so", "", "GE"},
		{"Georgia as a woman's name", "en", "The prize went to Georgia Mills of the ferry office", "", ""},
		{"Jordan the sportsman", "en", "The award for Michael Jordan was a surprise to many", "", ""},
		{"Jordan the country", "en", "King of Jordan visits; aid for Jordan grows", "", "JO"},
		{"a bird", "en", "A turkey was on the table", "", ""},
		{"Chad beside a surname", "en", "The drummer Chad Miller is seventy", "", ""},
		{"Niger is not Nigeria", "en", "Soldiers in Niger close the border with Nigeria", "", "NE NG"},
		{"the delta is Nigerian", "en", "Spill in the Niger Delta", "", "NG"},
		{"a longer name hides the shorter", "en", "South Sudan and Guinea-Bissau vote", "", "SS GW"},
		{"a guinea pig is from nowhere", "en", "Guinea pig shortage", "", ""},
		{"part of a word is no word", "en", "Iranistan, Omani-an and Malice", "", "OM"},
		{"hyphens part words", "en", "An anti-Russian, U.S.-led plan", "", "RU US"},
		{"Kosovo", "en", "Kosovo and Serbs", "", "XK RS"},
		{"new names", "en", "North Macedonia and Eswatini", "", "MK SZ"},
		{"Russian inflects", "ru", "Переговоры о Сирии: в Москве ждут американскую делегацию", "", "SY RU US"},
		{"Russian, and nobody said so", "", "Харьков обстреляли, в Германии обещают помощь Украине", "", "UA DE"},
		{"a pronoun of Russian is no country", "ru", "Того же требуют в Польше", "", "PL"},
		{"Ukrainian", "uk", "У Києві та Варшаві говорили про Росію", "", "UA PL RU"},
		{"Persian", "fa", "گفت\u200cوگوی ایران و آمریکا درباره سوریه", "", "IR US SY"},
		{"German has its own Island", "de", "Vulkan auf Island, Hilfe aus Norwegen", "", "IS NO"},
		{"English has not", "en", "The Island of Norway's king", "", "NO"},
		{"Chinese sets no spaces", "zh", "俄罗斯总统访问法国", "", "RU FR"},
		{"Chinese beside Latin letters", "zh", "G20俄罗斯", "", "RU"},
		{"Tajik", "tg", "Президенти Русия ба Душанбе рафт", "", "RU TJ"},
		{"named once far below is passing", "en", "Harbour opens", "One.\nTwo.\nA crew from Malta helped.", ""},
		{"named twice below counts", "en", "Harbour opens", "One.\nTwo.\nA Maltese crew helped.\nMalta's flag flew.", "MT"},
	}
	c := catalogue(t)
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			a := articles.Article{Language: tt.language, Headline: tt.headline}
			if tt.body != "" {
				a.Body = strings.Split(tt.body, "\n")
			}
			f := c.Find(a)
			var got []string
			for _, p := range f.Places {
				got = append(got, string(p))
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("places %v, want %s: %v", got, tt.want, f.Evidence)
			}
		})
	}
}

// TestLeadEndsThoughAllIsOneParagraph has texts as feeds give them, with no paragraphs.
func TestLeadEndsThoughAllIsOneParagraph(t *testing.T) {
	long := strings.Repeat("The harbour master showed the new quay to guests. ", maxLead/40)
	endless := strings.Repeat("x", 2*maxLead)
	for _, tt := range []struct{ name, body, want string }{
		{"named once at the end", long + "In 2016 a crew from Malta helped.", ""},
		{"named once at the beginning", "A crew from Malta helped. " + long, "MT"},
		{"named twice at the end", long + "A Maltese crew helped. Malta's flag flew.", "MT"},
		{"no space to part it at", endless, ""},
	} {
		f := catalogue(t).Find(articles.Article{Language: "en", Headline: "Harbour opens", Body: []string{tt.body}})
		var got []string
		for _, p := range f.Places {
			got = append(got, string(p))
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: about %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestEvidenceQuotesTheText(t *testing.T) {
	f := catalogue(t).Find(articles.Article{Headline: "An anti-Russian plan", Language: "en"})
	if want := []string{"place:RU because of “Russian”"}; !slices.Equal(f.Evidence, want) {
		t.Errorf("evidence %q, want %q", f.Evidence, want)
	}
}

func TestNewsroomsOwnMarksComeFirst(t *testing.T) {
	c := catalogue(t)
	f := c.Find(articles.Article{
		Headline: "Minister on trade with Peru, voters and parliament unmoved", Language: "en",
		Subjects: []articles.Topic{"medtop:20000060"}, Places: []articles.Place{"CL"},
	})
	if want := []articles.Topic{"medtop:20000060", "medtop:20000056", "medtop:16000000"}; !slices.Equal(f.Topics, want) {
		t.Errorf("topics %v, want the marked one with those above it: %v", f.Topics, want)
	}
	if want := []articles.Place{"CL", "PE"}; !slices.Equal(f.Places, want) {
		t.Errorf("places %v, want %v", f.Places, want)
	}
}

func TestEnglishWordsShowWhatATextIsAbout(t *testing.T) {
	c := catalogue(t)
	text := "The striker scored two goals in the cup match"
	for language, want := range map[string]bool{"en": true, "": true, "de": false} {
		f := c.Find(articles.Article{Headline: text, Language: language})
		if got := slices.Equal(f.Topics, []articles.Topic{"medtop:15000000"}); got != want {
			t.Errorf("in language %q: %v %v", language, f.Topics, f.Evidence)
		}
	}
	if f := c.Find(articles.Article{Headline: "One goal is no theme", Language: "en"}); len(f.Topics) != 0 {
		t.Errorf("one word is enough: %v", f.Evidence)
	}
}

func TestSectionsThatAreTopicsCount(t *testing.T) {
	c := catalogue(t, Own{Slug: "city", Sections: []string{"City Desk"}})
	for section, want := range map[string]articles.Topic{
		"Sports": "medtop:15000000", "Politics": "medtop:11000000", "Спорт": "medtop:15000000", "CITY DESK": "topic:city",
		"Breaking News": "", "Sports Bar": "",
	} {
		f := c.Find(articles.Article{Headline: "Something", Section: section})
		if got := append(f.Topics, ""); got[0] != want {
			t.Errorf("section %q: topics %v, want %q", section, f.Topics, want)
		}
	}
}

func TestOwnTopicsAreFoundByWordsAndSubjects(t *testing.T) {
	c := catalogue(t, Own{Slug: "harbour", Words: []string{"ferry", "North Quay", "гавань"}, Subjects: []string{"medtop:20000337"}})
	for name, a := range map[string]articles.Article{
		"a word in any letters":  {Headline: "FERRY late"},
		"a phrase":               {Headline: "Fire", Body: []string{"a", "b", "c", "at the north quay"}},
		"a word that inflects":   {Headline: "Пожар в гавани"},
		"a marked Media Topic":   {Headline: "x", Subjects: []articles.Topic{"medtop:20000337"}},
		"a word with its friend": {Headline: "The ferry-boat"},
	} {
		if f := c.Find(a); !slices.Contains(f.Topics, "topic:harbour") {
			t.Errorf("%s: topics %v", name, f.Topics)
		}
	}
	if f := c.Find(articles.Article{Headline: "Ferrying north to the quay"}); len(f.Topics) != 0 {
		t.Errorf("parts of words: topics %v", f.Topics)
	}
}

// FuzzFind looks for texts that the matcher chokes on, and checks that evidence is quoted from the text.
func FuzzFind(f *testing.F) {
	for _, seed := range []string{"U.S.-led", "U.S", "U.", "俄罗斯", "São Tomé and Príncipe", "É\u0301tats-Unis", "İran", "\xffRussia", "Россией"} {
		f.Add(seed, "")
	}
	c := catalogue(f, Own{Slug: "own", Words: []string{"a b", "c"}})
	f.Fuzz(func(t *testing.T, text, language string) {
		for _, w := range split(text) {
			if w.text == "" || !strings.Contains(text, w.text) {
				t.Fatalf("word %q is not in %q", w.text, text)
			}
		}
		for _, place := range c.Find(articles.Article{Headline: text, Language: language}).Places {
			if !c.Valid("place:" + string(place)) {
				t.Fatalf("place %q in %q", place, text)
			}
		}
		for _, key := range c.Search(text, language) {
			if !c.Valid(key) || !utf8.ValidString(key) {
				t.Fatalf("search for %q finds %q", text, key)
			}
		}
	})
}

func TestEveryLanguageOfTheListsKnowsCapitals(t *testing.T) {
	c := catalogue(t)
	for language, text := range map[string]string{
		"de": "Treffen in Moskau und Kiew", "fr": "Rencontre à Moscou, puis à Kiev", "es": "Reunión en Moscú y Kiev", "kk": "Мәскеу мен Киев келісті",
		"ar": "لقاء في موسكو و كييف", "sr": "Састанак у Москва и Кијев", "tr": "Moskova ve Kiev anlaştı", "bg": "Среща в Москва и Киев", "pl": "Spotkanie: Moskwa i Kijów",
	} {
		f := c.Find(articles.Article{Language: language, Headline: text})
		if !slices.Contains(f.Places, "RU") || !slices.Contains(f.Places, "UA") {
			t.Errorf("%s: %q is about %v, want RU and UA", language, text, f.Places)
		}
	}
}

func TestALanguageSaidInPassingIsNotItsCountry(t *testing.T) {
	c := catalogue(t)
	once := articles.Article{Language: "de", Headline: "Neues Buch", Body: []string{"Es ist auf Russisch erschienen."}}
	if f := c.Find(once); len(f.Places) > 0 {
		t.Errorf("a book in Russian is about %v: %v", f.Places, f.Evidence)
	}
	once.Headline = "Russisch wird Pflichtfach"
	if f := c.Find(once); !slices.Contains(f.Places, "RU") {
		t.Errorf("in the headline it counts: %v", f.Places)
	}
}
