package discord

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

const (
	// recallAgain is the pause after the records could not be read.
	recallAgain = 10 * time.Second
	// recordFor is how long one record may take: longer than a database is busy, shorter than a stop's grace.
	recordFor = 5 * time.Second
)

// records is what outlives the process of what is to be published, and of what counts towards the channels' hours.
type records struct {
	kept delivery.Publications // nil: nothing outlives it

	mu  sync.Mutex
	had bool // what was recorded before us has been taken in
}

// record writes down how a publication stands. It answers whether it is on record now; the log is told where it is not.
func (b *Bot) record(ctx context.Context, p publication, done bool) bool {
	if b.records.kept == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordFor)
	defer cancel()
	err := b.records.kept.SavePublication(ctx, b.lane(), delivery.Publication{Key: p.key, Subscriber: p.subscriber,
		MessageID: p.channel + "/" + p.message, Flash: p.flash, First: p.first, Due: p.due, Tries: p.tries, Done: done})
	if err != nil {
		b.log.Error("an announcement that is to be published is not on record: a stop would forget it", "err", err)
	}
	return err == nil
}

func (b *Bot) lane() delivery.Lane { return delivery.LaneOf(delivery.Discord, b.name) }

// postpone keeps a publication whose try failed for another one: here, or by whoever sends for the bot after us. The
// error says why there will be none.
func (b *Bot) postpone(ctx context.Context, p publication, why error) error {
	p, err := p.again(why, b.now())
	if err != nil {
		return err
	}
	p.recorded = b.record(ctx, p, false)
	err = b.backlog.putBack(p)
	if err == nil || p.recorded && errors.Is(err, errStops) {
		return nil
	}
	return fmt.Errorf("%w: %w", err, why)
}

// recall takes in once what was recorded before us: what is still owed waits to be published, and all of it counts
// towards its channel's hour. It answers whether that is known by now.
func (b *Bot) recall(ctx context.Context) bool {
	b.records.mu.Lock()
	defer b.records.mu.Unlock()
	if b.records.had || b.records.kept == nil {
		return true
	}
	found, err := b.records.kept.Publications(ctx, b.lane(), b.now().Add(-delivery.PublicationRetention))
	if err != nil {
		b.log.Error("what is still to be published could not be read, will be repeated", "err", err)
		return false
	}
	b.records.had = true
	for _, p := range found {
		b.recalled(ctx, p)
	}
	return true
}

// recalled takes in one record.
func (b *Bot) recalled(ctx context.Context, r delivery.Publication) {
	channel, message, ok := strings.Cut(r.MessageID, "/")
	if !ok {
		return // nothing of ours
	}
	b.crossposts.recall(channel, place{message, r.Flash, r.First})
	if r.Done {
		return
	}
	p := publication{spot: spot{channel, message}, key: r.Key, subscriber: r.Subscriber, flash: r.Flash,
		first: r.First, due: r.Due, tries: r.Tries, recorded: true}
	err := errors.New("nobody sent for the bot in time")
	if !b.now().After(p.first.Add(publishFor)) {
		b.backlog.withdraw(p.spot)
		err = b.backlog.putBack(p)
	}
	if err != nil && !errors.Is(err, errStops) {
		b.record(ctx, p, true)
		b.notPublished(err)
	}
}

// enterBacklog begins trying. Others may have sent for the bot since we last did.
func (b *Bot) enterBacklog() {
	b.records.mu.Lock()
	defer b.records.mu.Unlock()
	b.records.had = false
	b.backlog.open()
}

// leaveBacklog ends trying. What is on record is left to whoever sends for the bot next.
func (b *Bot) leaveBacklog() {
	b.records.mu.Lock()
	defer b.records.mu.Unlock()
	kept, lost := 0, 0
	for _, p := range b.backlog.close() {
		if p.recorded {
			kept++
		} else {
			lost++
		}
	}
	if kept > 0 {
		b.log.Info("announcements wait to be published by whoever sends for the bot next", "announcements", kept)
	}
	if lost > 0 {
		b.log.Warn("announcements were sent, but not published: the bot stops", "announcements", lost)
	}
}
