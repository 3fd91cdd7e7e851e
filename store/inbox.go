package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// handledRetention is how long numbers of handled updates are remembered: Telegram keeps updates for a day
// (core.telegram.org/bots/api#getting-updates), so none comes again later.
const handledRetention = 24 * time.Hour

// Accept stores updates durably before it returns; those already known are nothing new: bots.Inbox.
func (s *Store) Accept(ctx context.Context, us []bots.Update) error {
	if len(us) == 0 {
		return nil
	}
	return failed("accept updates", s.tx(ctx, func(tx execer) error {
		for page := range slices.Chunk(us, s.rowsAtOnce(3)) {
			if err := s.accept(ctx, tx, page); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (s *Store) accept(ctx context.Context, tx execer, us []bots.Update) error {
	var rows []any
	newest := map[delivery.Lane]int64{}
	for _, u := range us {
		sealed, err := s.key.Seal("update", u.Payload)
		if err != nil {
			return err
		}
		rows = append(rows, u.Lane, u.ID, sealed)
		newest[u.Lane] = max(u.ID, newest[u.Lane])
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO updates (lane, number, sealed) VALUES `+rowsOf(1, len(us), "", "", "")+`
		ON CONFLICT (lane, number) DO NOTHING`, rows...)
	for lane, number := range newest {
		if err != nil {
			break
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO newest_updates (lane, number) VALUES ($1, $2)
			ON CONFLICT (lane) DO UPDATE SET number = excluded.number WHERE newest_updates.number < excluded.number`, lane, number)
	}
	return err
}

// Pending answers what is not handled yet, in the order of arrival: bots.Inbox. What does not open any more has no
// payload.
func (s *Store) Pending(ctx context.Context, lane delivery.Lane, limit int) ([]bots.Update, error) {
	us, err := collect(ctx, s.read, s.scanUpdate, pendingUpdates, lane, limit)
	return us, failed("read updates", err)
}

const pendingUpdates = `SELECT lane, number, sealed FROM updates WHERE lane = $1 AND handled = 0 ORDER BY arrival LIMIT $2`

func (s *Store) scanUpdate(rows *sql.Rows) (u bots.Update, err error) {
	var sealed []byte
	if err := rows.Scan(&u.Lane, &u.ID, &sealed); err != nil {
		return u, err
	}
	if u.Payload, err = s.key.Open("update", sealed); err != nil { // one damaged row must not stop all that came after it
		s.log.Error("store: an update in the inbox does not open; it is handed out empty", "lane", u.Lane, "number", u.ID)
	}
	return u, nil
}

// Done wipes what an update said: bots.Inbox.
func (s *Store) Done(ctx context.Context, lane delivery.Lane, id int64) error {
	return failed("finish update", s.tx(ctx, func(tx execer) error {
		_, err := tx.ExecContext(ctx, `UPDATE updates SET sealed = NULL, handled = $3 WHERE lane = $1 AND number = $2 AND handled = 0`,
			lane, id, millis(s.now()))
		return err
	}))
}

// Newest is the highest number ever accepted in the lane, 0 for none: bots.Inbox.
func (s *Store) Newest(ctx context.Context, lane delivery.Lane) (number int64, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT coalesce(max(number), 0) FROM newest_updates WHERE lane = $1`, lane).Scan(&number)
	return number, failed("read newest update", err)
}

// forgetHandled deletes a page of numbers of updates that were handled long enough ago.
func forgetHandled(ctx context.Context, tx execer, now time.Time) (int, error) {
	return changed(tx.ExecContext(ctx, deleteHandled, millis(now.Add(-handledRetention)), purgePage))
}

const deleteHandled = `DELETE FROM updates WHERE arrival IN (SELECT arrival FROM updates WHERE handled > 0 AND handled <= $1 ORDER BY handled LIMIT $2)`
