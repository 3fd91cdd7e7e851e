package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
)

// fares is what a lane knows of the alerts that are paid for.
type fares struct {
	lane    delivery.Lane
	pays    bool
	purse   alerts.Purse
	changed func() <-chan struct{}
	log     *slog.Logger
	now     atomic.Pointer[map[delivery.BatchID]bool]
	refused atomic.Int64 // the platform takes no payment before this Unix millisecond
}

func (s *service) newFares(lane delivery.Lane) *fares {
	return &fares{lane: lane, pays: s.set.Paid.Pays() && lane.Platform() == delivery.Telegram, purse: s.file, log: s.log,
		changed: func() <-chan struct{} { return s.store.Changed(store.Alerts) }}
}

// running are the batches that are paid for now.
func (f *fares) running() map[delivery.BatchID]bool {
	if known := f.now.Load(); known != nil {
		return *known
	}
	return nil
}

// run keeps running up to date until ctx ends: when alerts change, and each second.
func (f *fares) run(ctx context.Context) error {
	if !f.pays {
		return nil
	}
	for ctx.Err() == nil {
		changed := f.changed()
		known, err := f.look(ctx)
		switch {
		case err == nil:
			f.now.Store(&known)
		case ctx.Err() == nil: // nothing is paid for that is not known to be
			f.now.Store(nil)
			f.log.Error("what is paid for cannot be read", "lane", f.lane, "err", err)
		}
		select {
		case <-ctx.Done():
		case <-changed:
		case <-time.After(time.Second):
		}
	}
	return nil
}

// look answers what is paid for now. While the platform takes no payment, that is nothing: what was set aside is given
// back, and the alert goes at the free pace to its end.
func (f *fares) look(ctx context.Context) (map[delivery.BatchID]bool, error) {
	known, err := f.purse.Running(ctx, f.lane)
	if err != nil || len(known) == 0 || time.Now().UnixMilli() >= f.refused.Load() {
		return known, err
	}
	return nil, f.purse.GiveBack(ctx, f.lane)
}

// showCost says what an alert would cost.
func showCost(w io.Writer, c *alerts.Cost) {
	switch {
	case c == nil:
	case c.Pays:
		fmt.Fprintf(w, "Costs %d Stars at most. This month: %d of %d spent or set aside.\n", c.Stars, c.Spent, c.Monthly)
	default:
		fmt.Fprintf(w, "Goes at the free pace: paid, it would cost %d Stars, and %d of this month's %d are spent or set aside.\n", c.Stars, c.Spent, c.Monthly)
	}
}

// showPaid says what was set aside for an alert on each bot, and what became of it. Sent are an upper bound: the platform
// takes nothing for the first of each second.
func showPaid(w io.Writer, paid map[delivery.Lane]alerts.Payment) {
	for _, lane := range slices.Sorted(maps.Keys(paid)) {
		p := paid[lane]
		stars := alerts.Stars(p.Messages)
		if !p.Granted {
			fmt.Fprintf(w, "At the free pace on %s: this month's Stars do not suffice for %d messages (%d Stars).\n", lane, p.Messages, stars)
			continue
		}
		fmt.Fprintf(w, "Paid for on %s: set aside %d messages (%d Stars at most), sent %d (%d Stars at most), given back %d.\n",
			lane, p.Messages, stars, p.Sent, alerts.Stars(p.Sent), p.GivenBack)
	}
}
