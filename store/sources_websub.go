package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/tenbells/tenbells/articles/feed"
)

const websubColumns = `source, id, secret, standing, asked, until, next, pushed, pushes, missed, failures, fault`

// Subscription is what a hub promised for a source, the zero Subscription where none did: feed.Subscriptions.
func (s *Store) Subscription(ctx context.Context, source string) (feed.Subscription, error) {
	sub, err := s.subscription(ctx, s.read, `source = $1`, source)
	return sub, failed("read subscription", err)
}

// Called is the subscription with a callback, the zero Subscription where there is none: feed.Subscriptions.
func (s *Store) Called(ctx context.Context, id string) (feed.Subscription, error) {
	sub, err := s.subscription(ctx, s.read, `id = $1`, mendedText(id))
	return sub, failed("read subscription", err)
}

func (s *Store) subscription(ctx context.Context, q queryer, where, value string) (feed.Subscription, error) {
	found, err := collect(ctx, q, s.scanSubscription, `SELECT `+websubColumns+` FROM websub WHERE `+where, value)
	if err != nil || len(found) == 0 {
		return feed.Subscription{}, err
	}
	return found[0], nil
}

// EndedSubscriptions are those of sources that were removed: feed.Subscriptions.
func (s *Store) EndedSubscriptions(ctx context.Context) ([]feed.Subscription, error) {
	all, err := collect(ctx, s.read, s.scanSubscription, `SELECT `+websubColumns+` FROM websub WHERE standing = 'ended'`)
	return all, failed("read ended subscriptions", err)
}

// AllSubscriptions are all, by the names of their sources.
func (s *Store) AllSubscriptions(ctx context.Context) (map[string]feed.Subscription, error) {
	found, err := collect(ctx, s.read, s.scanSubscription, `SELECT `+websubColumns+` FROM websub`)
	all := make(map[string]feed.Subscription, len(found))
	for _, sub := range found {
		all[sub.Source] = sub
	}
	return all, failed("read subscriptions", err)
}

// ChangeSubscription changes that of a source; a change that leaves no Source deletes it: feed.Subscriptions.
func (s *Store) ChangeSubscription(ctx context.Context, source string, change func(*feed.Subscription)) error {
	return failed("change subscription", s.tx(ctx, func(tx execer) error {
		sub, err := s.subscription(ctx, tx, `source = $1 `+s.dialect.lockRow, source)
		if err != nil {
			return err
		}
		change(&sub)
		if sub.Source == "" {
			_, err := tx.ExecContext(ctx, `DELETE FROM websub WHERE source = $1`, source)
			return err
		}
		secret, err := s.sealed("websub", sub.Hub, sub.Topic, sub.Secret)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, saveSubscription, sub.Source, sub.ID, secret, string(sub.Standing), millis(sub.Asked), millis(sub.Until),
			millis(sub.Next), millis(sub.Pushed), sub.Pushes, sub.Missed, sub.Failures, mendedText(sub.Fault))
		return err
	}))
}

var saveSubscription = `INSERT INTO websub (` + websubColumns + `) VALUES (` + placeholders(1, 12) + `)
	ON CONFLICT (source) DO UPDATE SET id = excluded.id, secret = excluded.secret, standing = excluded.standing, asked = excluded.asked,
	until = excluded.until, next = excluded.next, pushed = excluded.pushed, pushes = excluded.pushes, missed = excluded.missed,
	failures = excluded.failures, fault = excluded.fault`

func (s *Store) scanSubscription(rows *sql.Rows) (sub feed.Subscription, err error) {
	var secret []byte
	var asked, until, next, pushed int64
	err = rows.Scan(&sub.Source, &sub.ID, &secret, &sub.Standing, &asked, &until, &next, &pushed, &sub.Pushes, &sub.Missed, &sub.Failures, &sub.Fault)
	sub.Asked, sub.Until, sub.Next, sub.Pushed = instant(asked), instant(until), instant(next), instant(pushed)
	return sub, errors.Join(err, s.opened("websub", secret, &sub.Hub, &sub.Topic, &sub.Secret))
}
