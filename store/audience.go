package store

import (
	"context"
	"database/sql"
	"fmt"
	"math/bits"
	"slices"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// Page answers the next recipients of an audience. It goes through the numbers of subscribers a window at a time, and
// within one reads only the rows of the followed keys: a page costs the same at the end as at the beginning, and few
// followers among a million are found in a few steps.
func (b *Book) Page(ctx context.Context, q subscriptions.Query, now time.Time, after subscriptions.ID, limit int) ([]subscriptions.Recipient, error) {
	page, err := b.store.page(ctx, q, after, limit)
	if err != nil {
		return nil, failed("read audience", err)
	}
	return page, failed("count rings", b.store.countRings(ctx, page, q.Class, now))
}

func (s *Store) page(ctx context.Context, q subscriptions.Query, after subscriptions.ID, limit int) ([]subscriptions.Recipient, error) {
	last, err := s.lastSubscriber(ctx)
	if err != nil {
		return nil, err
	}
	var page []subscriptions.Recipient
	for window := subscriptions.ID(limit); after < last && len(page) < limit; {
		until := min(after+window, last)
		statement, args := windowStatement(q, after, until, limit-len(page))
		found, err := collect(ctx, s.read, scanRecipient, statement, args...)
		if err != nil {
			return nil, err
		}
		page, after = append(page, found...), until
		window = nextWindow(window, subscriptions.ID(len(found)), subscriptions.ID(limit-len(page)))
	}
	return page, nil
}

// widening is how much wider a window may be than the one before.
const widening = 8

// nextWindow is how wide the window should be that gives what is missing, judged by what the last one gave: a little
// wider than that, as one more statement costs more than some rows too many.
func nextWindow(window, found, missing subscriptions.ID) subscriptions.ID {
	widest := window * widening
	if found == 0 {
		return widest
	}
	return min(widest, window*missing/found*5/4+16)
}

// lastSubscriber is the highest number there is, 0 for none.
func (s *Store) lastSubscriber(ctx context.Context) (last subscriptions.ID, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT coalesce(max(id), 0) FROM subscribers`).Scan(&last)
	return last, err
}

// recipientColumns are those of the subscriber s that scanRecipient reads.
const recipientColumns = `s.id, s.lane, s.kind, s.language, s.reads, s.zone, s.quiet_from, s.quiet_to, s.quiet_mode, s.budget,
	s.digest <> '' AS digests`

func scanRecipient(rows *sql.Rows) (r subscriptions.Recipient, err error) {
	var reads string
	err = rows.Scan(&r.ID, &r.Lane, &r.Kind, &r.Language, &reads, &r.Zone, &r.Quiet.From, &r.Quiet.To, &r.Quiet.Mode, &r.Budget, &r.Digests)
	r.Reads = languages(reads)
	return r, err
}

// windowStatement reads the first n recipients with after < id <= until. The limit stands in the text, because
// PostgreSQL plans better with what it knows.
func windowStatement(q subscriptions.Query, after, until subscriptions.ID, n int) (string, []any) {
	from, args := audience(q, after, until)
	return fmt.Sprintf(`SELECT %s FROM %s ORDER BY s.id LIMIT %d`, recipientColumns, from, n), args
}

// countStatement counts recipients with after < id <= until by lane.
func countStatement(q subscriptions.Query, after, until subscriptions.ID) (string, []any) {
	from, args := audience(q, after, until)
	return `SELECT s.lane, count(*) FROM ` + from + ` GROUP BY s.lane`, args
}

// audience is the FROM and WHERE of those who are told, as s, with after < id <= until.
func audience(q subscriptions.Query, after, until subscriptions.ID) (string, []any) {
	args := []any{after, until, subscriptions.Active, int(q.Class)}
	if q.Everyone {
		return `subscribers s WHERE s.id > $1 AND s.id <= $2 AND s.status = $3 AND s.least >= $4`, args
	}
	keys := followable(q.Keys)
	args = append(args, false, everything(q))
	for _, key := range keys {
		args = append(args, key)
	}
	from := `(SELECT DISTINCT subscriber FROM follows WHERE key IN (` + placeholders(6, len(keys)+1) + `) AND excluded = $5
			AND subscriber > $1 AND subscriber <= $2) AS f
		JOIN subscribers s ON s.id = f.subscriber WHERE s.status = $3 AND s.least >= $4`
	if len(keys) > 0 { // the keys are looked for among the few a subscriber excludes, never the other way round
		from += ` AND NOT EXISTS (SELECT 1 FROM follows x WHERE x.subscriber = s.id AND x.excluded
			AND x.key || '' IN (` + placeholders(7, len(keys)) + `))`
	}
	return from, args
}

// everything is the key of those who follow everything; one that nobody has where they are left out.
func everything(q subscriptions.Query) subscriptions.Key {
	if q.Only {
		return ""
	}
	return subscriptions.Everything
}

// followable is the keys of a query without repetitions and Everything, which is always asked for.
func followable(keys []subscriptions.Key) []subscriptions.Key {
	keys = slices.Clone(keys)
	slices.Sort(keys)
	return slices.DeleteFunc(slices.Compact(keys), func(k subscriptions.Key) bool { return k == subscriptions.Everything })
}

// Count answers how many an audience has, by lane.
func (b *Book) Count(ctx context.Context, q subscriptions.Query) (map[delivery.Lane]int, error) {
	last, err := b.store.lastSubscriber(ctx)
	if err != nil {
		return nil, failed("count audience", err)
	}
	lanes := map[delivery.Lane]int{}
	return lanes, failed("count audience", b.store.countBetween(ctx, q, 0, last, lanes))
}

// countBetween adds to lanes how many of an audience have numbers with after < id <= until.
func (s *Store) countBetween(ctx context.Context, q subscriptions.Query, after, until subscriptions.ID, lanes map[delivery.Lane]int) error {
	scan := func(rows *sql.Rows) (struct{}, error) {
		var lane delivery.Lane
		var n int
		err := rows.Scan(&lane, &n)
		lanes[lane] += n
		return struct{}{}, err
	}
	statement, args := countStatement(q, after, until)
	_, err := collect(ctx, s.read, scan, statement, args...)
	return err
}

const (
	// samples is into how many parts the numbers of subscribers are cut to be counted, a power of two; sampleLeast is how
	// many numbers a part has at least.
	samples     = 64
	sampleLeast = 5000
)

// Estimate answers how many an audience has, by lane, within about patience: subscriptions.Audience. The parts are counted
// far from each other first, as those who came at the same time are alike.
func (b *Book) Estimate(ctx context.Context, q subscriptions.Query, patience time.Duration) (map[delivery.Lane]int, error) {
	last, err := b.store.lastSubscriber(ctx)
	if err != nil {
		return nil, failed("estimate audience", err)
	}
	lanes, began, counted := map[delivery.Lane]int{}, b.store.now(), subscriptions.ID(0)
	size := max(sampleLeast, (last+samples-1)/samples)
	for i := range uint8(samples) {
		after := subscriptions.ID(bits.Reverse8(i)>>2) * size // the top six of eight bits number the parts
		if after >= last {
			continue
		}
		until := min(after+size, last)
		if err := b.store.countBetween(ctx, q, after, until, lanes); err != nil {
			return nil, failed("estimate audience", err)
		}
		if counted += until - after; b.store.now().Sub(began) >= patience {
			break
		}
	}
	for lane, n := range lanes {
		lanes[lane] = int(int64(n) * int64(last) / int64(counted))
	}
	return lanes, nil
}

// Followed answers which of the candidates anybody follows or excludes, in their order.
func (b *Book) Followed(ctx context.Context, candidates []subscriptions.Key) ([]subscriptions.Key, error) {
	known := map[subscriptions.Key]bool{}
	scan := func(rows *sql.Rows) (struct{}, error) {
		var key subscriptions.Key
		err := rows.Scan(&key)
		known[key] = true
		return struct{}{}, err
	}
	for chunk := range slices.Chunk(candidates, b.store.rowsAtOnce(1)) {
		if _, err := collect(ctx, b.store.read, scan, followedStatement(len(chunk)), values(chunk, one)...); err != nil {
			return nil, failed("look for followed keys", err)
		}
	}
	return slices.DeleteFunc(slices.Clone(candidates), func(k subscriptions.Key) bool { return !known[k] }), nil
}

func followedStatement(n int) string {
	return `WITH j (key) AS (VALUES ` + rowsOf(1, n, "TEXT") + `)
		SELECT key FROM j WHERE EXISTS (SELECT 1 FROM follows f WHERE f.key = j.key)`
}
