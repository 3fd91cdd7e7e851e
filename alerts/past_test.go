package alerts

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/linear"
)

// decided is decisions of a desk that sends what closes borders and banks, one article in four, and leaves the rest.
func decided(n int) []Decision {
	begin := time.Date(2013, 4, 1, 6, 0, 0, 0, time.UTC)
	closing := []string{"Border closed after %s incident", "Central bank of %s closed", "%s closed all airports"}
	quiet := []string{"A season of %s wines", "%s museum shows new paintings", "The long road through %s", "Cooking with %s herbs"}
	places := []string{"Moldovan", "Georgian", "Kazakh", "Serbian", "Armenian", "Tajik", "Uzbek"}
	var all []Decision
	for i := range n {
		a := articles.Article{Published: begin.Add(time.Duration(i) * time.Hour), Body: []string{"A text of some length, about this and that."}}
		d := Decision{Did: DeedLeft}
		if i%4 == 0 {
			d.Did = []Deed{DeedSent, DeedCorrected}[i/4%2]
			a.Headline = fmt.Sprintf(closing[i/4%len(closing)], places[i%len(places)])
		} else {
			a.Headline = fmt.Sprintf(quiet[i%len(quiet)], places[i%len(places)])
		}
		d.Article = a
		all = append(all, d)
	}
	return all
}

func learned(t testing.TB, ds []Decision) (*Past, PastReport) {
	t.Helper()
	p, report, err := LearnPast(t.Context(), ds)
	if err != nil {
		t.Fatal(err)
	}
	return p, report
}

func TestThePastIsLearned(t *testing.T) {
	p, report := learned(t, decided(400))
	if report.Decisions != 400 || report.Sent != 100 || report.HeldBack != 40 || !report.Better() || report.Learned < 0.95 {
		t.Errorf("report %+v", report)
	}
	like := articles.Article{Headline: "Stock exchange closed", Body: []string{"A text."}}
	unlike := articles.Article{Headline: "New paintings and wines", Body: []string{"A text."}}
	yes, no := p.Opinion(like, Pace{}), p.Opinion(unlike, Pace{})
	if !yes.Likely || no.Likely || yes.Likelihood <= no.Likelihood {
		t.Errorf("of what is sent: %+v; of what is not: %+v", yes, no)
	}
	if !strings.Contains(strings.Join(yes.Reasons, " "), "“closed”") {
		t.Errorf("the reasons %q do not name “closed”", yes.Reasons)
	}
}

func TestThePastLearnsFromDeeds(t *testing.T) {
	recalled := decided(400)
	for i := range recalled {
		if strings.Contains(recalled[i].Article.Headline, "airports") {
			recalled[i].Did = DeedRecalled
		}
	}
	p, _ := learned(t, recalled)
	airports := p.Opinion(articles.Article{Headline: "Uzbek closed all airports", Body: []string{"A text."}}, Pace{})
	bank := p.Opinion(articles.Article{Headline: "Central bank of Uzbek closed", Body: []string{"A text."}}, Pace{})
	if airports.Likelihood >= bank.Likelihood || airports.Likely || !bank.Likely {
		t.Errorf("what was recalled: %+v; what was sent or corrected: %+v", airports, bank)
	}
}

// The newsroom's mark is read before the past is asked; a model that learned it would learn nothing else.
func TestThePastDoesNotLookAtMarks(t *testing.T) {
	a := decided(1)[0].Article
	marked := a
	marked.Urgency, marked.Section, marked.Keywords, marked.Subjects = 1, "Breaking", []string{"urgent"}, []articles.Topic{"topic:x"}
	marked.Dateline, marked.Places, marked.Outlet = "KYIV", []articles.Place{"UA"}, "X"
	if got, want := fmt.Sprint(textOf(marked, Pace{})), fmt.Sprint(textOf(a, Pace{})); got != want {
		t.Errorf("a marked article is read as\n%s\nwant\n%s", got, want)
	}
}

func TestTooFewDecisions(t *testing.T) {
	onlyLeft := decided(400)
	for i := range onlyLeft {
		onlyLeft[i].Did = DeedLeft
	}
	for name, ds := range map[string][]Decision{"none": nil, "few": decided(MinDecisions - 1), "nothing sent": onlyLeft} {
		if _, _, err := LearnPast(t.Context(), ds); !errors.Is(err, ErrTooFewDecisions) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestThePastComesBackAsItWas(t *testing.T) {
	p, _ := learned(t, decided(200))
	again, _ := learned(t, decided(200))
	b, err := p.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	if same, _ := again.MarshalBinary(); !bytes.Equal(b, same) {
		t.Error("the same decisions gave other bytes")
	}
	var back Past
	if err := back.UnmarshalBinary(b); err != nil {
		t.Fatal(err)
	}
	a := decided(1)[0].Article
	if got, want := back.Opinion(a, Pace{}), p.Opinion(a, Pace{}); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if err := back.UnmarshalBinary(b[:len(b)/2]); !errors.Is(err, linear.ErrDamaged) {
		t.Errorf("half of it: got %v", err)
	}
	m, err := linear.Train(t.Context(), []linear.Example{
		{Text: linear.Text{Title: "x y"}, Labels: []string{"sport"}}, {Text: linear.Text{Title: "x y"}, Labels: []string{"sport"}},
		{Text: linear.Text{Title: "z w"}, Labels: []string{"art"}}, {Text: linear.Text{Title: "z w"}, Labels: []string{"art"}},
	}, linear.Options{})
	if err != nil {
		t.Fatal(err)
	}
	of, _ := m.MarshalBinary()
	if err := back.UnmarshalBinary(of); !errors.Is(err, linear.ErrDamaged) {
		t.Errorf("a model of topics: got %v", err)
	}
}

func TestAMachineAsksAndDoesNotRing(t *testing.T) {
	past, _ := learned(t, decided(400))
	now := time.Date(2013, 4, 29, 18, 41, 0, 0, time.UTC)
	a := articles.Article{Headline: "Border closed after Georgian incident", Language: "en", Body: []string{"A text."}, MayRing: true, Published: now, Seen: now}
	// this desk sends at 18 h and leaves what is published at 17 h
	dies := decided(4)[3].Article
	dies.Headline, dies.Language, dies.MayRing = dies.Headline+" dies", "en", true
	dies.Published = now.Add(-101 * time.Minute)
	dies.Seen = dies.Published
	cases := []struct {
		name        string
		a           articles.Article
		j           Judge
		class       delivery.Class
		rings, asks bool
		says        string
	}{
		{"rules find nothing", a, Judge{Autosend: AutosendMarked}, delivery.Routine, false, false, ""},
		{"the past asks", a, Judge{Autosend: AutosendMarked, Past: past}, delivery.Urgent, false, true, "Editors sent"},
		{"and rings where it may", a, Judge{Autosend: AutosendJudged, Past: past}, delivery.Urgent, true, false, "“closed”"},
		{"a rule asks", dies, Judge{Autosend: AutosendMarked}, delivery.Urgent, false, true, "“dies”"},
		{"unless the past knows better", dies, Judge{Autosend: AutosendMarked, Past: past}, delivery.Routine, false, false, "Against: editors sent"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			v := c.j.Judge(c.a, articles.Findings{}, now)
			if v.Class != c.class || v.Rings != c.rings || v.Ask != c.asks || !strings.Contains(strings.Join(v.Reasons, " "), c.says) {
				t.Errorf("got %s, rings %v, asks %v, %q; want %s, %v, %v, %q", v.Class, v.Rings, v.Ask, v.Reasons, c.class, c.rings, c.asks, c.says)
			}
		})
	}
}

func TestAveragePrecision(t *testing.T) {
	cases := []struct {
		name   string
		scores []float64
		yes    []bool
		want   float64
	}{
		{"perfect", []float64{3, 2, 1}, []bool{true, true, false}, 1},
		{"worst", []float64{3, 2, 1}, []bool{false, false, true}, 1. / 3},
		{"in between", []float64{4, 3, 2, 1}, []bool{true, false, true, false}, (1 + 2./3) / 2},
		{"no opinion is the share of yes", []float64{1, 1, 1, 1}, []bool{true, false, false, false}, 0.25},
		{"nothing to find", []float64{1}, []bool{false}, 0},
	}
	for _, c := range cases {
		if got := AveragePrecision(c.scores, c.yes); got < c.want-1e-9 || got > c.want+1e-9 {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}
