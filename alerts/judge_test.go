package alerts

import (
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

func TestJudge(t *testing.T) {
	now := time.Date(2013, 4, 29, 18, 41, 0, 0, time.UTC)
	base := articles.Article{ID: "a1", Version: 1, Status: articles.Usable, Headline: "Putin, Obama Discuss Security", Way: articles.ByFolder, MayRing: true, Outlet: "RFE/RL", Published: now, Seen: now}
	with := func(change func(*articles.Article)) articles.Article { a := base; change(&a); return a }
	cases := []struct {
		name  string
		a     articles.Article
		auto  Autosend
		class delivery.Class
		rings bool
		ask   bool
		says  string
	}{
		{"the newsroom's section says breaking", with(func(a *articles.Article) { a.Section = "Breaking News" }), AutosendMarked, delivery.Bulletin, true, false, "Marked “Breaking News” by RFE/RL"},
		{"in Russian", with(func(a *articles.Article) { a.Keywords = []string{"Срочно"} }), AutosendMarked, delivery.Bulletin, true, false, "Срочно"},
		{"before a colon", with(func(a *articles.Article) { a.Headline = "BREAKING: Ceasefire" }), AutosendMarked, delivery.Bulletin, true, false, "BREAKING"},
		{"urgency 1 is a flash", with(func(a *articles.Article) { a.Urgency = 1 }), AutosendMarked, delivery.Flash, true, false, "urgency 1"},
		{"urgency wins over the section", with(func(a *articles.Article) { a.Urgency, a.Section = 3, "Breaking News" }), AutosendMarked, delivery.Urgent, true, false, "urgency 3"},
		{"urgency 7 is routine", with(func(a *articles.Article) { a.Urgency = 7 }), AutosendMarked, delivery.Routine, true, false, "urgency 7"},
		{"nothing said", base, AutosendMarked, delivery.Routine, false, false, ""},
		{"a source that may not ring", with(func(a *articles.Article) { a.Urgency, a.MayRing = 1, false }), AutosendMarked, delivery.Flash, false, true, "may not ring"},
		{"nothing rings by itself", with(func(a *articles.Article) { a.Urgency = 1 }), AutosendNone, delivery.Flash, false, true, ""},
		{"a machine's opinion asks", with(func(a *articles.Article) { a.Headline = "Blast in market" }), AutosendMarked, delivery.Urgent, false, true, "“blast”"},
		{"unless the operator lets it ring", with(func(a *articles.Article) { a.Headline = "Blast in market" }), AutosendJudged, delivery.Urgent, true, false, "“blast”"},
		{"but never from a source that may not", with(func(a *articles.Article) { a.Headline, a.MayRing = "Blast in market", false }), AutosendJudged, delivery.Urgent, false, true, ""},
		{"old news", with(func(a *articles.Article) { a.Urgency, a.Published = 1, now.Add(-3*time.Hour) }), AutosendMarked, delivery.Flash, false, false, "3h before"},
		{"news that lay here too long", with(func(a *articles.Article) {
			a.Urgency, a.Published, a.Seen = 1, now.Add(-3*time.Hour), now.Add(-3*time.Hour)
		}), AutosendMarked, delivery.Flash, false, false, "waited 3h here"},
		{"news that an outage delayed", with(func(a *articles.Article) {
			a.Urgency, a.Published, a.Seen = 1, now.Add(-3*time.Hour), now.Add(-time.Hour)
		}), AutosendMarked, delivery.Flash, true, false, ""},
		{"an archive", with(func(a *articles.Article) { a.Urgency, a.Way = 1, articles.ByImport }), AutosendMarked, delivery.Flash, false, false, "archive"},
		{"without a headline", with(func(a *articles.Article) { a.Urgency, a.Headline = 1, " " }), AutosendMarked, delivery.Flash, false, true, "no headline"},
		{"withheld", with(func(a *articles.Article) { a.Urgency, a.Status = 1, articles.Withheld }), AutosendMarked, delivery.Flash, false, false, "withheld"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			v := Judge{Autosend: c.auto}.Judge(c.a, articles.Findings{}, now)
			if v.Class != c.class || v.Rings != c.rings || v.Ask != c.ask {
				t.Errorf("got %s, rings %v, ask %v; want %s, %v, %v", v.Class, v.Rings, v.Ask, c.class, c.rings, c.ask)
			}
			if !strings.Contains(strings.Join(v.Reasons, " "), c.says) {
				t.Errorf("reasons %q do not say %q", v.Reasons, c.says)
			}
		})
	}
}

func TestWorthTelling(t *testing.T) {
	old := Wording{Headline: "Nine dead in blast", Text: "The ministry said so.", Body: []string{"It happened at 9.", "More follows."}}
	cases := []struct {
		name string
		new  Wording
		want bool
	}{
		{"a comma", Wording{Headline: "Nine dead, in blast", Text: "The ministry said so.", Body: old.Body}, false},
		{"words of the body", Wording{Headline: old.Headline, Text: old.Text, Body: []string{"It took place at 9.", "More will follow."}}, false},
		{"a figure in the body", Wording{Headline: old.Headline, Text: old.Text, Body: []string{"It happened at 10.", "More follows."}}, true},
		{"the headline", Wording{Headline: "Twelve dead in blast", Text: old.Text, Body: old.Body}, true},
		{"the standfirst", Wording{Headline: old.Headline, Text: "The ministry denied it.", Body: old.Body}, true},
	}
	for _, c := range cases {
		if got := worthTelling(old, c.new); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestLanguageFor(t *testing.T) {
	al := func(langs ...string) Alert {
		versions := map[string]Wording{}
		for _, l := range langs {
			versions[l] = Wording{Headline: l}
		}
		return Alert{Versions: versions}
	}
	cases := []struct {
		name  string
		al    Alert
		reads []string
		own   string
		want  string
		told  bool
	}{
		{"one version, reads all", al("en"), nil, "ru", "en", true},
		{"one version, reads it", al("en-US"), []string{"en"}, "en", "en-US", true},
		{"one version, reads others only", al("en"), []string{"ru"}, "ru", "", false},
		{"two versions, own language", al("en", "ru"), nil, "ru", "ru", true},
		{"two versions, first of those read", al("en", "ru", "uk"), []string{"uk", "ru"}, "en", "uk", true},
		{"unknown language goes to everyone", al(""), []string{"ru"}, "ru", "", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, told := c.al.languageFor(recipient(c.own, c.reads))
			if got != c.want || told != c.told {
				t.Errorf("got %q, %v; want %q, %v", got, told, c.want, c.told)
			}
		})
	}
}

func recipient(own string, reads []string) subscriptions.Recipient {
	return subscriptions.Recipient{ID: 1, Language: own, Reads: reads}
}
