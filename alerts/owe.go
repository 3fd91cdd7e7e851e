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
	for range pagesPerStep {
		rs, err := d.Audience.Page(ctx, al.query(), d.Now(), al.OwedTo, page)
		if err != nil {
			return false, fmt.Errorf("audience after %d: %w", al.OwedTo, err)
		}
		ms := al.messages(rs, d.Now())
		if _, err := d.Outbox.Owe(ctx, ms); err != nil {
			return false, fmt.Errorf("owe %d messages: %w", len(ms), err)
		}
		last := len(rs) < page
		if al, err = d.owed(ctx, al.ID, rs, len(ms), last); err != nil || last || al.Status != Sending {
			return false, err
		}
	}
	return true, nil
}

// owed notes how far the audience has been told. Repeating a page after a crash counts it once: OwedTo has not moved.
func (d *Desk) owed(ctx context.Context, id ID, rs []subscriptions.Recipient, n int, last bool) (Alert, error) {
	return d.File.Update(ctx, id, nil, func(al *Alert) error {
		if al.Status == Recalled || al.Status == CancelledStatus {
			return nil // the ledger has not taken them
		}
		if len(rs) > 0 {
			al.OwedTo = max(al.OwedTo, rs[len(rs)-1].ID)
		}
		al.Owed += n
		al.AllOwed = last
		if last || al.Audience < al.Owed {
			al.Audience = al.Owed
		}
		return nil
	})
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
		key := delivery.SendKey(al.ID.Batch(), r.ID)
		ms = append(ms, delivery.Message{
			Key: key, Batch: al.ID.Batch(), Lane: r.Lane, Subscriber: r.ID, Op: delivery.Send, Class: al.Class,
			Rank: delivery.Rank(r.Kind, key), Due: due, Expires: later(al.Expires, due.Add(time.Hour)),
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
