package alerts

import (
	"context"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
)

// revise carries a new version of an alerted article to those who were told, or stops the alert where the newsroom
// has taken the article back, or lets it go on where it has given it out again.
func (d *Desk) revise(ctx context.Context, al Alert, a articles.Article) error {
	if al.Revision >= a.Version || al.Status == Recalled || al.Status == CancelledStatus {
		return nil
	}
	if takenBack(a) {
		return d.suspend(ctx, al, a)
	}
	resumed := false
	now, err := d.File.Update(ctx, al.ID, nil, func(al *Alert) (err error) {
		if al.Revision >= a.Version || al.Renewal != nil && al.Renewal.Revision >= a.Version {
			return nil
		}
		al.Renewal = &Renewal{Revision: a.Version, Language: al.languageOf(a), Wording: wording(a), Because: al.delicate(a)}
		if !al.amending() || al.gathering() { // one change is carried at a time
			resumed, err = al.renew(d.Now())
		}
		return err
	})
	if err == nil && now.Proposed() != nil {
		d.Log.Warn("a version of the newsroom waits for an editor's yes: approve the alert to let it", "alert", al.ID, "because", now.Proposed().Because)
	}
	if err != nil || !resumed {
		return err
	}
	return heed(ctx, d.File, d.Record, al.ID)
}

// delicate says why an editor must see a version of the newsroom before readers do: it tells what must not ring alone, and
// what was told so far does not. nil: it need not be seen.
func (al Alert) delicate(a articles.Article) *Reason {
	now := al.Versions[al.languageOf(a)]
	why := tender(a, a.Language)
	if why.Key == "" || tender(articles.Article{Headline: now.Headline, Standfirst: now.Text}, a.Language).Key == why.Key {
		return nil
	}
	return &why
}

// renew makes an alert tell the version of its article that has waited, if one has, and nobody need see it first. An alert that the desk suspended goes
// on with it, as resumed says.
func (al *Alert) renew(now time.Time) (resumed bool, err error) {
	next := al.Renewal
	if al.Proposed() != nil {
		return false, nil
	}
	al.Renewal = nil
	if next == nil || next.Revision <= al.Revision || al.Status == Recalled || al.Status == CancelledStatus {
		return false, nil
	}
	al.Revision, al.TakenBack = next.Revision, false
	if resumed = al.Status == Paused && al.Suspended; resumed {
		al.resume()
	}
	if !worthTelling(al.Versions[next.Language], next.Wording) {
		return resumed, nil
	}
	return resumed, al.amend(Amendment{Kind: Update, By: newsroomsWord, At: now}, map[string]Wording{next.Language: next.Wording})
}

// languageOf is under which language al holds the words of its article, which may have been marked otherwise since.
func (al Alert) languageOf(a articles.Article) string {
	if _, ok := al.Versions[a.Language]; ok {
		return a.Language
	}
	for _, lang := range al.languages() {
		return lang // an article's alert has one
	}
	return a.Language
}

// suspend stops what is not yet sent of an alert whose article the newsroom took back; recalling it is for an editor.
// Sending stops first: a crash behind it repeats the rest.
func (d *Desk) suspend(ctx context.Context, al Alert, a articles.Article) error {
	if err := d.Record.SetBatch(ctx, al.ID.Batch(), delivery.BatchPaused); err != nil {
		return err
	}
	act := Act{At: d.Now(), By: newsroomsWord, What: "suspend", Subject: string(al.ID),
		Detail: "the newsroom has the article " + string(a.Status) + ": recall the alert, or resume it"}
	_, err := d.File.Update(ctx, al.ID, &act, func(al *Alert) error {
		if al.Revision >= a.Version {
			return nil // another desk has taken over, and read on
		}
		al.Revision, al.Renewal, al.TakenBack = a.Version, nil, al.begun()
		if al.Status == Scheduled || al.Status == Sending || al.Status == AwaitingApproval {
			al.Was, al.Status, al.Suspended = al.Status, Paused, true
		}
		return nil
	})
	if err != nil {
		return err
	}
	d.Log.Warn("article taken back after its alert: recall it", "alert", al.ID, "article", a.ID, "status", a.Status)
	return heed(ctx, d.File, d.Record, al.ID)
}
