package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

const (
	// ripenPage is how many messages of one class become ripe in one turn: a morning's half million ripens beside the
	// sending, and a flash that falls due in the same minute is not behind them.
	ripenPage = 500

	// patience is how long a less urgent message waits behind more urgent ones before it is lifted.
	patience = 30 * time.Minute

	// liftEvery is how many claims there are to one message lifted. What has lost patience goes before bulletins,
	// never before a flash, and never takes more than its share.
	liftEvery = 8
)

// turnOf is a class's place in the order of claims.
func turnOf(c delivery.Class) int { return 10 * int(c) }

// lifted is the place of what has lost patience: after flashes, before bulletins.
var lifted = turnOf(delivery.Bulletin) - 5

// earliest is when the first message of a stage and turn falls due.
type earliest struct {
	stage stage
	turn  int
	due   sql.Null[int64]
}

// ripen makes ripe what has fallen due, and lifts what has waited too long. It answers when the next message falls due;
// zero: none is waiting.
func (s *Store) ripen(ctx context.Context, tx *sql.Tx, lane delivery.Lane, now time.Time) (time.Time, error) {
	first, err := s.earliest(ctx, tx, lane)
	if err != nil {
		return time.Time{}, err
	}
	ripened := 0
	for _, e := range first {
		if e.stage != waiting || !e.due.Valid || e.due.V > millis(now) {
			continue
		}
		n, err := changed(s.quick(tx).ExecContext(ctx, ripenSome, lane, e.turn, millis(now), ripenPage))
		if err != nil {
			return time.Time{}, err
		}
		ripened += n
	}
	if err := s.lift(ctx, tx, lane, first, now); err != nil {
		return time.Time{}, err
	}
	if ripened > 0 {
		if first, err = s.earliest(ctx, tx, lane); err != nil {
			return time.Time{}, err
		}
	}
	return nextDue(first), nil
}

const ripenSome = `UPDATE messages SET stage = 1 WHERE key IN (SELECT key FROM messages
	WHERE lane = $1 AND stage = 0 AND turn = $2 AND due <= $3 ORDER BY due LIMIT $4)`

func nextDue(first []earliest) time.Time {
	next := int64(0)
	for _, e := range first {
		if e.stage == waiting && e.due.Valid && (next == 0 || e.due.V < next) {
			next = e.due.V
		}
	}
	return instant(next)
}

// findEarliest is one look into the index for each stage and turn there may be.
var findEarliest = `WITH c(stage, turn) AS (VALUES ` + stagesAndTurns() + `)
	SELECT c.stage, c.turn, (SELECT m.due FROM messages m WHERE m.lane = $1 AND m.stage = c.stage AND m.turn = c.turn
		ORDER BY m.due LIMIT 1) FROM c`

// stagesAndTurns is all places of the waiting, and those of the ripe that may be lifted.
func stagesAndTurns() string {
	rows := fmt.Sprintf("(%d, %d)", waiting, lifted)
	for class := delivery.Answer; class <= delivery.Digest; class++ {
		rows += fmt.Sprintf(", (%d, %d)", waiting, turnOf(class))
		if class > delivery.Bulletin {
			rows += fmt.Sprintf(", (%d, %d)", ripe, turnOf(class))
		}
	}
	return rows
}

func (s *Store) earliest(ctx context.Context, tx *sql.Tx, lane delivery.Lane) ([]earliest, error) {
	scan := func(rows *sql.Rows) (e earliest, err error) { return e, rows.Scan(&e.stage, &e.turn, &e.due) }
	return collect(ctx, s.quick(tx), scan, findEarliest, lane)
}

// lift moves the message that has waited longest, if it has lost patience, before all but the flashes, once in every
// liftEvery claims.
func (s *Store) lift(ctx context.Context, tx *sql.Tx, lane delivery.Lane, first []earliest, now time.Time) error {
	if !s.queues.mayLift(lane) {
		return nil
	}
	var oldest earliest
	for _, e := range first {
		if e.stage == ripe && e.turn > turnOf(delivery.Bulletin) && e.due.Valid && (!oldest.due.Valid || e.due.V < oldest.due.V) {
			oldest = e
		}
	}
	if !oldest.due.Valid || oldest.due.V > millis(now.Add(-patience)) {
		return nil
	}
	_, err := s.quick(tx).ExecContext(ctx, liftOne, lane, oldest.turn, lifted)
	return err
}

const liftOne = `UPDATE messages SET turn = $3 WHERE key IN (SELECT key FROM messages
	WHERE lane = $1 AND stage = 1 AND turn = $2 ORDER BY due LIMIT 1)`

// queues remember how many messages of a lane were claimed since one was lifted. It is a matter of fairness only, so a
// restart may forget it.
type queues struct {
	mu    sync.Mutex
	since map[delivery.Lane]int
}

func (q *queues) claimed(lane delivery.Lane, n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.since == nil {
		q.since = map[delivery.Lane]int{}
	}
	if q.since[lane] >= liftEvery {
		q.since[lane] = 0
	}
	q.since[lane] += n
}

func (q *queues) mayLift(lane delivery.Lane) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.since[lane] >= liftEvery
}
