package store_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
)

// Messages that an earlier release has left behind stand in the lines of this one.
func TestWhatWaitedBeforeTheLinesStandsInThem(t *testing.T) {
	for dialect, url := range map[goose.Dialect]func(testing.TB) string{goose.DialectSQLite3: storetest.SQLiteURL, goose.DialectPostgres: storetest.PostgresURL} {
		t.Run(string(dialect), func(t *testing.T) {
			at := url(t)
			db := storetest.DB(t, at)
			folder := map[goose.Dialect]string{goose.DialectSQLite3: "migrations/sqlite", goose.DialectPostgres: "migrations/postgres"}[dialect]
			before, err := goose.NewProvider(dialect, db, os.DirFS(folder))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := before.UpTo(ctx, 9); err != nil {
				t.Fatal(err)
			}
			const row = `INSERT INTO messages (key, batch, lane, subscriber, op, class, rank, owed, due, expires, content, silent, state, stage, turn, note)
				VALUES ($1, 'alert/a', 'telegram/main', 1, 'send', $2, $3, 1000, 1000, 0, 'c', FALSE, $4, $5, 7, $6)`
			for _, m := range [][]any{
				{"alert/a/1", 2, 5, "queued", 0, "a channel's, held"},
				{"alert/a/2", 2, 65536 + 9, "queued", 1, "a group's, due"},
				{"alert/a/3", 5, 131072 + 31, "unknown", 1, "private"},
				{"alert/a/4", 1, 131072, "queued", 2, "parked"},
				{"alert/a/5", 1, 0, "sending", 3, "in flight"},
				{"alert/a/6", 1, 0, "sent", nil, "done"},
			} {
				if _, err := db.Exec(row, m...); err != nil {
					t.Fatal(err)
				}
			}
			storetest.Open(t, at)
			got := one(t, db, `SELECT string_agg(key || ' rank ' || rank || ' stage ' || coalesce(CAST(stage AS TEXT), '-') || ' turn ' || turn || ' ' || state || ' ' || note, '; ' ORDER BY key) FROM messages`)
			want := strings.Join([]string{
				"alert/a/1 rank 5 stage 0 turn 20 queued a channel's, held",
				"alert/a/2 rank 4294967305 stage 0 turn 21 queued a group's, due",
				"alert/a/3 rank 8589934623 stage 0 turn 52 unknown private",
				"alert/a/4 rank 8589934592 stage 2 turn 12 queued parked",
				"alert/a/5 rank 0 stage 3 turn 10 sending in flight",
				"alert/a/6 rank 0 stage - turn 10 sent done",
			}, "; ")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A database that a later release has changed is left alone: what this one would write there may mean something else.
func TestADatabaseOfANewerReleaseIsRefused(t *testing.T) {
	eachURL(t, func(t *testing.T, url string) {
		key := store.Options{Key: storetest.Key(t)}
		if _, _, err := opened(t, url, key); err != nil {
			t.Fatal(err)
		}
		if _, err := storetest.DB(t, url).Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, TRUE)`); err != nil {
			t.Fatal(err)
		}
		if _, _, err := opened(t, url, key); !errors.Is(err, store.ErrNewer) || !strings.Contains(err.Error(), "number 999") {
			t.Errorf("got %v", err)
		}
	})
}
