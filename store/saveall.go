package store

import (
	"context"
	"database/sql"

	"github.com/tenbells/tenbells/subscriptions"
)

// SaveAll saves subscribers as Save does, in one transaction: all of them or, with an error, none.
func (b *Book) SaveAll(ctx context.Context, subs []subscriptions.Subscriber) error {
	return failed("save subscribers", b.store.tx(ctx, func(tx *sql.Tx) error {
		for _, sub := range subs {
			if _, err := b.store.save(ctx, tx, sub); err != nil {
				return err
			}
		}
		return nil
	}))
}
