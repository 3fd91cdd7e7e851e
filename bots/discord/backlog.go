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
	flash bool
	first time.Time // when it was first tried
	due   time.Time // not before
	tries int       // that failed
}

// backlog holds the announcements whose publishing failed. It is in memory: a restart forgets them.
type backlog struct {
	more chan struct{} // gets a word when something is put back

	mu      sync.Mutex
	waiting []publication
	closed  bool
}

func newBacklog() *backlog { return &backlog{more: make(chan struct{}, 1)} }

// putBack keeps a publication for another try. The error says why there will be none.
func (l *backlog) putBack(p publication, why error, now time.Time) error {
	p.due = now.Add(publishWait(why, p.tries))
	p.tries++
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case p.due.After(p.first.Add(publishFor)):
		return fmt.Errorf("given up after %d tries: %w", p.tries, why)
	case l.closed:
		return fmt.Errorf("the bot stops: %w", why)
	case len(l.waiting) >= mostUnpublished:
		return fmt.Errorf("%d others wait already: %w", mostUnpublished, why)
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

func (l *backlog) open() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = false
}

// close takes no more in, and answers how many are left.
func (l *backlog) close() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	left := len(l.waiting)
	l.closed, l.waiting = true, nil
	return left
}

// publishBacklog tries again what was not published, one after another, until ctx ends.
func (b *Bot) publishBacklog(ctx context.Context) {
	b.backlog.open()
	for ctx.Err() == nil {
		p, wait, ok := b.backlog.next(b.now())
		if ok {
			b.publish(ctx, p)
			continue
		}
		b.backlog.rest(ctx, wait)
	}
	if left := b.backlog.close(); left > 0 {
		b.log.Warn("announcements were sent, but not published: the bot stops", "announcements", left)
	}
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
