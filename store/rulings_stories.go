package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
)

// Recent answers the stories of which an article was first judged since an instant: alerts.Stories.
func (b *Rulings) Recent(ctx context.Context, since time.Time, limit int) ([]alerts.Story, error) {
	ids, err := collect(ctx, b.store.read, func(rows *sql.Rows) (id articles.StoryID, err error) { return id, rows.Scan(&id) },
		recentStories, millis(since), limit)
	if err != nil {
		return nil, failed("read recent stories", err)
	}
	all := make([]alerts.Story, 0, len(ids))
	for _, id := range ids {
		s, err := b.read(ctx, id)
		if err != nil {
			return nil, failed("read recent stories", err)
		}
		if s.Count > 0 { // merged away meanwhile
			all = append(all, s)
		}
	}
	return all, nil
}

// recentStories goes by the index that digests have.
const recentStories = `SELECT story FROM verdicts WHERE version = 1 AND at >= $1 AND story <> ''
	GROUP BY story ORDER BY max(at) DESC, story LIMIT $2`

// Story answers one story, or its heir: alerts.Stories.
func (b *Rulings) Story(ctx context.Context, id articles.StoryID) (alerts.Story, error) {
	id, err := heirOf(ctx, b.store.read, id)
	if err != nil {
		return alerts.Story{}, failed("read a story", err)
	}
	s, err := b.read(ctx, id)
	if err == nil && s.Count == 0 {
		err = stories.ErrUnknown
	}
	return s, failed("read a story", err)
}

func (b *Rulings) read(ctx context.Context, id articles.StoryID) (s alerts.Story, err error) {
	s.ID = id
	var begun, latest int64
	err = b.store.read.QueryRowContext(ctx, `SELECT count(DISTINCT article), coalesce(min(at), 0), coalesce(max(at), 0) FROM verdicts
		WHERE story = $1 AND story <> ''`, id).Scan(&s.Count, &begun, &latest)
	if err != nil {
		return s, err
	}
	s.Begun, s.Latest = instant(begun), instant(latest)
	if s.Articles, err = collect(ctx, b.store.read, scanStoryArticle, articlesOfStory, id, alerts.MaxShown); err != nil {
		return s, err
	}
	s.Told, err = collect(ctx, b.store.read, scanAlert, `SELECT document FROM alerts
		WHERE story = $1 AND story <> '' ORDER BY created DESC, id DESC`, id)
	return s, err
}

const articlesOfStory = `
	SELECT a.id, a.headline, CASE WHEN a.outlet = '' THEN a.source ELSE a.outlet END, v.language, v.class, v.at
	FROM verdicts v JOIN articles a ON a.id = v.article AND a.version = v.version
	WHERE v.story = $1 AND v.story <> ''
		AND NOT EXISTS (SELECT 1 FROM verdicts w WHERE w.article = v.article AND w.version > v.version)
	ORDER BY v.at DESC, a.id LIMIT $2`

func scanStoryArticle(rows *sql.Rows) (a alerts.StoryArticle, err error) {
	var at int64
	err = rows.Scan(&a.ID, &a.Headline, &a.Outlet, &a.Language, &a.Class, &at)
	a.Judged = instant(at)
	return a, err
}
