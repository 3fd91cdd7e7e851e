package store

import (
	"context"
	"database/sql"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
)

// Reserve sets an alert's messages aside in a month's purse: alerts.Purse.
func (f *AlertFile) Reserve(ctx context.Context, id alerts.ID, lane delivery.Lane, month string, messages, most int) (granted bool, err error) {
	if err := f.closeFares(ctx); err != nil {
		return false, failed("close fares", err)
	}
	err = f.store.changing(ctx, Alerts, func(tx execer) error {
		granted = true
		n, err := changed(tx.ExecContext(ctx, `INSERT INTO fares (alert, lane, month, messages, used, closed) VALUES ($1, $2, $3, $4, 0, FALSE)
			ON CONFLICT DO NOTHING`, id, lane, month, messages))
		if err != nil || n == 0 {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO purses (month, messages) VALUES ($1, 0) ON CONFLICT DO NOTHING`, month); err != nil {
			return err
		}
		n, err = changed(tx.ExecContext(ctx, `UPDATE purses SET messages = messages + $2 WHERE month = $1 AND messages + $2 <= $3`, month, messages, most))
		if err != nil || n > 0 {
			return err
		}
		granted = false
		_, err = tx.ExecContext(ctx, `DELETE FROM fares WHERE alert = $1 AND lane = $2`, id, lane)
		return err
	})
	return granted && err == nil, failed("set Stars aside", err)
}

// Spent is what a month's purse has paid or set aside.
func (f *AlertFile) Spent(ctx context.Context, month string) (int, error) {
	if err := f.closeFares(ctx); err != nil {
		return 0, failed("close fares", err)
	}
	scan := func(rows *sql.Rows) (n int, err error) { return n, rows.Scan(&n) }
	sums, err := collect(ctx, f.store.read, scan, `SELECT messages FROM purses WHERE month = $1`, month)
	if err != nil || len(sums) == 0 {
		return 0, failed("read a month's purse", err)
	}
	return sums[0], nil
}

// Running answers the batches of a lane that are paid for and still going out.
func (f *AlertFile) Running(ctx context.Context, lane delivery.Lane) (map[delivery.BatchID]bool, error) {
	scan := func(rows *sql.Rows) (id alerts.ID, err error) { return id, rows.Scan(&id) }
	ids, err := collect(ctx, f.store.read, scan, `SELECT alert FROM fares JOIN alerts ON alerts.id = fares.alert
		WHERE NOT closed AND lane = $1 AND alerts.status = '`+string(alerts.Sending)+`'`, lane)
	if err != nil {
		return nil, failed("read fares", err)
	}
	running := make(map[delivery.BatchID]bool, len(ids))
	for _, id := range ids {
		running[id.Batch()] = true
	}
	return running, nil
}

// CloseFares gives back what alerts that have ended did not use. It must run before their messages are purged.
func (f *AlertFile) CloseFares(ctx context.Context) error {
	return failed("close fares", f.closeFares(ctx))
}

// Payments answers what became of what was set aside for an alert.
func (f *AlertFile) Payments(ctx context.Context, id alerts.ID) (map[delivery.Lane]alerts.Payment, error) {
	if err := f.closeFares(ctx); err != nil {
		return nil, failed("close fares", err)
	}
	type row struct {
		fare
		used   int
		closed bool
	}
	rows, err := collect(ctx, f.store.read, func(rows *sql.Rows) (r row, err error) {
		return r, rows.Scan(&r.alert, &r.lane, &r.month, &r.messages, &r.used, &r.closed)
	}, `SELECT alert, lane, month, messages, used, closed FROM fares WHERE alert = $1`, id)
	if err != nil {
		return nil, failed("read fares", err)
	}
	paid := make(map[delivery.Lane]alerts.Payment, len(rows))
	for _, r := range rows {
		p := alerts.Payment{Fare: alerts.Fare{Messages: r.messages, Granted: true}, Sent: r.used, GivenBack: r.messages - r.used}
		if !r.closed {
			p.GivenBack = 0
			if p.Sent, err = r.sent(ctx, f.store.read); err != nil {
				return nil, failed("count what was paid for", err)
			}
		}
		paid[r.lane] = p
	}
	return paid, nil
}

// fare is a row of fares.
type fare struct {
	alert    alerts.ID
	lane     delivery.Lane
	month    string
	messages int
}

// sent counts what was sent or is on its way, which may have been paid for.
func (o fare) sent(ctx context.Context, q queryer) (n int, err error) {
	batch := o.alert.Batch()
	counts, err := collect(ctx, q, func(rows *sql.Rows) (n int, err error) { return n, rows.Scan(&n) },
		`SELECT count(*) FROM messages WHERE key > $1 AND key < $2 AND lane = $3 AND op = 'send' AND (state IN ('sent', 'sending', 'unknown') OR doubtful)`,
		firstKey(batch), endKey(batch), o.lane)
	if err != nil {
		return 0, err
	}
	return min(counts[0], o.messages), nil
}

const endedFares = `SELECT alert, lane, month, messages FROM fares JOIN alerts ON alerts.id = fares.alert
	WHERE NOT closed AND alerts.status NOT IN ('scheduled', 'sending', 'paused')`

func (f *AlertFile) closeFares(ctx context.Context) error {
	return f.closeAll(ctx, endedFares)
}

// GiveBack ends what runs on a lane.
func (f *AlertFile) GiveBack(ctx context.Context, lane delivery.Lane) error {
	return failed("give Stars back", f.closeAll(ctx, `SELECT alert, lane, month, messages FROM fares WHERE NOT closed AND lane = $1`, lane))
}

func (f *AlertFile) closeAll(ctx context.Context, which string, args ...any) error {
	ended, err := collect(ctx, f.store.read, func(rows *sql.Rows) (o fare, err error) {
		return o, rows.Scan(&o.alert, &o.lane, &o.month, &o.messages)
	}, which, args...)
	for _, o := range ended {
		if err := f.closeFare(ctx, o); err != nil {
			return err
		}
	}
	return err
}

// closeFare counts what may have been paid for, and gives the rest back. A million messages are counted before anything
// is locked: none of them is paid for any more.
func (f *AlertFile) closeFare(ctx context.Context, o fare) error {
	used, err := o.sent(ctx, f.store.read)
	if err != nil {
		return err
	}
	return f.store.changing(ctx, Alerts, func(tx execer) error {
		n, err := changed(tx.ExecContext(ctx, `UPDATE fares SET used = $3, closed = TRUE WHERE alert = $1 AND lane = $2 AND NOT closed`, o.alert, o.lane, used))
		if err != nil || n == 0 {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE purses SET messages = messages - $2 WHERE month = $1`, o.month, o.messages-used)
		return err
	})
}
