package store

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// TestHotStatementsUseTheirIndexes reads SQLite's plans. None of them may walk a table that grows with readers, articles
// or messages; PostgreSQL chooses by its statistics, so its plans of empty tables say nothing.
func TestHotStatementsUseTheirIndexes(t *testing.T) {
	s, err := Open(context.Background(), "sqlite:"+t.TempDir()+"/tenbells.db", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	about := subscriptions.Query{Keys: []subscriptions.Key{"place:RU", "place:SY", "word:dam"}, Class: delivery.Flash}
	everyone := subscriptions.Query{Everyone: true, Class: delivery.Flash}
	page, pageArgs := windowStatement(about, 1, 2, 3)
	all, allArgs := windowStatement(everyone, 1, 2, 3)
	count, countArgs := countStatement(about, 0, 9)
	cases := []struct {
		name, statement string
		args            []any
		want            []string // lines of the plan
	}{
		{"a page of an audience", page, pageArgs, []string{
			"SEARCH follows USING PRIMARY KEY (key=? AND excluded=? AND subscriber>? AND subscriber<?)",
			"SEARCH s USING INTEGER PRIMARY KEY (rowid=?)",
			"SEARCH x USING COVERING INDEX follows_excluded (subscriber=?)",
		}},
		{"a page of everyone", all, allArgs, []string{"SEARCH s USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"}},
		{"an audience's size", count, countArgs, []string{
			"SEARCH follows USING PRIMARY KEY (key=? AND excluded=? AND subscriber>? AND subscriber<?)",
			"SEARCH s USING INTEGER PRIMARY KEY (rowid=?)",
		}},
		{"followed keys", followedStatement(2), []any{"a", "b"}, []string{"SEARCH f EXISTS USING PRIMARY KEY (key=?)"}},
		{"rings", ringsStatement(2), []any{1, 2, 3, 4, 5, 6}, []string{"SEARCH messages USING INDEX messages_subscriber (subscriber=?)"}},
		{"who is due", `SELECT id FROM subscribers WHERE ` + dueDigests, []any{1, 2, 3, 4}, []string{
			"SEARCH subscribers USING COVERING INDEX subscribers_due (next_digest>? AND next_digest<?)",
			"SEARCH m USING INDEX messages_subscriber (subscriber=?)",
		}},
		{"who is barred", `SELECT sealed FROM subscribers WHERE ` + barred, []any{"l", 1, 2}, []string{
			"SEARCH subscribers USING INDEX subscribers_barred (lane=? AND id>?)",
		}},
		{"what is published", recentPublications, []any{"l", 1}, []string{
			"SEARCH publications USING INDEX publications_lane (lane=? AND first>?)",
		}},
		{"what was published", oldPublications, []any{1}, []string{"SEARCH publications USING COVERING INDEX publications_first (first<?)"}},
		{"a story's thread", findThreads + `t.subscriber = $1 AND t.story = $2`, []any{1, "s"}, []string{
			"SEARCH t USING INDEX sqlite_autoindex_story_threads_1 (subscriber=? AND story=?)",
		}},
		{"owed threads", findThreads + owedThreads, []any{"l", 1}, []string{"SEARCH t USING INDEX story_threads_due (due>?)"}},
		{"old threads", oldThreads, []any{1}, []string{"SEARCH story_threads USING COVERING INDEX story_threads_first (first<?)"}},
		{"serving", serveStatement(2), []any{1, 2, 3, 4, 5}, []string{"SEARCH subscribers USING INTEGER PRIMARY KEY (rowid=?)"}},
		{"who was told", toldStatement(2), []any{1, 2}, []string{"SEARCH messages USING INDEX messages_subscriber (subscriber=?)"}},
		{"articles of a window", between, []any{1, 2, 3}, []string{
			"SEARCH born USING COVERING INDEX verdicts_first (at>? AND at<?)",
			"SEARCH verdicts USING COVERING INDEX sqlite_autoindex_verdicts_1 (article=?)",
			"SEARCH a USING INDEX sqlite_autoindex_articles_2 (id=? AND version=?)",
			"SEARCH v USING INDEX sqlite_autoindex_verdicts_1 (article=? AND version=?)",
			"SEARCH al USING INDEX alerts_article (article=?)",
		}},
		{"open alerts", openAlerts, nil, []string{"SCAN alerts USING INDEX alerts_open"}},
		{"recent alerts", recentAlerts, []any{1}, []string{"SCAN alerts USING INDEX alerts_created"}},
		{"earlier alerts", alertsBefore, []any{1, "n", 1}, []string{"SEARCH alerts USING INDEX alerts_created ((created,id)<(?,?))"}},
		{"an article's alert", `SELECT document FROM alerts WHERE ` + toldAlert, []any{"a", "s"}, []string{
			"SEARCH alerts USING INDEX alerts_article (article=?)", "SEARCH alerts USING INDEX alerts_story (story=?)",
		}},
		{"pending updates", pendingUpdates, []any{"l", 1}, []string{"SEARCH updates USING INDEX updates_pending (lane=?)"}},
		{"readers long blocked", longBlocked, []any{1, 2}, []string{"SEARCH subscribers USING COVERING INDEX subscribers_away (since<?)"}},
	}
	for _, c := range cases {
		plan, err := collect(context.Background(), s.read, scanPlan, `EXPLAIN QUERY PLAN `+c.statement, c.args...)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		text := strings.Join(plan, "\n")
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the plan lacks %q:\n%s", c.name, want, text)
			}
		}
		for _, line := range plan {
			for _, table := range []string{"follows", "subscribers", "s", "x", "messages", "m", "articles", "a", "verdicts", "v"} {
				if line == "SCAN "+table || strings.HasPrefix(line, "SCAN "+table+" ") {
					t.Errorf("%s walks a whole table: %s", c.name, line)
				}
			}
		}
	}
}

func scanPlan(rows *sql.Rows) (line string, err error) {
	var id, parent, unused int
	return line, rows.Scan(&id, &parent, &unused, &line)
}
