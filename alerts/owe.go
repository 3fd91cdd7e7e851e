package alerts

import (
	"context"
	"fmt"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// page is how many recipients are owed in one transaction: large enough to be fast, small enough that a lane waiting
// for the database waits a few milliseconds at most. A step owes so many pages and no more.
const (
	page         = 1000
	pagesPerStep = 10
)

// owe writes a message for everyone in the audience, a page at a time. Where it stops, the next call goes on.
func (d *Desk) owe(ctx context.Context, al Alert) (unfinished bool, err error) {
	if err := d.saveContents(ctx, al); err != nil {
		return false, err
	}
	ahead := reader{audience: d.Audience, query: al.Query(), now: d.Now}
	defer ahead.end()
	for left := pagesPerStep; left > 0; left-- {
		if al, err = d.owePage(ctx, al, &ahead, left > 1); err != nil || al.AllOwed || al.Status != Sending {
			return false, err
		}
	}
	return true, nil
}

// reader reads an audience one page ahead, while the page before is being written.
type reader struct {
	audience subscriptions.Audience
	query    subscriptions.Query
	now      func() time.Time
	after    subscriptions.ID // where the page that is being read begins
	coming   chan leaf
}

// leaf is one page of an audience.
type leaf struct {
	rs  []subscriptions.Recipient
	err error
}

// page answers the page behind after, and begins to read the one behind that if more are wanted.
func (r *reader) page(ctx context.Context, after subscriptions.ID, more bool) ([]subscriptions.Recipient, error) {
	if r.coming == nil || r.after != after {
		r.end()
		r.begin(ctx, after)
	}
	l := <-r.coming
	r.coming = nil
	if more && l.err == nil && len(l.rs) == page {
		r.begin(ctx, l.rs[page-1].ID)
	}
	return l.rs, l.err
}

func (r *reader) begin(ctx context.Context, after subscriptions.ID) {
	coming := make(chan leaf, 1)
	r.after, r.coming = after, coming
	go func() {
		rs, err := r.audience.Page(ctx, r.query, r.now(), after, page)
		coming <- leaf{rs, err}
	}()
}

// end waits for the page that nobody wants any more.
func (r *reader) end() {
	if r.coming != nil {
		<-r.coming
		r.coming = nil
	}
}

// owePage writes a message for everyone on the next page, and answers the alert as it stands then. What is not owed
// while it is new is not owed at all.
func (d *Desk) owePage(ctx context.Context, al Alert, ahead *reader, more bool) (Alert, error) {
	now := d.Now()
	if al.stale(now) {
		return d.File.Update(ctx, al.ID, nil, func(al *Alert) error {
			al.expire(now)
			return nil
		})
	}
	rs, err := ahead.page(ctx, al.OwedTo, more)
	if err != nil {
		return al, fmt.Errorf("audience after %d: %w", al.OwedTo, err)
	}
	ms := al.messages(rs, now)
	if _, err := d.Outbox.Owe(ctx, ms); err != nil {
		return al, fmt.Errorf("owe %d messages: %w", len(ms), err)
	}
	return d.owed(ctx, al, rs, ms)
}

// owed notes how far the audience has been told: rs is the page behind before. Repeating a page after a crash counts it
// once, as OwedTo has not moved; where it has, another desk has taken over and counted it.
func (d *Desk) owed(ctx context.Context, before Alert, rs []subscriptions.Recipient, ms []delivery.Message) (Alert, error) {
	return d.File.Update(ctx, before.ID, nil, func(al *Alert) error {
		if al.Status == Recalled || al.Status == CancelledStatus {
			return nil // the ledger has not taken them
		}
		if al.AllOwed || al.OwedTo != before.OwedTo {
			return nil
		}
		if len(rs) > 0 {
			al.OwedTo = rs[len(rs)-1].ID
		}
		al.Owed += len(ms)
		al.countBy(ms)
		al.Audience = max(al.Audience, al.Owed)
		if len(rs) < page {
			al.oweNoMore()
		}
		return nil
	})
}

// countBy adds messages to what each bot was given.
func (al *Alert) countBy(ms []delivery.Message) {
	if al.OwedBy == nil {
		al.OwedBy = map[delivery.Lane]int{}
	}
	for _, m := range ms {
		al.OwedBy[m.Lane]++
	}
}

// oweNoMore says that whoever was to be owed the alert has been.
func (al *Alert) oweNoMore() { al.AllOwed, al.Audience = true, al.Owed }

// stale says whether the alert is too old to go out as new.
func (al Alert) stale(now time.Time) bool { return !al.Expires.IsZero() && now.After(al.Expires) }

// expire ends a stale alert: whoever has not been owed it by then finds its article in their digest.
func (al *Alert) expire(now time.Time) {
	if al.AllOwed || !al.stale(now) {
		return
	}
	al.oweNoMore()
	if al.Article == "" {
		al.give(reason("expired").at(al.Expires))
	} else {
		al.give(reason("expired-digest").at(al.Expires))
	}
}

// messages is what a page of recipients is owed, each at their own hour and in their own language.
func (al Alert) messages(rs []subscriptions.Recipient, now time.Time) []delivery.Message {
	ms := make([]delivery.Message, 0, len(rs))
	for _, r := range rs {
		lang, ok := al.languageFor(r)
		if !ok {
			continue
		}
		due, ok := subscriptions.Plan(r, al.Class, now)
		if !ok {
			continue // it waits in the digest instead
		}
		expires := al.Expires
		if due.After(now) { // somebody's quiet hours may end when it is hardly new any more
			expires = later(expires, due.Add(time.Hour))
		} else {
			due = al.SendAt // the same for all, or those on the last page would always be the last
		}
		key := delivery.SendKey(al.ID.Batch(), r.ID)
		ms = append(ms, delivery.Message{
			Key: key, Batch: al.ID.Batch(), Lane: r.Lane, Subscriber: r.ID, Op: delivery.Send, Class: al.Class,
			Rank: delivery.Rank(r.Kind, al.ID.Batch(), r.ID), Due: due, Expires: expires,
			Content: al.ID.Content(lang), Silent: al.Class == delivery.Routine,
		})
	}
	return ms
}

// saveContents gives the ledger the alert's newest wording; an older one changes nothing there.
func (d *Desk) saveContents(ctx context.Context, al Alert) error {
	for _, lang := range al.languages() {
		if err := d.Outbox.SaveContent(ctx, al.ID.Content(lang), al.Version, al.content(lang)); err != nil {
			return fmt.Errorf("save content: %w", err)
		}
	}
	return nil
}
