package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/tenbells/tenbells/subscriptions"
)

// SaveAll saves subscribers as Save does, in one transaction: all of them or, with an error, none. A list says what
// readers want and not what became of them since: who is there already and is not told, because they stopped, blocked us
// or closed their channel to us, stays so, and their next digest begins where the last one ended.
func (b *Book) SaveAll(ctx context.Context, subs []subscriptions.Subscriber) error {
	return failed("save subscribers", b.store.tx(ctx, func(tx execer) error {
		rest, err := b.store.insertNew(ctx, tx, subs)
		if err != nil {
			return err
		}
		for _, sub := range rest {
			if err := b.store.saveListed(ctx, tx, sub); err != nil {
				return err
			}
		}
		return nil
	}))
}

// saveListed saves a subscriber of a list who is there, or was there a moment ago.
func (s *Store) saveListed(ctx context.Context, tx execer, sub subscriptions.Subscriber) error {
	old, err := s.present(ctx, tx, sub)
	switch {
	case errors.Is(err, subscriptions.ErrUnknown):
	case err != nil:
		return err
	case sub.ID == 0:
		sub.Created = old.Created
		if sub.Status == subscriptions.Active {
			sub.Status = old.Status
		}
		if !old.LastDigest.IsZero() {
			sub.LastDigest = old.LastDigest
		}
	}
	_, err = s.save(ctx, tx, sub)
	return err
}

// insertNew inserts those who are not there yet, many at a time, and answers all others.
func (s *Store) insertNew(ctx context.Context, tx execer, subs []subscriptions.Subscriber) (rest []subscriptions.Subscriber, err error) {
	fresh, rest, err := s.newcomers(ctx, tx, subs)
	if err != nil || len(fresh) == 0 {
		return rest, err
	}
	var id subscriptions.ID
	err = tx.QueryRowContext(ctx, `UPDATE counters SET value = value + $1 WHERE name = 'subscribers' RETURNING value - $1`, len(fresh)).Scan(&id)
	if err != nil {
		return nil, err
	}
	for i := range fresh {
		id++
		fresh[i].ID = id
	}
	for chunk := range slices.Chunk(fresh, min(s.dialect.rows, s.rowsAtOnce(insertedColumns))) {
		late, err := s.insertSome(ctx, tx, chunk)
		if err != nil {
			return nil, err
		}
		rest = append(rest, late...)
	}
	return rest, nil
}

// newcomers are those of subs whose address is not there yet, each address once.
func (s *Store) newcomers(ctx context.Context, tx execer, subs []subscriptions.Subscriber) (fresh, rest []subscriptions.Subscriber, err error) {
	taken := map[string]bool{}
	scan := func(rows *sql.Rows) (_ struct{}, err error) {
		var hash []byte
		err = rows.Scan(&hash)
		taken[string(hash)] = true
		return struct{}{}, err
	}
	hash := func(sub subscriptions.Subscriber) []any { return []any{s.chatHash(sub.Address)} }
	for chunk := range slices.Chunk(subs, s.rowsAtOnce(1)) {
		_, err := collect(ctx, tx, scan, `SELECT hash FROM subscribers WHERE hash IN (`+placeholders(1, len(chunk))+`)`, values(chunk, hash)...)
		if err != nil {
			return nil, nil, err
		}
	}
	for _, sub := range subs {
		own := string(s.chatHash(sub.Address))
		if sub.ID != 0 || taken[own] {
			rest = append(rest, sub)
			continue
		}
		taken[own] = true
		if sub.Created.IsZero() {
			sub.Created = instant(millis(s.now()))
		}
		fresh = append(fresh, sub)
	}
	return fresh, rest, nil
}

// insertSome inserts subscribers and what they follow, and answers those whose address another process has just taken.
func (s *Store) insertSome(ctx context.Context, tx execer, subs []subscriptions.Subscriber) (late []subscriptions.Subscriber, err error) {
	var args []any
	for _, sub := range subs {
		row, err := s.row(sub)
		if err != nil {
			return nil, err
		}
		args = append(append(args, row...), millis(s.now()))
	}
	ids, err := collect(ctx, s.quick(tx), scanID, insertSubscribers(len(subs)), args...)
	if err != nil {
		return nil, err
	}
	var fs []follow
	for _, sub := range subs {
		if slices.Contains(ids, sub.ID) {
			fs = append(fs, followsOf(sub)...)
		} else {
			sub.ID = 0
			late = append(late, sub)
		}
	}
	return late, s.insertFollows(ctx, tx, fs)
}

// insertedColumns is how many values a new subscriber has.
const insertedColumns = 23

// insertSubscribers inserts n subscribers whose addresses are not there.
func insertSubscribers(n int) string {
	return `INSERT INTO subscribers (` + subscriberColumns + `, hash, guild, since) VALUES ` +
		rowsOf(1, n, make([]string, insertedColumns)...) + ` ON CONFLICT (hash) DO NOTHING RETURNING id`
}
