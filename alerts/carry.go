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
	astray := false // whether the batch may not be in line with how the alert stands now
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
		resumed, err := now.renew(d.Now())
		astray = resumed || am.Kind == Recall // whoever asked for the recall may have paused the batch after it was ended
		return err
	})
	if err == nil && astray {
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
		if err := d.leaveOut(ctx, al.Article); err != nil {
			return err
		}
	}
	if err := d.saveContents(ctx, al); err != nil {
		return err
	}
	for _, lang := range al.languages() {
		for id, c := range al.replies(lang) {
			if err := d.Outbox.SaveContent(ctx, id, al.Version, c); err != nil {
				return fmt.Errorf("save correction: %w", err)
			}
		}
	}
	return nil
}

// replies is what the short replies say by the newest amendment: a Fact has one; where all is withdrawn, so is each that
// was made before.
func (al Alert) replies(lang string) map[delivery.ContentID]delivery.Content {
	id, say := al.ID.Content(lang), map[delivery.ContentID]delivery.Content{}
	switch al.Amendment.Kind {
	case Fact:
		say[correctionOf(id, al.Amendment.Version)] = al.correction(lang)
	case Recall:
		for _, version := range al.Facts {
			say[correctionOf(id, version)] = al.content(lang)
		}
	case Typo, Update: // are told by an edit alone
	}
	return say
}

// correctionOf names the short correction of a content in a version.
func correctionOf(id delivery.ContentID, version int) delivery.ContentID {
	return id + delivery.ContentID(fmt.Sprintf("/correction/%d", version))
}

// followUp is the page that is owed next: the edits or deletes, then a short correction, with the sound the original had,
// to those who were told the wrong fact. A recall does with the corrections there were what it does with the alert.
func (al Alert) followUp(now time.Time) delivery.FollowUp {
	am := al.Amendment
	f := delivery.FollowUp{Batch: al.ID.Batch(), Op: delivery.Edit, Version: am.Version, Due: now, After: am.Carrying}
	switch {
	case am.Replying && am.Kind == Fact:
		f.Op = delivery.Reply
		f.Content = func(id delivery.ContentID) delivery.ContentID { return correctionOf(id, am.Version) }
	case am.Delete:
		f.Op = delivery.Delete
	}
	if am.Replying && am.Kind == Recall {
		f.Of = delivery.Reply
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
	case !am.Replying && (am.Kind == Fact || am.Kind == Recall && len(al.Facts) > 0):
		am.Replying = true
	default:
		am.Carried = true
		if al.Status == Sent && al.corrected() {
			al.Status = Corrected
		}
	}
}
