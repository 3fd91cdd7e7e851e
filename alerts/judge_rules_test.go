package alerts

import (
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
)

func TestRules(t *testing.T) {
	const flash, bulletin, urgent, routine = delivery.Flash, delivery.Bulletin, delivery.Urgent, delivery.Routine
	cases := []struct {
		name     string
		language string
		headline string
		pace     Pace
		class    delivery.Class
		says     string
	}{
		{"nothing happened", "en", "A Walk Through The Old Town", Pace{}, routine, ""},
		{"an event", "en", "Blast in market", Pace{}, urgent, "“blast”"},
		{"one dead", "en", "One killed in market blast", Pace{}, urgent, ""},
		{"many dead", "en", "Market blast kills 23", Pace{}, bulletin, "23 or more beside “kills”"},
		{"many dead, in words", "en", "Dozens killed in ferry sinking", Pace{}, bulletin, "24 or more"},
		{"thousands", "en", "Earthquake kills 2,300 in Turkey", Pace{}, bulletin, "2300 or more"},
		{"a year is no toll", "en", "Man killed in 1999 found", Pace{}, urgent, ""},
		{"an age is no toll", "en", "Woman killed, 74 years old", Pace{}, urgent, ""},
		{"nor is one after “at”", "en", "Composer dies at 92", Pace{}, urgent, ""},
		{"an amount is no toll", "en", "$50 stolen, guard killed", Pace{}, urgent, ""},
		{"an official's fate", "en", "Prime minister resigns", Pace{}, bulletin, "what became of “Prime minister”"},
		{"an official is named", "en", "President condemns attack", Pace{}, urgent, "names “President”"},
		{"a grave event", "en", "Army announces martial law", Pace{}, bulletin, "martial law"},
		{"a grave event and an official's fate", "en", "President assassinated", Pace{}, flash, ""},
		{"a grave event that all tell", "en", "Army announces martial law", Pace{Outlets: 6, Items: 9}, flash, "6 outlets"},
		{"what two tell", "en", "Blast in market", Pace{Outlets: 2}, urgent, "Another outlet"},
		{"what all tell without an event", "en", "Song contest opens", Pace{Outlets: 5}, urgent, "5 outlets"},
		{"a number of victims without an event", "en", "Memorial to 120 victims opens", Pace{}, routine, ""},
		{"a question", "en", "Was the blast an attack?", Pace{}, routine, "asks"},
		{"an explanation", "en", "How the blast happened", Pace{}, routine, "begins with “How”"},
		{"a look back", "en", "City remembers blast, 20 years on", Pace{}, routine, "remembers"},
		{"Russian", "ru", "В Казани взрыв, погибли 12 человек", Pace{}, bulletin, "“взрыв”"},
		{"Russian, an official", "ru", "Премьер-министр подал в отставку", Pace{}, bulletin, ""},
		{"Ukrainian", "uk", "Вибух у Харкові, загинули 25 людей", Pace{}, bulletin, "25 or more"},
		{"Persian", "fa", "انفجار در تهران ۲۵ کشته برجا گذاشت", Pace{}, bulletin, "25 or more"},
		{"Arabic", "ar", "انفجار في بغداد ومقتل ٣٠ شخصا", Pace{}, bulletin, "30 or more"},
		{"Persian, thousands", "fa", "انفجار در بیروت ۱٬۲۰۰ کشته برجا گذاشت", Pace{}, bulletin, "1200 or more"},
		{"Russian, thousands", "ru", "Взрыв в Бейруте: 1 200 погибших", Pace{}, bulletin, "1200 or more"},
		{"German", "de", "Explosion in Köln: 24 Tote", Pace{}, bulletin, "24 or more"},
		{"a German article is no English death", "de", "Die besten Bücher", Pace{}, routine, ""},
		{"French", "fr", "Explosion à Lyon : 24 morts", Pace{}, bulletin, ""},
		{"Spanish", "es", "Mueren 24 personas en un terremoto", Pace{}, bulletin, ""},
		{"Turkish", "tr", "İzmir'de deprem: 24 ölü", Pace{}, bulletin, ""},
		{"Serbian", "sr", "Premijer podneo ostavku", Pace{}, bulletin, ""},
		{"Romanian", "ro", "Premierul a demisionat", Pace{}, bulletin, ""},
		{"Kazakh", "kk", "Жер сілкінісі: 24 адам қаза тапты", Pace{}, bulletin, ""},
		{"Croatian, by the Serbian list", "hr", "Premijer podnio ostavku", Pace{}, bulletin, "“Premijer”"},
		{"Kazakhs are no dead", "kk", "Израильден 124 қазақстандық эвакуацияланды", Pace{}, urgent, ""},
		{"Armenian", "hy", "Պայթյուն Երևանում", Pace{}, urgent, ""},
		{"Georgian", "ka", "აფეთქება თბილისში", Pace{}, urgent, ""},
		{"Tajik", "tg", "Таркиш дар Душанбе", Pace{}, urgent, ""},
		{"Georgian, many dead", "ka", "აფეთქება თბილისში, დაიღუპა 24 ადამიანი", Pace{}, bulletin, "24 or more"},
		{"Tajik, many dead", "tg", "Таркиш дар Душанбе, 24 нафар ҳалок шуданд", Pace{}, bulletin, "24 or more"},
		{"Armenian, many dead", "hy", "Պայթյուն Երևանում, զոհվել է 24 մարդ", Pace{}, bulletin, "24 or more"},
		{"a language that nobody said", "", "В Казани взрыв", Pace{}, urgent, "“взрыв”"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			tally := points(articles.Article{Headline: c.headline, Language: c.language, Standfirst: "A text."}, c.pace)
			if got := tally.class(); got != c.class {
				t.Errorf("got %s with %v points %q, want %s", got, tally.sum, inEnglish(tally.reasons), c.class)
			}
			if !strings.Contains(strings.Join(inEnglish(tally.reasons), " "), c.says) {
				t.Errorf("reasons %q do not say %q", inEnglish(tally.reasons), c.says)
			}
		})
	}
}

func TestRulesLookAroundTheHeadline(t *testing.T) {
	now := time.Date(2013, 4, 29, 18, 41, 0, 0, time.UTC)
	whole := articles.Article{Headline: "Blast in market", Language: "en", Standfirst: "A text.", Published: now, Seen: now}
	first, late := whole, whole
	first.Standfirst = ""
	late.Seen = now.Add(90 * time.Minute)
	if at, without := Points(whole, Pace{}), Points(first, Pace{}); without <= at {
		t.Errorf("a first line without text has %v points, with text %v", without, at)
	}
	if at, later := Points(whole, Pace{}), Points(late, Pace{}); later >= at {
		t.Errorf("what came late has %v points, at once %v", later, at)
	}
}

// FuzzJudge judges hostile text: no panic, and reasons of bounded length.
func FuzzJudge(f *testing.F) {
	f.Add("BREAKING: 2,300 dead ۲۵ کشته", "12-year-old", "en")
	f.Add("\xff【速報】\u0301", "１２ 𝟙𝟚 ٠٩", "")
	now := time.Date(2013, 4, 29, 18, 41, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, headline, standfirst, language string) {
		a := articles.Article{Headline: headline, Standfirst: standfirst, Language: language, Section: headline, MayRing: true, Seen: now}
		v := Judge{Autosend: AutosendJudged}.Judge(a, articles.Findings{}, now)
		if v.Class < delivery.Flash || v.Class > delivery.Routine || v.Rings && v.Ask {
			t.Errorf("class %s, rings %v, asks %v", v.Class, v.Rings, v.Ask)
		}
		for _, r := range v.Reasons {
			if len(r) > 2*maxLead {
				t.Errorf("a reason of %d bytes", len(r))
			}
		}
	})
}

func BenchmarkJudge(b *testing.B) {
	now := time.Date(2013, 4, 29, 18, 41, 0, 0, time.UTC)
	long := strings.Repeat("The ministry said that the bridge had been closed for repairs since Monday morning. ", 60)
	a := articles.Article{Headline: "Nine people hurt as bridge is closed in the capital", Standfirst: "The mayor spoke.", Body: []string{long}, MayRing: true, Published: now, Seen: now}
	past, _, err := LearnPast(b.Context(), decided(400))
	if err != nil {
		b.Fatal(err)
	}
	for name, j := range map[string]Judge{"rules": {Autosend: AutosendJudged}, "rules and past": {Autosend: AutosendJudged, Past: past}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				j.Judge(a, articles.Findings{}, now)
			}
		})
	}
}
