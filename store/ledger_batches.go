package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

const (
	// sweepPage is how many messages of a batch are brought into line in one transaction: a lane that wants to claim
	// waits for some tens of milliseconds at most.
	sweepPage = 5000

	// sweepInTurn is the same within a turn.
	sweepInTurn = 1000
)

// SetBatch pauses, opens or cancels the sends of a batch: delivery.Record. It is in force for every claim that begins
// after the first commit; messages are brought into line page by page after that, by this call and by turns.
func (s *Store) SetBatch(ctx context.Context, b delivery.BatchID, state delivery.BatchState) error {
	set := stopBatch
	if state == delivery.BatchOpen {
		set = openBatch
	}
	err := s.changing(ctx, Messages, func(tx execer) error {
		_, err := tx.ExecContext(ctx, set, b, state, firstKey(b))
		return err
	})
	for done := false; err == nil && !done; {
		err = s.changing(ctx, Messages, func(tx execer) error {
			done, err = s.sweep(ctx, tx, s.now(), sweepPage, `batch = $1 `+s.dialect.lockRow, b)
			return err
		})
	}
	return failed("set batch "+string(b), err)
}

// A batch that is already as it is to be is not gone through again, nor is one opened that was never stopped: it is as
// large as the audience, and may just be going out.
const (
	stopBatch = `INSERT INTO batches (batch, state, swept, unswept) VALUES ($1, $2, $3, TRUE)
		ON CONFLICT (batch) DO UPDATE SET state = excluded.state, swept = excluded.swept, unswept = TRUE
		WHERE batches.state <> excluded.state`
	openBatch = `UPDATE batches SET state = $2, swept = $3, unswept = TRUE WHERE batch = $1 AND state <> $2`
)

// firstKey and endKey are before and behind all keys of a batch. Its sends come first among them, as theirs go on with a
// digit, and those of its follow-ups with a letter.
func firstKey(b delivery.BatchID) string { return string(b) + "/" }
func endKey(b delivery.BatchID) string   { return string(b) + "0" } // '0' comes after '/'

func endOfSends(b delivery.BatchID) string { return string(b) + "/:" } // ':' comes after '9'

// repliesOf is before and behind the keys of a batch's corrective replies.
func repliesOf(b delivery.BatchID) (first, end string) {
	name := string(b) + "/" + string(delivery.Reply)
	return name + "/", name + "0"
}

// sweepAny brings a page of some batch into line whose sweep has not come to its end: its SetBatch is at work, or was
// cut off.
func (s *Store) sweepAny(ctx context.Context, tx execer, now time.Time) error {
	_, err := s.sweep(ctx, tx, now, sweepInTurn, `unswept ORDER BY batch LIMIT 1 `+s.dialect.skipRow)
	return err
}

// swept is what a sweep does to the messages of a batch by its state. Messages that a claim has just locked are passed
// over: the claim looks at the batch itself.
var swept = map[delivery.BatchState]string{
	delivery.BatchPaused: `UPDATE messages SET stage = 2 WHERE stage = 0`,
	delivery.BatchOpen:   `UPDATE messages SET stage = 0 WHERE stage = 2`,
	delivery.BatchCancelled: `UPDATE messages SET state = 'dropped', reason = 'cancelled', stage = NULL, done = $4,
		purge = CAST($4 AS BIGINT) + CASE WHEN rank < $5 THEN CAST($6 AS BIGINT) ELSE $7 END WHERE stage IN (0, 2) AND NOT doubtful`,
}

// inDoubt leaves to the next claim, which is to come at once, what of a cancelled batch may have arrived: it knows whether there is a notice to
// bring there.
const inDoubt = `UPDATE messages SET stage = 0, due = owed WHERE stage IN (0, 2) AND doubtful`

// sweep brings the next page of the batch that which finds into line; done says that none is left.
func (s *Store) sweep(ctx context.Context, tx execer, now time.Time, page int, which string, args ...any) (done bool, err error) {
	var b delivery.BatchID
	var state delivery.BatchState
	var after string
	var unswept bool
	err = tx.QueryRowContext(ctx, `SELECT batch, state, swept, unswept FROM batches WHERE `+which, args...).Scan(&b, &state, &after, &unswept)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !unswept {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	last, more, err := s.pageEnd(ctx, tx, after, endOfSends(b), page)
	if err != nil {
		return false, err
	}
	set := []any{b, after, last}
	if state == delivery.BatchCancelled {
		set = append(set, millis(now), delivery.BeyondChannels, delivery.ChannelRetention.Milliseconds(), delivery.PrivateRetention.Milliseconds())
	}
	if _, err := tx.ExecContext(ctx, s.sends(swept[state]), set...); err != nil {
		return false, err
	}
	if state == delivery.BatchCancelled {
		if _, err := tx.ExecContext(ctx, s.sends(inDoubt), b, after, last); err != nil {
			return false, err
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE batches SET swept = $2, unswept = $3 WHERE batch = $1`, b, last, more)
	return !more, err
}

// sends is what a sweep does, to the sends of one page.
func (s *Store) sends(do string) string {
	return do + ` AND key IN (SELECT key FROM messages
		WHERE batch = $1 AND key > $2 AND key <= $3 AND op = 'send' AND stage IS NOT NULL ` + s.dialect.skipRow + `)`
}

const findPageEnd = `SELECT key FROM messages WHERE key > $1 AND key < $2 ORDER BY key LIMIT 1 OFFSET $3`

// pageEnd is the last key of the page that begins after a key, before end; more says that others come behind it.
func (s *Store) pageEnd(ctx context.Context, q queryer, after, end string, size int) (last string, more bool, err error) {
	err = q.QueryRowContext(ctx, findPageEnd, after, end, size-1).Scan(&last)
	if errors.Is(err, sql.ErrNoRows) {
		return end, false, nil
	}
	return last, err == nil, err
}

// batchStates is how the batches of items stand, and keeps those that were ever stopped from being changed before tx
// has ended. Those that are missing are open.
func batchStates[T any](ctx context.Context, s *Store, tx execer, items []T, of func(T) delivery.BatchID) (map[delivery.BatchID]delivery.BatchState, error) {
	var b bundle
	states := askStates(&b, s.dialect, items, of)
	return states, s.poseEach(ctx, tx, b)
}

func askStates[T any](bu *bundle, d dialect, items []T, of func(T) delivery.BatchID) map[delivery.BatchID]delivery.BatchState {
	states := map[delivery.BatchID]delivery.BatchState{}
	batches := distinct(items, of)
	if len(batches) == 0 {
		return states
	}
	bu.ask(func(row scanner) error {
		var b delivery.BatchID
		var state delivery.BatchState
		err := row.Scan(&b, &state)
		states[b] = state
		return err
	}, findStates(len(batches))+d.shareRow, values(batches, one)...)
	return states
}

func findStates(n int) string {
	return `SELECT batch, state FROM batches WHERE batch IN (` + placeholders(1, n) + `) ORDER BY batch `
}

// Halt stops all lanes, or lets them go on: delivery.Record.
func (s *Store) Halt(ctx context.Context, halted bool) error {
	return failed("halt", s.changing(ctx, Messages, func(tx execer) error {
		if !halted {
			_, err := tx.ExecContext(ctx, `DELETE FROM halts`)
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO halts (name, since) VALUES ('all', $1) ON CONFLICT (name) DO NOTHING`, millis(s.now()))
		return err
	}))
}

// Halted says whether all lanes are stopped.
func (s *Store) Halted(ctx context.Context) (halted bool, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM halts)`).Scan(&halted)
	return halted, failed("read the halt", err)
}
