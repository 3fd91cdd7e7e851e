package alerts

import (
	"context"
	"errors"
	"slices"

	"github.com/tenbells/tenbells/delivery"
)

// Pause stops an alert where it stands: who was told stays told. What the desk has suspended can be paused too; then
// only an editor lets it go on.
func (e *Editors) Pause(ctx context.Context, id ID, by string) (Alert, error) {
	return e.stop(ctx, id, by, "pause", func(al *Alert) error {
		switch {
		case al.Status == Paused && al.Suspended:
			al.Suspended = false
		case al.Status == Scheduled || al.Status == Sending:
			al.Was, al.Status = al.Status, Paused
		default:
			return conflict(*al, "paused")
		}
		return nil
	})
}

// Resume goes on where Pause stopped.
func (e *Editors) Resume(ctx context.Context, id ID, by string) (Alert, error) {
	al, err := e.change(ctx, id, by, "resume", func(al *Alert) error {
		if al.Status != Paused {
			return conflict(*al, "resumed")
		}
		al.resume()
		return nil
	})
	if err != nil {
		return al, err
	}
	return al, heed(context.WithoutCancel(ctx), e.File, e.Record, id)
}

func (al *Alert) resume() { al.Status, al.Was, al.Suspended = al.Was, "", false }

// Cancel ends an alert: who was told stays told, nobody else is. To cancel an offer is to decline it.
func (e *Editors) Cancel(ctx context.Context, id ID, by string) (Alert, error) {
	return e.stop(ctx, id, by, "cancel", func(al *Alert) error {
		if !slices.Contains([]Status{Draft, AwaitingApproval, Scheduled, Sending, Paused}, al.Status) {
			return conflict(*al, "cancelled")
		}
		if al.Offered() {
			al.answer(OfferDeclined)
		}
		al.Status, al.Was, al.Suspended = CancelledStatus, "", false
		return nil
	})
}

// stop makes a change that keeps an alert from being told. The ledger stops first, in a way that can be undone: whoever
// dies after that has told nobody more, and what the alert's status then says is done by heed, here or by the desk.
func (e *Editors) stop(ctx context.Context, id ID, by, what string, change func(*Alert) error) (Alert, error) {
	al, err := e.File.Get(ctx, id)
	if err != nil {
		return Alert{}, err
	}
	if err := change(&al); err != nil { // it is refused: the ledger is left alone
		return Alert{}, err
	}
	if err := e.Record.SetBatch(ctx, id.Batch(), delivery.BatchPaused); err != nil {
		return Alert{}, err
	}
	ctx = context.WithoutCancel(ctx) // begun is done, even if nobody waits for the answer any more
	al, err = e.change(ctx, id, by, what, change)
	return al, errors.Join(err, heed(ctx, e.File, e.Record, id))
}
