package alerts_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
)

// readBy lets an index say which story an article is of, and what it brings to it.
func (r *room) readBy(ix *stories.Index) {
	r.desk.Analyse = func(ctx context.Context, a articles.Article) (articles.Findings, error) {
		f, err := analyse(ctx, a)
		placed := ix.Take(a, nil)
		f.Story, f.Brings, f.Turns, f.Kin = placed.Story, placed.Is, placed.Turns, placed.Heat.Kin
		return f, err
	}
}

// tell publishes what the newsroom marked under a headline, some time after what came before.
func (r *room) tell(language, headline string, later time.Duration) {
	r.t.Helper()
	r.ahead += later
	r.publish(headline, func(a *articles.Article) {
		a.Language, a.Headline, a.Standfirst, a.Urgency = language, headline, "", 2
	})
	r.settle()
}

// An event rings, and again when there are more dead; the same number in other words is silent, and an event of the same
// form elsewhere rings for itself.
func TestATollOfAToldStoryRingsInReadersLanguages(t *testing.T) {
	for _, e := range []struct{ language, first, more, again, elsewhere string }{
		{"fa", "زلزله در هرات افغانستان ۵ کشته بر جای گذاشت", "زلزله در هرات افغانستان ۱٬۲۰۰ کشته بر جای گذاشت",
			"۱۲۰۰ کشته در زلزله هرات افغانستان", "زلزله در کرمان ایران ۳ کشته بر جای گذاشت"},
		{"ar", "زلزال في مراكش يخلف 9 قتلى", "زلزال في مراكش يخلف ١٥ قتيلا", "15 قتيلا في زلزال مراكش", "زلزال في أزمير يخلف 4 قتلى"},
		{"tg", "Дар заминларзаи Роғун 4 нафар ҳалок шуд", "Дар заминларзаи Роғун 11 нафар ҳалок шуд", "11 нафар дар заминларзаи Роғун ҳалок шуд",
			"Дар сӯхтори Хуҷанд 6 нафар ҳалок шуд"},
		{"kk", "Қарағанды шахтасындағы жарылыстан 28 адам қаза тапты", "Қарағанды шахтасындағы жарылыстан 46 адам қаза тапты",
			"46 адам Қарағанды шахтасындағы жарылыстан қаза тапты", "Алматы хостеліндегі өрттен 13 адам қаза тапты"},
		{"tr", "Kahramanmaraş'taki depremde 12 kişi hayatını kaybetti", "Kahramanmaraş'taki depremde 1.240 kişi hayatını kaybetti",
			"1.240 kişi Kahramanmaraş'taki depremde hayatını kaybetti", "İzmir'deki depremde 7 kişi hayatını kaybetti"},
	} {
		t.Run(e.language, func(t *testing.T) {
			r := newRoomOnSQLite(t)
			r.readBy(stories.NewIndex())
			r.subscribe("all")
			for _, step := range []struct {
				headline string
				sends    int
			}{{e.first, 1}, {e.more, 2}, {e.again, 2}, {e.elsewhere, 3}} {
				r.tell(e.language, step.headline, time.Hour)
				if got := r.chat("all").sends; got != step.sends {
					t.Errorf("after %q they were told %d times, want %d", step.headline, got, step.sends)
				}
			}
		})
	}
}

// The four numbers of the first minutes are one alert; editors see the others.
func TestFourTollsOfTheFirstMinutesRingOnce(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.readBy(stories.NewIndex())
	r.subscribe("all")
	for _, dead := range []string{"۵", "۱۲", "۴۰", "۱٬۲۰۰"} {
		r.tell("fa", "زلزله هرات "+dead+" کشته داد", 5*time.Minute)
	}
	if got := r.chat("all").sends; got != 1 {
		t.Errorf("they were told %d times, want once", got)
	}
	all, err := r.editors.Recent(ctx, 10)
	if err != nil {
		t.Fatal(err)
	}
	offered := false
	for _, al := range all {
		offered = offered || al.Offered() && strings.Contains(al.Versions["fa"].Headline, "۱٬۲۰۰")
	}
	if !offered {
		t.Errorf("the last number is offered to nobody: %+v", all)
	}
}
