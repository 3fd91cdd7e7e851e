package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
)

var _ delivery.Threads = (*Store)(nil)

// sealedThread is what of a story's thread rests as ciphertext: where its messages stand.
type sealedThread struct {
	Starter string `json:"starter"`
	Latest  string `json:"latest,omitempty"`
}

// SaveThread records how a story's thread stands: delivery.Threads.
func (s *Store) SaveThread(ctx context.Context, t delivery.StoryThread) error {
	where, err := json.Marshal(sealedThread{t.StarterID, t.LatestID})
	if err != nil {
		return failed("save a story's thread", err)
	}
	sealed, err := s.key.Seal("thread", where)
	if err != nil {
		return failed("save a story's thread", err)
	}
	return failed("save a story's thread", s.tx(ctx, func(tx execer) error {
		_, err := tx.ExecContext(ctx, saveThread, t.Subscriber, t.Story, t.Starter, t.Latest, sealed, t.State, t.Stale,
			millis(t.First), millis(t.Due), t.Tries)
		return err
	}))
}

const saveThread = `
	INSERT INTO story_threads (subscriber, story, starter, latest, sealed, state, stale, first, due, tries)
	SELECT id, $2, $3, $4, $5, $6, $7, $8, $9, $10 FROM subscribers WHERE id = $1
	ON CONFLICT (subscriber, story) DO UPDATE SET starter = excluded.starter, latest = excluded.latest, sealed = excluded.sealed,
		state = excluded.state, stale = excluded.stale, first = excluded.first, due = excluded.due, tries = excluded.tries`

// Thread answers the thread of a subscriber's story: delivery.Threads.
func (s *Store) Thread(ctx context.Context, of delivery.SubscriberID, story string) (delivery.StoryThread, bool, error) {
	return s.thread(ctx, `t.subscriber = $1 AND t.story = $2`, of, story)
}

// ThreadOf answers the thread that a message began, or is the latest of: delivery.Threads.
func (s *Store) ThreadOf(ctx context.Context, of delivery.SubscriberID, message delivery.Key) (delivery.StoryThread, bool, error) {
	return s.thread(ctx, `t.subscriber = $1 AND (t.starter = $2 OR t.latest = $2)`, of, message)
}

func (s *Store) thread(ctx context.Context, where string, args ...any) (delivery.StoryThread, bool, error) {
	found, err := s.threads(ctx, where, args...)
	if err != nil || len(found) == 0 {
		return delivery.StoryThread{}, false, failed("read a story's thread", err)
	}
	return found[0], true, nil
}

// OwedThreads answers the threads with something to be tried again: delivery.Threads.
func (s *Store) OwedThreads(ctx context.Context, lane delivery.Lane, n int) ([]delivery.StoryThread, error) {
	found, err := s.threads(ctx, owedThreads, lane, n)
	return found, failed("read stories' threads", err)
}

const owedThreads = `t.due > 0 AND s.lane = $1 ORDER BY t.due, t.subscriber, t.story LIMIT $2`

// threads reads those that where names. Damaged ones, which say no more where their messages stand, are left out.
func (s *Store) threads(ctx context.Context, where string, args ...any) ([]delivery.StoryThread, error) {
	found, err := collect(ctx, s.read, s.scanThread, findThreads+where, args...)
	whole := slices.DeleteFunc(found, func(t delivery.StoryThread) bool { return t.StarterID == "" || t.To.Chat == "" })
	if damaged := len(found) - len(whole); damaged > 0 {
		s.log.Error("store: stories' threads that the key does not open are left out", "count", damaged)
	}
	return whole, err
}

// findThreads finds threads, with whose they are and what their first and newest messages tell by now.
const findThreads = `
	SELECT t.subscriber, t.story, t.starter, t.latest, t.sealed, t.state, t.stale, t.first, t.due, t.tries,
		s.sealed, s.language, s.zone, s.discreet, s.story_threads, coalesce(begun.body, ''), coalesce(newest.body, '')
	FROM story_threads t JOIN subscribers s ON s.id = t.subscriber
	LEFT JOIN messages m ON m.key = t.starter LEFT JOIN contents begun ON begun.id = m.content
	LEFT JOIN messages l ON l.key = t.latest AND NOT l.removed LEFT JOIN contents newest ON newest.id = l.content
	WHERE `

// scanThread reads one; a damaged one has no starter, or no chat.
func (s *Store) scanThread(rows *sql.Rows) (t delivery.StoryThread, err error) {
	var sealed, sealedTo []byte
	var first, due int64
	var begun, newest string
	err = rows.Scan(&t.Subscriber, &t.Story, &t.Starter, &t.Latest, &sealed, &t.State, &t.Stale, &first, &due, &t.Tries,
		&sealedTo, &t.Voice.Language, &t.Voice.Zone, &t.Voice.Discreet, &t.Voice.Threads, &begun, &newest)
	if err != nil {
		return t, err
	}
	t.First, t.Due = instant(first), instant(due)
	where, err := s.key.Open("thread", sealed)
	if err == nil {
		var at sealedThread
		err = json.Unmarshal(where, &at)
		t.StarterID, t.LatestID = at.Starter, at.Latest
	}
	to, toErr := s.unseal(sealedTo)
	t.To = to.Address
	for _, e := range []error{err, toErr} {
		if e != nil && !errors.Is(e, errShut) {
			return t, e
		}
	}
	t.Body, err = shownAbove(begun, newest)
	return t, err
}

// shownAbove is what a thread's first message is to tell, of what it and the newest say: the newest, unless that was
// withdrawn. Where the first itself was withdrawn, the notice stays.
func shownAbove(begun, newest string) (c delivery.Content, err error) {
	for _, body := range []string{begun, newest} {
		var next delivery.Content
		if body == "" {
			continue
		}
		if err := json.Unmarshal([]byte(body), &next); err != nil {
			return c, err
		}
		if c.Kind == "" || c.Kind != delivery.RecallContent && next.Kind != delivery.RecallContent {
			c = next
		}
	}
	return c, nil
}

// mergeThreads gives the threads of a story to the one that it was merged into. Where a channel has one of each, the
// other goes on being what it was, and nothing new comes into it.
func mergeThreads(ctx context.Context, tx execer, into, from articles.StoryID) error {
	_, err := tx.ExecContext(ctx, `UPDATE story_threads SET story = $1 WHERE story = $2
		AND NOT EXISTS (SELECT 1 FROM story_threads o WHERE o.subscriber = story_threads.subscriber AND o.story = $1)`, into, from)
	return err
}

// purgeThreads deletes those whose first message is forgotten.
func purgeThreads(ctx context.Context, tx execer, now time.Time) error {
	_, err := tx.ExecContext(ctx, oldThreads, millis(now.Add(-delivery.ThreadRetention)))
	return err
}

const oldThreads = `DELETE FROM story_threads WHERE first < $1`
