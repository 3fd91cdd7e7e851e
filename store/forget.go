package store

import (
	"context"
	"database/sql"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// Forget removes a subscriber and all that was ever owed to them. On SQLite deleted bytes are overwritten at once, in
// the file and, when it is next checkpointed, in the log beside it; on PostgreSQL they lie unread in their pages until
// its vacuum comes by (autovacuum does, as the server is set).
func (b *Book) Forget(ctx context.Context, id subscriptions.ID) error {
	return failed("forget subscriber", b.store.tx(ctx, func(tx *sql.Tx) error {
		return b.store.remove(ctx, tx, []delivery.SubscriberID{id})
	}))
}

// remove deletes subscribers with what they follow and what they were owed.
func (s *Store) remove(ctx context.Context, tx *sql.Tx, ids []delivery.SubscriberID) error {
	for _, id := range ids {
		if _, err := tx.ExecContext(ctx, `DELETE FROM subscribers WHERE id = $1`, id); err != nil {
			return err
		}
	}
	return nil
}

func scanID(rows *sql.Rows) (id delivery.SubscriberID, err error) { return id, rows.Scan(&id) }
