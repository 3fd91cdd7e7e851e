package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
)

// How often what the staff is to be asked is looked for: at each change of an alert, though not so often that a large one
// that is going out is in its way, and from time to time, should a change not be heard of.
const (
	asksAtMost  = time.Second
	asksAtLeast = 10 * time.Second
)

// asked is how many of the newest alerts are looked at.
const asked = 100

// asker shows the staff on one bot the cards of alerts that wait for a decision. What was shown to whom is kept with the
// alert, so that another process goes on from there; should one die in between, a card is shown twice.
type asker struct {
	member   *member
	staff    func(context.Context) ([]string, error) // ids of people on the member's platform; nil: another bot asks them
	front    *bots.Reception
	editors  *alerts.Editors
	sign     func(p delivery.Platform, person string) string
	changed  func() <-chan struct{}
	log      *slog.Logger
	mistaken map[string]bool // who cannot be asked, told once
}

// newAsker asks those of the staff who are on the bot's platform, if it is the first bot there.
func (s *service) newAsker(m *member) *asker {
	a := &asker{
		member: m, front: s.front, editors: s.editors, sign: s.signature, log: s.log, mistaken: map[string]bool{},
		changed: func() <-chan struct{} { return s.store.Changed(store.Alerts) },
	}
	first := slices.IndexFunc(s.members, func(other *member) bool { return other.lane.Platform() == m.lane.Platform() })
	if s.members[first] != m {
		return a
	}
	a.staff = func(ctx context.Context) ([]string, error) { return s.staffOn(ctx, m.lane.Platform()) }
	return a
}

// run asks until ctx ends.
func (a *asker) run(ctx context.Context) error {
	if a.staff == nil {
		return nil
	}
	for {
		changed := a.changed()
		if err := a.round(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("the staff cannot be asked, will be repeated", "lane", a.member.lane, "err", err)
		}
		if wait(ctx, nil, asksAtMost); ctx.Err() != nil {
			return nil
		}
		wait(ctx, changed, asksAtLeast)
	}
}

// wait waits for one of three.
func wait(ctx context.Context, changed <-chan struct{}, most time.Duration) {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-changed:
	case <-timer.C:
	}
}

// round shows what is to be shown.
func (a *asker) round(ctx context.Context) error {
	staff, err := a.staff(ctx)
	if err != nil || len(staff) == 0 {
		return err
	}
	recent, err := a.editors.Recent(ctx, asked)
	if err != nil {
		return err
	}
	var faults []error
	for _, al := range recent {
		for _, person := range staff {
			faults = append(faults, a.ask(ctx, al, person))
		}
	}
	return errors.Join(faults...)
}

// ask shows one of the staff what an alert asks, if they have not seen it.
func (a *asker) ask(ctx context.Context, al alerts.Alert, person string) error {
	to := delivery.Address{Platform: a.member.lane.Platform(), Bot: a.member.lane.Bot(), Chat: person, Kind: delivery.Private}
	if to.Platform == delivery.Discord {
		to.Kind = delivery.DM
	}
	name := a.sign(to.Platform, person)
	shown := al.Cards[name]
	q, err := a.front.Ask(ctx, to, al)
	if err != nil || q.What == "" || q.What == shown.What {
		return err
	}
	message, err := a.member.Show(ctx, person, q.Card, q.Voice, shown.Message)
	switch {
	case err == nil:
		delete(a.mistaken, person)
	case unreachable(err): // nobody sees it there; who can be asked is
		if !a.mistaken[person] {
			a.log.Warn("one of the staff cannot be asked: they have to write to the bot first", "lane", a.member.lane, "who", name, "err", err)
		}
		a.mistaken[person] = true
	default:
		return fmt.Errorf("alert %s: %w", al.ID, err)
	}
	return a.editors.Showed(ctx, al.ID, name, alerts.Shown{What: q.What, Message: message})
}

// unreachable says that asking again helps nothing.
func unreachable(err error) bool {
	var standing *delivery.StandingError
	return errors.As(err, &standing) || errors.Is(err, delivery.ErrRejected)
}
