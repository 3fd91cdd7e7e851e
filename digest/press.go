package digest

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

const (
	// page is how many who are due are read at once. Reading costs the same whether few or many of them are asked for.
	page = 5000

	// share is how many are served in one transaction. On SQLite the parsing of long statements costs more than their
	// share of the work.
	share = 250
)

// A digest that could not be sent is worth reading until the next one is due, but within these.
const (
	minShelf = 6 * time.Hour
	maxShelf = 24 * time.Hour
)

// contents is the part of the ledger that a Press writes itself; the messages are owed by Rounds.Serve.
type contents interface {
	SaveContent(ctx context.Context, id delivery.ContentID, version int, c delivery.Content) error
	// Withdrawn answers which of these articles the newsroom took back by now, or an editor recalled.
	Withdrawn(ctx context.Context, ids []articles.ID) (map[articles.ID]bool, error)
	// WithdrawFrom leaves an article out of one content, whoever is owed it and when.
	WithdrawFrom(ctx context.Context, id delivery.ContentID, article articles.ID) error
	// CarryWithdrawn owes a page of edits that mark what was withdrawn in digests that were sent; done says that none is left.
	CarryWithdrawn(ctx context.Context, now time.Time) (done bool, err error)
}

// Press makes digests. It keeps nothing between two rounds.
type Press struct {
	Rounds  Rounds
	Archive Archive
	Outbox  contents
	Log     *slog.Logger
	Now     func() time.Time
}

// Run is one round: everyone whose digest is due is owed one, and their dates are moved. Who missed several dates, while
// nothing ran, gets one digest of it all. A round that is broken off has served some wholly; the next one goes on.
func (p *Press) Run(ctx context.Context) error {
	now := p.Now().UTC()
	r := &round{Press: p, now: now, shelf: newShelf(p.Archive, now), editions: map[string]edition{}}
	for after := subscriptions.ID(0); ; {
		due, err := p.Rounds.DueDigests(ctx, now, after, page)
		if err != nil {
			return fmt.Errorf("digest: who is due: %w", err)
		}
		for some := range slices.Chunk(due, share) {
			if err := r.serve(ctx, some); err != nil {
				return fmt.Errorf("digest: %w", err)
			}
			after = some[len(some)-1].ID
		}
		if len(due) < page {
			r.report()
			return p.carry(ctx, now)
		}
	}
}

// carryPages bounds what a round does for digests of before.
const carryPages = 100

// carry owes edits of digests that were sent before something in them was withdrawn.
func (p *Press) carry(ctx context.Context, now time.Time) error {
	for range carryPages {
		done, err := p.Outbox.CarryWithdrawn(ctx, now)
		if err != nil || done {
			return err
		}
	}
	return nil
}

// round is what one Run knows.
type round struct {
	*Press
	now      time.Time
	shelf    *shelf
	editions map[string]edition // by set of wishes, see maxEditions

	served, told int
}

// serve owes some subscribers their digests. Contents are saved first: a message never names one that is not there.
func (r *round) serve(ctx context.Context, due []subscriptions.Subscriber) error {
	editions := make([]edition, len(due))
	for _, i := range byWindow(due) {
		var err error
		if editions[i], err = r.edition(ctx, due[i]); err != nil {
			return err
		}
	}
	told, err := r.toldBefore(ctx, due, editions)
	if err != nil {
		return err
	}
	issues := make([]Issue, len(due))
	for i, s := range due {
		issues[i] = r.issue(s, editions[i], told[s.ID])
		if issues[i].Message != nil {
			r.told++
		}
	}
	if err := r.Rounds.Serve(ctx, issues); err != nil {
		return fmt.Errorf("serve %d subscribers: %w", len(issues), err)
	}
	r.served += len(issues)
	return nil
}

// byWindow is the order in which they are worked on, so that a window is read once for all who have it.
func byWindow(due []subscriptions.Subscriber) []int {
	order := make([]int, len(due))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return due[a].LastDigest.Compare(due[b].LastDigest) })
	return order
}

// toldBefore asks once for all which of its items' alerts its subscribers were told.
func (r *round) toldBefore(ctx context.Context, due []subscriptions.Subscriber, editions []edition) (map[subscriptions.ID][]delivery.BatchID, error) {
	var batches []delivery.BatchID
	var ids []subscriptions.ID
	for i, e := range editions {
		if own := slices.Concat(e.alerts...); len(own) > 0 {
			batches, ids = append(batches, own...), append(ids, due[i].ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	slices.Sort(batches)
	told, err := r.Rounds.Told(ctx, slices.Compact(batches), ids)
	if err != nil {
		return nil, fmt.Errorf("who was told what: %w", err)
	}
	return told, nil
}

// issue is one subscriber's copy, without what they were told before. Where nothing is left there is no message.
func (r *round) issue(s subscriptions.Subscriber, e edition, told []delivery.BatchID) Issue {
	issue := Issue{Subscriber: s.ID, Was: s.NextDigest, Next: subscriptions.NextDigest(s, r.now), Until: r.now}
	omit := e.omit(told)
	if len(omit) == len(e.alerts) {
		return issue
	}
	key := delivery.SendKey(e.batch, s.ID)
	_, quiet := s.Quiet.Until(r.now, s.Zone)
	issue.Message = &delivery.Message{
		Key: key, Batch: e.batch, Lane: s.Address.Lane(), Subscriber: s.ID, Op: delivery.Send, Class: delivery.Digest,
		Rank: delivery.Rank(s.Address.Kind, e.batch, s.ID), Due: r.now, Expires: expiry(r.now, issue.Next),
		Content: e.content, Omit: omit, Silent: quiet,
	}
	return issue
}

// expiry is how long a digest is worth sending.
func expiry(now, next time.Time) time.Time {
	least, most := now.Add(minShelf), now.Add(maxShelf)
	switch {
	case next.IsZero() || next.After(most):
		return most
	case next.Before(least):
		return least
	default:
		return next
	}
}

func (r *round) report() {
	if r.shelf.crowded {
		r.Log.Warn("digests: too many articles in a window, the oldest are left out", "looked_at", maxArticles)
	}
	if r.served > 0 {
		r.Log.Info("digests", "due", r.served, "to_tell", r.told, "editions", len(r.editions), "took", r.Now().Sub(r.now).Round(time.Millisecond))
	}
}
