package store

import (
	"context"
	"database/sql"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// planned are the ledger's statements and the index each must use. Without one, a claim would walk past every message
// that is held until morning, or parked, or done.
var planned = map[string]struct{ query, index string }{
	"candidates": {findCandidates, "messages_line"},
	"heads":      {findHeads, "messages_line"},
	"recover":    {recoverFlying, "messages_flying"},
	"settle":     {dialect{}.settleSome(2), "PRIMARY KEY"},
	"edited":     {dialect{}.showEdited(2), "PRIMARY KEY"},
	"mark":       {dialect{}.markSome(2), "PRIMARY KEY"},
	"originals":  {findOriginals(2), "PRIMARY KEY"},
	"flying":     {findOriginals(2), "messages_flying"},
	"pings":      {countPings, "messages_subscriber"},
	"page end":   {findPageEnd, "PRIMARY KEY"},
	"pause":      {new(Store).sends(swept["paused"]), "PRIMARY KEY"},
	"open":       {new(Store).sends(swept["open"]), "PRIMARY KEY"},
	"cancel":     {new(Store).sends(swept["cancelled"]), "PRIMARY KEY"},
	"in doubt":   {new(Store).sends(inDoubt), "PRIMARY KEY"},
	"follow up":  {findTold("shown"), "PRIMARY KEY"},
	"unfinished": {findUnfinished, "PRIMARY KEY"},
	"counts":     {countBatch, "PRIMARY KEY"},
	"purge":      {findPurgeable, "messages_purge"},
	"owner":      {`DELETE FROM messages WHERE subscriber = $1`, "messages_subscriber"},
	"editions":   {findEditions, "contents_saved"},
	"old":        {deleteContents, "contents_saved"},
	"unswept":    {`SELECT EXISTS (SELECT 1 FROM batches WHERE unswept)`, "batches_unswept"},
}

func TestNoStatementOfTheLedgerScansTheMessages(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "plan.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	for name, p := range planned {
		t.Run(name, func(t *testing.T) {
			steps := plan(t, s, p.query)
			if !strings.Contains(steps, p.index) {
				t.Errorf("does not use %s:\n%s", p.index, steps)
			}
			if scan.MatchString(steps) {
				t.Errorf("scans:\n%s", steps)
			}
			if sort := "TEMP B-TREE FOR ORDER BY"; strings.Contains(steps, sort) {
				t.Errorf("sorts:\n%s", steps)
			}
		})
	}
}

// scan finds a step that walks a whole table or index of ours. An index of only the unswept is as short as it can be.
var scan = regexp.MustCompile(`SCAN (messages|m|f|contents|figures)\b`)

func plan(t *testing.T, s *Store, query string) string {
	t.Helper()
	read := func(rows *sql.Rows) (step string, err error) {
		var id, parent, unused int
		return step, rows.Scan(&id, &parent, &unused, &step)
	}
	args := make([]any, highest(query))
	steps, err := collect(context.Background(), s.read, read, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(steps, "\n")
}

var parameter = regexp.MustCompile(`\$(\d+)`)

// highest is how many parameters a query has.
func highest(query string) int {
	seen := map[string]bool{}
	for _, found := range parameter.FindAllString(query, -1) {
		seen[found] = true
	}
	return len(seen)
}
