// Package tenbells holds only this test: the house of ARCHITECTURE.md, kept by reading our own sources.
package tenbells

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/tenbells/tenbells/"

// floors is who stands where. A package imports only packages of lower floors; two on one floor do not know each other.
var floors = map[string]int{
	"articles": 0, "delivery": 0, "linear": 0, "articles/language/ngram": 0,
	"articles/extract": 1, "articles/ninjs": 1, "articles/topics": 1, "articles/stories": 1, "articles/language": 1,
	"articles/language/generate": 1,
	"subscriptions":              2, "articles/feed": 2, "articles/folder": 2,
	"alerts": 3, "digest": 3,
	"bots":          4,
	"bots/telegram": 5, "bots/discord": 5, "store": 5, "jobs": 5, "web": 5,
	"bots/sandbox": 6,
	"cmd/tenbells": 7,
}

// fakes imitate platforms and import nothing of ours. Their floor is below all who use them.
var fakes = map[string]bool{"bots/telegram/telegramtest": true, "bots/discord/discordtest": true}

// suites are test kits: conformance suites and temporary databases. Only tests import them.
var suites = map[string]bool{
	"store/storetest": true, "articles/articlestest": true, "articles/stories/storiestest": true, "articles/feed/feedtest": true, "articles/feed/hubtest": true,
	"delivery/deliverytest":           true,
	"subscriptions/subscriptionstest": true, "alerts/alertstest": true, "digest/digesttest": true, "bots/botstest": true,
}

// rim says which packages alone may import a technology.
var rim = map[string][]string{
	"github.com/go-telegram/bot":    {"bots/telegram"},
	"github.com/bwmarrin/discordgo": {"bots/discord"},
	"github.com/riverqueue/":        {"jobs"},
	"database/sql":                  {"store", "jobs", "store/storetest"},
	"modernc.org/sqlite":            {"store", "jobs", "store/storetest"},
	"github.com/jackc/pgx":          {"store", "jobs", "store/storetest"},
	"github.com/robfig/cron":        {"subscriptions"},
}

// fault says what is wrong with from importing to, or "".
func fault(from, to string) string {
	for technology, users := range rim {
		if strings.HasPrefix(to, technology) && !contains(users, from) {
			return fmt.Sprintf("%s imports %s, which only %v may", from, to, users)
		}
	}
	ours, ok := strings.CutPrefix(to, module)
	if !ok {
		return ""
	}
	switch floor, known := floors[from]; {
	case suites[from]:
		return ""
	case fakes[from]:
		return fmt.Sprintf("the fake %s imports %s of ours", from, ours)
	case suites[ours]:
		return fmt.Sprintf("%s imports the test kit %s", from, ours)
	case fakes[ours] && from != "bots/sandbox" && from != "cmd/tenbells":
		return fmt.Sprintf("%s imports the fake %s", from, ours)
	case fakes[ours]:
		return ""
	case !known:
		return fmt.Sprintf("%s has no floor", from)
	case floors[ours] >= floor:
		return fmt.Sprintf("%s (floor %d) imports %s (floor %d)", from, floor, ours, floors[ours])
	}
	return ""
}

func contains(list []string, s string) bool {
	for _, item := range list {
		if item == s {
			return true
		}
	}
	return false
}

func TestImportsGoDownstairs(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		files++
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			to, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if wrong := fault(path.Dir(filepath.ToSlash(file)), to); wrong != "" {
				t.Errorf("%s: %s", file, wrong)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 20 {
		t.Fatalf("only %d source files found: the test looks in the wrong place", files)
	}
}

func TestFloorsTellRightFromWrong(t *testing.T) {
	cases := []struct {
		from, to string
		wrong    bool
	}{
		{"alerts", module + "delivery", false},
		{"alerts", module + "digest", true},        // sideways
		{"delivery", module + "articles", true},    // sideways on the ground floor
		{"subscriptions", module + "alerts", true}, // upstairs
		{"web", "database/sql", true},              // technology away from the rim
		{"bots/telegram", "github.com/go-telegram/bot/models", false},
		{"bots/discord", "github.com/go-telegram/bot", true},
		{"bots/telegram/telegramtest", module + "delivery", true},
		{"bots/telegram", module + "bots/telegram/telegramtest", true},
		{"bots/sandbox", module + "bots/telegram/telegramtest", false},
		{"store", module + "store/storetest", true},
		{"somewhere", module + "delivery", true}, // no floor
	}
	for _, c := range cases {
		if got := fault(c.from, c.to); (got != "") != c.wrong {
			t.Errorf("%s imports %s: got %q, wrong should be %v", c.from, c.to, got, c.wrong)
		}
	}
}
