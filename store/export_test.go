package store

import "context"

// LockLease begins a transaction that holds the row of a lease, like an owner who is frozen in the midst of one, and
// never goes on.
func (s *Store) LockLease(ctx context.Context, name string) (release func() error, err error) {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	_, err = tx.ExecContext(ctx, "UPDATE leases SET until = until WHERE name = $1", name)
	return tx.Rollback, err
}
