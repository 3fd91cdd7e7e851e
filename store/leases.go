package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// Acquire takes a lease whose last owner released it, let it run out, or is proved to be dead: delivery.Leases. Time is
// that of the caller's clock, so the machines of several processes must agree within a second or two; where they do
// not, a lease may change hands early, and the epoch keeps the former owner from writing.
func (s *Store) Acquire(ctx context.Context, name, owner string, ttl time.Duration) (l delivery.Lease, err error) {
	proof, err := s.proof.mine()
	if err != nil {
		return l, failed("prove that we live", err)
	}
	var held *delivery.HeldError
	err = s.tx(ctx, func(tx execer) error {
		l, err = s.acquire(ctx, tx, delivery.Lease{Name: name, Owner: owner, Until: s.now().Add(ttl)}, proof)
		return err
	})
	if errors.As(err, &held) {
		return delivery.Lease{}, held
	}
	return l, failed("acquire lease "+name, err)
}

func (s *Store) acquire(ctx context.Context, tx execer, l delivery.Lease, proof string) (delivery.Lease, error) {
	_, err := tx.ExecContext(ctx, `INSERT INTO leases (name, owner, epoch, until, proof) VALUES ($1, '', 0, 0, '')
		ON CONFLICT (name) DO NOTHING`, l.Name)
	if err != nil {
		return l, err
	}
	var until int64
	var held delivery.HeldError
	var theirs string
	err = tx.QueryRowContext(ctx, `SELECT name, owner, epoch, until, proof FROM leases WHERE name = $1 `+s.dialect.lockRow, l.Name).
		Scan(&held.Name, &held.Owner, &l.Epoch, &until, &theirs)
	if err != nil {
		return l, err
	}
	if held.Until = instant(until); held.Until.After(s.now()) && !s.proof.dead(theirs) {
		return l, &held
	}
	l.Epoch++
	_, err = tx.ExecContext(ctx, `UPDATE leases SET owner = $2, epoch = $3, until = $4, proof = $5 WHERE name = $1`,
		l.Name, l.Owner, l.Epoch, millis(l.Until), proof)
	return l, err
}

// Renew prolongs a lease from now on, or answers delivery.ErrLeaseLost.
func (s *Store) Renew(ctx context.Context, l delivery.Lease, ttl time.Duration) (delivery.Lease, error) {
	l.Until = s.now().Add(ttl)
	err := s.alter(ctx, `UPDATE leases SET until = $3 WHERE name = $1 AND epoch = $2 AND until > 0`, l.Name, l.Epoch, millis(l.Until))
	return l, failed("renew lease "+l.Name, err)
}

// Release ends a lease, or answers delivery.ErrLeaseLost.
func (s *Store) Release(ctx context.Context, l delivery.Lease) error {
	err := s.alter(ctx, `UPDATE leases SET until = 0, proof = '' WHERE name = $1 AND epoch = $2 AND until > 0`, l.Name, l.Epoch)
	return failed("release lease "+l.Name, err)
}

// Held is all leases that have not run out and whose owner is not proved to be dead, by name.
func (s *Store) Held(ctx context.Context) ([]delivery.Lease, error) {
	all, err := collect(ctx, s.read, s.scanLease, `SELECT name, owner, epoch, until, proof FROM leases WHERE until > $1 ORDER BY name`, millis(s.now()))
	all = slices.DeleteFunc(all, func(l delivery.Lease) bool { return l.Epoch == 0 })
	return all, failed("read leases", err)
}

// scanLease reads a lease; one of a dead process has no epoch.
func (s *Store) scanLease(row *sql.Rows) (l delivery.Lease, err error) {
	var until int64
	var proof string
	err = row.Scan(&l.Name, &l.Owner, &l.Epoch, &until, &proof)
	if l.Until = instant(until); s.proof.dead(proof) {
		l.Epoch = 0
	}
	return l, err
}

// alter changes the row of a lease whose epoch has not moved on.
func (s *Store) alter(ctx context.Context, query string, args ...any) error {
	return s.tx(ctx, func(tx execer) error {
		done, err := tx.ExecContext(ctx, query, args...)
		if err != nil {
			return err
		}
		n, err := done.RowsAffected()
		if err == nil && n == 0 {
			return delivery.ErrLeaseLost
		}
		return err
	})
}
