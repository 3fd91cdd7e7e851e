package alerts

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
)

func TestReasonsInEnglish(t *testing.T) {
	words := func(all ...string) (rs []Reason) {
		for _, w := range all {
			rs = append(rs, reason("past-word").word("words", w))
		}
		return rs
	}
	for _, c := range []struct {
		name string
		r    Reason
		want string
	}{
		{"words", reason("marked").word("label", "Срочно").by("RFE/RL"), "Marked “Срочно” by RFE/RL."},
		{"nobody named", reason("marked-urgency").count(3).by(""), "Marked urgency 3 by the newsroom."},
		{"a span", reason("late").span(2*time.Hour + 3*time.Minute + 29*time.Second), "Against: it was published 2h3m before it reached us."},
		{"whole hours", reason("late").span(20 * time.Hour), "Against: it was published 20h before it reached us."},
		{"whole minutes", reason("late").span(50 * time.Minute), "Against: it was published 50m before it reached us."},
		{"a time", reason("expired").at(time.Date(2026, 3, 1, 9, 5, 0, 0, time.FixedZone("", 3600))), "Not sent after 2026-03-01 08:05 UTC: by then it was no longer new."},
		{"several", reason("past-likely").word("share", "43").part("list", chain("list", words("dead", "blast", "Kyiv"))), "Editors sent 43 in 100 like it: “dead”, “blast”, “Kyiv”."},
		{"turns", turning([]articles.Change{
			{Kind: "casualties", What: "dead", Before: "9", After: "12", Words: "12 dead"},
			{Kind: "actors", What: "responsibility claimed", After: "Red Dawn", Words: "claims responsibility"},
		}), "A turn in its story: dead: 12, before 9, shown by “12 dead”; new: responsibility claimed, shown by “claims responsibility”."},
		{"what the newsroom wrote is filled in nowhere", reason("names").word("words", "{{.count}}"), "It names “{{.count}}”."},
		{"a key of a newer program", Reason{Key: "none-such", Count: 2}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.r.String(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			text, err := json.Marshal(c.r)
			if err != nil {
				t.Fatal(err)
			}
			var back Reason
			if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(back, c.r) {
				t.Errorf("came back as %+v, %v", back, err)
			}
		})
	}
}

// A reason that is built on must not change the one it was built of.
func TestReasonsAreValues(t *testing.T) {
	base := reason("marked").word("label", "Flash")
	one, other := base.by("One"), base.by("Other")
	if one.String() != "Marked “Flash” by One." || other.String() != "Marked “Flash” by Other." || len(base.Words) != 1 {
		t.Errorf("%q, %q, %v", one, other, base)
	}
}

var placeholder = regexp.MustCompile(`{{\.(\w+)}}`)

func takes(key string) (names []string) {
	for _, m := range placeholder.FindAllStringSubmatch(english[key], -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestEveryReasonGivenIsASentence reads our sources: each key given to reason must be one of Sentences, and be given what
// that takes, and no more.
func TestEveryReasonGivenIsASentence(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[*ast.CallExpr]bool{}
		ast.Inspect(tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || seen[call] {
				return true
			}
			key, names := givenIn(call, seen)
			if key == "" {
				return true
			}
			given[key] = true
			slices.Sort(names)
			if english[key] == "" {
				t.Errorf("%s gives the reason %q, which is no sentence", file, key)
			} else if want := takes(key); !slices.Equal(names, want) && !graded(key) {
				t.Errorf("%s gives the reason %q %v, which takes %v", file, key, names, want)
			}
			return true
		})
	}
	if len(given) < 40 {
		t.Errorf("only %d reasons found: the test looks in the wrong place", len(given))
	}
	for key := range sentences {
		if !given[key] && !composed(key) {
			t.Errorf("nobody gives the reason %q", key)
		}
	}
}

// graded are those whose count form.graded adds.
func graded(key string) bool {
	return slices.Contains([]string{"past-text", "past-paragraphs", "past-digits", "past-quotes"}, key)
}

// composed says whether a key is put together from parts; see TestComposedKeys.
func composed(key string) bool {
	for _, begins := range []string{"one-", "some-", "overtaken-"} {
		if strings.HasPrefix(key, begins) {
			return true
		}
	}
	return key == "list" || key == "turns"
}

// givenIn reads reason("key").word("name", …).count(…) from its end; "" for any other call.
func givenIn(call *ast.CallExpr, seen map[*ast.CallExpr]bool) (key string, names []string) {
	seen[call] = true
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		if fun.Name == "reason" && len(call.Args) == 1 {
			return literal(call.Args[0]), nil
		}
	case *ast.SelectorExpr:
		before, ok := fun.X.(*ast.CallExpr)
		if !ok {
			return "", nil
		}
		key, names = givenIn(before, seen)
		switch name := fun.Sel.Name; name {
		case "word", "part":
			names = append(names, literal(call.Args[0]))
		case "at":
			names = append(names, "time")
		default:
			names = append(names, name)
		}
	}
	return key, names
}

func literal(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return s
}

func TestComposedKeys(t *testing.T) {
	var all []Reason
	for class := delivery.Flash; class < delivery.Routine; class++ {
		all = append(all, Reason{Key: "overtaken-" + class.String()})
	}
	for _, what := range []string{"article", "minute", "outlet"} {
		all = append(all, many(1, what), many(2, what))
	}
	for day := range time.Saturday + 1 {
		all = append(all, Reason{Key: dayKey(day)})
	}
	for _, r := range all {
		if r.String() == "" {
			t.Errorf("there is no sentence %q", r.Key)
		}
	}
}

// What was learned from decisions goes by these words: where they change, a model that is kept forgets them.
func TestHowAnArticleLooksIsCalledAsItWas(t *testing.T) {
	a := articles.Article{Headline: "Blast in Kyiv: 12 dead, officials say", Published: time.Date(2026, 3, 2, 7, 50, 0, 0, time.UTC)}
	got := textOf(a, Pace{Outlets: 2, Items: 9}).Marks
	want := []string{
		"a headline of 7 words", "a headline of about 36 letters", "no text yet", "a text of 0 letters or more", "0 paragraphs or more",
		"a comma in the headline", "a colon in the headline", "1 numbers in the headline", "0 digits or more in 100 letters",
		"0 quotation marks or more", "published between 07 and 08 h UTC", "published in the quarter of an hour from 07:45 UTC",
		"published on a Monday", "no text yet between 07 and 08 h UTC", "told by 2 outlets within the hour before",
		"told in 6 articles within the hour before",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestAVerdictSaysTheSameInWordsAndByKeys(t *testing.T) {
	now := time.Date(2013, 4, 29, 18, 41, 0, 0, time.UTC)
	judge := Judge{Autosend: AutosendJudged, Pace: Pace{Outlets: 4, Items: 7}, Big: bigness(heatOf(articles.Findings{Lately: 8, Outlets: 3, Span: time.Hour}))}
	for _, a := range []articles.Article{
		{Headline: "Two children killed as 12 die in blast, president says", MayRing: true, Language: "en"},
		{Headline: "How the ministry changed", Urgency: 3, Published: now.Add(-3 * time.Hour)},
		{Headline: "СРОЧНО: взрыв в Киеве", Status: articles.Withheld},
	} {
		a.Seen = now
		v := judge.Judge(a, articles.Findings{}, now)
		if len(v.Reasons) < 2 || !slices.Equal(inEnglish(v.Because), v.Reasons) {
			t.Errorf("%q: in words %q, by keys %q", a.Headline, v.Reasons, inEnglish(v.Because))
		}
	}
}
