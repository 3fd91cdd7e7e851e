package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// blockedRetention is how long a reader who blocked the bot may come back and find their preferences.
const blockedRetention = 7 * 24 * time.Hour

// Forget removes a subscriber and all that was ever owed to them; figures of what was sent stay, without names. On
// SQLite deleted bytes are overwritten at once, in the log beside the file as soon as it begins anew. On PostgreSQL dead
// rows lie in their pages until a vacuum comes by: autovacuum does when enough has changed. It is not run here for each
// reader, because it reads the whole table, and what it would wipe is ciphertext and hash like the rest.
func (b *Book) Forget(ctx context.Context, id subscriptions.ID) error {
	return failed("forget subscriber", b.store.tx(ctx, func(tx execer) error {
		return b.store.remove(ctx, tx, []delivery.SubscriberID{id})
	}))
}

// remove deletes subscribers with what they follow and what they were owed.
func (s *Store) remove(ctx context.Context, tx execer, ids []delivery.SubscriberID) error {
	for some := range slices.Chunk(ids, s.rowsAtOnce(1)) {
		which := `IN (` + placeholders(1, len(some)) + `)`
		if err := s.sumUp(ctx, tx, `stage IS NULL AND subscriber `+which, values(some, one)...); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM messages WHERE subscriber `+which, values(some, one)...); err != nil {
			return err
		}
		if err := s.strike(ctx, tx, some); err != nil {
			return err
		}
	}
	return nil
}

// strike deletes the rows of subscribers and what they follow.
func (s *Store) strike(ctx context.Context, tx execer, ids []delivery.SubscriberID) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM subscribers WHERE id IN (`+placeholders(1, len(ids))+`)`, values(ids, one)...)
	return err // their follows go with them
}

func scanID(rows *sql.Rows) (id delivery.SubscriberID, err error) { return id, rows.Scan(&id) }

// purgeReaders is how many readers are forgotten in one transaction.
const purgeReaders = 200

// PurgeChats deletes what chats left behind and nobody needs any more: numbers of updates handled a day ago, and readers
// who blocked the bot a week ago, with all they were owed. It answers how many readers there were.
func (s *Store) PurgeChats(ctx context.Context, now time.Time) (total int, err error) {
	if _, err = s.inPages(ctx, purgePage, func(tx execer) (int, error) { return forgetHandled(ctx, tx, now) }); err != nil {
		return 0, failed("purge updates", err)
	}
	total, err = s.inPages(ctx, purgeReaders, func(tx execer) (int, error) {
		ids, err := collect(ctx, tx, scanID, longBlocked+s.dialect.skipRow, millis(now.Add(-blockedRetention)), purgeReaders)
		if err != nil || len(ids) == 0 {
			return 0, err
		}
		return len(ids), s.remove(ctx, tx, ids)
	})
	return total, failed("purge chats", err)
}

const longBlocked = `SELECT id FROM subscribers WHERE status = 'blocked' AND since <= $1 ORDER BY since LIMIT $2 `
