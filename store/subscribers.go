package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// Book keeps subscribers and finds audiences: subscriptions.Book and subscriptions.Audience.
type Book struct{ store *Store }

// Book is the subscribers in s.
func (s *Store) Book() *Book { return &Book{s} }

// Find answers whoever is at a, or subscriptions.ErrUnknown.
func (b *Book) Find(ctx context.Context, a delivery.Address) (subscriptions.Subscriber, error) {
	id, err := b.store.at(ctx, b.store.read, a)
	if err != nil {
		return subscriptions.Subscriber{}, failed("find subscriber", err)
	}
	return b.Get(ctx, id)
}

// Get answers one subscriber, or subscriptions.ErrUnknown.
func (b *Book) Get(ctx context.Context, id subscriptions.ID) (subscriptions.Subscriber, error) {
	sub, err := b.store.subscriber(ctx, b.store.read, id, "")
	return sub, failed("get subscriber", err)
}

// Each answers up to limit subscribers after an id, ascending.
func (b *Book) Each(ctx context.Context, after subscriptions.ID, limit int) ([]subscriptions.Subscriber, error) {
	subs, err := b.store.subscribers(ctx, b.store.read, `id > $1 ORDER BY id LIMIT $2`, after, limit)
	return subs, failed("read subscribers", err)
}

// barred finds a lane's subscribers where we may not post, a page at a time.
const barred = `status = 'barred' AND lane = $1 AND id > $2 ORDER BY id LIMIT $3`

// Barred answers up to limit subscribers of a lane after an id, ascending, where we may not post.
func (b *Book) Barred(ctx context.Context, lane delivery.Lane, after subscriptions.ID, limit int) ([]subscriptions.Subscriber, error) {
	subs, err := b.store.subscribers(ctx, b.store.read, barred, lane, after, limit)
	return subs, failed("read barred subscribers", err)
}

// Save inserts sub (ID 0) or replaces what is there under its ID or its address. A subscriber with an ID who has been
// forgotten meanwhile stays so: subscriptions.ErrUnknown.
func (b *Book) Save(ctx context.Context, sub subscriptions.Subscriber) (saved subscriptions.Subscriber, err error) {
	err = b.store.tx(ctx, func(tx execer) error {
		saved, err = b.store.save(ctx, tx, sub)
		return err
	})
	return saved, failed("save subscriber", err)
}

// Update changes one subscriber in one transaction. An error of change is answered as it is, and nothing written. Where
// change moves them to an address that somebody else has, the two become one, and the answer says which.
func (b *Book) Update(ctx context.Context, id subscriptions.ID, change func(*subscriptions.Subscriber) error) (sub subscriptions.Subscriber, err error) {
	var refused error
	err = b.store.tx(ctx, func(tx execer) error {
		old, err := b.store.subscriber(ctx, tx, id, b.store.dialect.lockRow)
		if err != nil {
			return err
		}
		sub = old
		sub.Follow, sub.Exclude = slices.Clone(old.Follow), slices.Clone(old.Exclude)
		sub.Reads, sub.Digest = slices.Clone(old.Reads), slices.Clone(old.Digest)
		if refused = change(&sub); refused != nil {
			return refused
		}
		sub.ID = id
		sub, err = b.store.replace(ctx, tx, old, sub)
		return err
	})
	if refused != nil {
		return subscriptions.Subscriber{}, refused
	}
	return sub, failed("change subscriber", err)
}

// save decides between a new row and one that is there.
func (s *Store) save(ctx context.Context, tx execer, sub subscriptions.Subscriber) (subscriptions.Subscriber, error) {
	old, err := s.present(ctx, tx, sub)
	if sub.ID == 0 && errors.Is(err, subscriptions.ErrUnknown) {
		saved, inserted, fault := s.insert(ctx, tx, sub)
		if fault != nil || inserted {
			return saved, fault
		}
		old, err = s.present(ctx, tx, sub) // another process has just saved the same address
	}
	if err != nil {
		return sub, err
	}
	sub.ID = old.ID
	return s.replace(ctx, tx, old, sub)
}

// present is the subscriber with sub's ID, or else the one at sub's address.
func (s *Store) present(ctx context.Context, tx execer, sub subscriptions.Subscriber) (subscriptions.Subscriber, error) {
	if sub.ID != 0 {
		old, err := s.subscriber(ctx, tx, sub.ID, s.dialect.lockRow)
		if !errors.Is(err, subscriptions.ErrUnknown) {
			return old, err
		}
	}
	id, err := s.at(ctx, s.quick(tx), sub.Address)
	if err != nil {
		return subscriptions.Subscriber{}, err
	}
	return s.subscriber(ctx, tx, id, s.dialect.lockRow)
}

// insert gives sub the next number; none is ever given twice. It does nothing where the address is taken.
func (s *Store) insert(ctx context.Context, tx execer, sub subscriptions.Subscriber) (saved subscriptions.Subscriber, inserted bool, err error) {
	quick := s.quick(tx)
	err = quick.QueryRowContext(ctx, nextSubscriber).Scan(&sub.ID)
	if err != nil {
		return sub, false, err
	}
	if sub.Created.IsZero() {
		sub.Created = instant(millis(s.now()))
	}
	row, err := s.row(sub)
	if err != nil {
		return sub, false, err
	}
	err = quick.QueryRowContext(ctx, insertSubscriber, append(row, millis(s.now()))...).Scan(&sub.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return sub, false, nil
	}
	if err != nil {
		return sub, false, err
	}
	return sub, true, s.insertFollows(ctx, tx, followsOf(sub))
}

const nextSubscriber = `UPDATE counters SET value = value + 1 WHERE name = 'subscribers' RETURNING value`

// replace writes what of sub differs from old.
func (s *Store) replace(ctx context.Context, tx execer, old, sub subscriptions.Subscriber) (subscriptions.Subscriber, error) {
	if sub.Created.IsZero() {
		sub.Created = old.Created
	}
	if !s.sameChat(old.Address, sub.Address) {
		survivor, err := s.move(ctx, tx, sub.ID, sub.Address)
		if err != nil {
			return sub, err
		}
		sub.ID = survivor
	}
	row, err := s.row(sub)
	if err != nil {
		return sub, err
	}
	if _, err = tx.ExecContext(ctx, updateSubscriber, append(row, millis(s.now()))...); err != nil {
		return sub, err
	}
	if sub.ID == old.ID && slices.Equal(old.Follow, sub.Follow) && slices.Equal(old.Exclude, sub.Exclude) {
		return sub, nil
	}
	return sub, s.writeFollows(ctx, tx, sub)
}
