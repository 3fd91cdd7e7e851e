package topics

import (
	"slices"
	"strings"
	"testing"
)

func TestReadersFindWhatTheyMean(t *testing.T) {
	c := catalogue(t, Own{Slug: "harbour", Labels: map[string]string{"en": "The Harbour", "ru": "Гавань"}, Words: []string{"ferry"}})
	cases := []struct{ typed, language, first string }{
		{"Russia", "en", "place:RU"},
		{"russian", "en", "place:RU"},
		{"россия", "ru", "place:RU"},
		{"России", "ru", "place:RU"},
		{"Росс", "ru", "place:RU"},
		{"Allemagne", "en", "place:DE"},
		{"turkiye", "en", "place:TR"},
		{"روسیه", "fa", "place:RU"},
		{"us", "en", "place:US"},
		{"U.S.", "en", "place:US"},
		{"kyiv", "en", "place:UA"},
		{"politics", "en", "medtop:11000000"},
		{"war", "en", "medtop:16000000"},
		{"спорт", "ru", "medtop:15000000"},
		{"health", "en", "medtop:07000000"},
		{"earthq", "en", "medtop:20000153"},
		{"ferry", "en", "topic:harbour"},
		{"гавань", "ru", "topic:harbour"},
		{"island", "de", "place:IS"},
		{"north macedonia", "en", "place:MK"},
	}
	for _, tt := range cases {
		if got := append(c.Search(tt.typed, tt.language), ""); got[0] != tt.first {
			t.Errorf("%q in %s: %v (%s), want %s first", tt.typed, tt.language, got, c.Label(got[0], "en"), tt.first)
		}
	}
	for _, nonsense := range []string{"", " ", "!!", "xyzzy"} {
		if got := c.Search(nonsense, "en"); len(got) != 0 {
			t.Errorf("%q finds %v", nonsense, got)
		}
	}
}

func TestWholeNamesComeBeforeBeginnings(t *testing.T) {
	got := catalogue(t).Search("niger", "en")
	if len(got) < 2 || got[0] != "place:NE" || !slices.Contains(got, "place:NG") {
		t.Errorf("niger finds %v, want place:NE, and place:NG behind it", got)
	}
}

func TestLabelsSpeakTheReadersLanguage(t *testing.T) {
	c := catalogue(t, Own{Slug: "harbour", Labels: map[string]string{"ru": "Гавань"}}, Own{Slug: "bare"})
	cases := []struct{ key, language, want string }{
		{"medtop:15000000", "en", "sport"},
		{"medtop:15000000", "de", "Sport"},
		{"medtop:15000000", "ru", "Спорт"},
		{"medtop:15000000", "de-AT", "Sport"},
		{"medtop:15000000", "sv", "Sport"},
		{"medtop:15000000", "ka", "sport"},
		{"medtop:20000061", "de", "missing in action"},
		{"place:RU", "ru", "Россия"},
		{"place:RU", "xx", "Russia"},
		{"place:RU", "", "Russia"},
		{"place:MK", "en", "North Macedonia"},
		{"place:XK", "en", "Kosovo"},
		{"topic:harbour", "en", "Гавань"},
		{"topic:bare", "en", "bare"},
		{"topic:nothing", "en", ""},
		{"place:ZZ", "en", ""},
		{"medtop:99999999", "en", ""},
		{"word:x", "en", ""},
	}
	for _, tt := range cases {
		if got := c.Label(tt.key, tt.language); got != tt.want {
			t.Errorf("%s in %q: %q, want %q", tt.key, tt.language, got, tt.want)
		}
		if c.Valid(tt.key) != (tt.want != "") {
			t.Errorf("%s: valid is %v", tt.key, c.Valid(tt.key))
		}
	}
}

func TestEveryTopTopicIsValidAndOffered(t *testing.T) {
	c := catalogue(t, Own{Slug: "harbour"})
	top := c.Top()
	if len(top) != 18 || top[0] != "topic:harbour" {
		t.Errorf("%d keys from %s on, want the own topic and 17 Media Topics", len(top), top[0])
	}
	for _, key := range top {
		if !c.Valid(key) || c.Label(key, "ru") == "" {
			t.Errorf("%s has no label", key)
		}
	}
}

func TestAllFaultsInOwnTopicsAreTold(t *testing.T) {
	_, err := New([]Own{{Slug: "Bad Slug"}, {Slug: "a"}, {Slug: "a"}, {Slug: "b", Subjects: []string{"medtop:1"}}})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{`"Bad Slug"`, `"a" is that of topics[1] already`, `"medtop:1"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not tell %s", err, want)
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	c := catalogue(b)
	for b.Loop() {
		c.Search("rus", "en")
	}
}

func BenchmarkNewAndFirstSearch(b *testing.B) {
	for b.Loop() {
		catalogue(b).Search("rus", "en")
	}
}
