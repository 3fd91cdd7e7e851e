package store_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
)

// A transaction of bundles is done as a whole or not at all, and leaves no connection in its midst.
func TestATransactionOfBundlesIsDoneAsAWholeOrNotAtAll(t *testing.T) {
	const (
		halt    = `INSERT INTO halts (name, since) VALUES ('all', 1)`
		nothing = `DELETE FROM halts WHERE name = ''`
		broken  = `INSERT INTO halts (name, since) VALUES (NULL, 1)`
	)
	goOn := func(err error) error { return err }
	for name, c := range map[string]struct {
		first, last string
		between     func(end context.CancelFunc) func(error) error
		done        bool
	}{
		"it is done":              {halt, nothing, nil, true},
		"it is done with its end": {nothing, halt, nil, true},
		"its beginning fails":     {broken, halt, nil, false},
		"its end fails":           {halt, broken, nil, false},
		"what is between fails":   {halt, nothing, func(context.CancelFunc) func(error) error { return func(error) error { return errors.New("no") } }, false},
		"its time ends": {halt, nothing, func(end context.CancelFunc) func(error) error {
			return func(err error) error { end(); return err }
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				ctx, end := context.WithTimeout(context.Background(), time.Minute)
				defer end()
				between := goOn
				if c.between != nil {
					between = c.between(end)
				}
				if err := s.Ask(ctx, c.first, between, c.last); (err == nil) != c.done {
					t.Errorf("it ended with %v", err)
				}
				halted, err := s.Halted(context.Background())
				if err != nil || halted != c.done {
					t.Errorf("halted: %t, %v", halted, err)
				}
				if err := s.Ask(context.Background(), nothing, goOn, nothing); err != nil {
					t.Errorf("the next one: %v", err)
				}
			})
		})
	}
}

func TestATransactionOfBundlesWhoseConnectionIsLostIsUndone(t *testing.T) {
	url := storetest.PostgresURL(t)
	s, other := storetest.Open(t, url), storetest.DB(t, url)
	const halt = `INSERT INTO halts (name, since) VALUES ('all', 1)`
	err := s.Ask(context.Background(), halt, func(err error) error { return errors.Join(err, endInTransaction(other)) }, `DELETE FROM halts WHERE name = ''`)
	if err == nil {
		t.Error("it is said to be done")
	}
	if halted, err := s.Halted(context.Background()); err != nil || halted {
		t.Errorf("halted: %t, %v", halted, err)
	}
	if err := s.Ask(context.Background(), halt, func(err error) error { return err }, `DELETE FROM halts WHERE name = ''`); err != nil {
		t.Errorf("the next one: %v", err)
	}
}

// Its locks would be held until the connection is asked for again.
func TestATransactionOfBundlesThatFailsLeavesNoSessionInItsMidst(t *testing.T) {
	url := storetest.PostgresURL(t)
	s, other := storetest.Open(t, url), storetest.DB(t, url)
	const halt, broken = `INSERT INTO halts (name, since) VALUES ('all', 1)`, `INSERT INTO halts (name, since) VALUES (NULL, 1)`
	for name, ask := range map[string]func() error{
		"in its beginning": func() error { return s.Ask(context.Background(), broken, func(err error) error { return err }, halt) },
		"in between": func() error {
			return s.Ask(context.Background(), halt, func(error) error { return errors.New("no") }, halt)
		},
		"in its end": func() error { return s.Ask(context.Background(), halt, func(err error) error { return err }, broken) },
		"and is passed over": func() error {
			return s.Ask(context.Background(), broken, func(error) error { return nil }, "")
		},
	} {
		if ask() == nil {
			t.Errorf("%s: it is said to be done", name)
		}
		var left int
		err := other.QueryRow(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`).Scan(&left)
		if err != nil || left != 0 {
			t.Errorf("%s: %d sessions are left in the midst of a transaction, %v", name, left, err)
		}
	}
}

// endInTransaction ends the sessions that are in the midst of a transaction.
func endInTransaction(db *sql.DB) error {
	_, err := db.Exec(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`)
	return err
}

func TestATransactionOfBundlesThatLostARaceIsRepeated(t *testing.T) {
	s := storetest.Postgres(t)
	const race = `DO $$ BEGIN IF (SELECT count(*) FROM halts) = 1 THEN RAISE EXCEPTION USING ERRCODE = '40001'; END IF; END $$`
	times := 0
	err := s.Ask(context.Background(), `INSERT INTO halts (name, since) VALUES ('all', 1)`, func(err error) error { times++; return err }, race)
	if err == nil || times != 11 {
		t.Errorf("after %d times it ended with %v", times, err)
	}
	if halted, err := s.Halted(context.Background()); err != nil || halted {
		t.Errorf("halted: %t, %v", halted, err)
	}
}

// Who is stopped while the database commits would else not know what became of the claim, and leave all of it in doubt.
func TestATransactionOfBundlesIsNotCutOffAtItsEnd(t *testing.T) {
	url := storetest.PostgresURL(t)
	s := storetest.Open(t, url)
	_, err := storetest.DB(t, url).Exec(`CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS
		$$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; EXCEPTION WHEN query_canceled THEN RETURN NULL; END $$;
		CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON halts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION linger()`)
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	defer end()
	asked := s.Ask(ctx, `INSERT INTO halts (name, since) VALUES ('all', 1)`, func(err error) error {
		time.AfterFunc(100*time.Millisecond, end)
		return err
	}, "")
	halted, err := s.Halted(context.Background())
	if err != nil || halted != (asked == nil) {
		t.Errorf("halted: %t, %v; the answer was %v", halted, err, asked)
	}
}
