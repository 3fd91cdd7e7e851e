package store

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// countRings fills in how often each of rs rings on their present local day. It counts in the ledger, so it is right
// after any crash; only those with a budget are counted, as nobody asks about others.
func (s *Store) countRings(ctx context.Context, rs []subscriptions.Recipient, now time.Time) error {
	at := map[subscriptions.ID]int{}
	days := map[string][2]int64{}
	var args []any
	for i, r := range rs {
		if r.Budget <= 0 {
			continue
		}
		day, ok := days[r.Zone]
		if !ok {
			day = localDay(now, r.Zone)
			days[r.Zone] = day
		}
		at[r.ID] = i
		args = append(args, r.ID, day[0], day[1])
	}
	for begin := 0; begin < len(args); begin += 3 * 1000 {
		chunk := args[begin:min(begin+3*1000, len(args))]
		if err := s.addRings(ctx, rs, at, chunk); err != nil {
			return err
		}
	}
	return nil
}

// addRings counts for some subscribers, given as id, begin and end of their day. A digest is no ring, nor is what was
// dropped before it arrived.
func (s *Store) addRings(ctx context.Context, rs []subscriptions.Recipient, at map[subscriptions.ID]int, days []any) error {
	scan := func(rows *sql.Rows) (struct{}, error) {
		var id subscriptions.ID
		var n int
		err := rows.Scan(&id, &n)
		if err == nil {
			rs[at[id]].Rings = n
		}
		return struct{}{}, err
	}
	_, err := collect(ctx, s.read, scan, ringsStatement(len(days)/3), days...)
	return err
}

func ringsStatement(n int) string {
	return `WITH j (subscriber, day, next) AS (VALUES ` + rowsOf(1, n, "BIGINT", "BIGINT", "BIGINT") + `)
		SELECT j.subscriber, count(*) FROM j JOIN messages m ON m.subscriber = j.subscriber
		WHERE m.owed >= j.day AND m.owed < j.next AND m.op = 'send' AND m.state <> 'dropped' AND m.class < ` + strconv.Itoa(int(delivery.Digest)) + `
		GROUP BY j.subscriber`
}

// localDay is when the day that readers in zone are living began, and when the next one begins.
func localDay(now time.Time, zone string) [2]int64 {
	loc := subscriptions.Location(zone)
	year, month, day := now.In(loc).Date()
	return [2]int64{midnight(year, month, day, loc).UnixMilli(), midnight(year, month, day+1, loc).UnixMilli()}
}

// midnight is the first instant of a day, which is later than 00:00 where clocks change then.
func midnight(year int, month time.Month, day int, loc *time.Location) time.Time {
	t := time.Date(year, month, day, 0, 0, 0, 0, loc)
	if t.Day() != time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Day() {
		_, t = t.ZoneBounds() // the gap was read with the offset before it
	}
	return t
}
