package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/digest"
	"github.com/tenbells/tenbells/subscriptions"
)

// Between answers what was first judged in [from, to) as its newest judged version, newest first: digest.Archive. What
// the newsroom took back is left out, and so is what an editor recalled.
func (s *Store) Between(ctx context.Context, from, to time.Time, limit int) ([]digest.Judged, error) {
	js, err := collect(ctx, s.read, scanJudged, between, millis(from), millis(to), limit)
	return js, failed("read articles for a digest", err)
}

// between starts from the verdict on the first version of an article: that is when it became known to digests, whenever
// it was seen, so that none falls between two windows. Its newest judged version must be usable: an older one that was
// usable is what the newsroom took back.
var between = `
	SELECT ` + columnsOf("a", articleColumns) + `, v.class, v.language, v.topics, v.places, v.evidence, v.story,
		coalesce((SELECT al.id FROM alerts al WHERE al.article = a.id AND al.article <> '' ORDER BY al.created DESC, al.id LIMIT 1), '')
	FROM verdicts born
	JOIN articles a ON a.id = born.article AND a.version = (SELECT max(version) FROM verdicts WHERE article = born.article)
	JOIN verdicts v ON v.article = a.id AND v.version = a.version
	WHERE born.version = 1 AND born.at >= $1 AND born.at < $2 AND a.status = 'usable'
		AND NOT EXISTS (SELECT 1 FROM alerts al WHERE al.article = a.id AND al.article <> '' AND al.status = 'recalled')
	ORDER BY born.at DESC, born.article DESC LIMIT $3`

// columnsOf is a list of columns as those of a table's alias.
func columnsOf(alias, columns string) string {
	names := strings.Split(columns, ",")
	for i, name := range names {
		names[i] = alias + "." + strings.TrimSpace(name)
	}
	return strings.Join(names, ", ")
}

func scanJudged(rows *sql.Rows) (j digest.Judged, err error) {
	var topics, places, evidence string
	var alert alerts.ID
	f := &j.Findings
	j.Article, err = scanArticleAnd(rows, &j.Class, &f.Language, &topics, &places, &evidence, &f.Story, &alert)
	if err != nil {
		return j, err
	}
	if alert != "" {
		j.Alert = alert.Batch()
	}
	return j, errors.Join(readList(topics, &f.Topics), readList(places, &f.Places), readList(evidence, &f.Evidence))
}

// DueDigests answers active subscribers whose digest is due: digest.Rounds.
func (s *Store) DueDigests(ctx context.Context, now time.Time, after subscriptions.ID, limit int) ([]subscriptions.Subscriber, error) {
	subs, err := s.subscribers(ctx, s.read, dueDigests, millis(now), after, limit, millis(now.Add(-digestPatience)))
	return subs, failed("read digests due", err)
}

// dueDigests hides the id from the planner, which would walk all subscribers to save sorting the few that are due.
const dueDigests = `status = 'active' AND next_digest > 0 AND next_digest <= $1 AND +id > $2
	AND (next_digest <= $4 OR NOT EXISTS (SELECT 1 FROM messages m WHERE m.subscriber = subscribers.id AND m.stage = 0 AND m.op = 'send'
		AND m.class < 5 AND m.due <= $1 AND (m.expires = 0 OR m.expires >= $1)))
	ORDER BY +id LIMIT $3`

// digestPatience is how long a digest waits for an alert that is due to the same reader: once that is told, the digest
// leaves it out. A lane that does not get on holds up no digest for longer.
const digestPatience = 10 * time.Minute

// Told answers which of the batches each subscriber was sent, or may have been: digest.Rounds.
func (s *Store) Told(ctx context.Context, batches []delivery.BatchID, subscribers []subscriptions.ID) (map[subscriptions.ID][]delivery.BatchID, error) {
	told := map[subscriptions.ID][]delivery.BatchID{}
	asked := map[delivery.BatchID]bool{}
	for _, b := range batches {
		asked[b] = true
	}
	scan := func(rows *sql.Rows) (struct{}, error) {
		var id subscriptions.ID
		var batch delivery.BatchID
		err := rows.Scan(&id, &batch)
		if asked[batch] {
			told[id] = append(told[id], batch)
		}
		return struct{}{}, err
	}
	for chunk := range slices.Chunk(subscribers, s.rowsAtOnce(1)) {
		if _, err := collect(ctx, s.read, scan, toldStatement(len(chunk)), values(chunk, one)...); err != nil {
			return nil, failed("read who was told", err)
		}
	}
	return told, nil
}

// toldStatement reads what n subscribers were told first of all. The ledger keeps few messages a subscriber.
func toldStatement(n int) string {
	return `SELECT subscriber, batch FROM messages WHERE subscriber IN (` + placeholders(1, n) + `)
		AND op = 'send' AND (state IN ('sent', 'sending', 'unknown') OR doubtful) ORDER BY subscriber, key`
}

// Serve owes a page of digests and moves the dates of those who were served: digest.Rounds. Whoever has changed their
// dates or stopped since they were read is left out.
func (s *Store) Serve(ctx context.Context, issues []digest.Issue) error {
	if len(issues) == 0 {
		return nil
	}
	return failed("serve digests", s.changing(ctx, Messages, func(tx execer) error {
		served, err := s.serve(ctx, tx, issues)
		if err != nil {
			return err
		}
		var owed []delivery.Message
		for _, issue := range issues {
			if issue.Message != nil && served[issue.Subscriber] {
				owed = append(owed, *issue.Message)
			}
		}
		_, err = s.owe(ctx, tx, owed)
		return err
	}))
}

// dates are how a digest moves them; a whole page often has the same.
type dates struct{ was, next, until int64 }

// serve moves the dates, and answers whose.
func (s *Store) serve(ctx context.Context, tx execer, issues []digest.Issue) (map[subscriptions.ID]bool, error) {
	alike := map[dates][]subscriptions.ID{}
	for _, i := range issues {
		d := dates{millis(i.Was), millis(i.Next), millis(i.Until)}
		alike[d] = append(alike[d], i.Subscriber)
	}
	served := make(map[subscriptions.ID]bool, len(issues))
	for d, ids := range alike {
		for some := range slices.Chunk(ids, s.rowsAtOnce(1)) {
			moved, err := collect(ctx, tx, scanID, serveStatement(len(some)), append([]any{d.was, d.next, d.until}, values(some, one)...)...)
			if err != nil {
				return nil, err
			}
			for _, id := range moved {
				served[id] = true
			}
		}
	}
	return served, nil
}

// serveStatement moves the dates of n subscribers who have the same.
func serveStatement(n int) string {
	return `UPDATE subscribers SET next_digest = $2, last_digest = $3
		WHERE id IN (` + placeholders(4, n) + `) AND next_digest = $1 AND status = 'active' RETURNING id`
}
