package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
	"github.com/tenbells/tenbells/subscriptions"
)

// Rulings keeps what editors decided about stories, and shows them stories: alerts.Stories.
type Rulings struct{ store *Store }

// Rulings is the book of rulings in s.
func (s *Store) Rulings() *Rulings { return &Rulings{s} }

// Record puts a ruling on the record, and lets what is kept of the story go with it: stories.Rulings.
func (b *Rulings) Record(ctx context.Context, r stories.Ruling) (stories.Ruling, error) {
	if err := r.Fault(); err != nil {
		return r, failed("record a ruling", err)
	}
	err := b.store.changing(ctx, Alerts, func(tx execer) error {
		// The number's row stays locked until tx ends, so that two merges cannot make a circle.
		err := tx.QueryRowContext(ctx, `UPDATE counters SET value = value + 1 WHERE name = 'rulings' RETURNING value`).Scan(&r.Number)
		if err != nil {
			return err
		}
		if err := resolve(ctx, tx, &r); err != nil {
			return err
		}
		lists, err := listed(r.Split)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO rulings (`+rulingColumns+`) VALUES (`+placeholders(1, 6)+`)`,
			r.Number, millis(r.At), r.By, r.Into, r.From, lists[0])
		if err != nil {
			return err
		}
		return errors.Join(b.settle(ctx, tx, r), record(ctx, tx, actOf(r)))
	})
	return r, failed("record a ruling", err)
}

// actOf is a ruling as a deed of the staff.
func actOf(r stories.Ruling) alerts.Act {
	act := alerts.Act{At: r.At, By: r.By, What: "merge-stories", Subject: string(r.Into), Detail: string(r.From)}
	if len(r.Split) > 0 {
		ids := make([]string, len(r.Split))
		for i, id := range r.Split {
			ids[i] = string(id)
		}
		act.What, act.Subject, act.Detail = "split-story", string(r.Story()), strings.Join(ids, " ")
	}
	return act
}

// resolve finds out whether a ruling can be, and names the stories that its own were merged into.
func resolve(ctx context.Context, tx execer, r *stories.Ruling) (err error) {
	for _, id := range r.Split {
		if err := someVerdict(ctx, tx, `article = $1 AND story <> ''`, id); err != nil {
			return err
		}
	}
	if len(r.Split) > 0 {
		return nil
	}
	for _, id := range []*articles.StoryID{&r.Into, &r.From} {
		if *id, err = heirOf(ctx, tx, *id); err != nil {
			return err
		}
		if err := someVerdict(ctx, tx, `story = $1`, *id); err != nil {
			return err
		}
	}
	if r.Into == r.From {
		return stories.ErrOne
	}
	return nil
}

func someVerdict(ctx context.Context, q queryer, where string, arg any) error {
	var one int
	err := q.QueryRowContext(ctx, `SELECT 1 FROM verdicts WHERE `+where+` LIMIT 1`, arg).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return stories.ErrUnknown
	}
	return err
}

// heirOf is the story that another was merged into, or itself. There are no circles: who is merged once has no heir yet.
func heirOf(ctx context.Context, q queryer, id articles.StoryID) (articles.StoryID, error) {
	for {
		var into articles.StoryID
		err := q.QueryRowContext(ctx, `SELECT into_story FROM rulings WHERE from_story = $1 AND from_story <> ''`, id).Scan(&into)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return id, nil
		case err != nil:
			return id, err
		}
		id = into
	}
}

// Settle lets what is kept go with a ruling once more: stories.Rulings.
func (b *Rulings) Settle(ctx context.Context, r stories.Ruling) error {
	return failed("settle a ruling", b.store.tx(ctx, func(tx execer) error {
		return b.settle(ctx, tx, r)
	}))
}

func (b *Rulings) settle(ctx context.Context, tx execer, r stories.Ruling) error {
	if len(r.Split) == 0 {
		return b.settleMerge(ctx, tx, r)
	}
	for _, id := range r.Split {
		if _, err := tx.ExecContext(ctx, `UPDATE verdicts SET story = $2 WHERE article = $1 AND story <> $2`, id, r.Story()); err != nil {
			return err
		}
		err := b.changeAlerts(ctx, tx, `article = $1 AND article <> ''`, id, func(al *alerts.Alert) { al.Story = r.Story() })
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *Rulings) settleMerge(ctx context.Context, tx execer, r stories.Ruling) error {
	was, is := subscriptions.StoryKey(r.From), subscriptions.StoryKey(r.Into)
	if _, err := tx.ExecContext(ctx, `UPDATE verdicts SET story = $2 WHERE story = $1 AND story <> ''`, r.From, r.Into); err != nil {
		return err
	}
	err := b.changeAlerts(ctx, tx, `story = $1 AND story <> ''`, r.From, func(al *alerts.Alert) {
		al.Story = r.Into
		if i := slices.Index(al.Follow, was); i >= 0 {
			al.Follow[i] = is
		}
	})
	if err != nil {
		return err
	}
	if err := mergeThreads(ctx, tx, r.Into, r.From); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO follows (key, excluded, subscriber)
		SELECT CAST($2 AS TEXT), excluded, subscriber FROM follows WHERE key = $1 ON CONFLICT DO NOTHING`, was, is)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM follows WHERE key = $1`, was)
	return err
}

// changeAlerts changes the alerts that where names.
func (b *Rulings) changeAlerts(ctx context.Context, tx execer, where string, arg any, change func(*alerts.Alert)) error {
	als, err := collect(ctx, tx, scanAlert, `SELECT document FROM alerts WHERE `+where+` `+b.store.dialect.lockRow, arg)
	if err != nil {
		return err
	}
	for _, al := range als {
		change(&al)
		if err := replaceAlert(ctx, tx, al); err != nil {
			return err
		}
	}
	return nil
}

const rulingColumns = `number, at, who, into_story, from_story, split`

// Ruled answers the rulings after a number, in order: stories.Rulings.
func (b *Rulings) Ruled(ctx context.Context, after int64) ([]stories.Ruling, error) {
	rs, err := collect(ctx, b.store.read, scanRuling, `SELECT `+rulingColumns+` FROM rulings WHERE number > $1 ORDER BY number`, after)
	return rs, failed("read rulings", err)
}

func scanRuling(rows *sql.Rows) (r stories.Ruling, err error) {
	var at int64
	var split string
	if err := rows.Scan(&r.Number, &at, &r.By, &r.Into, &r.From, &split); err != nil {
		return r, err
	}
	r.At = instant(at)
	return r, readList(split, &r.Split)
}
