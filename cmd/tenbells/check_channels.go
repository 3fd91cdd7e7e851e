package main

import (
	"context"
	"fmt"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// channelDoctor can tell what a bot may do at an address.
type channelDoctor interface {
	CheckChannel(ctx context.Context, to delivery.Address, threads bool) []bots.Finding
}

const (
	// mostChannels is how many subscribed channels are looked at: three calls each, which a minute has room for.
	mostChannels = 50
	// bookPage is how many subscribers are read at once.
	bookPage = 500
)

// checkChannels finds the subscribed channels in which a bot may not do what it must. A channel is named as its platform
// names it, and by its subscriber's number: addresses are nobody's to read.
func (n *newsroom) checkChannels(ctx context.Context, members []*member) ([]bots.Finding, error) {
	doctors := map[delivery.Lane]channelDoctor{}
	for _, m := range members {
		if d, ok := m.bot.(channelDoctor); ok {
			doctors[m.lane] = d
		}
	}
	channels, err := n.channels(ctx, doctors)
	if err != nil || len(channels) == 0 {
		return nil, err
	}
	summary := bots.Finding{What: "subscribed channels", OK: true}
	var found []bots.Finding
	faulty := 0
	for _, s := range channels {
		faults := faultsOf(s, doctors[s.Address.Lane()].CheckChannel(ctx, s.Address, s.StoryThreads))
		if len(faults) > 0 {
			faulty++
		}
		found = append(found, faults...)
	}
	summary.Says = fmt.Sprintf("%s looked at (%d at most), %d with faults", plural(len(channels), "was", "were"), mostChannels, faulty)
	return append(found, summary), nil
}

// channels are the subscribed channels, servers' threads included, that a doctor can look at.
func (n *newsroom) channels(ctx context.Context, doctors map[delivery.Lane]channelDoctor) ([]subscriptions.Subscriber, error) {
	var found []subscriptions.Subscriber
	if len(doctors) == 0 {
		return nil, nil
	}
	for after := subscriptions.ID(0); ; {
		page, err := n.book.Each(ctx, after, bookPage)
		if err != nil || len(page) == 0 {
			return found, err
		}
		for _, s := range page {
			after = s.ID
			wanted := s.Status == subscriptions.Active || s.Status == subscriptions.Barred
			if !wanted || s.Address.Kind == delivery.DM || doctors[s.Address.Lane()] == nil {
				continue
			}
			if found = append(found, s); len(found) == mostChannels {
				return found, nil
			}
		}
	}
}

// faultsOf are the findings that are not well, with whose they are.
func faultsOf(s subscriptions.Subscriber, found []bots.Finding) []bots.Finding {
	var faults []bots.Finding
	for _, f := range found {
		if !f.OK {
			f.What = fmt.Sprintf("subscriber %d, %s", s.ID, f.What)
			faults = append(faults, f)
		}
	}
	return faults
}
