package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
)

const verdictColumns = `article, version, seq, class, rings, ask, reasons, language, topics, places, evidence, story, at`

// SaveVerdict keeps a verdict; one on the same article version replaces the old one, but for when it was first given:
// digests go by that, and a repeated verdict must not tell the article a second time.
func (f *AlertFile) SaveVerdict(ctx context.Context, v alerts.Verdict) error {
	lists, err := listed(v.Reasons, v.Topics, v.Places, v.Evidence)
	if err != nil {
		return failed("save verdict", err)
	}
	row := []any{
		v.Article, v.Version, v.Seq, int(v.Class), v.Rings, v.Ask, lists[0], v.Language, lists[1], lists[2], lists[3], v.Story,
		millis(v.At),
	}
	return failed("save verdict", f.store.tx(ctx, func(tx execer) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO verdicts (`+verdictColumns+`) VALUES (`+placeholders(1, len(row))+`)
			ON CONFLICT (article, version) DO UPDATE SET seq = excluded.seq, class = excluded.class, rings = excluded.rings,
			ask = excluded.ask, reasons = excluded.reasons, language = excluded.language, topics = excluded.topics,
			places = excluded.places, evidence = excluded.evidence, story = excluded.story`, row...)
		return err
	}))
}

// Verdict answers what the judge said of an article version, of the newest judged one for version 0; alerts.ErrNotFound
// where it never was judged.
func (f *AlertFile) Verdict(ctx context.Context, id articles.ID, version int) (alerts.Verdict, error) {
	vs, err := collect(ctx, f.store.read, scanVerdict, `SELECT `+verdictColumns+` FROM verdicts
		WHERE article = $1 AND (version = $2 OR $2 = 0) ORDER BY version DESC LIMIT 1`, id, version)
	switch {
	case err != nil:
		return alerts.Verdict{}, failed("read verdict", err)
	case len(vs) == 0:
		return alerts.Verdict{}, failed("read verdict", alerts.ErrNotFound)
	}
	return vs[0], nil
}

func scanVerdict(rows *sql.Rows) (v alerts.Verdict, err error) {
	var at int64
	var reasons, topics, places, evidence string
	err = rows.Scan(&v.Article, &v.Version, &v.Seq, &v.Class, &v.Rings, &v.Ask, &reasons, &v.Language, &topics, &places, &evidence,
		&v.Story, &at)
	if err != nil {
		return v, err
	}
	v.At = instant(at)
	return v, errors.Join(readList(reasons, &v.Reasons), readList(topics, &v.Topics), readList(places, &v.Places),
		readList(evidence, &v.Evidence))
}

// readList reads what listed wrote; nil where it is empty.
func readList[T ~string](text string, into *[]T) error {
	if text == "[]" {
		*into = nil
		return nil
	}
	return json.Unmarshal([]byte(text), into)
}
