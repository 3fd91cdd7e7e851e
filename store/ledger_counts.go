package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// took is how long a send took from due to answered, rounded so that a batch has some thousand different values at
// most; -1 where there is no answer.
const took = `CASE WHEN op <> 'send' OR state <> 'sent' THEN -1
	WHEN done - owed < 1000 THEN (done - owed) / 10 * 10
	WHEN done - owed < 60000 THEN (done - owed) / 100 * 100
	WHEN done - owed < 3600000 THEN (done - owed) / 1000 * 1000
	ELSE (done - owed) / 60000 * 60000 END`

// edited is 1 for a first telling that stands there edited.
const edited = `CASE WHEN op = 'send' AND state = 'sent' AND shown > version AND NOT removed THEN 1 ELSE 0 END`

// counted is what a message counts as: what becomes of a reply is no deletion of a first telling.
const counted = `CASE WHEN op = 'delete' AND target > batch || '/reply/' AND target < batch || '/reply0' THEN 'reply' ELSE op END`

// countMessages is the figures of the messages that a condition finds.
func countMessages(where string) string {
	return `SELECT batch, ` + counted + `, state, reason, ` + took + ` AS took, count(*), sum(repeats), sum(` + edited + `), min(done), max(done)
		FROM messages WHERE ` + where + ` GROUP BY 1, 2, 3, 4, 5`
}

// figure is how many messages of a batch there are of one kind.
type figure struct {
	op          delivery.Op
	state       delivery.State
	reason      delivery.Reason
	took        time.Duration
	n, repeats  int
	edited      int       // of them
	first, last time.Time // when they were finished
}

var countBatch = countMessages(`key > $1 AND key < $2 AND batch = $3`) + `
	UNION ALL SELECT batch, op, state, reason, took, n, repeats, edited, first, last FROM figures WHERE batch = $3`

// Counts is how a batch stands: delivery.Record. Queued, Sending, Unknown and Dropped are of all its messages, Sent is of
// first tellings; Edited is of those that stand there edited, Deleted of those we deleted: each once. Purged rows stay
// counted.
func (s *Store) Counts(ctx context.Context, b delivery.BatchID) (delivery.Counts, error) {
	figures, err := collect(ctx, s.read, scanFigure, countBatch, firstKey(b), endKey(b), b)
	if err != nil {
		return delivery.Counts{}, failed("count "+string(b), err)
	}
	return tally(figures), nil
}

// findUnfinished comes upon a message that is waiting after a few of those that are not, except near a batch's end.
const findUnfinished = `SELECT key FROM messages WHERE key > $1 AND key < $2 AND batch = $3 AND stage IS NOT NULL ORDER BY key LIMIT 1`

// Unfinished says whether anything of a batch is still to be delivered: delivery.Record.
func (s *Store) Unfinished(ctx context.Context, b delivery.BatchID) (bool, error) {
	var waiting delivery.Key
	err := s.read.QueryRowContext(ctx, findUnfinished, firstKey(b), endKey(b), b).Scan(&waiting)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, failed("look for what is left of "+string(b), err)
}

func scanFigure(rows *sql.Rows) (f figure, err error) {
	var batch delivery.BatchID
	var ms, first, last int64
	err = rows.Scan(&batch, &f.op, &f.state, &f.reason, &ms, &f.n, &f.repeats, &f.edited, &first, &last)
	f.took, f.first, f.last = time.Duration(ms)*time.Millisecond, instant(first), instant(last)
	return f, err
}

func tally(figures []figure) delivery.Counts {
	c := delivery.Counts{Dropped: map[delivery.Reason]int{
		delivery.Gone: 0, delivery.Rejected: 0, delivery.Expired: 0, delivery.Cancelled: 0, delivery.DeletedThere: 0,
	}}
	for _, f := range figures {
		switch f.state {
		case delivery.Queued:
			c.Queued += f.n
		case delivery.Sending:
			c.Sending += f.n
		case delivery.Unknown:
			c.Unknown += f.n
		case delivery.Dropped:
			c.Dropped[f.reason] += f.n
		case delivery.Sent:
			countSent(&c, f)
		}
		if f.op == delivery.Send {
			c.Repeats += f.repeats
		}
	}
	c.P50, c.P90 = percentile(figures, 50), percentile(figures, 90)
	return c
}

func countSent(c *delivery.Counts, f figure) {
	switch f.op {
	case delivery.Send:
		c.Sent += f.n
		c.Edited += f.edited
		if c.First.IsZero() || f.first.Before(c.First) {
			c.First = f.first
		}
		if f.last.After(c.Last) {
			c.Last = f.last
		}
	case delivery.Delete: // a message is deleted once; after that it is gone
		c.Deleted += f.n
	case delivery.Edit, delivery.Reply: // of what is counted already
	}
}

// percentile is how long the quickest p percent of the sends took.
func percentile(figures []figure, p int) time.Duration {
	answered := slices.DeleteFunc(slices.Clone(figures), func(f figure) bool { return f.took < 0 })
	slices.SortFunc(answered, func(a, b figure) int { return cmp.Compare(a.took, b.took) })
	all := 0
	for _, f := range answered {
		all += f.n
	}
	seen := 0
	for _, f := range answered {
		if seen += f.n; seen*100 >= all*p {
			return f.took
		}
	}
	return 0
}
