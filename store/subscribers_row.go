package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// subscriberColumns are those that row fills and scanSubscriber reads, in order.
const subscriberColumns = `id, sealed, lane, kind, status, created, language, reads, zone, least, digest, next_digest,
	last_digest, quiet_from, quiet_to, quiet_mode, budget, ping_least, story_threads, discreet`

// insertSubscriber and updateSubscriber take a row and the instant at which its status may change.
var (
	insertSubscriber = insertSubscribers(1)
	updateSubscriber = `UPDATE subscribers SET (` + subscriberColumns + `, hash, guild) = (` + placeholders(1, 22) + `),
		since = CASE WHEN status = $5 THEN since ELSE $23 END WHERE id = $1`
)

// row is a subscriber as its columns, then the hashes of chat and server.
func (s *Store) row(sub subscriptions.Subscriber) ([]any, error) {
	sealed, err := s.seal(sealedSubscriber{Address: sub.Address, Role: sub.Ping.Role})
	if err != nil {
		return nil, err
	}
	return []any{
		sub.ID, sealed, sub.Address.Lane(), sub.Address.Kind, sub.Status, millis(sub.Created),
		sub.Language, strings.Join(sub.Reads, " "), sub.Zone, int(sub.Least), strings.Join(sub.Digest, "\n"),
		millis(sub.NextDigest), millis(sub.LastDigest),
		sub.Quiet.From, sub.Quiet.To, sub.Quiet.Mode, sub.Budget, int(sub.Ping.Least), sub.StoryThreads, sub.Discreet,
		s.chatHash(sub.Address), s.guildHash(sub.Address),
	}, nil
}

func (s *Store) scanSubscriber(rows *sql.Rows) (subscriptions.Subscriber, error) {
	var (
		sub                 subscriptions.Subscriber
		sealed              []byte
		lane                delivery.Lane
		kind                delivery.Kind
		created, next, last int64
		reads, digest       string
	)
	err := rows.Scan(&sub.ID, &sealed, &lane, &kind, &sub.Status, &created, &sub.Language, &reads, &sub.Zone, &sub.Least,
		&digest, &next, &last, &sub.Quiet.From, &sub.Quiet.To, &sub.Quiet.Mode, &sub.Budget, &sub.Ping.Least,
		&sub.StoryThreads, &sub.Discreet)
	if err != nil {
		return sub, err
	}
	secret, err := s.unseal(sealed)
	if err != nil {
		return sub, err
	}
	sub.Address, sub.Ping.Role = secret.Address, secret.Role
	sub.Created, sub.NextDigest, sub.LastDigest = instant(created), instant(next), instant(last)
	sub.Reads = languages(reads)
	if digest != "" {
		sub.Digest = strings.Split(digest, "\n")
	}
	return sub, nil
}

// languages takes the column reads apart.
func languages(reads string) []string {
	if reads == "" {
		return nil
	}
	return strings.Split(reads, " ")
}

// subscriber reads one row, with lock as the dialect's clause.
func (s *Store) subscriber(ctx context.Context, q queryer, id subscriptions.ID, lock string) (subscriptions.Subscriber, error) {
	subs, err := s.subscribers(ctx, q, `id = $1 `+lock, id)
	if err != nil {
		return subscriptions.Subscriber{}, err
	}
	if len(subs) == 0 {
		return subscriptions.Subscriber{}, subscriptions.ErrUnknown
	}
	return subs[0], nil
}

// subscribers reads the rows that where names, with what they follow.
func (s *Store) subscribers(ctx context.Context, q queryer, where string, args ...any) ([]subscriptions.Subscriber, error) {
	subs, err := collect(ctx, q, s.scanSubscriber, `SELECT `+subscriberColumns+` FROM subscribers WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	for chunk := range slices.Chunk(subs, s.rowsAtOnce(1)) {
		if err := addFollows(ctx, q, chunk); err != nil {
			return nil, err
		}
	}
	return subs, nil
}

// follow is one row of follows.
type follow struct {
	subscriber subscriptions.ID
	key        subscriptions.Key
	excluded   bool
}

// addFollows reads what subs follow and exclude, in the order of the keys.
func addFollows(ctx context.Context, q queryer, subs []subscriptions.Subscriber) error {
	at := make(map[subscriptions.ID]*subscriptions.Subscriber, len(subs))
	ids := make([]any, len(subs))
	for i := range subs {
		at[subs[i].ID], ids[i] = &subs[i], subs[i].ID
	}
	scan := func(rows *sql.Rows) (f follow, err error) {
		return f, rows.Scan(&f.subscriber, &f.key, &f.excluded)
	}
	fs, err := collect(ctx, q, scan, `SELECT subscriber, key, excluded FROM follows
		WHERE subscriber IN (`+placeholders(1, len(ids))+`) ORDER BY key`, ids...)
	for _, f := range fs {
		sub := at[f.subscriber]
		switch {
		case f.excluded:
			sub.Exclude = append(sub.Exclude, f.key)
		case f.key != subscriptions.Everything:
			sub.Follow = append(sub.Follow, f.key)
		}
	}
	return err
}

// writeFollows replaces what sub follows and excludes.
func (s *Store) writeFollows(ctx context.Context, tx execer, sub subscriptions.Subscriber) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM follows WHERE subscriber = $1`, sub.ID); err != nil {
		return err
	}
	return s.insertFollows(ctx, tx, followsOf(sub))
}

func (s *Store) insertFollows(ctx context.Context, tx execer, fs []follow) error {
	row := func(f follow) []any { return []any{f.key, f.excluded, f.subscriber} }
	for chunk := range slices.Chunk(fs, s.dialect.rows) {
		if _, err := s.quick(tx).ExecContext(ctx, followSome(len(chunk)), values(chunk, row)...); err != nil {
			return err
		}
	}
	return nil
}

// followsOf is what sub follows and excludes, as rows.
func followsOf(sub subscriptions.Subscriber) (fs []follow) {
	for _, key := range sub.Follow {
		fs = append(fs, follow{sub.ID, key, false})
	}
	if len(fs) == 0 {
		fs = append(fs, follow{sub.ID, subscriptions.Everything, false})
	}
	for _, key := range sub.Exclude {
		fs = append(fs, follow{sub.ID, key, true})
	}
	return fs
}

// followSome writes n rows of follows.
func followSome(n int) string {
	return `INSERT INTO follows (key, excluded, subscriber) VALUES ` + rowsOf(1, n, "", "", "") + ` ON CONFLICT DO NOTHING`
}
