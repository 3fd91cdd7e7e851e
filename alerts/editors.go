package alerts

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// Default holds before the first send, in which an alert can still be stopped without anybody having seen it.
const (
	DefaultHold = 10 * time.Second
	FlashHold   = 5 * time.Second
)

// Approval says what needs a second person.
type Approval string

const (
	ApproveNone  Approval = "none"
	ApproveFlash Approval = "flash"
	ApproveAll   Approval = "all"
)

// Order is an alert as an editor asks for it.
type Order struct {
	Versions    map[string]Wording  // by language, "" where it is unknown; at least one
	Follow      []subscriptions.Key // empty means everyone
	Class       delivery.Class
	SendAt      time.Time      // zero means now
	Hold        *time.Duration // nil means DefaultHold, or FlashHold for a flash; 0 none
	Idempotency string         // the same key again is the same alert
	Credit      string
	By          string // who, for the record
	Draft       bool   // only write it down; Release sends it
}

// Preview is what would happen.
type Preview struct {
	Audience int
	Lanes    map[delivery.Lane]int
	ETA      time.Duration // until the last of them is told at each bot's pace, the hold included
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
	Silent bool // no notice to those whose platform would make a sound of it
}

// InvalidError says what is wrong with an order, by the name of the field.
type InvalidError struct{ Field, Problem string }

func (e *InvalidError) Error() string { return e.Field + ": " + e.Problem }

// topics knows which follow keys exist.
type topics interface {
	Valid(key string) bool
}

// Editors is what the staff can do with alerts, from chat, command line and API alike. All of it is on the record.
type Editors struct {
	File     File
	Audience subscriptions.Audience
	Record   delivery.Record
	Topics   topics
	Approval Approval
	Outlet   string // stands as credit where an order has none

	// Rate is how many messages a second a lane sends, for the ETA.
	Rate func(delivery.Lane) float64
	Now  func() time.Time
}

// Preview says whom an order would reach, when, and as what, and writes nothing. A faulty order is an *InvalidError.
func (e *Editors) Preview(ctx context.Context, o Order) (Preview, error) {
	if err := e.check(o); err != nil {
		return Preview{}, err
	}
	return e.preview(ctx, e.alert(o), o)
}

// Send schedules an alert after its hold (or leaves it as a draft, or to be approved). The same Idempotency key again
// changes nothing and answers the alert that is there; created is then false.
func (e *Editors) Send(ctx context.Context, o Order) (al Alert, p Preview, created bool, err error) {
	if err := e.check(o); err != nil {
		return Alert{}, Preview{}, false, err
	}
	al = e.alert(o)
	if p, err = e.preview(ctx, al, o); err != nil {
		return Alert{}, Preview{}, false, err
	}
	al.Audience = p.Audience
	if al, created, err = e.File.Create(ctx, al); err != nil || !created {
		return al, p, false, err
	}
	act := Act{At: e.Now(), By: o.By, What: string(al.Status), Subject: string(al.ID), Detail: al.Class.String()}
	return al, p, true, e.File.Record(ctx, act)
}

// Release sends a draft.
func (e *Editors) Release(ctx context.Context, id ID, by string, hold *time.Duration) (Alert, error) {
	return e.change(ctx, id, by, "send", func(al *Alert) error {
		if al.Status != Draft {
			return conflict(*al, "sent")
		}
		al.Status = e.first(al.Class)
		al.SendAt = later(al.SendAt, e.Now().Add(holdFor(al.Class, hold)))
		return nil
	})
}

// Approve lets an alert go that waits for a second person; that must be somebody else than who wrote it.
func (e *Editors) Approve(ctx context.Context, id ID, by string) (Alert, error) {
	return e.change(ctx, id, by, "approve", func(al *Alert) error {
		if al.Status != AwaitingApproval {
			return conflict(*al, "approved")
		}
		if al.By == by {
			return fmt.Errorf("%w: whoever wrote an alert cannot approve it", ErrConflict)
		}
		al.Status, al.Approved = Scheduled, by
		al.SendAt = later(al.SendAt, e.Now())
		return nil
	})
}

// Pause stops an alert where it stands: who was told stays told.
func (e *Editors) Pause(ctx context.Context, id ID, by string) (Alert, error) {
	al, err := e.change(ctx, id, by, "pause", func(al *Alert) error {
		if al.Status != Scheduled && al.Status != Sending {
			return conflict(*al, "paused")
		}
		al.Was, al.Status = al.Status, Paused
		return nil
	})
	if err != nil {
		return al, err
	}
	return al, e.Record.SetBatch(ctx, id.Batch(), delivery.BatchPaused)
}

// Resume goes on where Pause stopped.
func (e *Editors) Resume(ctx context.Context, id ID, by string) (Alert, error) {
	al, err := e.change(ctx, id, by, "resume", func(al *Alert) error {
		if al.Status != Paused {
			return conflict(*al, "resumed")
		}
		al.Status, al.Was = al.Was, ""
		return nil
	})
	if err != nil {
		return al, err
	}
	return al, e.Record.SetBatch(ctx, id.Batch(), delivery.BatchOpen)
}

// Cancel ends an alert: who was told stays told, nobody else is.
func (e *Editors) Cancel(ctx context.Context, id ID, by string) (Alert, error) {
	al, err := e.change(ctx, id, by, "cancel", func(al *Alert) error {
		if !slices.Contains([]Status{Draft, AwaitingApproval, Scheduled, Sending, Paused}, al.Status) {
			return conflict(*al, "cancelled")
		}
		al.Status = CancelledStatus
		return nil
	})
	if err != nil {
		return al, err
	}
	return al, e.Record.SetBatch(ctx, id.Batch(), delivery.BatchCancelled)
}

// Correct changes the wording for those not yet told, and carries the change to those who were: silently for a Typo,
// with a short reply for a Fact.
func (e *Editors) Correct(ctx context.Context, id ID, c Correction, by string) (Alert, error) {
	if c.Kind != Typo && c.Kind != Fact {
		return Alert{}, &InvalidError{"kind", `must be "typo" or "fact"`}
	}
	if c.Kind == Fact && strings.TrimSpace(c.Note) == "" {
		return Alert{}, &InvalidError{"note", "a corrected fact needs a sentence that says what was wrong"}
	}
	if err := checkWordings(c.Versions); err != nil {
		return Alert{}, err
	}
	return e.change(ctx, id, by, "correct", func(al *Alert) error {
		if !slices.Contains([]Status{Draft, AwaitingApproval, Scheduled, Sending, Sent, Paused, Corrected}, al.Status) {
			return conflict(*al, "corrected")
		}
		for lang := range c.Versions {
			if _, ok := al.Versions[lang]; !ok {
				return &InvalidError{"versions." + lang, "the alert has no version in this language"}
			}
		}
		return al.amend(Amendment{Kind: c.Kind, Note: c.Note, By: by, At: e.Now()}, c.Versions)
	})
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
		al.Status = Recalled
		return al.amend(Amendment{Kind: Recall, Note: w.Reason, Delete: w.Delete, Silent: w.Silent, By: by, At: e.Now()}, nil)
	})
	if err != nil {
		return al, err
	}
	return al, e.Record.SetBatch(ctx, id.Batch(), delivery.BatchCancelled)
}

// Show answers an alert and how it stands.
func (e *Editors) Show(ctx context.Context, id ID) (Report, error) {
	al, err := e.File.Get(ctx, id)
	if err != nil {
		return Report{}, err
	}
	counts, err := e.Record.Counts(ctx, id.Batch())
	return Report{Alert: al, Counts: counts}, err
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

// amend makes the next version. One correction is carried at a time: its reply must speak of what it replaced.
func (al *Alert) amend(am Amendment, wordings map[string]Wording) error {
	if al.Amendment != nil && !al.Amendment.Carried && am.Kind != Recall {
		return fmt.Errorf("%w: the last correction is still being carried; try again in a moment", ErrConflict)
	}
	al.Version++
	am.Version, am.Told = al.Version, maps.Clone(al.Versions)
	maps.Copy(al.Versions, wordings)
	if am.Kind == Fact || am.Kind == Update {
		al.Updated, al.Noted = am.At, am.Note
	}
	al.Amendment = &am
	return nil
}

func (e *Editors) check(o Order) error {
	if o.Class < delivery.Flash || o.Class > delivery.Routine {
		return &InvalidError{"urgency", "must be one of flash, bulletin, urgent, routine"}
	}
	if err := checkWordings(o.Versions); err != nil {
		return err
	}
	if len(o.Versions) == 0 {
		return &InvalidError{"headline", "an alert needs a headline"}
	}
	for i, key := range o.Follow {
		if !e.Topics.Valid(string(key)) {
			return &InvalidError{fmt.Sprintf("follow[%d]", i), fmt.Sprintf("%q is no topic or place we know", key)}
		}
	}
	if o.Hold != nil && (*o.Hold < 0 || *o.Hold > time.Hour) {
		return &InvalidError{"hold_seconds", "must be between 0 and 3600"}
	}
	return nil
}

func checkWordings(versions map[string]Wording) error {
	for _, lang := range slices.Sorted(maps.Keys(versions)) {
		field := "headline"
		if lang != "" {
			field = "versions." + lang + ".headline"
		}
		w := versions[lang]
		if strings.TrimSpace(w.Headline) == "" {
			return &InvalidError{field, "must not be empty"}
		}
		if n := len([]rune(w.Headline)); n > MaxHeadline {
			return &InvalidError{field, fmt.Sprintf("has %d characters; at most %d fit every platform", n, MaxHeadline)}
		}
		if w.URL != "" && !strings.HasPrefix(w.URL, "https://") && !strings.HasPrefix(w.URL, "http://") {
			return &InvalidError{strings.TrimSuffix(field, "headline") + "url", "must begin with https://"}
		}
	}
	return nil
}

// MaxHeadline is the longest headline in characters: a Discord embed's title
// (discord.com/developers/docs/resources/message#embed-object-embed-limits).
const MaxHeadline = 256

func (e *Editors) alert(o Order) Alert {
	now := e.Now()
	al := Alert{
		ID: orderID(o.Idempotency), Status: e.first(o.Class), Class: o.Class, Version: 1,
		Versions: maps.Clone(o.Versions), Credit: cmp.Or(o.Credit, e.Outlet), Published: now,
		Reasons: []string{"sent by an editor"}, Follow: o.Follow, Everyone: len(o.Follow) == 0,
		By: o.By, Idempotency: o.Idempotency, Created: now,
		SendAt: later(o.SendAt, now.Add(holdFor(o.Class, o.Hold))),
	}
	if o.Draft {
		al.Status = Draft
	}
	al.Expires = al.SendAt.Add(Shelf(o.Class))
	return al
}

func (e *Editors) first(c delivery.Class) Status {
	if e.Approval == ApproveAll || e.Approval == ApproveFlash && c == delivery.Flash {
		return AwaitingApproval
	}
	return Scheduled
}

func (e *Editors) preview(ctx context.Context, al Alert, o Order) (Preview, error) {
	lanes, err := e.Audience.Count(ctx, al.query())
	if err != nil {
		return Preview{}, fmt.Errorf("count the audience: %w", err)
	}
	p := Preview{Lanes: lanes}
	for lane, n := range lanes {
		p.Audience += n
		p.ETA = max(p.ETA, time.Duration(float64(n)/e.Rate(lane)*float64(time.Second)))
	}
	p.ETA += max(0, al.SendAt.Sub(e.Now()))
	for _, lang := range slices.Sorted(maps.Keys(al.Versions)) {
		p.Contents = append(p.Contents, al.content(lang))
	}
	return p, nil
}

// orderID is derived from the idempotency key, so that a repeated order is the same alert on any machine.
func orderID(idempotency string) ID {
	if idempotency == "" {
		return ID("e" + strings.ToLower(rand.Text()[:16]))
	}
	sum := sha256.Sum256([]byte("order\x00" + idempotency))
	return ID("e" + hex.EncodeToString(sum[:8]))
}

func holdFor(c delivery.Class, hold *time.Duration) time.Duration {
	switch {
	case hold != nil:
		return *hold
	case c == delivery.Flash:
		return FlashHold
	default:
		return DefaultHold
	}
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

// IsInvalid says whether err is about the order itself, and about which field.
func IsInvalid(err error) (*InvalidError, bool) {
	var invalid *InvalidError
	ok := errors.As(err, &invalid)
	return invalid, ok
}
