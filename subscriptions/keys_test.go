package subscriptions

import (
	"slices"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/articles"
)

func TestNormalKey(t *testing.T) {
	cases := map[string]Key{
		"place:ru": "place:RU", "medtop:16000000": "medtop:16000000", "topic:health": "topic:health", "word:Navalny": "word:navalny",
		"word:  ПРАВО на,  Жизнь ": "word:право на жизнь", "word:STRASSE": "word:strasse", "word:Straße": "word:strasse",
		"word:e\u0301lan": "word:\u00e9lan", "source:feed:https://example.org/rss": "source:feed:https://example.org/rss", "story:s1": "story:s1",
	}
	for key, want := range cases {
		if got, err := NormalKey(key, known); err != nil || got != want {
			t.Errorf("%q: %q %v, want %q", key, got, err, want)
		}
	}
	for _, key := range []string{"", "RU", "place:", "place:XX", "medtop:1", "word:", "word:?!", "word:one two three four", "*", "colour:red", "PLACE:RU",
		"source:a\x00", "source:a\nb", "source:" + strings.Repeat("a", 300), "story:\xff", "word:" + strings.Repeat("a", 300)} {
		if got, err := NormalKey(key, known); err == nil {
			t.Errorf("%q is taken as %q", key, got)
		}
	}
}

func TestWordsFindsWhatWordKeyFollows(t *testing.T) {
	text := "Alexei Navalny's trial — «Суд идёт». İstanbul, e\u0301lan; हिन्दी"
	found := Words(text)
	for _, word := range []string{"navalny", "NAVALNY", "alexei navalny", "суд идёт", "Élan", "हिन्दी", "trial суд"} {
		key, err := WordKey(word)
		if err != nil || !slices.Contains(found, key) {
			t.Errorf("%q (%s) is not found in %q: %v", word, key, found, err)
		}
	}
	for _, word := range []string{"naval", "navalny trial", "istan"} {
		if key, _ := WordKey(word); slices.Contains(found, key) {
			t.Errorf("%q is found in %q", word, text)
		}
	}
	if n := len(Words(strings.Repeat("again and ", 1e5))); n != 2+2+2 {
		t.Errorf("the same words count once: %d", n)
	}
}

func TestMatterAgreesWithTheKeys(t *testing.T) {
	a := articles.Article{Source: "folder", Outlet: "RFE/RL", Headline: "Putin, Obama Discuss Security", Body: []string{"In Moscow."}}
	f := articles.Findings{Topics: []articles.Topic{"medtop:16000000"}, Places: []articles.Place{"RU"}, Story: "s1"}
	m := MatterOf(a, f)
	for _, key := range append(Words(a.Text()), KeysOf(a, f)...) {
		if !m.Wanted([]Key{key}, nil) {
			t.Errorf("the matter does not have %q", key)
		}
	}
	cases := []struct {
		name            string
		follow, exclude []Key
		want            bool
	}{
		{"who follows nothing gets everything", nil, nil, true},
		{"one of several", []Key{"place:SY", "place:RU"}, nil, true},
		{"another place", []Key{"place:SY"}, nil, false},
		{"excluded", []Key{"place:RU"}, []Key{"word:obama"}, false},
		{"excluded from everything", nil, []Key{"medtop:16000000"}, false},
		{"something else excluded", nil, []Key{"place:SY"}, true},
		{"the outlet by name", []Key{"source:RFE/RL"}, nil, true},
		{"the story", []Key{"story:s1"}, nil, true},
		{"part of a word", []Key{"word:secur"}, nil, false},
		{"words over a sentence's end", []Key{"word:security in moscow"}, nil, true},
	}
	for _, c := range cases {
		if got := m.Wanted(c.follow, c.exclude); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestReadsLanguage(t *testing.T) {
	cases := []struct {
		reads []string
		lang  string
		want  bool
	}{
		{nil, "ru", true}, {[]string{"en"}, "en-US", true}, {[]string{"pt-BR"}, "pt", true}, {[]string{"en"}, "ru", false}, {[]string{"en"}, "", true},
	}
	for _, c := range cases {
		if got := ReadsLanguage(c.reads, c.lang); got != c.want {
			t.Errorf("%v reads %q: %v", c.reads, c.lang, got)
		}
	}
}
