package store

import (
	"context"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// clear puts what may not go out now where it belongs.
func (s *sieve) clear(ctx context.Context) error {
	if err := s.each(ctx, s.parked, `UPDATE messages SET stage = 2 WHERE key IN (`); err != nil {
		return err
	}
	if err := s.each(ctx, s.moot, `DELETE FROM messages WHERE key IN (`); err != nil {
		return err
	}
	if len(s.postponed) > 0 {
		if err := s.each(ctx, s.postponed, `UPDATE messages SET due = $1 WHERE key IN (`, millis(s.now.Add(postponement))); err != nil {
			return err
		}
	}
	for end, keys := range s.held {
		if err := s.each(ctx, keys, holdQuiet, millis(end), millis(end.Add(time.Hour))); err != nil {
			return err
		}
	}
	if err := s.dropAll(ctx, delivery.Expired, "quiet hours began: it waits in the digest", s.folded); err != nil {
		return err
	}
	for why, keys := range s.dropped {
		if err := s.dropAll(ctx, why, "", keys); err != nil {
			return err
		}
	}
	if err := s.dropAll(ctx, delivery.Cancelled, "all that it told was withdrawn", s.emptied); err != nil {
		return err
	}
	if len(s.orphaned) > 0 {
		s.log.Error("messages without content: a fault of ours", "lane", s.lane, "count", len(s.orphaned), "first", s.orphaned[0])
	}
	if err := s.dropAll(ctx, delivery.Rejected, "its content is not there", s.orphaned); err != nil {
		return err
	}
	if len(s.shut) > 0 {
		s.log.Error("messages whose address does not open: sealed with another key, or damaged", "lane", s.lane, "count", len(s.shut), "first", s.shut[0])
	}
	return s.dropAll(ctx, delivery.Gone, "its address does not open: sealed with another key, or damaged", s.shut)
}

// holdQuiet lets messages ring when quiet hours end, and as new for an hour longer, as if they had been owed within them.
const holdQuiet = `UPDATE messages SET owed = $1, due = $1, expires = CASE WHEN expires = 0 OR expires > $2 THEN expires ELSE $2 END WHERE key IN (`

func (s *sieve) dropAll(ctx context.Context, why delivery.Reason, note string, keys []delivery.Key) error {
	return s.each(ctx, keys, `UPDATE messages SET state = 'dropped', stage = NULL, reason = $1, note = $2, done = $3,
		purge = CAST($3 AS BIGINT) + CASE WHEN rank < $4 THEN CAST($5 AS BIGINT) ELSE $6 END WHERE key IN (`, why, note, millis(s.now),
		delivery.BeyondChannels, delivery.ChannelRetention.Milliseconds(), delivery.PrivateRetention.Milliseconds())
}

// each does something to the rows of keys, if there are any. query ends where their list begins.
func (s *sieve) each(ctx context.Context, keys []delivery.Key, query string, args ...any) error {
	if len(keys) == 0 {
		return nil
	}
	_, err := s.tx.ExecContext(ctx, query+placeholders(len(args)+1, len(keys))+`)`, append(args, values(keys, one)...)...)
	return err
}
