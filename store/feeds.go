package store

import (
	"context"
	"database/sql"

	"github.com/tenbells/tenbells/articles/feed"
)

const feedColumns = `name, etag, last_modified, since, fetched, failures, fault`

// FeedState is what was last saved for a feed, the zero State when nothing was: feed.Memory.
func (s *Store) FeedState(ctx context.Context, name string) (feed.State, error) {
	states, err := collect(ctx, s.read, scanFeed, `SELECT `+feedColumns+` FROM feeds WHERE name = $1`, name)
	if err != nil || len(states) == 0 {
		return feed.State{}, failed("read state of feed", err)
	}
	return states[0], nil
}

// SaveFeedState keeps what is known of a feed: feed.Memory.
func (s *Store) SaveFeedState(ctx context.Context, name string, st feed.State) error {
	return failed("save state of feed", s.tx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO feeds (`+feedColumns+`) VALUES (`+placeholders(1, 7)+`)
			ON CONFLICT (name) DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified, since = excluded.since,
			fetched = excluded.fetched, failures = excluded.failures, fault = excluded.fault`,
			name, mendedText(st.ETag), mendedText(st.LastModified), millis(st.Since), millis(st.Fetched), st.Failures, mendedText(st.Fault))
		return err
	}))
}

func scanFeed(rows *sql.Rows) (st feed.State, err error) {
	var name string
	var since, fetched int64
	err = rows.Scan(&name, &st.ETag, &st.LastModified, &since, &fetched, &st.Failures, &st.Fault)
	st.Since, st.Fetched = instant(since), instant(fetched)
	return st, err
}
