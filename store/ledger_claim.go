package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

const (
	// siftPage is how many due messages are looked at when those first looked at were not all to be sent.
	siftPage = 500

	// siftRounds bounds how often a turn does so: a paused or expired batch is cleared away over several turns.
	siftRounds = 4

	// postponement is how long a follow-up waits for the message it follows to come back, or for another follow-up of
	// the same message.
	postponement = time.Second
)

// claiming is the claim of one turn.
type claiming struct {
	*Store
	tx    asker
	lease delivery.Lease
	lane  delivery.Lane
	now   time.Time

	parcels []delivery.Parcel
	marks   bundle // puts them on record: done before the ledger is asked for more, or at the end of the turn
	rounds  int    // how often more was looked at than is wanted
}

// run takes up to n messages that are due, in their order, where these lines wait. What is not to be sent is put where it
// belongs on the way. It answers when to look again for what is left; zero: no need.
func (c *claiming) run(ctx context.Context, all []head, n int) (time.Time, error) {
	due := c.order(all, n)
	for _, h := range due {
		if err := c.from(ctx, h.turn, min(h.n, n-len(c.parcels))); err != nil {
			return time.Time{}, err
		}
		if c.rounds >= siftRounds {
			return c.now, nil // more is due
		}
	}
	if len(due) == 0 || len(c.parcels) == n {
		return earliest(all), nil
	}
	left, err := c.heads(ctx)
	return earliest(*left), err
}

// from takes up to n due messages of a line.
func (c *claiming) from(ctx context.Context, turn, n int) error {
	end := len(c.parcels) + n
	for limit := n; len(c.parcels) < end && c.rounds < siftRounds; limit = siftPage {
		found, err := c.candidates(ctx, turn, limit)
		if err != nil {
			return err
		}
		if err := c.take(ctx, found, end-len(c.parcels)); err != nil {
			return err
		}
		if len(found) < limit {
			return nil
		}
		if len(c.parcels) < end {
			c.rounds++
		}
	}
	return nil
}

// take sifts what was found and marks up to n of it.
func (c *claiming) take(ctx context.Context, found []candidate, n int) error {
	s := sieve{claiming: c, n: n}
	if err := s.sift(ctx, found); err != nil {
		return err
	}
	if err := s.clear(ctx); err != nil {
		return err
	}
	c.mark(s.ready)
	return nil
}

// candidate is a message that is due, and what is on record of it.
type candidate struct {
	delivery.Parcel
	brings int // the version it is for, if it is a follow-up
}

const findCandidates = `SELECT key, batch, subscriber, op, class, rank, due, expires, content, target, brings, omit, silent,
		attempts, doubtful, first
	FROM messages WHERE lane = $1 AND stage = 0 AND turn = $2 AND due <= $3 ORDER BY due, rank LIMIT $4 `

func (c *claiming) candidates(ctx context.Context, turn, limit int) ([]candidate, error) {
	var found []candidate
	b := c.marked()
	b.ask(func(row scanner) error {
		m, err := c.scan(row)
		found = append(found, m)
		return err
	}, findCandidates+c.dialect.skipRow, c.lane, turn, millis(c.now), limit)
	return found, c.pose(ctx, c.tx, b)
}

// marked is a bundle that begins with the marks which are owed.
func (c *claiming) marked() bundle {
	b := c.marks
	c.marks = nil
	return b
}

func (c *claiming) scan(rows scanner) (m candidate, err error) {
	var due, expires, first int64
	var omit string
	err = rows.Scan(&m.Key, &m.Batch, &m.Subscriber, &m.Op, (*int)(&m.Class), &m.Rank, &due, &expires, &m.Content, &m.Target,
		&m.brings, &omit, &m.Silent, &m.Attempts, &m.Doubtful, &first)
	if err != nil {
		return m, err
	}
	m.Lane, m.Due, m.Expires, m.First = c.lane, instant(due), instant(expires), instant(first)
	if omit != "" {
		err = json.Unmarshal([]byte(omit), &m.Omit)
	}
	return m, err
}

// mark owes it to the record that parcels are being sent. A message in doubt keeps the oldest version it may have arrived in.
func (c *claiming) mark(ps []delivery.Parcel) {
	for page := range portions(ps, c.dialect) {
		args := values(page, func(p delivery.Parcel) []any {
			return []any{p.Key, p.Version, p.Voice.PingRole != "", c.lease.Epoch, millis(c.now)}
		})
		n := c.dialect.room(len(page))
		c.marks.do(c.dialect.markSome(n), padded(args, n*markValues)...)
	}
	c.parcels = append(c.parcels, ps...)
}

// markValues is how many values a row of markSome has.
const markValues = 5

// markSome marks n messages.
func (d dialect) markSome(n int) string {
	return `WITH c(key, version, pinged, epoch, now) AS (VALUES ` + d.rowsInOrder(n, "TEXT", "INTEGER", "BOOLEAN", "BIGINT", "BIGINT") + `)
		UPDATE messages SET state = 'sending', stage = 3, epoch = c.epoch, attempts = attempts + 1,
			repeats = repeats + CASE WHEN doubtful THEN 1 ELSE 0 END,
			first = CASE WHEN first = 0 THEN c.now ELSE first END,
			version = CASE WHEN doubtful AND messages.version < c.version THEN messages.version ELSE c.version END,
			shown = CASE WHEN doubtful AND messages.version < c.version THEN messages.version ELSE c.version END,
			pinged = c.pinged
		FROM c WHERE messages.key = c.key`
}
