package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// countRings fills in how often each of rs rings on their present local day, and on the next by what is as urgent as class.
// It counts in the ledger, so it is right after any crash; only those with a budget are counted, as nobody asks about
// others.
func (s *Store) countRings(ctx context.Context, rs []subscriptions.Recipient, class delivery.Class, now time.Time) error {
	at := map[subscriptions.ID]int{}
	days := map[string]day{}
	living := map[day][]subscriptions.ID{}
	for i, r := range rs {
		if r.Budget <= 0 {
			continue
		}
		d, ok := days[r.Zone]
		if !ok {
			d = localDay(now, r.Zone)
			days[r.Zone] = d
		}
		at[r.ID] = i
		living[d] = append(living[d], r.ID)
	}
	for d, ids := range living {
		for some := range slices.Chunk(ids, s.rowsAtOnce(1)) {
			counts, err := collect(ctx, s.read, scanRings, ringsStatement(len(some)), append([]any{d.begins, d.ends, d.next, int(class)}, values(some, one)...)...)
			if err != nil {
				return err
			}
			for _, c := range counts {
				rs[at[c.id]].Rings, rs[at[c.id]].Tomorrow = c.n, c.tomorrow
			}
		}
	}
	return nil
}

// rings is how often one subscriber rings.
type rings struct {
	id          subscriptions.ID
	n, tomorrow int
}

func scanRings(rows *sql.Rows) (r rings, err error) { return r, rows.Scan(&r.id, &r.n, &r.tomorrow) }

// ringsStatement counts for n subscribers who live the same day. A digest is no ring, nor is what was dropped before it
// arrived.
func ringsStatement(n int) string {
	return `SELECT subscriber, sum(CASE WHEN owed < $2 THEN 1 ELSE 0 END), sum(CASE WHEN owed >= $2 AND class <= $4 THEN 1 ELSE 0 END)
		FROM messages WHERE subscriber IN (` + placeholders(5, n) + `) AND owed >= $1 AND owed < $3
		AND op = 'send' AND state <> 'dropped' AND class < ` + strconv.Itoa(int(delivery.Digest)) + ` GROUP BY subscriber`
}

// day is a local day as the instants in milliseconds at which it begins, the next one does, and the one after that.
type day struct{ begins, ends, next int64 }

// localDay is the day that readers in zone are living.
func localDay(now time.Time, zone string) day {
	loc := subscriptions.Location(zone)
	year, month, date := now.In(loc).Date()
	return day{midnight(year, month, date, loc).UnixMilli(), midnight(year, month, date+1, loc).UnixMilli(), midnight(year, month, date+2, loc).UnixMilli()}
}

// midnight is the first instant of a day, which is later than 00:00 where clocks change then.
func midnight(year int, month time.Month, date int, loc *time.Location) time.Time {
	t := time.Date(year, month, date, 0, 0, 0, 0, loc)
	if t.Day() != time.Date(year, month, date, 0, 0, 0, 0, time.UTC).Day() {
		_, t = t.ZoneBounds() // the gap was read with the offset before it
	}
	return t
}
