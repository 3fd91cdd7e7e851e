package delivery

import (
	"errors"
	"fmt"
	"time"
)

// Fares are batches of a lane that are paid for, so that they may go faster than the platform lets a bot send for
// nothing (Telegram's paid broadcasts). Only the first attempt at a first send is ever paid: what is sent again, edits
// and replies go at the free pace, so that a batch costs no more than it has messages.
type Fares func() map[BatchID]bool

// ErrFareRefused says that the platform does not take a paid send (the bot has no balance, or was never allowed to):
// nothing was sent, and the same goes out for nothing, at the free pace.
var ErrFareRefused = errors.New("the platform does not take payment for this")

// How long a lane goes at the free pace: where it found nothing to pay for, and after a refusal.
const (
	fareRest    = time.Second
	fareRefusal = 10 * time.Minute
)

// pays says whether anything may be paid for now.
func (d *Dispatcher) pays() bool {
	return d.Fares != nil && d.Now().UnixMilli() >= d.unpaid.Load() && len(d.Fares()) > 0
}

// paid says whether an attempt at a parcel is paid for.
func (d *Dispatcher) paid(p Parcel) bool {
	return p.Op == Send && p.Class == Flash && p.Attempts <= 1 && d.pays() && d.Fares()[p.Batch]
}

// hurries says whether more may be claimed than goes for nothing.
func (d *Dispatcher) hurries() bool { return d.pays() && !d.Now().Before(d.rested) }

// restFares lets a lane that found nothing to pay for look at its free slots only, for a moment: what it would claim
// beyond them could not go.
func (d *Dispatcher) restFares(claimed []Parcel) {
	for _, p := range claimed {
		if d.paid(p) {
			return
		}
	}
	d.rested = d.Now().Add(fareRest)
}

// refused falls back to the free pace after the platform did not take a paid send. A platform that says "too fast" to
// what was paid for does not take payment either.
func (d *Dispatcher) refused(p Parcel, err error, now time.Time) Receipt {
	until := now.Add(fareRefusal)
	if was := d.unpaid.Swap(until.UnixMilli()); now.UnixMilli() >= was {
		err = fmt.Errorf("%s does not take payment for a flash, which goes out at the free pace: %w", d.Lane, err)
		d.Log.Error("paid broadcast refused", "lane", d.Lane, "err", err)
		if d.FareRefused != nil {
			d.FareRefused(err, until)
		}
	}
	var retry *RetryError
	if errors.As(err, &retry) {
		return d.tooFast(p, retry, now)
	}
	d.works(now)
	return Receipt{State: doubt(p), Due: now, Note: err.Error()}
}

// fareRefused says whether a paid attempt failed because it was paid.
func fareRefused(p Parcel, err error) bool {
	var retry *RetryError
	return p.Paid && (errors.Is(err, ErrFareRefused) || errors.As(err, &retry) && retry.Scope == ScopeLane)
}
