package stories

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// tell places headlines ten minutes apart, and answers what was said of the last.
func tell(ix *Index, headlines ...string) Placement {
	var p Placement
	for i, h := range headlines {
		name := h
		if slices.Contains(headlines[:i], h) {
			name = "copy of " + h
		}
		p = ix.Take(article(name, h, time.Duration(i)*10*time.Minute), nil)
	}
	return p
}

func TestWhatAnArticleBrings(t *testing.T) {
	const first = "Three dead as ferry Aurora runs aground off Lindholm"
	for _, tt := range []struct {
		name, next string
		want       Development
		evidence   string
	}{
		{"a copy", first, Repeat, "the same headline"},
		{"a copy that says so", "RPT-" + first, Repeat, ""},
		{"an update under the same headline", "UPDATE 1-" + first, Update, "update 1"},
		{"a correction", "CORRECTED-" + first, Correction, "correction"},
		{"a refiled update", "REFILE-UPDATE 2-" + first, Correction, "correction"},
		{"other words for the same", "Ferry Aurora runs aground off Lindholm, three dead", Update, "shared names"},
		{"more dead", "Five dead as ferry Aurora runs aground off Lindholm", Turn, "dead: 5, before 3, shown by “Five dead”"},
		{"an arrest", "Captain arrested as ferry Aurora runs aground off Lindholm", Turn, "arrested"},
		{"something else", "Parliament votes on the clocks again", First, "nothing recent"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := tell(NewIndex(), first, tt.next)
			if p.Is != tt.want || !strings.Contains(strings.Join(p.Evidence, "; "), tt.evidence) {
				t.Errorf("it is a %s because of %q, want %s because of %q", p.Is, p.Evidence, tt.want, tt.evidence)
			}
			if (p.Story == IDOf(articles.ID(first))) != (tt.want != First) {
				t.Errorf("its story is %s", p.Story)
			}
		})
	}
}

func TestTurnIsOneOnce(t *testing.T) {
	ix := NewIndex()
	p := tell(ix, "Three dead as ferry Aurora runs aground off Lindholm", "Five dead as ferry Aurora runs aground off Lindholm",
		"Ferry Aurora aground off Lindholm: five dead, says coast guard")
	if p.Is == Turn {
		t.Errorf("what was told is told as a turn: %q", p.Evidence)
	}
}

func TestTollsAreReadInSeveralLanguages(t *testing.T) {
	for headline, want := range map[string]toll{
		"Death toll rises to 27 in school shooting":                  {what: "dead", many: 27},
		"Число погибших в автокатастрофе выросло до пяти":            {what: "dead", many: 5},
		"Пять человек погибли в ДТП на трассе «Амур»":                {what: "dead", many: 5},
		"Кількість загиблих зросла до 14":                            {what: "dead", many: 14},
		"Zwölf Verletzte, 3 Tote nach Unfall":                        {what: "dead", many: 3},
		"12 injured in blast":                                        {what: "hurt", many: 12},
		"Election of 2012 was won by dead man":                       {},
		"Apple shares open down 3.9 pct after UBS cuts price target": {},
	} {
		got := tollsIn(headline, "")
		if want.what == "" && len(got) > 0 || want.what != "" && !slices.ContainsFunc(got, func(g toll) bool { return g.what == want.what && g.many == want.many }) {
			t.Errorf("%q: %+v, want %+v", headline, got, want)
		}
	}
}

func TestMarkedUpdateIsToldOtherwise(t *testing.T) {
	const says, hurts = "Verifone warns of slowdown in Latin America", "Latin American slowdown hurts Verifone"
	for _, tt := range []struct {
		before, marker, next string
		after                time.Duration
		joins                bool
	}{
		{"", "", says, 2 * time.Hour, false},
		{"", "UPDATE 1-", says, 2 * time.Hour, true},
		{"", "UPDATE 1-", says, 20 * time.Hour, false}, // no desk is at it still
		{"", "RPT-", says, 2 * time.Hour, false},       // it was told in these words before, which nobody remembers
		{"", "REFILE-", says, 2 * time.Hour, false},
		{"", "REFILE-UPDATE 1-", says, 2 * time.Hour, true},
		{"", "UPDATE 1-", hurts, 2 * time.Hour, false},
		{"UPDATE 1-", "UPDATE 2-", hurts, 2 * time.Hour, true},
	} {
		ix := NewIndex()
		tell(ix, "Markets open higher in Europe on Monday", "Rain expected in Prague all week long", "Voters go to polls in Ghana today")
		was := ix.Take(article("a", tt.before+"Verifone earnings forecast lags estimates; shares fall", time.Hour), nil)
		next := ix.Take(article("b", tt.marker+tt.next, time.Hour+tt.after), nil)
		if joins := next.Story == was.Story; joins != tt.joins {
			t.Errorf("%q joins %s later: %t, want %t: %q", tt.marker+tt.next, tt.after, joins, tt.joins, next.Evidence)
		}
	}
}

func TestTextTellsWhatHeadlinesDoNot(t *testing.T) {
	text := "Coast guards said the ferry Aurora struck the Kallgrund shoal near Lindholm shortly before dawn with ninety passengers aboard, " +
		"and divers were searching the flooded engine room for two mechanics"
	place := func(body string) bool {
		ix := NewIndex()
		one, two := article("one", "Night of terror at sea for holiday makers", 0), article("two", "Divers search flooded engine room after accident", time.Hour)
		one.Body, two.Body = []string{text}, []string{body}
		return ix.Place(one, nil) == ix.Place(two, nil)
	}
	if !place("Divers searched the flooded engine room of the ferry Aurora, which struck the Kallgrund shoal near Lindholm before dawn") {
		t.Error("two articles of one accident are two stories")
	}
	if place("Parliament debated the budget for schools and hospitals until midnight without coming to a vote") {
		t.Error("an accident and a debate are one story")
	}
}

func TestNamesAndNumbersJoinLanguages(t *testing.T) {
	ix := NewIndex()
	one := tell(ix, "Volodymyr Zelenskiy meets Erdogan in Istanbul, 1450 prisoners freed")
	two := ix.Take(article("ru", "Зеленский и Эрдоган в Истамбуле: Volodymyr Zelenskiy, Erdogan, Istanbul, 1450", time.Hour), nil)
	if one.Story != two.Story {
		t.Errorf("names and numbers in two alphabets are of two stories: %q", two.Evidence)
	}
}

func TestStoryEndsWithItsAge(t *testing.T) {
	ix, days := NewIndex(), 0
	first := ix.Place(article("0", "The ferry Aurora to Lindholm does not run today", 0), nil)
	for ; days < 30; days++ {
		a := article("0", "The ferry Aurora to Lindholm does not run today", time.Duration(days)*24*time.Hour)
		a.ID = articles.ID(a.Published.String())
		if ix.Place(a, nil) != first {
			break
		}
	}
	if want := int(Age/(24*time.Hour)) + 1; days != want {
		t.Errorf("a story took in what came for %d days, want %d", days, want)
	}
}

func TestExplainShowsTheNearest(t *testing.T) {
	ix := NewIndex()
	tell(ix, "Three dead as ferry Aurora runs aground off Lindholm", "Minister Halonen visits Lindholm harbour after ferry accident",
		"Five dead as ferry Aurora runs aground off Lindholm")
	e, ok := ix.Explain("Five dead as ferry Aurora runs aground off Lindholm")
	if !ok || e.Recent != 2 || len(e.Nearest) != 1 || e.Nearest[0].Is != First {
		t.Fatalf("explained as %+v", e)
	}
	if why := strings.Join(e.Nearest[0].Why, "; "); !strings.Contains(why, "aurora") || !strings.Contains(why, "20 min apart") {
		t.Errorf("because %q", why)
	}
	if len(e.Others) != 1 {
		t.Errorf("others are %+v, want the minister's visit", e.Others)
	}
	if _, ok := ix.Explain("unknown"); ok {
		t.Error("an article that nobody placed is explained")
	}
}
