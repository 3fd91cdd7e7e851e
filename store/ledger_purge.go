package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// purgePage is how many rows are deleted in one transaction.
const purgePage = 1000

// contentRetention is how long a content is kept after it was last changed: longer than any message that shows it.
const contentRetention = delivery.ChannelRetention + 24*time.Hour

// contentPage is how many contents are deleted in one transaction: of ten kilobytes each, which are overwritten.
const contentPage = 200

// PurgeMessages deletes finished messages whose time has come, contents that none shows any more, old publications and
// threads; the figures of their batches stay. It answers how many messages there were.
func (s *Store) PurgeMessages(ctx context.Context, now time.Time) (total int, err error) {
	total, err = s.inPages(ctx, purgePage, func(tx execer) (int, error) { return s.purgeMessages(ctx, tx, now) })
	if err != nil {
		return total, failed("purge messages", err)
	}
	_, err = s.inPages(ctx, contentPage, func(tx execer) (int, error) {
		return changed(tx.ExecContext(ctx, deleteContents, millis(now.Add(-contentRetention)), contentPage))
	})
	if err != nil {
		return total, failed("purge contents", err)
	}
	return total, failed("purge publications and threads", s.tx(ctx, func(tx execer) error {
		if err := purgeThreads(ctx, tx, now); err != nil {
			return err
		}
		return purgePublications(ctx, tx, now)
	}))
}

const deleteContents = `DELETE FROM contents WHERE id IN (SELECT id FROM contents WHERE saved < $1 ORDER BY saved LIMIT $2)`

// inPages lets do delete a page in a transaction of its own, and again until one is not full: whoever has to tell
// somebody something never waits long. It answers how many there were.
func (s *Store) inPages(ctx context.Context, page int, do func(execer) (int, error)) (total int, err error) {
	for n := page; n == page; total += n {
		err = s.tx(ctx, func(tx execer) (err error) {
			n, err = do(tx)
			return err
		})
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

const findPurgeable = `SELECT key FROM messages WHERE stage IS NULL AND purge <= $1 ORDER BY purge LIMIT $2 `

// purgeMessages deletes a page of messages and adds it to the figures.
func (s *Store) purgeMessages(ctx context.Context, tx execer, now time.Time) (int, error) {
	scan := func(rows *sql.Rows) (key delivery.Key, err error) { return key, rows.Scan(&key) }
	keys, err := collect(ctx, tx, scan, findPurgeable+s.dialect.skipRow, millis(now), purgePage)
	if err != nil || len(keys) == 0 {
		return 0, err
	}
	which := `key IN (` + placeholders(1, len(keys)) + `)`
	if err := s.sumUp(ctx, tx, which, values(keys, one)...); err != nil {
		return 0, err
	}
	return changed(tx.ExecContext(ctx, `DELETE FROM messages WHERE `+which, values(keys, one)...))
}
