package store

import (
	"context"
	"errors"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// envelope is what the ledger needs of a subscriber to have a message delivered.
type envelope struct {
	To        delivery.Address
	Voice     delivery.Voice // without a role: that depends on the message
	Status    subscriptions.Status
	Quiet     subscriptions.Quiet
	Digests   bool
	Shut      bool // the address is there and does not open
	PingRole  string
	PingLeast delivery.Class
}

// askEnvelopes opens the addresses of subscribers; those who are no more are missing.
func (s *Store) askEnvelopes(b *bundle, ids []delivery.SubscriberID) map[delivery.SubscriberID]envelope {
	found := make(map[delivery.SubscriberID]envelope, len(ids))
	row := func(row scanner) error {
		id, e, err := s.scanEnvelope(row)
		found[id] = e
		return err
	}
	for page := range portions(ids, s.dialect) {
		n := s.dialect.room(len(page))
		b.ask(row, findEnvelopes(n), padded(values(page, one), n)...)
	}
	return found
}

func findEnvelopes(n int) string {
	return `SELECT id, sealed, status, language, zone, discreet, ping_least, story_threads, quiet_from, quiet_to, quiet_mode, digest <> ''
		FROM subscribers WHERE id IN (` + placeholders(1, n) + `)`
}

func (s *Store) scanEnvelope(row scanner) (id delivery.SubscriberID, e envelope, err error) {
	var sealed []byte
	err = row.Scan(&id, &sealed, &e.Status, &e.Voice.Language, &e.Voice.Zone, &e.Voice.Discreet, &e.PingLeast, &e.Voice.Threads,
		&e.Quiet.From, &e.Quiet.To, &e.Quiet.Mode, &e.Digests)
	if err != nil {
		return id, e, err
	}
	secret, err := s.unseal(sealed)
	if errors.Is(err, errShut) { // one damaged row must not stop all others
		e.Shut, err = true, nil
	}
	e.To, e.PingRole = secret.Address, secret.Role
	return id, e, err
}

// applyStanding writes down what a delivery taught us about a subscriber.
func (s *Store) applyStanding(ctx context.Context, tx execer, id delivery.SubscriberID, st delivery.Standing) (err error) {
	switch st {
	case delivery.StandingBlocked:
		_, err = tx.ExecContext(ctx, `UPDATE subscribers SET status = 'blocked', since = $2
			WHERE id = $1 AND status <> 'blocked'`, id, millis(s.now()))
	case delivery.StandingNoRights:
		_, err = tx.ExecContext(ctx, `UPDATE subscribers SET status = 'barred', since = $2
			WHERE id = $1 AND status = 'active'`, id, millis(s.now()))
	case delivery.StandingGone:
		err = s.strike(ctx, tx, []delivery.SubscriberID{id}) // what they were owed is the ledger's to settle
	}
	return err
}
