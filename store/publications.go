package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

var _ delivery.Publications = (*Store)(nil)

// SavePublication records a publication, or how it stands by now: delivery.Publications.
func (s *Store) SavePublication(ctx context.Context, lane delivery.Lane, p delivery.Publication) error {
	sealed, err := s.key.Seal("publication", []byte(p.MessageID))
	if err != nil {
		return failed("save a publication", err)
	}
	return failed("save a publication", s.tx(ctx, func(tx execer) error {
		_, err := tx.ExecContext(ctx, savePublication, p.Key, lane, p.Subscriber, sealed, p.Flash, millis(p.First), millis(p.Due), p.Tries, p.Done)
		return err
	}))
}

const savePublication = `
	INSERT INTO publications (key, lane, subscriber, sealed, flash, first, due, tries, done)
	SELECT $1, $2, id, $4, $5, $6, $7, $8, $9 FROM subscribers WHERE id = $3
	ON CONFLICT (key) DO UPDATE SET due = excluded.due, tries = excluded.tries, done = excluded.done`

// Publications answers a lane's publications since an instant, the oldest first: delivery.Publications. Damaged ones,
// which say no more where their messages stand, are left out: one must not keep all others from being published.
func (s *Store) Publications(ctx context.Context, lane delivery.Lane, since time.Time) ([]delivery.Publication, error) {
	found, err := collect(ctx, s.read, s.scanPublication, recentPublications, lane, millis(since))
	whole := slices.DeleteFunc(found, func(p delivery.Publication) bool { return p.MessageID == "" })
	if damaged := len(found) - len(whole); damaged > 0 {
		s.log.Error("store: publications that the key does not open are left out", "lane", lane, "count", damaged)
	}
	return whole, failed("read publications", err)
}

const recentPublications = `SELECT key, subscriber, sealed, flash, first, due, tries, done FROM publications
	WHERE lane = $1 AND first >= $2 ORDER BY first, key`

// scanPublication reads one; a damaged one has no message.
func (s *Store) scanPublication(rows *sql.Rows) (p delivery.Publication, err error) {
	var sealed []byte
	var first, due int64
	if err := rows.Scan(&p.Key, &p.Subscriber, &sealed, &p.Flash, &first, &due, &p.Tries, &p.Done); err != nil {
		return p, err
	}
	id, err := s.key.Open("publication", sealed)
	if errors.Is(err, errShut) {
		id, err = nil, nil
	}
	p.MessageID, p.First, p.Due = string(id), instant(first), instant(due)
	return p, err
}

// purgePublications deletes those that are neither owed nor count any more.
func purgePublications(ctx context.Context, tx execer, now time.Time) error {
	_, err := tx.ExecContext(ctx, oldPublications, millis(now.Add(-delivery.PublicationRetention)))
	return err
}

const oldPublications = `DELETE FROM publications WHERE first < $1`
