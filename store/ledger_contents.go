package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// SaveContent stores content as a version: delivery.Outbox. A claim that is just reading an older one is waited for, so
// that whoever is not told the new version is found by a follow-up that comes after this.
func (s *Store) SaveContent(ctx context.Context, id delivery.ContentID, version int, c delivery.Content) error {
	return failed("save content "+string(id), s.tx(ctx, func(tx execer) error {
		return s.saveContent(ctx, tx, id, version, c)
	}))
}

func (s *Store) saveContent(ctx context.Context, tx execer, id delivery.ContentID, version int, c delivery.Content) error {
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO contents (id, version, body, saved) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body, saved = excluded.saved
		WHERE contents.version < excluded.version`, id, version, string(body), millis(s.now()))
	return err
}

// Content answers the newest content stored under id and its version, or bots.ErrNoContent.
func (s *Store) Content(ctx context.Context, id delivery.ContentID) (delivery.Content, int, error) {
	c, err := s.readContent(ctx, s.read, id)
	return c.Content, c.version, failed("read content "+string(id), err)
}

// keptContent is one version of a content.
type keptContent struct {
	delivery.Content
	version int
}

func (s *Store) readContent(ctx context.Context, q queryer, id delivery.ContentID) (keptContent, error) {
	return s.scanContent(q.QueryRowContext(ctx, findContent, id), id)
}

// lockContent reads a content, and keeps it from others to the end of the transaction.
func (s *Store) lockContent(ctx context.Context, tx execer, id delivery.ContentID) (keptContent, error) {
	return s.scanContent(tx.QueryRowContext(ctx, findContent+s.dialect.lockRow, id), id)
}

const findContent = `SELECT version, body FROM contents WHERE id = $1 `

func (s *Store) scanContent(row scanner, id delivery.ContentID) (c keptContent, err error) {
	var body string
	err = row.Scan(&c.version, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return c, bots.ErrNoContent
	}
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal([]byte(body), &c.Content); err != nil {
		return c, fmt.Errorf("content %s: %w", id, err)
	}
	return c, nil
}

// askVersions asks for the newest versions of contents, and keeps them from being changed before the transaction has
// ended. Those that are not stored are missing.
func askVersions(b *bundle, d dialect, ids []delivery.ContentID) map[delivery.ContentID]int {
	newest := make(map[delivery.ContentID]int, len(ids))
	if len(ids) == 0 {
		return newest
	}
	b.ask(func(row scanner) error {
		var id delivery.ContentID
		var n int
		err := row.Scan(&id, &n)
		newest[id] = n
		return err
	}, findVersions(len(ids))+d.shareRow, values(ids, one)...)
	return newest
}

// contents reads contents in their newest versions.
func (s *Store) contents(ctx context.Context, q queryer, newest map[delivery.ContentID]int) (_ map[delivery.ContentID]keptContent, err error) {
	found := make(map[delivery.ContentID]keptContent, len(newest))
	for id, n := range newest {
		c, ok := s.shelf.take(id, n)
		if !ok {
			if c, err = s.readContent(ctx, q, id); err != nil {
				return nil, err
			}
			s.shelf.put(id, c)
		}
		found[id] = c
	}
	return found, nil
}

func findVersions(n int) string {
	return `SELECT id, version FROM contents WHERE id IN (` + placeholders(1, n) + `) ORDER BY id `
}

// one is a row of one value.
func one[T any](v T) []any { return []any{v} }

// shelfSize is how many contents are kept ready: more than are being sent at the same time, and few enough to be no
// burden (a long article has some 50 KB).
const shelfSize = 256

// contentShelf keeps the contents that were read last, so that a thousand messages of one alert decode it once. What is
// on it is shared and never changed.
type contentShelf struct {
	mu         sync.Mutex
	young, old map[delivery.ContentID]keptContent
}

func (s *contentShelf) take(id delivery.ContentID, version int) (keptContent, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.young[id]
	if !ok {
		if c, ok = s.old[id]; ok {
			s.keep(id, c)
		}
	}
	return c, ok && c.version == version
}

func (s *contentShelf) put(id delivery.ContentID, c keptContent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keep(id, c)
}

// keep makes c one of the youngest; when half the shelf is young, the other half is cleared.
func (s *contentShelf) keep(id delivery.ContentID, c keptContent) {
	if s.young == nil || len(s.young) >= shelfSize/2 {
		s.young, s.old = make(map[delivery.ContentID]keptContent), s.young
	}
	s.young[id] = c
}
