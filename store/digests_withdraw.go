package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// Withdraw leaves an article out of all digests that are still to be sent, also of those that wait for another try; one
// that has nothing else to tell is not sent: alerts.Editions. What is on its way at this moment is not held up. It is
// the editions that change, not their hundred thousand copies: each claim leaves out what is withdrawn by then, also in
// copies that are owed only after this. In copies that were sent it is marked by an edit: see CarryWithdrawn.
func (s *Store) Withdraw(ctx context.Context, article articles.ID) error {
	scan := func(rows *sql.Rows) (id delivery.ContentID, err error) { return id, rows.Scan(&id) }
	ids, err := collect(ctx, s.read, scan, findEditions, millis(s.now().Add(-editionsFor)), telling(article))
	if err != nil {
		return failed("look for digests that tell "+string(article), err)
	}
	slices.Sort(ids) // two who withdraw something at once lock them in one order
	for some := range slices.Chunk(ids, withdrawPage) {
		err := s.changing(ctx, Messages, func(tx execer) error {
			for _, id := range some {
				if err := s.withdrawFrom(ctx, tx, id, article); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return failed("withdraw "+string(article), err)
		}
	}
	return nil
}

const (
	// withdrawPage is from how many editions an article is taken in one transaction.
	withdrawPage = 20

	// editionsFor is how old the digests are that are looked through: where a copy was sent is not known for longer.
	editionsFor = delivery.PrivateRetention + time.Hour
)

// findEditions finds those made since an instant that may tell an article: the text of one is looked through without
// being understood.
const findEditions = `SELECT id FROM contents WHERE saved >= $1 AND id LIKE 'edition/%' AND body LIKE $2 ESCAPE '!'`

// telling is the pattern of a digest's text that tells an article.
func telling(article articles.ID) string {
	name, err := json.Marshal(article)
	if err != nil {
		panic("store: a text always marshals") // impossible
	}
	return `%"article":` + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(string(name)) + `%`
}

// WithdrawFrom leaves an article out of one edition: what Withdraw does to all. It is for a press that finds what was taken
// back while it worked, in one edition after another.
func (s *Store) WithdrawFrom(ctx context.Context, id delivery.ContentID, article articles.ID) error {
	return failed("withdraw "+string(article), s.changing(ctx, Messages, func(tx execer) error {
		return s.withdrawFrom(ctx, tx, id, article)
	}))
}

// withdrawFrom makes the version of an edition that does not tell an article any more.
func (s *Store) withdrawFrom(ctx context.Context, tx execer, id delivery.ContentID, article articles.ID) error {
	edition, err := s.lockContent(ctx, tx, id)
	if errors.Is(err, bots.ErrNoContent) {
		return nil // purged meanwhile
	}
	if err != nil {
		return err
	}
	changed, version := false, edition.version+1
	for i, item := range edition.Items {
		if item.Article == string(article) && item.Withdrawn == 0 {
			edition.Items[i].Withdrawn, changed = version, true
		}
	}
	if !changed {
		return nil
	}
	if err := s.saveContent(ctx, tx, id, version, edition.Content); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE contents SET carry = $2 WHERE id = $1`, id, firstKey(edition.Batch))
	return err
}

const (
	findCarried = `SELECT id, carry FROM contents WHERE carry <> '' ORDER BY id LIMIT 1`

	// carriedTo does nothing where more was withdrawn meanwhile: all are owed that from the beginning. The row is locked last,
	// as by a turn, which settles messages before it looks for contents.
	carriedTo = `UPDATE contents SET carry = $2 WHERE id = $1 AND carry = $3 AND version = $4`
)

// CarryWithdrawn owes a page of edits of the digests that were sent before something in them was withdrawn; done says
// that none is left. How far it has come is kept with the digest, in the same transaction.
func (s *Store) CarryWithdrawn(ctx context.Context, now time.Time) (done bool, err error) {
	err = s.changing(ctx, Messages, func(tx execer) error {
		var id delivery.ContentID
		var after string
		err := tx.QueryRowContext(ctx, findCarried).Scan(&id, &after)
		if done = errors.Is(err, sql.ErrNoRows); done {
			return nil
		}
		if err != nil {
			return err
		}
		edition, err := s.readContent(ctx, tx, id)
		if err != nil {
			return err
		}
		last, more, err := s.pageEnd(ctx, tx, after, endOfSends(edition.Batch), followPage)
		if err != nil {
			return err
		}
		f := delivery.FollowUp{Batch: edition.Batch, Op: delivery.Edit, Version: edition.version, Due: now}
		if _, err := s.followPage(ctx, tx, f, after, last); err != nil {
			return err
		}
		if !more {
			last = ""
		}
		_, err = tx.ExecContext(ctx, carriedTo, id, last, after, edition.version)
		return err
	})
	return done, failed("mark what was withdrawn in digests", err)
}

// Withdrawn answers which of the articles the newsroom took back by now, or an editor recalled: bots.Library.
func (s *Store) Withdrawn(ctx context.Context, ids []articles.ID) (map[articles.ID]bool, error) {
	gone := make(map[articles.ID]bool)
	scan := func(rows *sql.Rows) (id articles.ID, err error) { return id, rows.Scan(&id) }
	for some := range slices.Chunk(ids, s.rowsAtOnce(1)) {
		found, err := collect(ctx, s.read, scan, withdrawnArticles(len(some)), values(some, one)...)
		if err != nil {
			return nil, failed("look for what was withdrawn", err)
		}
		for _, id := range found {
			gone[id] = true
		}
	}
	return gone, nil
}

func withdrawnArticles(n int) string {
	return `SELECT DISTINCT a.id FROM articles a WHERE a.id IN (` + placeholders(1, n) + `) AND (
		a.status <> 'usable' AND a.version = (SELECT max(b.version) FROM articles b WHERE b.id = a.id AND b.seq IS NOT NULL)
		OR EXISTS (SELECT 1 FROM alerts al WHERE al.article = a.id AND al.article <> '' AND al.status = 'recalled'))`
}
