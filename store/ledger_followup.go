package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// followPage is how many messages of a batch are gone through in one transaction: a lane that wants to claim, and a desk
// with a flash, wait about a tenth of a second.
const followPage = 1000

// FollowUp owes a message about every one in a page of the batch that was or may have been delivered in an older version:
// delivery.Record. Edits and deletes go by what stands there now, replies by what the reader was told at first: who was
// told the mistake hears of it, also where it has been edited already.
func (s *Store) FollowUp(ctx context.Context, f delivery.FollowUp) (n int, next delivery.Key, err error) {
	first, end := firstKey(f.Batch), endOfSends(f.Batch)
	if f.Of == delivery.Reply {
		first, end = repliesOf(f.Batch)
	}
	after := cmp.Or(string(f.After), first)
	err = s.changing(ctx, Messages, func(tx execer) error {
		last, more, err := s.pageEnd(ctx, tx, after, end, followPage)
		if err != nil {
			return err
		}
		if next = ""; more {
			next = delivery.Key(last)
		}
		n, err = s.followPage(ctx, tx, f, after, last)
		return err
	})
	if err != nil {
		return 0, "", failed("follow up "+string(f.Batch), err)
	}
	return n, next, nil
}

// followPage owes the follow-ups of the messages between two keys.
func (s *Store) followPage(ctx context.Context, tx execer, f delivery.FollowUp, after, last string) (int, error) {
	told := "shown"
	if f.Op == delivery.Reply {
		told = "version"
	}
	page := []any{after, last, f.Batch, f.Version, cmp.Or(f.Of, delivery.Send)}
	ds, err := collect(ctx, tx, scanDebt(f), findTold(told), page...)
	if err != nil || len(ds) == 0 {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, keepTold(told), append(page, millis(f.Due.Add(followUpRetention)))...); err != nil {
		return 0, err
	}
	return s.oweDebts(ctx, tx, ds)
}

// followUpRetention is how much longer a message is kept at least once something is owed about it: a million edits take
// a lane ten hours, and where a message stands must be known until its turn comes.
const followUpRetention = 24 * time.Hour

// keepTold keeps the messages that findTold finds from being purged before an instant.
func keepTold(column string) string {
	return `UPDATE messages SET purge = $6 WHERE key > $1 AND key <= $2 AND batch = $3 AND op = $5 AND stage IS NULL AND state = 'sent'
			AND NOT removed AND ` + column + ` < $4 AND purge < $6`
}

// findTold finds the messages between two keys that were told an older version by a column.
func findTold(column string) string {
	return `SELECT key, lane, subscriber, class, rank, content, omit, silent FROM messages
		WHERE key > $1 AND key <= $2 AND batch = $3 AND op = $5 AND state IN ('sending', 'sent', 'unknown')
			AND NOT removed AND ` + column + ` < $4 ORDER BY key`
}

// scanDebt reads a message as the one that follows it up.
func scanDebt(f delivery.FollowUp) func(*sql.Rows) (debt, error) {
	return func(rows *sql.Rows) (d debt, err error) {
		var omit string
		err = rows.Scan(&d.Target, &d.Lane, &d.Subscriber, (*int)(&d.Class), &d.Rank, &d.Content, &omit, &d.Silent)
		if err == nil && omit != "" {
			err = json.Unmarshal([]byte(omit), &d.Omit)
		}
		d.Key = delivery.FollowUpKey(f.Batch, f.Op, f.Version, d.Subscriber)
		d.Batch, d.Op, d.Due, d.brings = f.Batch, f.Op, f.Due, f.Version
		if f.Of == delivery.Reply {
			d.Key = delivery.AfterReplyKey(f.Batch, f.Op, f.Version, d.Target)
		}
		if f.Content != nil {
			d.Content = f.Content(d.Content)
		}
		return d, err
	}
}
