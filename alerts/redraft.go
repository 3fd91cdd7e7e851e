package alerts

import (
	"context"
	"maps"
)

// Redraft changes a draft, and only a draft, as if it had been ordered so. What would be no alert is not written down: it
// is an *InvalidError. Nothing is on the record yet; who releases it is.
func (e *Editors) Redraft(ctx context.Context, id ID, change func(*Order) error) (Alert, error) {
	return e.File.Update(ctx, id, nil, func(al *Alert) error {
		if al.Status != Draft {
			return conflict(*al, "changed as a draft")
		}
		o := al.Order()
		if err := change(&o); err != nil {
			return err
		}
		o, err := e.check(o)
		if err != nil {
			return err
		}
		if now := e.Now(); !al.SendAt.After(now.Add(holdFor(al.Class, nil))) {
			al.SendAt = now // no time was chosen: the hold is counted from its release, and is that of its class then
		}
		al.Versions, al.Credit, al.Class = o.Versions, o.Credit, o.Class
		al.Follow, al.Everyone = o.Follow, len(o.Follow) == 0
		return nil
	})
}

// Order is the order that would make the alert.
func (al Alert) Order() Order {
	return Order{
		Versions: maps.Clone(al.Versions), Follow: al.Follow, Class: al.Class, SendAt: al.SendAt,
		Credit: al.Credit, By: al.By, Draft: al.Status == Draft,
	}
}
