package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// followPage is how many messages of a batch are gone through in one transaction.
const followPage = 2000

// FollowUp owes a message about every one of the batch that was or may have been delivered in an older version:
// delivery.Record. Edits and deletes go by what stands there now, replies by what the reader was told at first: who was
// told the mistake hears of it, also where it has been edited already.
func (s *Store) FollowUp(ctx context.Context, b delivery.BatchID, op delivery.Op, version int, content func(delivery.ContentID) delivery.ContentID, now time.Time) (total int, err error) {
	f := following{batch: b, op: op, version: version, content: content, now: now}
	after := firstKey(b)
	for more := true; more && err == nil; {
		var n int
		err = s.changing(ctx, Messages, func(tx *sql.Tx) error {
			var last string
			if last, more, err = s.pageEnd(ctx, tx, b, after, followPage); err != nil {
				return err
			}
			if n, err = s.followPage(ctx, tx, f, after, last); err != nil {
				return err
			}
			f.last = last
			return nil
		})
		after = f.last
		total += n
	}
	return total, failed("follow up "+string(b), err)
}

// following is what FollowUp was asked for.
type following struct {
	batch   delivery.BatchID
	op      delivery.Op
	version int
	content func(delivery.ContentID) delivery.ContentID
	now     time.Time
	last    string // the key up to which it has come
}

// followPage owes the follow-ups of the messages between two keys.
func (s *Store) followPage(ctx context.Context, tx *sql.Tx, f following, after, last string) (int, error) {
	told := "shown"
	if f.op == delivery.Reply {
		told = "version"
	}
	ds, err := collect(ctx, tx, f.scan, findTold(told), after, last, f.batch, f.version)
	if err != nil {
		return 0, err
	}
	return s.oweDebts(ctx, tx, ds)
}

// findTold finds the messages between two keys that were told an older version by a column.
func findTold(column string) string {
	return `SELECT key, lane, subscriber, class, rank, content, silent FROM messages
		WHERE key > $1 AND key <= $2 AND batch = $3 AND op = 'send' AND state IN ('sending', 'sent', 'unknown')
			AND NOT removed AND ` + column + ` < $4 ORDER BY key`
}

func (f following) scan(rows *sql.Rows) (d debt, err error) {
	err = rows.Scan(&d.Target, &d.Lane, &d.Subscriber, (*int)(&d.Class), &d.Rank, &d.Content, &d.Silent)
	d.Key = delivery.FollowUpKey(f.batch, f.op, f.version, d.Subscriber)
	d.Batch, d.Op, d.Due, d.Content, d.brings = f.batch, f.op, f.now, f.content(d.Content), f.version
	return d, err
}
