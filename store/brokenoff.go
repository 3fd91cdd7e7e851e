package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// brokenOffEvery is how often sessions that broke off are looked for.
const brokenOffEvery = 2 * time.Second

// endBroken ends the sessions of ours that others wait for, and whose process stopped while it was asking: the server holds
// their locks and waits for the rest of the question. To it they are active, so idleInTransaction does not end them
// (postgresql.org/docs/current/monitoring-stats.html). A session that only computes, or writes, waits for something else.
const endBroken = `WITH broken AS MATERIALIZED ( -- or the planner would end sessions before it asks whether to
		SELECT a.pid FROM pg_stat_activity a
		WHERE a.datname = current_database() AND a.usename = current_user AND a.pid <> pg_backend_pid()
			AND a.state = 'active' AND a.wait_event = 'ClientRead' AND a.state_change < clock_timestamp() - interval '5 seconds'
			AND EXISTS (SELECT FROM pg_locks w WHERE NOT w.granted AND a.pid = ANY (pg_blocking_pids(w.pid))))
	SELECT pid FROM broken WHERE pg_terminate_backend(pid)`

// endBrokenOff ends them, so that nobody waits longer for a frozen process than for its lease.
func (s *Store) endBrokenOff(ctx context.Context, pg *pgx.Conn) error {
	rows, err := pg.Query(ctx, endBroken)
	if err != nil {
		return fmt.Errorf("find sessions that broke off: %w", err)
	}
	pids, err := pgx.CollectRows(rows, pgx.RowTo[int32])
	if err != nil {
		return fmt.Errorf("end sessions that broke off: %w", err)
	}
	for _, pid := range pids {
		s.log.Warn("store: ended the session of a process that stopped in the middle of a question and held others up", "session", pid)
	}
	return nil
}
