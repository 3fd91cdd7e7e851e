package alerts

import (
	"context"
	"fmt"

	"github.com/tenbells/tenbells/delivery"
)

// carry brings an alert's amendment, if it has one that is not carried yet, to everyone the alert reached. Saving the
// content first means that whoever is told from now on is told the newest; whoever was told before, or is being told
// now, is owed a follow-up.
func (d *Desk) carry(ctx context.Context, al Alert) error {
	if al.Amendment == nil || al.Amendment.Carried {
		return nil
	}
	am := *al.Amendment
	if am.Kind == Recall { // whoever asked for it may have died before the ledger knew
		if err := heed(ctx, d.File, d.Record, al.ID); err != nil {
			return err
		}
	}
	if err := d.saveContents(ctx, al); err != nil {
		return err
	}
	op := delivery.Edit
	if am.Delete {
		op = delivery.Delete
	}
	own := func(id delivery.ContentID) delivery.ContentID { return id }
	if _, err := d.Record.FollowUp(ctx, al.ID.Batch(), op, am.Version, own, d.Now()); err != nil {
		return fmt.Errorf("owe edits: %w", err)
	}
	if am.Kind == Fact {
		if err := d.reply(ctx, al); err != nil {
			return err
		}
	}
	_, err := d.File.Update(ctx, al.ID, nil, func(now *Alert) error {
		if now.Amendment == nil || now.Amendment.Version != am.Version {
			return nil // there is a newer one, which is next
		}
		now.Amendment.Carried = true
		if now.Status == Sent && now.corrected() {
			now.Status = Corrected
		}
		return nil
	})
	return err
}

// reply owes a short correction, with the sound the original had, to those who were told the wrong fact.
func (d *Desk) reply(ctx context.Context, al Alert) error {
	content := func(id delivery.ContentID) delivery.ContentID {
		return id + delivery.ContentID(fmt.Sprintf("/correction/%d", al.Amendment.Version))
	}
	for _, lang := range al.languages() {
		err := d.Outbox.SaveContent(ctx, content(al.ID.Content(lang)), al.Version, al.correction(lang))
		if err != nil {
			return fmt.Errorf("save correction: %w", err)
		}
	}
	if _, err := d.Record.FollowUp(ctx, al.ID.Batch(), delivery.Reply, al.Amendment.Version, content, d.Now()); err != nil {
		return fmt.Errorf("owe corrections: %w", err)
	}
	return nil
}
