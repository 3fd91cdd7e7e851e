package alerts

import (
	"context"
	"fmt"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// heedEvery is how often the batch of an alert that is going out is brought in line with its status.
const heedEvery = 30 * time.Second

// watch says when to look again at an alert that is going out.
type watch map[ID]struct{ next, heed time.Time }

// looks is how much longer a large batch is left alone than it took to look at it.
const looks = 50

// finish marks an alert as sent (or corrected) once nothing of it is waiting. To look at a large batch may take time, so
// one that does is looked at less often.
func (d *Desk) finish(ctx context.Context, id ID) error {
	if d.look == nil {
		d.look = watch{}
	}
	now, look := d.Now(), d.look[id]
	if now.Before(look.next) {
		return nil
	}
	unfinished, err := d.Record.Unfinished(ctx, id.Batch())
	if err != nil {
		return fmt.Errorf("see what is left: %w", err)
	}
	took := d.Now().Sub(now)
	if !unfinished {
		delete(d.look, id)
		return d.sent(ctx, id)
	}
	if !now.Before(look.heed) {
		if err := heed(ctx, d.File, d.Record, id); err != nil {
			return err
		}
		look.heed = now.Add(heedEvery)
	}
	look.next = now.Add(min(30*time.Second, max(time.Second, looks*took)))
	d.look[id] = look
	return nil
}

func (d *Desk) sent(ctx context.Context, id ID) error {
	_, err := d.File.Update(ctx, id, nil, func(al *Alert) error {
		switch {
		case al.Status != Sending || !al.AllOwed: // an editor was faster
		case al.corrected():
			al.Status = Corrected
		default:
			al.Status = Sent
		}
		return nil
	})
	return err
}

// corrected says whether what was told was wrong, and is put right. The newsroom's own update is no correction.
func (al Alert) corrected() bool {
	am := al.Amendment
	return am != nil && am.Carried && (am.Kind == Typo || am.Kind == Fact)
}

// batch is how the ledger must treat what is owed of an alert.
func (al Alert) batch() delivery.BatchState {
	switch {
	case al.Status == Recalled && al.amending():
		return delivery.BatchPaused // whoever may have been told is told the notice, which is not in the ledger yet
	case al.Overtaken != "", al.Status == CancelledStatus, al.Status == Recalled:
		return delivery.BatchCancelled
	case al.Status == Paused:
		return delivery.BatchPaused
	default:
		return delivery.BatchOpen
	}
}

// heed brings the ledger's batch in line with the alert's status, which is the truth. It looks again after writing:
// between its look and its write somebody else may have changed the one and written the other.
func heed(ctx context.Context, file File, record delivery.Record, id ID) error {
	al, err := file.Get(ctx, id)
	if err != nil {
		return err
	}
	for {
		state := al.batch()
		if err := record.SetBatch(ctx, id.Batch(), state); err != nil {
			return err
		}
		if al, err = file.Get(ctx, id); err != nil || al.batch() == state {
			return err
		}
	}
}
