package alerts

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// Approval says what needs a second person.
type Approval string

const (
	ApproveNone  Approval = "none"
	ApproveFlash Approval = "flash"
	ApproveAll   Approval = "all"
)

// Preview is what would happen.
type Preview struct {
	Audience int
	Lanes    map[delivery.Lane]int
	ETA      time.Duration // until the last of them is told at each bot's pace, the hold included
	Cost     *Cost         // what it costs to be that fast; nil: nothing
	Contents []delivery.Content
}

// Correction replaces the wording of an alert.
type Correction struct {
	Kind     AmendmentKind // Typo or Fact
	Note     string        // for a Fact: what was wrong, told to those it reached
	Versions map[string]Wording
}

// Withdrawal takes an alert back.
type Withdrawal struct {
	Reason string
	Delete bool // delete the messages instead of leaving a notice
	// Silent is for the record: a notice that takes a message's place makes no sound on either platform.
	Silent bool
}

// topics knows which follow keys exist.
type topics interface {
	Valid(key string) bool
}

// Editors is what the staff can do with alerts, from chat, command line and API alike. All of it is on the record.
type Editors struct {
	File     File
	Audience subscriptions.Audience
	Record   delivery.Record
	Stories  Stories
	Topics   topics
	Approval Approval
	Outlet   string // stands as credit where an order has none

	// Rate is how many messages a second a lane sends, for the ETA.
	Rate func(delivery.Lane) float64
	Now  func() time.Time

	Tariff Tariff
	Purse  Purse // nil where Tariff never pays
}

// Preview says whom an order would reach, when, and as what, and writes nothing. A faulty order is an *InvalidError.
func (e *Editors) Preview(ctx context.Context, o Order) (Preview, error) {
	o, err := e.check(o)
	if err != nil {
		return Preview{}, err
	}
	return e.preview(ctx, e.alert(o))
}

// Foresee says the same of an alert that is there, whatever is wrong with it: the newsroom's own may lack a headline.
func (e *Editors) Foresee(ctx context.Context, al Alert) (Preview, error) { return e.preview(ctx, al) }

// Send schedules an alert after its hold (or leaves it as a draft, or to be approved). The same Idempotency key again
// changes nothing and answers the alert that is there; created is then false; with another order it is ErrKeyUsed. Its
// audience is counted once it is on its way, and where that would take long as a sample: it is answered within about a
// second.
func (e *Editors) Send(ctx context.Context, o Order) (al Alert, p Preview, created bool, err error) {
	if o, err = e.check(o); err != nil {
		return Alert{}, Preview{}, false, err
	}
	al = e.alert(o)
	act := Act{At: e.Now(), By: o.By, What: string(al.Status), Subject: string(al.ID), Detail: al.Class.String()}
	ordered := al
	if al, created, err = e.File.Create(ctx, al, &act); err != nil {
		return Alert{}, Preview{}, false, err
	}
	if !created {
		if !ordered.repeats(al) {
			return Alert{}, Preview{}, false, fmt.Errorf("%w, %s: give an order of other content a key of its own", ErrKeyUsed, al.ID)
		}
		p, err = e.glance(ctx, al)
		return al, p, false, err
	}
	al, p, err = e.counted(ctx, al)
	return al, p, true, err
}

// counted notes how large an alert's audience is. It may be going out already.
func (e *Editors) counted(ctx context.Context, al Alert) (Alert, Preview, error) {
	p, err := e.glance(ctx, al)
	if err != nil {
		return al, p, err
	}
	al, err = e.File.Update(ctx, al.ID, nil, func(al *Alert) error {
		if !al.AllOwed {
			al.Audience = max(al.Owed, p.Audience)
		}
		return nil
	})
	return al, p, err
}

// Release sends a draft. Whom it is for is counted once more: that is what its progress is measured by.
func (e *Editors) Release(ctx context.Context, id ID, by string, hold *time.Duration) (Alert, error) {
	if err := e.toldMeanwhile(ctx, id); err != nil {
		return Alert{}, err
	}
	al, err := e.change(ctx, id, by, "send", func(al *Alert) error {
		if al.Status != Draft {
			return conflict(*al, "sent")
		}
		if err := checkWordings(al.Versions); err != nil {
			return err
		}
		if al.Offer != nil {
			if al.stale(e.Now()) {
				return conflict(*al, "sent any more: it is no longer new")
			}
			al.Offer = &Offer{Until: al.Offer.Until, Answer: OfferSent}
		}
		al.Status, al.By = e.first(al.Class), by
		al.sendAt(later(al.SendAt, e.Now().Add(holdFor(al.Class, hold))))
		return nil
	})
	if err != nil {
		return al, err
	}
	al, _, err = e.counted(ctx, al)
	return al, err
}

// toldMeanwhile refuses to send an offer whose story nobody had been told when it was made, and another alert as urgent
// tells by now, of which its cards may not know yet.
func (e *Editors) toldMeanwhile(ctx context.Context, id ID) error {
	al, err := e.File.Get(ctx, id)
	if err != nil || !al.Offered() || al.Offer.After != "" || al.Story == "" {
		return err
	}
	told, err := e.File.Told(ctx, "", al.Story)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil
	case err != nil:
		return err
	case told.Class > al.Class, told.Status == Recalled, told.Status == CancelledStatus:
		return nil
	}
	return conflict(al, "sent: alert "+string(told.ID)+" tells its story already")
}

// SecondPerson says how an alert that awaits approval is approved.
func SecondPerson(id ID) string {
	return fmt.Sprintf("somebody else approves it: a publisher in chat, or an operator by tenbells alert approve %s", id)
}

// Who did it, on the record, where the API token was shown: a program, or whoever gave a name of their own beside it.
const (
	ByAPI  = "api"
	ByPage = "web:" // and the name
)

// oneHand says whether two names on the record may be one person's. All who know the API token are: on a page they name
// themselves.
func oneHand(a, b string) bool {
	byToken := func(who string) bool { return who == ByAPI || strings.HasPrefix(who, ByPage) }
	return a == b || byToken(a) && byToken(b)
}

// Approve lets an alert go that waits for a second person; that must be somebody else than who had the last word on it,
// by ordering, rewording or releasing it. Of an alert that is out, it lets an update of the newsroom go that asks first
// because it would edit very many messages again, or tells what must not ring alone.
func (e *Editors) Approve(ctx context.Context, id ID, by string) (Alert, error) {
	resumed := false
	al, err := e.change(ctx, id, by, "approve", func(al *Alert) (err error) {
		if al.Asking() {
			resumed, err = al.allow(e.Now())
			return err
		}
		if al.Status != AwaitingApproval {
			return conflict(*al, "approved")
		}
		if oneHand(al.By, by) {
			return fmt.Errorf("%w: %s had the last word on alert %s and cannot approve it; %s", ErrConflict, by, al.ID, SecondPerson(al.ID))
		}
		al.Status, al.Approved = Scheduled, by
		al.sendAt(later(al.SendAt, e.Now()))
		return nil
	})
	if err != nil || !resumed {
		return al, err
	}
	return al, heed(context.WithoutCancel(ctx), e.File, e.Record, id)
}

// Correct changes the wording for those not yet told, and carries the change to those who were: silently for a Typo,
// with a short reply for a Fact. What a second person approved and nobody was told yet needs approval again.
func (e *Editors) Correct(ctx context.Context, id ID, c Correction, by string) (Alert, error) {
	if c.Kind != Typo && c.Kind != Fact {
		return Alert{}, &InvalidError{"kind", `must be "typo" or "fact"`}
	}
	if c.Kind == Fact && strings.TrimSpace(c.Note) == "" {
		return Alert{}, &InvalidError{"note", "a corrected fact needs a sentence that says what was wrong"}
	}
	if c.Kind == Typo && len(c.Versions) == 0 {
		return Alert{}, &InvalidError{"headline", "a corrected typo needs the new wording"}
	}
	if err := checkWordings(c.Versions); err != nil {
		return Alert{}, err
	}
	return e.change(ctx, id, by, "correct", func(al *Alert) error {
		if !slices.Contains([]Status{Draft, AwaitingApproval, Scheduled, Sending, Sent, Paused, Corrected}, al.Status) {
			return conflict(*al, "corrected")
		}
		for _, lang := range slices.Sorted(maps.Keys(c.Versions)) {
			if _, ok := al.Versions[lang]; !ok {
				return &InvalidError{"versions." + lang, "the alert has no version in this language"}
			}
		}
		e.reworded(al, by)
		return al.amend(Amendment{Kind: c.Kind, Note: c.Note, By: by, At: e.Now()}, c.Versions)
	})
}

// reworded notes who had the last word on an alert that nobody was told, and that it is not the one that was approved.
func (e *Editors) reworded(al *Alert, by string) {
	if al.begun() {
		return
	}
	switch needs := e.first(al.Class); {
	case needs == AwaitingApproval && al.Status == Scheduled:
		al.Status, al.Approved = needs, ""
	case needs == AwaitingApproval && al.Status == Paused:
		al.Was, al.Approved = needs, ""
	case al.Status != Draft && al.Status != AwaitingApproval:
		return
	}
	al.By = by
}

// Recall withdraws an alert: nobody else is told, and a notice takes its place where it was delivered.
func (e *Editors) Recall(ctx context.Context, id ID, w Withdrawal, by string) (Alert, error) {
	if strings.TrimSpace(w.Reason) == "" {
		return Alert{}, &InvalidError{"reason", "say in a sentence why it is withdrawn; readers will see it"}
	}
	al, err := e.change(ctx, id, by, "recall", func(al *Alert) error {
		if !slices.Contains([]Status{Scheduled, Sending, Sent, Paused, Corrected, CancelledStatus}, al.Status) {
			return conflict(*al, "recalled")
		}
		al.Status, al.Was, al.Suspended = Recalled, "", false
		return al.amend(Amendment{Kind: Recall, Note: w.Reason, Delete: w.Delete, Silent: w.Silent, By: by, At: e.Now()}, nil)
	})
	if err != nil {
		return al, err
	}
	// Should this be cut off, the desk does the same before it carries the notice.
	return al, heed(context.WithoutCancel(ctx), e.File, e.Record, id)
}

// Show answers an alert and how it stands.
func (e *Editors) Show(ctx context.Context, id ID) (Report, error) {
	al, err := e.File.Get(ctx, id)
	if err != nil {
		return Report{}, err
	}
	counts, err := e.Record.Counts(ctx, id.Batch())
	if err != nil {
		return Report{Alert: al}, err
	}
	paid, err := e.payments(ctx, al)
	return Report{Alert: al, Counts: counts, Paid: paid}, err
}

// Recent answers the newest alerts, newest first.
func (e *Editors) Recent(ctx context.Context, limit int) ([]Alert, error) {
	return e.File.Recent(ctx, limit)
}

// Halt stops all lanes; Unhalt lets them go on where they stood.
func (e *Editors) Halt(ctx context.Context, by string) error { return e.halt(ctx, by, "halt", true) }
func (e *Editors) Unhalt(ctx context.Context, by string) error {
	return e.halt(ctx, by, "resume-lanes", false)
}

func (e *Editors) halt(ctx context.Context, by, what string, on bool) error {
	if err := e.Record.Halt(ctx, on); err != nil {
		return err
	}
	return e.File.Record(ctx, Act{At: e.Now(), By: by, What: what})
}

func (e *Editors) change(ctx context.Context, id ID, by, what string, change func(*Alert) error) (Alert, error) {
	return e.File.Update(ctx, id, &Act{At: e.Now(), By: by, What: what, Subject: string(id)}, change)
}

// glancing is how long whoever has sent an alert waits to hear how many it is for.
const glancing = 700 * time.Millisecond

func (e *Editors) preview(ctx context.Context, al Alert) (Preview, error) {
	lanes, err := e.Audience.Count(ctx, al.Query())
	return e.previewOf(ctx, al, lanes, err)
}

// glance is preview without waiting long for the count, which may be an estimate: how many were owed it replaces that.
func (e *Editors) glance(ctx context.Context, al Alert) (Preview, error) {
	lanes, err := e.Audience.Estimate(ctx, al.Query(), glancing)
	return e.previewOf(ctx, al, lanes, err)
}

func (e *Editors) previewOf(ctx context.Context, al Alert, lanes map[delivery.Lane]int, err error) (Preview, error) {
	if err != nil {
		return Preview{}, fmt.Errorf("count the audience: %w", err)
	}
	p := Preview{Lanes: lanes}
	cost, paid, err := e.cost(ctx, al.Class, lanes)
	if err != nil {
		return Preview{}, err
	}
	p.Cost = cost
	for lane, n := range lanes {
		p.Audience += n
		rate := e.Rate(lane)
		if paid[lane] {
			rate = max(rate, e.Tariff.Rate)
		}
		p.ETA = max(p.ETA, time.Duration(float64(n)/rate*float64(time.Second)))
	}
	p.ETA += max(0, al.SendAt.Sub(e.Now()))
	for _, lang := range slices.Sorted(maps.Keys(al.Versions)) {
		p.Contents = append(p.Contents, al.content(lang))
	}
	return p, nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func conflict(al Alert, verb string) error {
	return fmt.Errorf("%w: alert %s is %s and cannot be %s", ErrConflict, al.ID, al.Status, verb)
}
