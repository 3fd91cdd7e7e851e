package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
)

// Staff keeps who may work on alerts from chat: alerts.Staff.
type Staff struct{ store *Store }

// Staff is the list of the staff in s.
func (s *Store) Staff() *Staff { return &Staff{s} }

// hash finds a person without giving them away.
func (l *Staff) hash(p delivery.Platform, person string) []byte {
	return l.store.key.Sign("staff address", string(p)+":"+person)
}

// Hire adds a member, or gives them another role: alerts.Staff.
func (l *Staff) Hire(ctx context.Context, m alerts.Member, act alerts.Act) error {
	return failed("hire", l.store.changing(ctx, Alerts, func(tx execer) error { return l.hire(ctx, tx, m, act) }))
}

func (l *Staff) hire(ctx context.Context, tx execer, m alerts.Member, act alerts.Act) error {
	sealed, err := l.store.sealed("staff", string(m.Platform), m.Person)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO staff (hash, sealed, role, added) VALUES ($1, $2, $3, $4)
		ON CONFLICT (hash) DO UPDATE SET role = excluded.role`, l.hash(m.Platform, m.Person), sealed, m.Role, millis(m.Added))
	if err != nil {
		return err
	}
	return record(ctx, tx, act)
}

func (l *Staff) codeHash(code string) []byte { return l.store.key.Sign("staff code", code) }

// Invite makes a code good for one person: alerts.Staff.
func (l *Staff) Invite(ctx context.Context, code string, role alerts.Role, until time.Time, act alerts.Act) error {
	return failed("invite", l.store.tx(ctx, func(tx execer) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM staff_codes WHERE until <= $1`, millis(act.At)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO staff_codes (hash, role, until, who) VALUES ($1, $2, $3, $4)`,
			l.codeHash(code), role, millis(until), act.By)
		if err != nil {
			return err
		}
		return record(ctx, tx, act)
	}))
}

// Enlist makes somebody a member by a code: alerts.Staff.
func (l *Staff) Enlist(ctx context.Context, code string, m alerts.Member, act alerts.Act) (alerts.Role, error) {
	var good int
	err := l.store.read.QueryRowContext(ctx, `SELECT 1 FROM staff_codes WHERE hash = $1`, l.codeHash(code)).Scan(&good)
	if errors.Is(err, sql.ErrNoRows) { // as most who begin with some text
		return "", alerts.ErrNoCode
	}
	if err != nil {
		return "", failed("enlist", err)
	}
	err = l.store.changing(ctx, Alerts, func(tx execer) error {
		var by string
		err := tx.QueryRowContext(ctx, `DELETE FROM staff_codes WHERE hash = $1 AND until > $2 RETURNING role, who`,
			l.codeHash(code), millis(m.Added)).Scan(&m.Role, &by)
		if errors.Is(err, sql.ErrNoRows) {
			return alerts.ErrNoCode
		}
		if err != nil {
			return err
		}
		said := act
		said.Detail = string(m.Role) + ", invited by " + by
		return l.hire(ctx, tx, m, said)
	})
	if err != nil {
		return "", failed("enlist", err)
	}
	return m.Role, nil
}

// Dismiss removes a member: alerts.Staff.
func (l *Staff) Dismiss(ctx context.Context, p delivery.Platform, person string, act alerts.Act) error {
	return failed("dismiss", l.store.changing(ctx, Alerts, func(tx execer) error {
		n, err := changed(tx.ExecContext(ctx, `DELETE FROM staff WHERE hash = $1`, l.hash(p, person)))
		switch {
		case err != nil:
			return err
		case n == 0:
			return alerts.ErrNoMember
		}
		return record(ctx, tx, act)
	}))
}

// Members are all of the staff: alerts.Staff.
func (l *Staff) Members(ctx context.Context) ([]alerts.Member, error) {
	all, err := collect(ctx, l.store.read, l.scan, `SELECT sealed, role, added FROM staff ORDER BY added, hash`)
	return all, failed("read the staff", err)
}

func (l *Staff) scan(rows *sql.Rows) (m alerts.Member, err error) {
	var sealed []byte
	var added int64
	if err := rows.Scan(&sealed, &m.Role, &added); err != nil {
		return m, err
	}
	m.Added = instant(added)
	var platform string
	err = l.store.opened("staff", sealed, &platform, &m.Person)
	m.Platform = delivery.Platform(platform)
	return m, err
}

// Role is what somebody may do: alerts.Staff.
func (l *Staff) Role(ctx context.Context, p delivery.Platform, person string) (role alerts.Role, err error) {
	err = l.store.read.QueryRowContext(ctx, `SELECT role FROM staff WHERE hash = $1`, l.hash(p, person)).Scan(&role)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return role, failed("look for a member of the staff", err)
}
