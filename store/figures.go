package store

import (
	"context"
)

// sumUp adds the messages that a condition finds to the figures of their batches, before they are deleted.
func (s *Store) sumUp(ctx context.Context, tx execer, which string, args ...any) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO figures (batch, op, state, reason, took, n, repeats, edited, first, last) `+countMessages(which)+`
		ON CONFLICT (batch, op, state, reason, took) DO UPDATE SET n = figures.n + excluded.n, repeats = figures.repeats + excluded.repeats, edited = figures.edited + excluded.edited,
			first = CASE WHEN excluded.first < figures.first THEN excluded.first ELSE figures.first END,
			last = CASE WHEN excluded.last > figures.last THEN excluded.last ELSE figures.last END`, args...)
	return err
}
