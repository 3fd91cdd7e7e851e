package alerts

import (
	"context"
	"fmt"

	"github.com/tenbells/tenbells/articles"
)

// overtake stops what is left of an article's less urgent alerts: whoever has not been told the bulletin hears the flash
// alone. Whoever has been told it goes on hearing of its corrections.
func (d *Desk) overtake(ctx context.Context, article articles.ID) error {
	own, err := d.File.Of(ctx, article)
	if err != nil {
		return fmt.Errorf("look for its alerts: %w", err)
	}
	loudest, ok := mostUrgent(own)
	for _, al := range own {
		if !ok || al.Class <= loudest.Class || !al.goingOut() {
			continue
		}
		if err := d.stopFor(ctx, al, loudest); err != nil {
			return fmt.Errorf("overtake alert %s: %w", al.ID, err)
		}
	}
	return nil
}

// stopFor ends the telling of an alert, for the sake of a louder one. The ledger follows; should it not hear of it, the
// desk sees to that again as long as the alert is open.
func (d *Desk) stopFor(ctx context.Context, al, louder Alert) error {
	if al.Overtaken == "" {
		act := Act{At: d.Now(), By: newsroomsWord, What: "overtake", Subject: string(al.ID), Detail: "by " + string(louder.ID)}
		_, err := d.File.Update(ctx, al.ID, &act, func(al *Alert) error {
			al.Overtaken = louder.ID
			al.oweNoMore()
			al.give(Reason{Key: "overtaken-" + louder.Class.String()}.word("alert", string(louder.ID)))
			return nil
		})
		if err != nil {
			return err
		}
	}
	return heed(ctx, d.File, d.Record, al.ID)
}

// mostUrgent is the most urgent of the alerts that nobody has stopped.
func mostUrgent(als []Alert) (most Alert, ok bool) {
	for _, al := range als {
		stopped := al.Status == CancelledStatus || al.Status == Recalled
		if !stopped && (!ok || al.Class < most.Class) {
			most, ok = al, true
		}
	}
	return most, ok
}

// goingOut says whether the alert is being told, or will be.
func (al Alert) goingOut() bool {
	return al.Status == Scheduled || al.Status == Sending || al.Status == Paused
}
