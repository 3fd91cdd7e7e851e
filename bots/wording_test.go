package bots

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/tenbells/tenbells/alerts"
)

// catalogue is one file as it stands: the forms of each message. In English there are the reasons beside it.
func catalogue(t *testing.T, lang string) map[string][]string {
	t.Helper()
	text, err := wordFiles.ReadFile("words/" + lang + ".toml")
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]any
	if err := toml.Unmarshal(text, &raw); err != nil {
		t.Fatal(err)
	}
	messages := map[string][]string{}
	if lang == English {
		for key, text := range alerts.Sentences() {
			messages[reasonID(key)] = []string{text}
		}
	}
	for id, value := range raw {
		switch value := value.(type) {
		case string:
			messages[id] = []string{value}
		case map[string]any:
			for _, form := range value {
				messages[id] = append(messages[id], form.(string))
			}
		}
	}
	return messages
}

var placeholder = regexp.MustCompile(`{{\s*\.(\w+)\s*}}`)

// placeholders is the set of values a message takes. An ordinal is made from the number.
func placeholders(form string) []string {
	set := map[string]bool{}
	for _, m := range placeholder.FindAllStringSubmatch(form, -1) {
		set[strings.Replace(m[1], "ordinal", "number", 1)] = true
	}
	return slices.Sorted(maps.Keys(set))
}

func TestAllCataloguesSayTheSameThings(t *testing.T) {
	en := catalogue(t, English)
	for _, lang := range Languages() {
		other := catalogue(t, lang)
		for id := range other {
			if en[id] == nil {
				t.Errorf("%s has %q, which English lacks", lang, id)
			}
		}
		for id, forms := range en {
			if other[id] == nil {
				t.Errorf("%s lacks %q", lang, id)
				continue
			}
			want := placeholders(forms[0])
			for _, form := range other[id] {
				if got := placeholders(form); !slices.Equal(got, want) {
					t.Errorf("%s: %q fills in %v, English %v: %q", lang, id, got, want, form)
				}
				if strings.ContainsAny(form, "!<>") {
					t.Errorf("%s: %q shouts or has markup: %q", lang, id, form)
				}
			}
		}
	}
}

// TestEveryMessageUsedExists reads our sources: each literal id handed to Say, here and in the platforms, must exist,
// and all it takes must be handed over.
func TestEveryMessageUsedExists(t *testing.T) {
	en, calls := catalogue(t, English), 0
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			return nil // the compiler says what is wrong with it
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				calls += checkSay(t, file, en, call)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if calls < 3 {
		t.Errorf("only %d calls found: the test looks in the wrong place", calls)
	}
}

func checkSay(t *testing.T, file string, en map[string][]string, call *ast.CallExpr) int {
	name, from := "", 1
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		name = fun.Name
	case *ast.SelectorExpr:
		name = fun.Sel.Name
	}
	if name == "say" {
		from = 0 // a visitor's own language is understood
	} else if name != "Say" {
		return 0
	}
	if len(call.Args) <= from {
		return 0
	}
	id := literal(call.Args[from])
	if id == "" || call.Ellipsis.IsValid() {
		return 0
	}
	if en[id] == nil {
		t.Errorf("%s says %q, which is in no catalogue", file, id)
		return 1
	}
	var given []string
	for i := from + 1; i < len(call.Args); i += 2 {
		given = append(given, literal(call.Args[i]))
	}
	for _, want := range placeholders(en[id][0]) {
		if !slices.Contains(given, want) {
			t.Errorf("%s says %q without %q", file, id, want)
		}
	}
	return 1
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

func TestSay(t *testing.T) {
	cases := []struct {
		name, lang, id string
		args           []any
		want           string
	}{
		{"English", "en", "flash-prefix", []any{"headline", "Ceasefire"}, "FLASH. Ceasefire"},
		{"one", "en", "digest-since", []any{"count", 1, "time", "Sunday 08:00"}, "1 story since Sunday 08:00"},
		{"several", "en", "digest-since", []any{"count", 5, "time", "Sunday 08:00"}, "5 stories since Sunday 08:00"},
		{"Russian few", "ru", "reports", []any{"count", 3}, "3 сообщения"},
		{"Russian many", "ru", "reports", []any{"count", 11}, "11 сообщений"},
		{"Russian one again", "ru", "reports", []any{"count", 21}, "21 сообщение"},
		{"a region", "ru-RU", "read", nil, "Читать"},
		{"a language we do not speak", "xx", "read", nil, "Read"},
		{"no language", "", "read", nil, "Read"},
		{"third", "en", "report-number", []any{"number", 3}, "3rd report on this story"},
		{"eleventh", "en", "report-number", []any{"number", 11}, "11th report on this story"},
		{"twenty-second", "en", "report-number", []any{"number", 22}, "22nd report on this story"},
		{"text of the newsroom is not a template", "en", "updated", []any{"time", "14:32", "note", "{{.time}}"}, "Updated 14:32: {{.time}}"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := Say(c.lang, c.id, c.args...); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestClock(t *testing.T) {
	now := time.Date(2013, 4, 29, 18, 42, 0, 0, time.UTC) // a Monday
	cases := []struct {
		name string
		t    time.Time
		zone string
		lang string
		want string
	}{
		{"today", now, "UTC", "en", "18:42"},
		{"in the reader's zone", now, "Europe/Prague", "en", "20:42"},
		{"yesterday", now.Add(-24 * time.Hour), "UTC", "en", "Sunday 18:42"},
		{"today in UTC, yesterday there", now.Add(-18 * time.Hour), "America/New_York", "en", "Sunday 20:42"},
		{"yesterday in Russian", now.Add(-24 * time.Hour), "UTC", "ru", "вс 18:42"},
		{"a week ago", now.Add(-7 * 24 * time.Hour), "UTC", "en", "22 April 18:42"},
		{"a zone that means nothing", now, "Nowhere/Town", "en", "18:42"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := Clock(c.t, now, c.zone, c.lang); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if got := Day(now, "Europe/Moscow", "ru"); got != "Понедельник, 29 апреля" {
		t.Errorf("got %q", got)
	}
}

var messageID = regexp.MustCompile(`(?m)^([\w-]+) = `)

// idsIn lists the messages of a catalogue.
func idsIn(text string) []string {
	var ids []string
	for _, m := range messageID.FindAllStringSubmatch(text, -1) {
		ids = append(ids, m[1])
	}
	return ids
}
