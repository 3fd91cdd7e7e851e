package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// settled is what a receipt changed.
type settled struct {
	key     delivery.Key
	op      delivery.Op
	target  delivery.Key
	version int
}

// settlePlain writes receipts down that nothing follows from. One for a message that is not in flight under l changes
// nothing.
func (s *Store) settlePlain(b *bundle, l delivery.Lease, now time.Time, plain []delivery.Receipt) error {
	for page := range portions(plain, s.dialect) {
		args, err := s.receiptRows(l, now, page)
		if err != nil {
			return err
		}
		n := s.dialect.room(len(page))
		b.do(s.dialect.settleSome(n), padded(args, n*settleValues)...)
	}
	return nil
}

// settleRest writes all other receipts down, and what they say of the subscribers and of the messages that were edited
// or deleted.
func (s *Store) settleRest(ctx context.Context, tx execer, l delivery.Lease, now time.Time, rest []delivery.Receipt) error {
	for page := range portions(rest, s.dialect) {
		done, err := s.settlePage(ctx, tx, l, now, page)
		if err != nil {
			return err
		}
		of := make(map[delivery.Key]delivery.Receipt, len(page))
		for _, r := range page {
			of[r.Key] = r
		}
		if err := s.followUp(ctx, tx, done, of); err != nil {
			return err
		}
		for _, d := range done {
			if err := s.learn(ctx, tx, of[d.key]); err != nil {
				return err
			}
		}
	}
	return nil
}

// parted sets apart the receipts that nothing follows from: first tellings that have arrived, nearly all there are.
func parted(receipts []delivery.Receipt) (plain, rest []delivery.Receipt) {
	for _, r := range receipts {
		if r.Op == delivery.Send && r.State == delivery.Sent && r.Standing == "" && r.Moved == nil {
			plain = append(plain, r)
		} else {
			rest = append(rest, r)
		}
	}
	return plain, rest
}

// settlePage writes receipts down. A message that is not finished waits for its new due date; one whose attempt never
// left us gets that attempt back.
func (s *Store) settlePage(ctx context.Context, tx execer, l delivery.Lease, now time.Time, receipts []delivery.Receipt) ([]settled, error) {
	args, err := s.receiptRows(l, now, receipts)
	if err != nil {
		return nil, err
	}
	scan := func(rows *sql.Rows) (d settled, err error) {
		return d, rows.Scan(&d.key, &d.op, &d.target, &d.version)
	}
	n := s.dialect.room(len(receipts))
	return collect(ctx, s.quick(tx), scan, s.dialect.settleSome(n)+andTell, padded(args, n*settleValues)...)
}

// settleValues is how many values a row of settleSome has.
const settleValues = 10

// settleSome writes n receipts down.
func (d dialect) settleSome(n int) string {
	return `WITH r(epoch, key, state, reason, stage, due, done, message, note, spared) AS (VALUES ` +
		d.rowsInOrder(n, "BIGINT", "TEXT", "TEXT", "TEXT", "SMALLINT", "BIGINT", "BIGINT", "TEXT", "TEXT", "INTEGER") + `)
		UPDATE messages SET state = r.state, reason = r.reason, stage = r.stage, done = r.done, note = r.note,
			due = CASE WHEN r.stage IS NULL THEN messages.due ELSE r.due END,
			purge = CASE WHEN r.stage IS NOT NULL THEN 0 WHEN rank < ` + fmt.Sprint(delivery.BeyondChannels) + ` THEN r.done + ` + fmt.Sprint(delivery.ChannelRetention.Milliseconds()) + `
				ELSE r.done + ` + fmt.Sprint(delivery.PrivateRetention.Milliseconds()) + ` END,
			doubtful = doubtful OR r.state = 'unknown',
			attempts = attempts - r.spared,
			repeats = repeats - CASE WHEN doubtful THEN r.spared ELSE 0 END,
			first = CASE WHEN attempts = r.spared THEN 0 ELSE first END,
			pinged = pinged AND r.state <> 'queued',
			message = CASE WHEN r.message = '' THEN messages.message ELSE r.message END
		FROM r WHERE messages.key = r.key AND messages.state = 'sending' AND messages.epoch = r.epoch`
}

// andTell makes settleSome answer what it settled.
const andTell = ` RETURNING messages.key, op, target, version`

func (s *Store) receiptRows(l delivery.Lease, now time.Time, receipts []delivery.Receipt) ([]any, error) {
	args := make([]any, 0, len(receipts)*settleValues)
	for _, r := range receipts {
		row, err := s.receiptRow(r, now)
		if err != nil {
			return nil, err
		}
		args = append(append(args, l.Epoch), row...)
	}
	return args, nil
}

func (s *Store) receiptRow(r delivery.Receipt, now time.Time) ([]any, error) {
	var at any = int(inLine)
	var done int64
	if r.State == delivery.Sent || r.State == delivery.Dropped {
		at, done = nil, millis(r.At)
		if r.At.IsZero() {
			done = millis(now)
		}
	}
	message, err := s.sealMessageID(r.MessageID)
	spared := 0
	if r.Deferred {
		spared = 1
	}
	return []any{r.Key, r.State, r.Reason, at, notBefore(r.Due), done, message, mendedText(r.Note), spared}, err
}

// notBefore is an instant rounded up: what may go in half a millisecond must not be claimed, and held back, again and
// again until then.
func notBefore(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return millis(t.Add(time.Millisecond - time.Nanosecond))
}

// followUp brings the messages that were edited or deleted up to date.
func (s *Store) followUp(ctx context.Context, tx execer, done []settled, of map[delivery.Key]delivery.Receipt) error {
	var edited []settled
	var removed []any
	for _, d := range done {
		r := of[d.key]
		switch {
		case d.target == "":
		case r.Reason == delivery.DeletedThere, d.op == delivery.Delete && r.State == delivery.Sent:
			removed = append(removed, d.target)
		case d.op == delivery.Edit && r.State == delivery.Sent:
			edited = append(edited, d)
		}
	}
	if len(removed) > 0 {
		_, err := tx.ExecContext(ctx, `UPDATE messages SET removed = TRUE WHERE key IN (`+placeholders(1, len(removed))+`)`, removed...)
		if err != nil {
			return err
		}
	}
	for page := range portions(edited, s.dialect) {
		n := s.dialect.room(len(page))
		args := values(page, func(d settled) []any { return []any{d.target, d.version} })
		if _, err := s.quick(tx).ExecContext(ctx, s.dialect.showEdited(n), padded(args, n*2)...); err != nil {
			return err
		}
	}
	return nil
}

// showEdited notes which version n messages were edited to.
func (d dialect) showEdited(n int) string {
	return `WITH e(key, version) AS (VALUES ` + d.rowsInOrder(n, "TEXT", "INTEGER") + `)
		UPDATE messages SET shown = e.version FROM e WHERE messages.key = e.key AND shown < e.version`
}

// learn writes down what a receipt says of the subscriber.
func (s *Store) learn(ctx context.Context, tx execer, r delivery.Receipt) error {
	if r.Moved != nil {
		if err := s.moveAddress(ctx, tx, r.Subscriber, *r.Moved); err != nil {
			return err
		}
	}
	if r.Standing == "" {
		return nil
	}
	return s.applyStanding(ctx, tx, r.Subscriber, r.Standing)
}

// sealMessageID seals the platform's id of a message, since it may name the chat too (a Discord DM's does).
func (s *Store) sealMessageID(id string) (string, error) {
	if id == "" {
		return "", nil
	}
	sealed, err := s.key.Seal("message", []byte(id))
	return base64.RawStdEncoding.EncodeToString(sealed), err
}

func (s *Store) openMessageID(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	sealed, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return "", err
	}
	id, err := s.key.Open("message", sealed)
	return string(id), err
}
