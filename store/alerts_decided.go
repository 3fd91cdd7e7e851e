package store

import (
	"context"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
)

// decisions is what editors decided, with the articles they decided on: alerts.Decided.
type decisions struct {
	*AlertFile
}

// Decisions is what editors decided.
func (s *Store) Decisions() alerts.Decided { return decisions{s.Alerts()} }

// Article answers one version of an article.
func (d decisions) Article(ctx context.Context, id articles.ID, version int) (articles.Article, error) {
	return d.store.Article(ctx, id, version)
}

// Before answers limit alerts that were made before one, which was made at an instant, newest first.
func (f *AlertFile) Before(ctx context.Context, at time.Time, id alerts.ID, limit int) ([]alerts.Alert, error) {
	als, err := collect(ctx, f.store.read, scanAlert, alertsBefore, millis(at), id, limit)
	return als, failed("read earlier alerts", err)
}

const alertsBefore = `SELECT document FROM alerts WHERE (created, id) < ($1, $2) ORDER BY created DESC, id DESC LIMIT $3`

// LastAct is the number of the newest act on record; 0 where there is none.
func (f *AlertFile) LastAct(ctx context.Context) (number int64, err error) {
	err = f.store.read.QueryRowContext(ctx, `SELECT COALESCE(MAX(number), 0) FROM acts`).Scan(&number)
	return number, failed("number the acts", err)
}

// DecidedAfter counts the alerts of which an act after a number decides whether they were ones to ring for, each once: one
// that is approved and sent is one. It stops counting at limit.
func (f *AlertFile) DecidedAfter(ctx context.Context, number int64, limit int) (n int, err error) {
	args := []any{number, limit}
	for _, what := range alerts.DeedsTeach() {
		args = append(args, what)
	}
	err = f.store.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT DISTINCT subject FROM acts
		WHERE number > $1 AND subject <> '' AND what IN (`+placeholders(3, len(args)-2)+`) LIMIT $2) AS decided`, args...).Scan(&n)
	return n, failed("count decisions", err)
}
