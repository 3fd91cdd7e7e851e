package store_test

import (
	"testing"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
)

// A batch is as large as its audience: only one that really changes is gone through.
func TestABatchThatChangesNothingIsNotGoneThrough(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLiteURL, "postgres": storetest.PostgresURL} {
		t.Run(name, func(t *testing.T) {
			at := url(t)
			s, db := storetest.Open(t, at), storetest.DB(t, at)
			rows := func(where string) (n int) {
				t.Helper()
				if err := db.QueryRow(`SELECT count(*) FROM batches WHERE ` + where).Scan(&n); err != nil {
					t.Fatal(err)
				}
				return n
			}
			setBatch(t, s, delivery.BatchOpen)
			if n := rows(`TRUE`); n != 0 {
				t.Error("a batch that was never stopped is on record as opened")
			}
			setBatch(t, s, delivery.BatchPaused)
			setBatch(t, s, delivery.BatchOpen)
			if n := rows(`state = 'open' AND NOT unswept`); n != 1 {
				t.Error("a stopped batch was not opened, or not brought into line")
			}
			if _, err := db.Exec(`UPDATE batches SET swept = 'as it was'`); err != nil {
				t.Fatal(err)
			}
			setBatch(t, s, delivery.BatchOpen)
			if n := rows(`swept = 'as it was'`); n != 1 {
				t.Error("an open batch was gone through again")
			}
		})
	}
}

func setBatch(t *testing.T, s *store.Store, state delivery.BatchState) {
	t.Helper()
	if err := s.SetBatch(t.Context(), "alert/x", state); err != nil {
		t.Fatal(err)
	}
}
