package store

import (
	"context"
	"database/sql"

	"github.com/tenbells/tenbells/alerts"
)

// Record writes an act that changes no alert.
func (f *AlertFile) Record(ctx context.Context, act alerts.Act) error {
	return failed("record an act", f.store.tx(ctx, func(tx execer) error { return record(ctx, tx, act) }))
}

// Acts answers the newest acts, newest first: those on one alert, or all where subject is "".
func (f *AlertFile) Acts(ctx context.Context, subject alerts.ID, limit int) ([]alerts.Act, error) {
	query, args := `SELECT at, who, what, subject, detail FROM acts ORDER BY number DESC LIMIT $1`, []any{limit}
	if subject != "" {
		query = `SELECT at, who, what, subject, detail FROM acts WHERE subject = $2 ORDER BY number DESC LIMIT $1`
		args = append(args, subject)
	}
	acts, err := collect(ctx, f.store.read, scanAct, query, args...)
	return acts, failed("read acts", err)
}

func record(ctx context.Context, tx execer, act alerts.Act) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO acts (at, who, what, subject, detail) VALUES ($1, $2, $3, $4, $5)`,
		millis(act.At), act.By, act.What, act.Subject, mendedText(act.Detail))
	return err
}

func scanAct(rows *sql.Rows) (act alerts.Act, err error) {
	var at int64
	err = rows.Scan(&at, &act.By, &act.What, &act.Subject, &act.Detail)
	act.At = instant(at)
	return act, err
}
