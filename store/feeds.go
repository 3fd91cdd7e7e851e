package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/tenbells/tenbells/articles/feed"
)

const feedColumns = `name, etag, last_modified, since, fetched, failures, fault, body, seen, good, before, next, every, gone,
	moved, moved_at, kind, title, items, recent, lag, hub`

// FeedState is what was last saved for a feed, the zero State when nothing was: feed.Memory.
func (s *Store) FeedState(ctx context.Context, name string) (feed.State, error) {
	states, err := collect(ctx, s.read, s.scanFeed, `SELECT `+feedColumns+` FROM feeds WHERE name = $1`, name)
	if err != nil || len(states) == 0 {
		return feed.State{}, failed("read state of feed", err)
	}
	return states[0].State, nil
}

// FeedStates are what was last saved, by the feeds' names.
func (s *Store) FeedStates(ctx context.Context) (map[string]feed.State, error) {
	states, err := collect(ctx, s.read, s.scanFeed, `SELECT `+feedColumns+` FROM feeds`)
	all := make(map[string]feed.State, len(states))
	for _, st := range states {
		all[st.name] = st.State
	}
	return all, failed("read states of feeds", err)
}

// SaveFeedState keeps what is known of a feed: feed.Memory. Many are saved each second, and every commit waits for the
// disk: those that come while another one is being saved are saved together.
func (s *Store) SaveFeedState(ctx context.Context, name string, st feed.State) error {
	args, err := s.feedArgs(name, st)
	if err != nil {
		return failed("save state of feed", err)
	}
	return failed("save state of feed", s.feedSaves.save(args, func(all [][]any) error {
		return s.tx(ctx, func(tx execer) error {
			for _, args := range all {
				if _, err := tx.ExecContext(ctx, saveFeed, args...); err != nil {
					return err
				}
			}
			return nil
		})
	}))
}

// feedArgs are the values of feedColumns.
func (s *Store) feedArgs(name string, st feed.State) ([]any, error) {
	moved, err := s.sealed("moved", st.Moved)
	hub, sealing := s.sealed("hub", st.Hub, st.Topic)
	seen, packing := st.Seen.MarshalBinary()
	return []any{name, mendedText(st.ETag), mendedText(st.LastModified), millis(st.Since), millis(st.Fetched),
		st.Failures, mendedText(st.Fault), int64(st.Body), seen, millis(st.Read), millis(st.Before), millis(st.Next),
		st.Every.Milliseconds(), st.Gone, moved, millis(st.MovedAt), string(st.Kind), mendedText(st.Title), st.Items, joinInstants(st.Recent),
		st.Lag.Milliseconds(), hub}, errors.Join(err, sealing, packing)
}

var saveFeed = `INSERT INTO feeds (` + feedColumns + `) VALUES (` + placeholders(1, 22) + `)
	ON CONFLICT (name) DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified, since = excluded.since,
	fetched = excluded.fetched, failures = excluded.failures, fault = excluded.fault, body = excluded.body, seen = excluded.seen,
	good = excluded.good, before = excluded.before, next = excluded.next, every = excluded.every, gone = excluded.gone,
	moved = excluded.moved, moved_at = excluded.moved_at, kind = excluded.kind, title = excluded.title, items = excluded.items,
	recent = excluded.recent, lag = excluded.lag, hub = excluded.hub`

// namedState is the state of a feed, with its name.
type namedState struct {
	name string
	feed.State
}

func (s *Store) scanFeed(rows *sql.Rows) (st namedState, err error) {
	var since, fetched, body, good, before, next, every, movedAt, lag int64
	var seen, moved, hub []byte
	var recent string
	if err := rows.Scan(&st.name, &st.ETag, &st.LastModified, &since, &fetched, &st.Failures, &st.Fault, &body, &seen, &good, &before, &next,
		&every, &st.Gone, &moved, &movedAt, &st.Kind, &st.Title, &st.Items, &recent, &lag, &hub); err != nil {
		return st, err
	}
	st.Since, st.Fetched, st.Read, st.Before = instant(since), instant(fetched), instant(good), instant(before)
	st.Next, st.MovedAt, st.Body = instant(next), instant(movedAt), uint64(body)
	st.Every, st.Lag = time.Duration(every)*time.Millisecond, time.Duration(lag)*time.Millisecond
	st.Recent, err = splitInstants(recent)
	return st, errors.Join(err, st.Seen.UnmarshalBinary(seen), s.opened("moved", moved, &st.Moved), s.opened("hub", hub, &st.Hub, &st.Topic))
}

// sealed is texts that only the key opens, nothing where all are empty.
func (s *Store) sealed(purpose string, texts ...string) ([]byte, error) {
	joined := strings.Join(texts, "\x00")
	if strings.Trim(joined, "\x00") == "" {
		return []byte{}, nil
	}
	return s.key.Seal(purpose, []byte(joined))
}

// opened is what sealed sealed.
func (s *Store) opened(purpose string, sealed []byte, texts ...*string) error {
	if len(sealed) == 0 {
		return nil
	}
	joined, err := s.key.Open(purpose, sealed)
	if err != nil {
		return err
	}
	parts := strings.Split(string(joined), "\x00")
	if len(parts) != len(texts) {
		return errors.New("sealed texts are damaged")
	}
	for i, part := range parts {
		*texts[i] = part
	}
	return nil
}

func joinInstants(all []time.Time) string {
	parts := make([]string, len(all))
	for i, t := range all {
		parts[i] = strconv.FormatInt(millis(t), 10)
	}
	return strings.Join(parts, " ")
}

func splitInstants(text string) (all []time.Time, err error) {
	for part := range strings.FieldsSeq(text) {
		ms, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return nil, err
		}
		all = append(all, instant(ms))
	}
	return all, nil
}
