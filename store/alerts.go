package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
)

// AlertFile keeps alerts, verdicts and the acts of the staff: alerts.File.
type AlertFile struct{ store *Store }

// Alerts is the file of alerts in s.
func (s *Store) Alerts() *AlertFile { return &AlertFile{s} }

// Create stores a new alert and records act (if it is not nil), or answers the one that is there under its ID or its
// idempotency key.
func (f *AlertFile) Create(ctx context.Context, al alerts.Alert, act *alerts.Act) (there alerts.Alert, created bool, err error) {
	row, err := alertRow(al)
	if err != nil {
		return alerts.Alert{}, false, failed("create alert", err)
	}
	err = f.store.changing(ctx, Alerts, func(tx execer) error {
		n, err := changed(tx.ExecContext(ctx, `INSERT INTO alerts (`+alertColumns+`) VALUES (`+placeholders(1, len(row))+`)
			ON CONFLICT DO NOTHING`, row...))
		if created = n > 0; err == nil && created && act != nil {
			return record(ctx, tx, *act)
		}
		if err != nil || created {
			return err
		}
		there, err = oneAlert(ctx, tx, `id = $1 OR idempotency = $2 AND idempotency <> '' ORDER BY id <> $1 LIMIT 1`, al.ID, al.Idempotency)
		return err
	})
	if err != nil {
		return alerts.Alert{}, false, failed("create alert", err)
	}
	if created {
		there = al
	}
	return there, created, nil
}

// Get answers one alert, or alerts.ErrNotFound.
func (f *AlertFile) Get(ctx context.Context, id alerts.ID) (alerts.Alert, error) {
	al, err := oneAlert(ctx, f.store.read, `id = $1`, id)
	return al, failed("get alert", err)
}

// Update changes one alert, and records act (if it is not nil) in the same transaction.
func (f *AlertFile) Update(ctx context.Context, id alerts.ID, act *alerts.Act, change func(*alerts.Alert) error) (al alerts.Alert, err error) {
	var refused error
	err = f.store.changing(ctx, Alerts, func(tx execer) error {
		if al, err = oneAlert(ctx, tx, `id = $1 `+f.store.dialect.lockRow, id); err != nil {
			return err
		}
		if refused = change(&al); refused != nil {
			return refused
		}
		al.ID = id
		if err := replaceAlert(ctx, tx, al); err != nil || act == nil {
			return err
		}
		return record(ctx, tx, *act)
	})
	if refused != nil {
		return alerts.Alert{}, refused
	}
	if err != nil {
		return alerts.Alert{}, failed("change alert", err)
	}
	return al, nil
}

// Open answers the alerts that want work at now, the most urgent first, and when the earliest of those whose time has
// not come falls due.
func (f *AlertFile) Open(ctx context.Context, now time.Time) (open []alerts.Alert, next time.Time, err error) {
	all, err := collect(ctx, f.store.read, scanAlert, openAlerts)
	if err != nil {
		return nil, time.Time{}, failed("read open alerts", err)
	}
	for _, al := range all {
		switch due := fallsDue(al); {
		case !due.After(now):
			open = append(open, al)
		case next.IsZero() || due.Before(next):
			next = due
		}
	}
	return open, next, nil
}

// fallsDue is when an open alert wants work; zero: now.
func fallsDue(al alerts.Alert) time.Time {
	switch {
	case amended(al):
		return time.Time{}
	case al.Offered():
		return al.Offer.Until
	case al.Status == alerts.Scheduled:
		return al.SendAt
	default:
		return time.Time{}
	}
}

// Recent answers the newest alerts, newest first.
func (f *AlertFile) Recent(ctx context.Context, limit int) ([]alerts.Alert, error) {
	als, err := collect(ctx, f.store.read, scanAlert, recentAlerts, limit)
	return als, failed("read recent alerts", err)
}

// PurgeCanaries forgets canaries that were sent before.
func (f *AlertFile) PurgeCanaries(ctx context.Context, before time.Time) error {
	return failed("purge canaries", f.store.tx(ctx, func(tx execer) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM alerts WHERE id LIKE '`+alerts.CanaryPrefix+`%' AND created < $1`, millis(before))
		return err
	}))
}

// Of answers all alerts that told of an article, newest first.
func (f *AlertFile) Of(ctx context.Context, article articles.ID) ([]alerts.Alert, error) {
	als, err := collect(ctx, f.store.read, scanAlert, alertsOf, article)
	return als, failed("look for an article's alerts", err)
}

// Told answers the alert that told of an article, or else of its story; alerts.ErrNotFound if none did.
func (f *AlertFile) Told(ctx context.Context, article articles.ID, story articles.StoryID) (alerts.Alert, error) {
	al, err := oneAlert(ctx, f.store.read, toldAlert, article, story)
	return al, failed("look for an article's alert", err)
}

const (
	openAlerts   = `SELECT document FROM alerts WHERE open ORDER BY class, send_at, id`
	recentAlerts = `SELECT document FROM alerts WHERE id NOT LIKE '` + alerts.CanaryPrefix + `%' ORDER BY created DESC, id DESC LIMIT $1`
	alertsOf     = `SELECT document FROM alerts WHERE article = $1 AND article <> '' ORDER BY created DESC, id DESC`
	toldAlert    = `article = $1 AND article <> '' OR story = $2 AND story <> ''
		ORDER BY CASE WHEN article = $1 THEN 0 ELSE 1 END, created DESC, id DESC LIMIT 1`
)

// amended says whether an alert has an amendment that the desk must still carry.
func amended(al alerts.Alert) bool { return al.Amendment != nil && !al.Amendment.Carried }

const alertColumns = `id, idempotency, status, class, open, send_at, article, story, created, document`

func alertRow(al alerts.Alert) ([]any, error) {
	document, err := json.Marshal(al)
	if err != nil {
		return nil, err
	}
	open := al.Status == alerts.Scheduled || al.Status == alerts.Sending || al.Offered() || amended(al)
	article, story := al.Article, al.Story
	if al.Untold() { // nobody looks for it by what it would have told
		article, story = "", ""
	}
	return []any{
		al.ID, al.Idempotency, al.Status, int(al.Class), open, millis(al.SendAt), article, story, millis(al.Created),
		string(document),
	}, nil
}

func replaceAlert(ctx context.Context, tx execer, al alerts.Alert) error {
	row, err := alertRow(al)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE alerts SET (`+alertColumns+`) = (`+placeholders(1, len(row))+`) WHERE id = $1`, row...)
	return err
}

// scanAlert reads a document. A field it does not know means that the database is of a newer program, or that a field
// was renamed without a migration: either would be lost with the next change.
func scanAlert(rows *sql.Rows) (al alerts.Alert, err error) {
	var document []byte
	if err := rows.Scan(&document); err != nil {
		return al, err
	}
	reader := json.NewDecoder(bytes.NewReader(document))
	reader.DisallowUnknownFields()
	if err := reader.Decode(&al); err != nil {
		return al, fmt.Errorf("document of an alert: %w", err)
	}
	return al, nil
}

// oneAlert answers the first alert that where names, or alerts.ErrNotFound.
func oneAlert(ctx context.Context, q queryer, where string, args ...any) (alerts.Alert, error) {
	als, err := collect(ctx, q, scanAlert, `SELECT document FROM alerts WHERE `+where, args...)
	if err != nil {
		return alerts.Alert{}, err
	}
	if len(als) == 0 {
		return alerts.Alert{}, alerts.ErrNotFound
	}
	return als[0], nil
}
