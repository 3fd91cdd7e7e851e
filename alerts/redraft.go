package alerts

import (
	"context"
	"maps"
	"reflect"
	"slices"
)

// Redraft changes a draft, and only a draft, as if it had been ordered so. What would be no alert is not written down: it
// is an *InvalidError. Whoever changes it has the last word on it from then on, and is on the record; whoever changes
// nothing does neither.
func (e *Editors) Redraft(ctx context.Context, id ID, by string, change func(*Order) error) (Alert, error) {
	al, err := e.File.Get(ctx, id)
	if err != nil {
		return Alert{}, err
	}
	if changed, err := e.redraft(&al, change); err != nil || !changed {
		return al, err
	}
	return e.change(ctx, id, by, "redraft", func(al *Alert) error {
		al.By = by
		_, err := e.redraft(al, change)
		return err
	})
}

func (e *Editors) redraft(al *Alert, change func(*Order) error) (changed bool, err error) {
	if al.Status != Draft {
		return false, conflict(*al, "changed as a draft")
	}
	before, o := al.Order(), al.Order()
	if err := change(&o); err != nil {
		return false, err
	}
	if o, err = e.check(o); err != nil {
		return false, err
	}
	if now := e.Now(); !al.SendAt.After(now.Add(holdFor(al.Class, nil))) {
		al.SendAt = now // no time was chosen: the hold is counted from its release, and is that of its class then
	}
	if al.Offer != nil {
		al.Offer = al.Offer.changed(before, o)
	}
	al.Versions, al.Credit, al.Class = o.Versions, o.Credit, o.Class
	al.Follow, al.Everyone = o.Follow, len(o.Follow) == 0
	return !reflect.DeepEqual(before, o), nil
}

// changed notes what an editor has made of an offer. Whoever has reworded it has seen what its article says.
func (of Offer) changed(before, after Order) *Offer {
	if !reflect.DeepEqual(before.Versions, after.Versions) || before.Credit != after.Credit {
		of.Reworded, of.Newer = true, ""
	}
	of.Readdressed = of.Readdressed || !slices.Equal(before.Follow, after.Follow)
	return &of
}

// Order is the order that would make the alert.
func (al Alert) Order() Order {
	return Order{
		Versions: maps.Clone(al.Versions), Follow: slices.Clone(al.Follow), Class: al.Class, SendAt: al.SendAt,
		Credit: al.Credit, By: al.By, Draft: al.Status == Draft,
	}
}
