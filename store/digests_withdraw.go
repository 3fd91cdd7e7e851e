package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// Withdraw leaves an article out of all digests that are still to be sent, also of those that wait for another try; one
// that has nothing else to tell is not sent: alerts.Editions. What is on its way at this moment is not held up.
func (s *Store) Withdraw(ctx context.Context, article articles.ID) error {
	ids, err := s.waitingEditions(ctx)
	if err != nil {
		return failed("look for digests on their way", err)
	}
	for _, id := range ids {
		edition, err := s.readContent(ctx, s.read, id)
		if errors.Is(err, bots.ErrNoContent) {
			continue
		}
		if err != nil {
			return failed("withdraw "+string(article), err)
		}
		if err := s.withdrawFrom(ctx, id, edition, article); err != nil {
			return failed("withdraw "+string(article), err)
		}
	}
	return nil
}

// waitingEditions are the contents of the digests that are not sent yet.
func (s *Store) waitingEditions(ctx context.Context) (ids []delivery.ContentID, err error) {
	scanLane := func(rows *sql.Rows) (name string, err error) { return name, rows.Scan(&name) }
	lanes, err := collect(ctx, s.read, scanLane, `SELECT name FROM leases WHERE name LIKE 'lane/%'`)
	if err != nil {
		return nil, err
	}
	scan := func(rows *sql.Rows) (id delivery.ContentID, err error) { return id, rows.Scan(&id) }
	for _, name := range lanes {
		lane, first := strings.TrimPrefix(name, "lane/"), turnOf(delivery.Digest, 0)
		waiting, err := collect(ctx, s.read, scan, editionsInLine, lane, first)
		if err != nil {
			return nil, err
		}
		flying, err := collect(ctx, s.read, scan, editionsFlying, lane, first)
		if err != nil {
			return nil, err
		}
		ids = append(append(ids, waiting...), flying...)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

const (
	editionsInLine = `SELECT DISTINCT content FROM messages WHERE lane = $1 AND stage = 0 AND turn >= $2 AND op = 'send'`
	editionsFlying = `SELECT DISTINCT content FROM messages WHERE lane = $1 AND stage = 3 AND turn >= $2 AND op = 'send'`
)

// withdrawFrom leaves an article out of what is not sent yet of one edition.
func (s *Store) withdrawFrom(ctx context.Context, id delivery.ContentID, edition keptContent, article articles.ID) error {
	var out []int
	for i, item := range edition.Items {
		if item.Article == string(article) {
			out = append(out, i)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return s.changing(ctx, Messages, func(tx execer) error {
		scan := func(rows *sql.Rows) (omit string, err error) { return omit, rows.Scan(&omit) }
		omits, err := collect(ctx, tx, scan, `SELECT DISTINCT omit FROM messages WHERE `+unsentCopies, firstKey(edition.Batch), endOfSends(edition.Batch), id)
		if err != nil {
			return err
		}
		for _, omit := range omits {
			if err := s.leaveOut(ctx, tx, edition.Batch, id, omit, out, len(edition.Items)); err != nil {
				return err
			}
		}
		return nil
	})
}

// unsentCopies are the messages between two keys that are to bring a content and have not.
const unsentCopies = `key > $1 AND key < $2 AND content = $3 AND op = 'send' AND stage IS NOT NULL`

// leaveOut leaves items out of the copies of an edition of all items from which the same was left out before. A copy that
// has nothing to tell any more is dropped; where it may have arrived, it has.
func (s *Store) leaveOut(ctx context.Context, tx execer, b delivery.BatchID, id delivery.ContentID, was string, out []int, all int) error {
	var omit []int
	if was != "" {
		if err := json.Unmarshal([]byte(was), &omit); err != nil {
			return err
		}
	}
	omit = append(omit, out...)
	slices.Sort(omit)
	omit = slices.Compact(omit)
	text, err := json.Marshal(omit)
	if err != nil {
		return err
	}
	if string(text) == was {
		return nil
	}
	args := []any{firstKey(b), endOfSends(b), id, was}
	if len(omit) >= all {
		_, err = tx.ExecContext(ctx, dropCopies, append(args, millis(s.now()))...)
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE messages SET omit = $5 WHERE `+unsentCopies+` AND omit = $4`, append(args, string(text))...)
	return err
}

var dropCopies = fmt.Sprintf(`UPDATE messages SET state = 'dropped', stage = NULL, reason = 'cancelled', note = 'all that it told was withdrawn',
	done = $5, purge = CAST($5 AS BIGINT) + CASE WHEN rank < %d THEN %d ELSE %d END
	WHERE `+unsentCopies+` AND omit = $4 AND stage <> 3`,
	delivery.BeyondChannels, delivery.ChannelRetention.Milliseconds(), delivery.PrivateRetention.Milliseconds())

// Withdrawn answers which of the articles the newsroom took back by now, or an editor recalled: bots.Library.
func (s *Store) Withdrawn(ctx context.Context, ids []articles.ID) (map[articles.ID]bool, error) {
	gone := make(map[articles.ID]bool)
	scan := func(rows *sql.Rows) (id articles.ID, err error) { return id, rows.Scan(&id) }
	for some := range slices.Chunk(ids, s.rowsAtOnce(1)) {
		found, err := collect(ctx, s.read, scan, withdrawnArticles(len(some)), values(some, one)...)
		if err != nil {
			return nil, failed("look for what was withdrawn", err)
		}
		for _, id := range found {
			gone[id] = true
		}
	}
	return gone, nil
}

func withdrawnArticles(n int) string {
	return `SELECT DISTINCT a.id FROM articles a WHERE a.id IN (` + placeholders(1, n) + `) AND (
		a.status <> 'usable' AND a.version = (SELECT max(b.version) FROM articles b WHERE b.id = a.id AND b.seq IS NOT NULL)
		OR EXISTS (SELECT 1 FROM alerts al WHERE al.article = a.id AND al.article <> '' AND al.status = 'recalled'))`
}
