package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// sealedSubscriber is what of a subscriber rests as ciphertext: where they are, and the role pinged there (a server's
// role for everyone has the server's own number).
type sealedSubscriber struct {
	Address delivery.Address `json:"address"`
	Role    string           `json:"role,omitempty"`
}

func (s *Store) seal(secret sealedSubscriber) ([]byte, error) {
	text, err := json.Marshal(secret)
	if err != nil {
		return nil, err
	}
	return s.key.Seal("subscriber", text)
}

func (s *Store) unseal(sealed []byte) (secret sealedSubscriber, err error) {
	text, err := s.key.Open("subscriber", sealed)
	if err != nil {
		return secret, err
	}
	return secret, json.Unmarshal(text, &secret)
}

// chatHash names a chat without giving it away. Kind and server do not count: they may be told late, or change.
func (s *Store) chatHash(a delivery.Address) []byte {
	return s.key.Sign("chat", strings.Join([]string{string(a.Platform), a.Bot, a.Chat, a.Thread}, "\x00"))
}

// guildHash names a server as one bot knows it; nil where there is none.
func (s *Store) guildHash(a delivery.Address) []byte {
	if a.Guild == "" {
		return nil
	}
	return s.key.Sign("guild", strings.Join([]string{string(a.Platform), a.Bot, a.Guild}, "\x00"))
}

func (s *Store) sameChat(a, b delivery.Address) bool {
	return a.Platform == b.Platform && a.Bot == b.Bot && a.Chat == b.Chat && a.Thread == b.Thread
}

// at is who has an address, or subscriptions.ErrUnknown.
func (s *Store) at(ctx context.Context, q queryer, a delivery.Address) (id subscriptions.ID, err error) {
	err = q.QueryRowContext(ctx, findAddress, s.chatHash(a)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, subscriptions.ErrUnknown
	}
	return id, err
}

const findAddress = `SELECT id FROM subscribers WHERE hash = $1`

// moveAddress gives a subscriber another address, as when a group became a supergroup.
func (s *Store) moveAddress(ctx context.Context, tx execer, id delivery.SubscriberID, to delivery.Address) error {
	_, err := s.move(ctx, tx, id, to)
	if errors.Is(err, subscriptions.ErrUnknown) {
		return nil // forgotten meanwhile
	}
	return err
}

// move is moveAddress, and answers who is at the new address now: where somebody was there already the two are one
// chat, and become the subscriber with the lower id (see merge). Preferences are those of the one who moved.
func (s *Store) move(ctx context.Context, tx execer, id delivery.SubscriberID, to delivery.Address) (delivery.SubscriberID, error) {
	sub, err := s.subscriber(ctx, tx, id, s.dialect.lockRow)
	if err != nil {
		return 0, err
	}
	other, err := s.at(ctx, tx, to)
	switch {
	case errors.Is(err, subscriptions.ErrUnknown), other == id:
	case err != nil:
		return 0, err
	default:
		if err := s.merge(ctx, tx, min(id, other), max(id, other)); err != nil {
			return 0, err
		}
		sub.ID = min(id, other)
		if err := s.writeFollows(ctx, tx, sub); err != nil {
			return 0, err
		}
	}
	if to.Guild == "" && sub.Address.Platform == to.Platform {
		to.Guild = sub.Address.Guild
	}
	sub.Address = to
	row, err := s.row(sub)
	if err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, updateSubscriber, append(row, millis(s.now()))...)
	return sub.ID, err
}

// merge removes a subscriber in favour of one with a lower id. An audience is owed in the order of ids, so whatever the
// higher one was owed, the lower one was owed already or passed over, and will not be owed again: what both were owed is
// told once, and what only the higher one was owed goes to the lower one.
func (s *Store) merge(ctx context.Context, tx execer, into, from delivery.SubscriberID) error {
	twice := `DELETE FROM messages WHERE subscriber = $1 AND op = 'send' AND state = 'queued' AND NOT doubtful AND batch IN (
		SELECT o.batch FROM messages o WHERE o.subscriber = $2 AND o.op = 'send' AND o.state <> 'dropped'`
	steps := []struct {
		statement string
		args      []any
	}{
		{twice + ` AND o.state <> 'queued')`, []any{into, from}}, // told under the higher id
		{twice + `)`, []any{from, into}},
		{`UPDATE messages SET subscriber = $2 WHERE subscriber = $1`, []any{from, into}},
	}
	for _, step := range steps {
		if _, err := tx.ExecContext(ctx, step.statement, step.args...); err != nil {
			return err
		}
	}
	return s.strike(ctx, tx, []delivery.SubscriberID{from})
}

// LeaveGuild removes the subscribers of a server that the bot is no longer on, as Forget does, and answers how many
// there were.
func (b *Book) LeaveGuild(ctx context.Context, platform delivery.Platform, bot, guild string) (n int, err error) {
	hash := b.store.guildHash(delivery.Address{Platform: platform, Bot: bot, Guild: guild})
	err = b.store.tx(ctx, func(tx execer) error {
		ids, err := collect(ctx, tx, scanID, `SELECT id FROM subscribers WHERE guild = $1 ORDER BY id`, hash)
		if err != nil {
			return err
		}
		n = len(ids)
		return b.store.remove(ctx, tx, ids)
	})
	return n, failed("leave server", err)
}
