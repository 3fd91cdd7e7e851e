package alerts

import (
	"testing"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
)

func TestBreakingLabel(t *testing.T) {
	cases := []struct {
		name string
		a    articles.Article
		want string
	}{
		{"a section", articles.Article{Section: "Breaking News"}, "Breaking News"},
		{"a part of a section", articles.Article{Section: "World / Breaking"}, "Breaking"},
		{"a keyword", articles.Article{Keywords: []string{"Ukraine", "URGENT"}}, "URGENT"},
		{"before a colon", articles.Article{Headline: "BREAKING: Ceasefire agreed"}, "BREAKING"},
		{"before a stroke", articles.Article{Headline: "Alert | Bridge closed"}, "Alert"},
		{"before a dash", articles.Article{Headline: "Flash – Bridge closed"}, "Flash"},
		{"in brackets", articles.Article{Headline: "[Urgent] Bridge closed"}, "Urgent"},
		{"behind a sign", articles.Article{Headline: "🔴 #BREAKING: Bridge closed"}, "BREAKING"},
		{"in capitals alone", articles.Article{Headline: "BREAKING NEWS Bridge closed"}, "BREAKING NEWS"},
		{"as wires write", articles.Article{Headline: "URGENT-Bridge closed"}, "URGENT"},
		{"Russian", articles.Article{Headline: "Срочно! Мост закрыт"}, "Срочно"},
		{"Russian wires", articles.Article{Headline: "МОЛНИЯ: мост закрыт"}, "МОЛНИЯ"},
		{"Ukrainian", articles.Article{Headline: "Терміново: міст закрито"}, "Терміново"},
		{"Ukrainian section", articles.Article{Section: "Термінова"}, "Термінова"},
		{"Persian", articles.Article{Headline: "فوری: پل بسته شد"}, "فوری"},
		{"Arabic", articles.Article{Headline: "عاجل | إغلاق الجسر"}, "عاجل"},
		{"Arabic with marks", articles.Article{Section: "عاجِل"}, "عاجِل"},
		{"Azerbaijani", articles.Article{Section: "Sürətli"}, "Sürətli"},
		{"Kazakh", articles.Article{Headline: "Шұғыл: көпір жабылды"}, "Шұғыл"},
		{"Turkish capitals", articles.Article{Headline: "SON DAKİKA: Köprü kapandı"}, "SON DAKİKA"},
		{"Serbian", articles.Article{Headline: "HITNO: Most zatvoren"}, "HITNO"},
		{"German", articles.Article{Headline: "+++ Eilmeldung +++ Brücke gesperrt"}, "Eilmeldung"},
		{"French", articles.Article{Section: "Dernière minute"}, "Dernière minute"},
		{"Spanish", articles.Article{Headline: "ÚLTIMA HORA: cierran el puente"}, "ÚLTIMA HORA"},
		{"Romanian without marks", articles.Article{Section: "Ultima ora"}, "Ultima ora"},
		{"Armenian", articles.Article{Headline: "Շտապ. կամուրջը փակ է", Section: "Հրատապ"}, "Հրատապ"},
		{"Georgian", articles.Article{Section: "სასწრაფოდ"}, "სასწრაფოდ"},
		{"Japanese", articles.Article{Headline: "【速報】橋が閉鎖"}, "速報"},
		{"Chinese", articles.Article{Headline: "突发：大桥关闭"}, "突发"},

		{"a word of the headline", articles.Article{Headline: "Flash floods close bridge"}, ""},
		{"a compound", articles.Article{Headline: "Flash-flood closes bridge"}, ""},
		{"a headline in capitals", articles.Article{Headline: "URGENT REPAIRS CLOSE BRIDGE"}, ""},
		{"an adverb", articles.Article{Headline: "Urgent, says minister"}, ""},
		{"another name", articles.Article{Headline: "Breaking Bad: the bridge"}, ""},
		{"nothing behind it", articles.Article{Headline: "Breaking news"}, ""},
		{"another section", articles.Article{Section: "News", Headline: "Bridge: closed"}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := breakingLabel(c.a); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestMark(t *testing.T) {
	cases := []struct {
		name    string
		urgency int
		section string
		class   delivery.Class
		marked  bool
	}{
		{"1", 1, "", delivery.Flash, true},
		{"2", 2, "", delivery.Bulletin, true},
		{"3", 3, "", delivery.Urgent, true},
		{"4", 4, "", delivery.Routine, true},
		{"9", 9, "", delivery.Routine, true},
		{"none", 0, "", delivery.Routine, false},
		{"10 is no urgency", 10, "", delivery.Routine, false},
		{"-1 is none", -1, "", delivery.Routine, false},
		{"a label", 0, "Breaking", delivery.Bulletin, true},
		{"an urgency that was chosen, and a label", 1, "Breaking", delivery.Flash, true},
		{"an urgency that systems write, and a label", 5, "Breaking", delivery.Bulletin, true},
	}
	for _, c := range cases {
		class, why, marked := mark(articles.Article{Urgency: c.urgency, Section: c.section})
		if class != c.class || marked != c.marked || marked != (len(why) == 1) {
			t.Errorf("%s: got %s, %v %q; want %s, %v", c.name, class, marked, why, c.class, c.marked)
		}
	}
}
