package digest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// maxItems is how many stories an edition has at most.
const maxItems = 20

// maxEditions bounds what a round remembers. Beyond it editions are made again, to the same result.
const maxEditions = 20_000

// A first digest reaches back so far, and none further than maxWindow.
const (
	firstWindow = 24 * time.Hour
	maxWindow   = 31 * 24 * time.Hour
)

// set is what subscribers must have in common to share an edition.
type set struct {
	Follow   []subscriptions.Key
	Exclude  []subscriptions.Key
	Reads    []string
	Language string
	Since    time.Time
	Until    time.Time
}

// setOf is what s is to be told of at until. The order in which somebody chose things makes no difference.
func setOf(s subscriptions.Subscriber, until time.Time) set {
	since := s.LastDigest
	if since.IsZero() {
		since = until.Add(-firstWindow)
	}
	if earliest := until.Add(-maxWindow); since.Before(earliest) {
		since = earliest.Truncate(time.Hour)
	}
	return set{
		Follow: sorted(s.Follow), Exclude: sorted(s.Exclude), Reads: sorted(s.Reads), Language: s.Language,
		Since: since.UTC(), Until: until.UTC(),
	}
}

func sorted[T ~string](list []T) []T {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

// name is derived from all of the set, and the same whoever makes it. The letter in front keeps it from being a number.
func (w set) name() string {
	text, err := json.Marshal(w)
	if err != nil {
		panic("digest: a set always marshals: it holds only strings and times of this age") // impossible
	}
	sum := sha256.Sum256(text)
	return "edition/e" + hex.EncodeToString(sum[:12])
}

// edition is what a round keeps of one that was made.
type edition struct {
	batch   delivery.BatchID
	content delivery.ContentID
	alerts  [][]delivery.BatchID // by item: the alerts that told it
}

// omit is the items that somebody who was told these alerts knows.
func (e edition) omit(told []delivery.BatchID) []int {
	var known []int
	for i, alerts := range e.alerts {
		if slices.ContainsFunc(alerts, func(b delivery.BatchID) bool { return slices.Contains(told, b) }) {
			known = append(known, i)
		}
	}
	return known
}

// edition is the one for s, made and saved where it is the first of its set.
func (r *round) edition(ctx context.Context, s subscriptions.Subscriber) (edition, error) {
	w := setOf(s, r.now)
	name := w.name()
	if e, made := r.editions[name]; made {
		return e, nil
	}
	content, alerts, err := compose(ctx, r.shelf, w)
	if err != nil {
		return edition{}, err
	}
	e := edition{batch: content.Batch, content: delivery.ContentID(name), alerts: alerts}
	if len(content.Items) > 0 {
		if err := r.save(ctx, e.content, content); err != nil {
			return edition{}, fmt.Errorf("save %s: %w", name, err)
		}
	}
	if len(r.editions) >= maxEditions {
		clear(r.editions)
	}
	r.editions[name] = e
	return e, nil
}

// save saves an edition. What was withdrawn since its articles were read is looked for behind that: whoever withdraws
// something from then on finds the edition.
func (r *round) save(ctx context.Context, id delivery.ContentID, c delivery.Content) error {
	if err := r.Outbox.SaveContent(ctx, id, 1, c); err != nil {
		return err
	}
	ids := make([]articles.ID, len(c.Items))
	for i, item := range c.Items {
		ids[i] = articles.ID(item.Article)
	}
	gone, err := r.Outbox.Withdrawn(ctx, ids)
	if err != nil {
		return err
	}
	for article := range gone {
		if err := r.Outbox.WithdrawFrom(ctx, id, article); err != nil {
			return err
		}
	}
	return nil
}

// compose makes the content of an edition; without items there is nothing to tell.
func compose(ctx context.Context, from *shelf, w set) (delivery.Content, [][]delivery.BatchID, error) {
	c := delivery.Content{
		Kind: delivery.DigestContent, Batch: delivery.BatchID(w.name()), Class: delivery.Digest, Language: w.Language,
		Since: w.Since, Until: w.Until,
	}
	all, err := from.window(ctx, w.Since)
	if err != nil {
		return c, nil, err
	}
	var alerts [][]delivery.BatchID
	for _, st := range all.stories(w) {
		c.Items = append(c.Items, st.item())
		alerts = append(alerts, st.alerts)
	}
	return c, alerts, nil
}

// Preview is the digest that s would get at at, before what they were told already is left out. Without items nothing
// would be sent.
func (p *Press) Preview(ctx context.Context, s subscriptions.Subscriber, at time.Time) (delivery.Content, error) {
	c, _, err := compose(ctx, newShelf(p.Archive, at), setOf(s, at))
	if err != nil {
		return c, fmt.Errorf("digest: preview: %w", err)
	}
	return c, nil
}
