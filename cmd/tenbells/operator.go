package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// operator is told once of each fault, and once when it is over; best through another bot than the one at fault.
type operator struct {
	address string // "telegram:123", "" nobody
	members []*member
	log     *slog.Logger
	letters chan letter

	mu    sync.Mutex
	since map[delivery.Lane]fault
}

type fault struct {
	err   error
	began time.Time
}

// letter is something to be told, and the lane it is about.
type letter struct {
	about delivery.Lane
	text  string
}

func newOperator(address string, members []*member, log *slog.Logger) *operator {
	return &operator{address: address, members: members, log: log, letters: make(chan letter, 64), since: map[delivery.Lane]fault{}}
}

// run delivers what the operator is to be told, until ctx ends.
func (o *operator) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case l := <-o.letters:
			o.tell(ctx, l)
		}
	}
}

// alarm notes that a lane is at fault, or with a nil error that it works again. It waits for nobody.
func (o *operator) alarm(lane delivery.Lane, err error) {
	now := time.Now().UTC()
	o.mu.Lock()
	was := o.since[lane]
	switch {
	case err == nil:
		delete(o.since, lane)
	case was.err == nil:
		o.since[lane] = fault{err, now}
	}
	o.mu.Unlock()
	switch {
	case err != nil && was.err != nil: // told already
	case err != nil:
		o.post(lane, fmt.Sprintf("%s sends nothing since %s: %v. What it owes waits, nothing is lost. Run tenbells check.", lane, now.Format("15:04 MST"), err))
	case was.err != nil:
		o.post(lane, fmt.Sprintf("%s works again since %s. What waited since %s is being sent.", lane, now.Format("15:04 MST"), was.began.Format("15:04 MST")))
	}
}

func (o *operator) post(about delivery.Lane, text string) {
	if o.address == "" {
		return
	}
	select {
	case o.letters <- letter{about, text}:
	default:
		o.log.Error("too many faults to tell the operator", "lane", about)
	}
}

func (o *operator) tell(ctx context.Context, l letter) {
	platform, person, _ := strings.Cut(o.address, ":")
	for _, m := range o.messengers(l.about) {
		if string(m.lane.Platform()) != platform {
			continue
		}
		trying, cancel := context.WithTimeout(ctx, 30*time.Second)
		err := m.Tell(trying, person, l.text)
		cancel()
		if err == nil {
			return
		}
		o.log.Error("the operator could not be told", "bot", m.lane, "err", err)
	}
}

// messengers are the bots, the one at fault last.
func (o *operator) messengers(about delivery.Lane) []*member {
	return slices.SortedStableFunc(slices.Values(o.members), func(a, b *member) int {
		return cmp.Compare(last(a, about), last(b, about))
	})
}

func last(m *member, about delivery.Lane) int {
	if m.lane == about {
		return 1
	}
	return 0
}

// faults is what is wrong now, in words.
func (o *operator) faults() (all []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for lane, f := range o.since {
		all = append(all, fmt.Sprintf("%s sends nothing since %s: %v", lane, f.began.Format(time.RFC3339), f.err))
	}
	slices.Sort(all)
	return all
}
