package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

var onPostgres = dialect{
	name:     "postgres",
	skipRow:  "FOR UPDATE SKIP LOCKED",
	lockRow:  "FOR UPDATE",
	shareRow: "FOR SHARE",
	narrow:   byIndex,
	roomy:    true,
	part:     500,
	rows:     256,
	debts:    []int{250},
	values:   5000,
	unique:   func(err error) bool { return postgresCode(err, "23505") },
	conflict: func(err error) bool { return postgresCode(err, "40001", "40P01") },
}

func postgresCode(err error, codes ...string) bool {
	var fault *pgconn.PgError
	return errors.As(err, &fault) && slices.Contains(codes, fault.Code)
}

// byIndex keeps the planner from reading all of a table to find a few rows. A turn's statements are planned when the table
// of messages is small, or seems so for want of statistics, and their plans are kept: one that scans made claims three
// times as dear among 20,000 messages (postgresql.org/docs/current/runtime-config-query.html).
const byIndex = `SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`

// channel is the name under which processes notify each other.
const channel = "tenbells"

// idleInTransaction is how long a transaction may wait for its next statement. Ours do so for milliseconds: one that
// waits longer is that of a process which is frozen, and would keep the locks on its rows from whoever takes over. It is
// shorter than a lease (postgresql.org/docs/current/runtime-config-client.html).
const idleInTransaction = "SET idle_in_transaction_session_timeout = '5s'"

func (s *Store) openPostgres(ctx context.Context, url string) error {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return err
	}
	db := stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, idleInTransaction)
		return err
	}))
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	if err := db.PingContext(ctx); err != nil {
		return errors.Join(err, db.Close())
	}
	s.dialect, s.write, s.read = onPostgres, db, db
	return nil
}

// watchPostgres wakes those whom another process has notified, and ends sessions that broke off in between. It returns when
// ctx ends, or with the error that cost the connection.
func (s *Store) watchPostgres(ctx context.Context) error {
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // see the end of Raw: the connection is not handed back
	return conn.Raw(func(raw any) error {
		pg := raw.(*stdlib.Conn).Conn()
		if _, err := pg.Exec(ctx, "LISTEN "+channel); err != nil {
			return fmt.Errorf("listen: %w", err)
		}
		s.waker.wake(topics...) // what happened before we listened
		for look := s.now(); ; {
			if !s.now().Before(look) {
				if err := s.endBrokenOff(ctx, pg); err != nil && ctx.Err() == nil {
					return err
				}
				look = s.now().Add(brokenOffEvery)
			}
			topic, err := notification(ctx, pg, look.Sub(s.now()))
			if ctx.Err() != nil {
				return nil
			}
			if err != nil {
				return fmt.Errorf("listen: %w", err)
			}
			s.waker.wake(topic)
		}
	})
}

// notification waits for one at most as long as most; "": none came.
func notification(ctx context.Context, pg *pgx.Conn, most time.Duration) (Topic, error) {
	ctx, cancel := context.WithTimeout(ctx, max(most, time.Millisecond))
	defer cancel()
	n, err := pg.WaitForNotification(ctx)
	if pgconn.Timeout(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return Topic(n.Payload), nil
}

// notify tells other processes of a change when tx commits. On SQLite they see it by themselves.
func (s *Store) notify(ctx context.Context, tx execer, t Topic) error {
	if s.dialect.name != onPostgres.name {
		return nil
	}
	_, err := tx.ExecContext(ctx, `SELECT pg_notify($1, $2)`, channel, string(t))
	return err
}
