package discord

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

const (
	// publishFor is how long publishing is tried: older news is not brought to other servers any more.
	publishFor = time.Hour
	// firstPublishWait is the pause after a first failure; it doubles up to longestPublishWait.
	firstPublishWait   = time.Second
	longestPublishWait = 5 * time.Minute
	// mostUnpublished is how many announcements wait at most: those of a hundred channels in an hour.
	mostUnpublished = 1000
)

// publication is an announcement that is to be published.
type publication struct {
	spot
	key        delivery.Key // of the message
	subscriber delivery.SubscriberID
	flash      bool
	first      time.Time // when it was first tried
	due        time.Time // not before
	tries      int       // that failed
	recorded   bool      // it outlives the process
}

// errStops says that nothing is tried again any more.
var errStops = errors.New("the bot stops")

// backlog holds the announcements whose publishing failed. It is in memory; records.go has what outlives it.
type backlog struct {
	more chan struct{} // gets a word when something is put back

	mu      sync.Mutex
	waiting []publication
	closed  bool
}

func newBacklog() *backlog { return &backlog{more: make(chan struct{}, 1)} }

// again is p after a try that failed. The error says why there will be no other.
func (p publication) again(why error, now time.Time) (publication, error) {
	p.due = now.Add(publishWait(why, p.tries))
	p.tries++
	if p.due.After(p.first.Add(publishFor)) {
		return p, fmt.Errorf("given up after %d tries: %w", p.tries, why)
	}
	return p, nil
}

// putBack keeps a publication for another try, unless there will be none: errStops, or too many wait.
func (l *backlog) putBack(p publication) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return errStops
	case len(l.waiting) >= mostUnpublished:
		return fmt.Errorf("%d others wait already", mostUnpublished)
	}
	l.waiting = append(l.waiting, p)
	select {
	case l.more <- struct{}{}:
	default: // the word is there already
	}
	return nil
}

// publishWait is what Discord asks for, or doubles from try to try.
func publishWait(why error, tries int) time.Duration {
	var retry *delivery.RetryError
	if errors.As(why, &retry) && retry.After > 0 {
		return retry.After
	}
	return min(firstPublishWait<<min(tries, 10), longestPublishWait)
}

// next takes out what is due, flashes first. Where nothing is, it answers for how long.
func (l *backlog) next(now time.Time) (p publication, wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == 0 {
		return publication{}, publishFor, false
	}
	slices.SortStableFunc(l.waiting, func(a, b publication) int { return cmp.Or(urgency(a, b, now), a.due.Compare(b.due)) })
	p = l.waiting[0]
	if p.due.After(now) {
		return publication{}, p.due.Sub(now), false
	}
	l.waiting = slices.Delete(l.waiting, 0, 1)
	return p, 0, true
}

// urgency puts flashes that are due before all others.
func urgency(a, b publication, now time.Time) int {
	rank := func(p publication) int {
		if p.flash && !p.due.After(now) {
			return 0
		}
		return 1
	}
	return rank(a) - rank(b)
}

// withdraw takes a message's publication out, if it waits.
func (l *backlog) withdraw(s spot) (publication, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.IndexFunc(l.waiting, func(p publication) bool { return p.spot == s })
	if i < 0 {
		return publication{}, false
	}
	p := l.waiting[i]
	l.waiting = slices.Delete(l.waiting, i, i+1)
	return p, true
}

func (l *backlog) open() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = false
}

// close takes no more in, and answers what is left.
func (l *backlog) close() []publication {
	l.mu.Lock()
	defer l.mu.Unlock()
	left := l.waiting
	l.closed, l.waiting = true, nil
	return left
}

// publishBacklog tries again what was not published, also by those before us, one after another, until ctx ends.
func (b *Bot) publishBacklog(ctx context.Context) {
	b.enterBacklog()
	for ctx.Err() == nil {
		known := b.recall(ctx)
		p, wait, ok := b.backlog.next(b.now())
		if ok {
			b.publish(ctx, p)
			continue
		}
		if !known {
			wait = min(wait, recallAgain)
		}
		b.backlog.rest(ctx, wait)
	}
	b.leaveBacklog()
}

// rest waits for d, for something new, or for the end of ctx.
func (l *backlog) rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-l.more:
	case <-ctx.Done():
	}
}
