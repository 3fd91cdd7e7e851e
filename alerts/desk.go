package alerts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// Analyst says what an article is about and which story it belongs to.
type Analyst func(context.Context, articles.Article) (articles.Findings, error)

// Store is the part of the article store that the desk reads.
type Store interface {
	articles.Reader
	articles.Cursors
	// Adopt numbers the articles other programs inserted themselves; it answers how many.
	Adopt(ctx context.Context) (int, error)
	// Article answers one version of an article, the newest for version 0.
	Article(ctx context.Context, id articles.ID, version int) (articles.Article, error)
}

// Editions are the digests on their way to readers.
type Editions interface {
	// Withdraw leaves an article out of all that are not sent yet, and has it marked in those that are.
	Withdraw(ctx context.Context, article articles.ID) error
}

// Desk reads the article store in order, judges each version, and owes alerts to their audience. One process owns the
// desk at a time. Every step can be repeated: an alert's ID and its messages' keys are derived, so a crash between two
// steps costs nothing but doing the first one again.
type Desk struct {
	Store    Store
	Analyse  Analyst
	Judge    Judge
	File     File
	Audience subscriptions.Audience
	Outbox   delivery.Outbox
	Record   delivery.Record
	Editions Editions                    // nil: there are none
	Rulings  stories.Rulings             // of editors on stories; nil: nobody rules
	Heed     func(context.Context) error // lets the analyst know of all rulings on record
	Tariff   Tariff
	Purse    Purse                  // nil where Tariff never pays
	Wake     func() <-chan struct{} // a channel that is closed when articles or alerts have changed
	Log      *slog.Logger
	Now      func() time.Time
	Past     func() *Past // what editors' decisions have taught so far; nil: the judge's own, if any

	// Unasked is told of each new offer where there is nobody to decide on it, and whether the newsroom marked its article; nil: there is.
	Unasked func(al Alert, marked bool)

	look watch      // on alerts that are going out
	told map[ID]int // the wording that is told of alerts whose update waits

	urgent []time.Time    // when editors were shown what the judge alone finds urgent, within the hour
	bells  *stories.Bells // what rang within the day; nil: not looked up yet
	big    []time.Time    // when big events rang or were shown to editors, within the hour
}

// Run works until ctx ends. The caller owns the desk's lease; guard is asked before each step and ends Run by its error.
func (d *Desk) Run(ctx context.Context, guard func() error) error {
	d.look, d.told, d.bells = watch{}, map[ID]int{}, nil
	for ctx.Err() == nil {
		wake := d.Wake()
		if err := guard(); err != nil {
			return err
		}
		next, err := d.Step(ctx)
		if err != nil && ctx.Err() == nil {
			d.Log.Error("desk: step failed, will be repeated", "err", err)
			next = d.Now().Add(time.Second)
		}
		d.rest(ctx, wake, next)
	}
	return nil
}

// rest waits for a change, the next instant something falls due, or a second: the net under lost wake-ups.
func (d *Desk) rest(ctx context.Context, wake <-chan struct{}, next time.Time) {
	wait := time.Second
	if !next.IsZero() {
		wait = max(0, min(wait, next.Sub(d.Now())))
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-wake:
	case <-timer.C:
	}
}

// Step judges some of what is new and moves open alerts on, the most urgent first. It never works long: what it leaves
// is for the next step, before which the lease is looked at and a flash that has come in meanwhile goes first. What fails
// holds nothing else up. next is when something more falls due; zero: nothing does.
func (d *Desk) Step(ctx context.Context) (next time.Time, err error) {
	heedErr := d.heed(ctx)
	judging, readErr := d.read(ctx)
	open, next, err := d.File.Open(ctx, d.Now())
	if err != nil {
		return next, errors.Join(heedErr, readErr, fmt.Errorf("open alerts: %w", err))
	}
	carrying, carryErr := inOrder(ctx, open, d.carry) // corrections first: a mistake spreads while they wait
	owing, oweErr := inOrder(ctx, open, d.advance)
	if judging || carrying || owing {
		next = d.Now()
	}
	return next, errors.Join(heedErr, readErr, carryErr, oweErr)
}

// inOrder works on alerts in their order, up to the first that is left unfinished.
func inOrder(ctx context.Context, als []Alert, work func(context.Context, Alert) (unfinished bool, err error)) (bool, error) {
	var faults []error
	for _, al := range als {
		unfinished, err := work(ctx, al)
		if err != nil {
			faults = append(faults, fmt.Errorf("alert %s: %w", al.ID, err))
		}
		if unfinished {
			return true, errors.Join(faults...)
		}
	}
	return false, errors.Join(faults...)
}

// advance moves an open alert on: begins it, owes it, and sees whether it has reached everyone.
func (d *Desk) advance(ctx context.Context, al Alert) (unfinished bool, err error) {
	if al.Offered() {
		return false, d.expireOffer(ctx, al.ID)
	}
	if al.Status == Scheduled {
		if al, err = d.begin(ctx, al); err != nil {
			return false, err
		}
	}
	if al.Status != Sending {
		return false, nil
	}
	if !al.AllOwed {
		if unfinished, err = d.owe(ctx, al); err != nil || unfinished {
			return unfinished, err
		}
	}
	if d.Tariff.Pays() && al.Class == delivery.Flash && al.Fares == nil {
		if err := d.pay(ctx, al.ID); err != nil {
			return false, err
		}
	}
	return false, d.finish(ctx, al.ID)
}

// begin turns a scheduled alert whose hold has passed into one that is being sent.
func (d *Desk) begin(ctx context.Context, al Alert) (Alert, error) {
	if err := d.closeOthers(ctx, al); err != nil {
		return al, err
	}
	id := al.ID
	return d.File.Update(ctx, id, nil, func(al *Alert) error {
		if al.Status == Scheduled && !al.SendAt.After(d.Now()) {
			al.Status = Sending
		}
		return nil
	})
}
