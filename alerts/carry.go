package alerts

import (
	"context"
	"fmt"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// carry brings an alert's amendment, if it has one that is not carried yet, one page further to those the alert reached.
// How far it has come is kept with the alert: where it stops, or dies, the next call goes on.
func (d *Desk) carry(ctx context.Context, al Alert) (unfinished bool, err error) {
	if !al.amending() {
		return false, nil
	}
	if al.waits(d.Now()) {
		return false, d.tellNewest(ctx, al)
	}
	am := *al.Amendment
	if am.Carrying == "" && !am.Replying {
		if err := d.prepare(ctx, al); err != nil {
			return false, err
		}
	}
	_, next, err := d.Record.FollowUp(ctx, al.followUp(d.Now()))
	if err != nil {
		return false, fmt.Errorf("carry version %d: %w", am.Version, err)
	}
	if am.Kind == Recall && next == "" { // before it counts as carried: nobody comes back to it after that
		if err := d.Record.SetBatch(ctx, al.ID.Batch(), delivery.BatchCancelled); err != nil {
			return false, fmt.Errorf("end what is recalled: %w", err)
		}
	}
	resumed := false
	al, err = d.File.Update(ctx, al.ID, nil, func(now *Alert) (err error) {
		if !now.amending() || !now.Amendment.standsAt(am) {
			return nil // there is a newer one, which is next; or another desk has taken over
		}
		if now.carriedTo(next); now.amending() {
			return nil
		}
		if am.Kind == Update {
			now.Edited = d.Now()
		}
		resumed, err = now.renew(d.Now())
		return err
	})
	if err == nil && resumed {
		err = heed(ctx, d.File, d.Record, al.ID)
	}
	return al.amending(), err
}

// tellNewest lets those who are told from now on be told the newest wording, while an update of what others were told
// waits.
func (d *Desk) tellNewest(ctx context.Context, al Alert) error {
	if d.told == nil {
		d.told = map[ID]int{}
	}
	if d.told[al.ID] == al.Version {
		return nil
	}
	if err := d.saveContents(ctx, al); err != nil {
		return err
	}
	d.told[al.ID] = al.Version
	if al.Asking() {
		d.Log.Warn("an update of the newsroom would edit very many messages again: approve the alert to let it, or correct it",
			"alert", al.ID, "messages", al.Owed)
	}
	return nil
}

// prepare saves what follow-ups will say. As that is done first, whoever is told from now on is told the newest; whoever
// was told before, or is being told now, is owed a follow-up.
func (d *Desk) prepare(ctx context.Context, al Alert) error {
	if al.Amendment.Kind == Recall { // whoever asked for it may have died before the ledger knew
		if err := heed(ctx, d.File, d.Record, al.ID); err != nil {
			return err
		}
	}
	if err := d.saveContents(ctx, al); err != nil || al.Amendment.Kind != Fact {
		return err
	}
	for _, lang := range al.languages() {
		err := d.Outbox.SaveContent(ctx, al.correctionOf(al.ID.Content(lang)), al.Version, al.correction(lang))
		if err != nil {
			return fmt.Errorf("save correction: %w", err)
		}
	}
	return nil
}

// correctionOf names the short correction of a content.
func (al Alert) correctionOf(id delivery.ContentID) delivery.ContentID {
	return id + delivery.ContentID(fmt.Sprintf("/correction/%d", al.Amendment.Version))
}

// followUp is the page that is owed next: the edits or deletes, then a short correction, with the sound the original had,
// to those who were told the wrong fact.
func (al Alert) followUp(now time.Time) delivery.FollowUp {
	am := al.Amendment
	f := delivery.FollowUp{Batch: al.ID.Batch(), Op: delivery.Edit, Version: am.Version, Due: now, After: am.Carrying}
	switch {
	case am.Replying:
		f.Op, f.Content = delivery.Reply, al.correctionOf
	case am.Delete:
		f.Op = delivery.Delete
	}
	return f
}

// standsAt says whether nobody has carried am further since before was read.
func (am Amendment) standsAt(before Amendment) bool {
	return am.Version == before.Version && am.Carrying == before.Carrying && am.Replying == before.Replying
}

// carriedTo notes that a page is in the ledger, behind which the next begins; "": it was the last.
func (al *Alert) carriedTo(next delivery.Key) {
	am := al.Amendment
	am.Carrying = next
	switch {
	case next != "":
	case am.Kind == Fact && !am.Replying:
		am.Replying = true
	default:
		am.Carried = true
		if al.Status == Sent && al.corrected() {
			al.Status = Corrected
		}
	}
}
