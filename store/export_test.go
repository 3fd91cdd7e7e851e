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

// Ask begins a transaction with one statement and ends it with another, "" with none; between is called in the midst of it, with what
// the first came to.
func (s *Store) Ask(ctx context.Context, first string, between func(error) error, last string) error {
	return s.asking(ctx, func(begin beginner) (bundle, error) {
		_, err := begin(bundle{{query: first}})
		if err = between(err); err != nil {
			return nil, err
		}
		if last == "" {
			return nil, nil
		}
		return bundle{{query: last}}, nil
	})
}
