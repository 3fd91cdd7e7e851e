package alerts

import (
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
)

func TestTender(t *testing.T) {
	const suicide, minor, victim = "a suicide", "under age", "who the victims are"
	cases := []struct{ language, headline, want string }{
		{"en", "Minister found dead, police suspect suicide", suicide},
		{"en", "General killed himself, ministry says", suicide},
		{"en", "Suicide bomber kills 12 in Kabul", ""},
		{"en", "Twelve dead in suicide attack", ""},
		{"en", "Children among dead in Kharkiv strike", minor},
		{"en", "12-year-old held after shooting", minor},
		{"en", "Girl, aged 9, missing in flood", minor},
		{"en", "34-year-old held after shooting", ""},
		{"en", "Kind words at summit", ""},
		{"en", "Victims of crash named", ""},
		{"en", "Names of the victims released", victim},
		{"en", "Man killed in blast identified as Ivan Petrov", victim},
		{"en", "Dutch leader identified as next NATO chief", ""},
		{"en", "President resigns", ""},
		{"ru", "Губернатор покончил с собой", suicide},
		{"ru", "Самоубийство в министерстве", suicide},
		{"ru", "Террорист-смертник взорвал машину", ""},
		{"ru", "При обстреле погибли двое детей", minor},
		{"ru", "Задержан 17-летний подозреваемый", minor},
		{"ru", "Задержан 37-летний подозреваемый", ""},
		{"ru", "Названы имена погибших при крушении", victim},
		{"ru", "Президент подал в отставку", ""},
		{"uk", "Посадовець вчинив самогубство", suicide},
		{"uk", "Унаслідок удару загинула дитина", minor},
		{"uk", "Поранено 8-річну дівчину", minor},
		{"uk", "Назвали імена загиблих", victim},
		{"uk", "Вибухи в Харкові", ""},
		{"fa", "خودکشی یک زندانی در تهران", suicide},
		{"fa", "حمله انتحاری در کابل", ""},
		{"fa", "سه کودک در حمله کشته شدند", minor},
		{"fa", "نوجوان ۱۶ ساله بازداشت شد", minor},
		{"fa", "بازداشت متهم ۱۶ ساله", minor},
		{"fa", "اسامی کشته\u200cشدگان اعلام شد", victim},
		{"fa", "زلزله در خوی", ""},
		{"ar", "انتحار موظف في بغداد", suicide},
		{"ar", "هجوم انتحاري في كابول", ""},
		{"ar", "مقتل ثلاثة أطفال في غارة", minor},
		{"ar", "أسماء الضحايا", victim},
		{"de", "Minister beging Suizid", suicide},
		{"de", "Selbstmordanschlag in Kabul", ""},
		{"de", "Zwei Kinder bei Brand gestorben", minor},
		{"fr", "Le ministre s’est donné la mort", suicide},
		{"fr", "Attentat suicide à Kaboul", ""},
		{"fr", "Deux enfants tués dans une frappe", minor},
		{"es", "El exministro se suicidó", suicide},
		{"es", "Mueren dos niños en un incendio", minor},
		{"tr", "Eski bakan intihar etti", suicide},
		{"tr", "İntihar saldırısında 12 ölü", ""},
		{"tr", "İki çocuk öldü", minor},
		{"az", "Sabiq nazir intihar edib", suicide},
		{"az", "İki uşaq həlak olub", minor},
		{"sr", "Bivši ministar izvršio samoubistvo", suicide},
		{"sr", "Poginulo dvoje dece", minor},
		{"sr", "Погинуло двоје деце", minor},
		{"ro", "Fostul ministru s-a sinucis", suicide},
		{"ro", "Doi copii au murit", minor},
		{"kk", "Екі бала қаза тапты", minor},
		{"", "При обстреле погибли двое детей", minor},
		{"hy", "Children among dead in strike", minor},
		{"en-GB", "Children among dead in strike", minor},
	}
	for _, c := range cases {
		got := tender(articles.Article{Headline: c.headline}, c.language).String()
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s %q: got %q, want %q", c.language, c.headline, got, c.want)
		}
	}
}

func TestTheTenderIsLeftToAnEditorWhoeverMarkedIt(t *testing.T) {
	now := time.Date(2013, 4, 29, 18, 41, 0, 0, time.UTC)
	base := articles.Article{ID: "a1", Status: articles.Usable, Language: "en", MayRing: true, Published: now, Seen: now}
	cases := []struct {
		name        string
		change      func(*articles.Article)
		auto        Autosend
		rings, asks bool
	}{
		{"marked urgency 1", func(a *articles.Article) { a.Urgency, a.Headline = 1, "Minister dies by suicide" }, AutosendMarked, false, true},
		{"marked by a section", func(a *articles.Article) { a.Section, a.Headline = "Breaking News", "Boy, 9, shot" }, AutosendMarked, false, true},
		{"marked routine", func(a *articles.Article) { a.Urgency, a.Headline = 6, "Boy, 9, shot" }, AutosendMarked, false, true},
		{"in the standfirst", func(a *articles.Article) {
			a.Urgency, a.Headline, a.Standfirst = 1, "Blast in market", "Three children died."
		}, AutosendMarked, false, true},
		{"in the first paragraph, where that is shown", func(a *articles.Article) {
			a.Urgency, a.Headline, a.Body = 1, "Blast in market", []string{"Three children died."}
		}, AutosendMarked, false, true},
		{"found by the judge", func(a *articles.Article) { a.Headline = "Boy killed in blast" }, AutosendJudged, false, true},
		{"nothing of the kind", func(a *articles.Article) { a.Urgency, a.Headline = 1, "Blast in market" }, AutosendMarked, true, false},
		{"far below", func(a *articles.Article) {
			a.Urgency, a.Headline, a.Standfirst, a.Body = 1, "Blast in market", "Nine died.", []string{"There is a school for children near it."}
		}, AutosendMarked, true, false},
		{"withheld", func(a *articles.Article) {
			a.Urgency, a.Headline, a.Status = 1, "Boy killed in blast", articles.Withheld
		}, AutosendMarked, false, false},
		{"old", func(a *articles.Article) {
			a.Urgency, a.Headline, a.Published = 1, "Boy killed in blast", now.Add(-3*time.Hour)
		}, AutosendMarked, false, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := base
			c.change(&a)
			v := Judge{Autosend: c.auto}.Judge(a, articles.Findings{}, now)
			if v.Rings != c.rings || v.Ask != c.asks {
				t.Errorf("rings %v, asks %v, want %v, %v: %q", v.Rings, v.Ask, c.rings, c.asks, v.Reasons)
			}
			if c.asks != strings.Contains(strings.Join(v.Reasons, " "), "an editor must decide") {
				t.Errorf("the reasons do not fit: %q", v.Reasons)
			}
		})
	}
	if mark, _, _ := mark(articles.Article{Urgency: 6}); mark != delivery.Routine {
		t.Error("urgency 6 is not routine")
	}
}
