package delivery

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// presence is the beginning of the leases by which processes know of each other. They are numbered, so that there are
// never more of them than processes at one time.
const presence = "process/"

// othersFirst is how long a lease that is free is left to a process that has fewer: twice what it takes to ask.
const othersFirst = RenewEvery / 2

// keptAfter is how long a lease stays with a process that offered it and found that nobody else wants it.
const keptAfter = 10 * time.Minute

var errOthersFirst = errors.New("left to a process that has fewer")

// Rota shares leases out evenly over the processes of one database, so that none sends everything while another idles.
// Each process shows itself by a lease of its own. Whoever has its share asks for more only when nobody else has; whoever
// has two more than another hands one over, softly.
type Rota struct {
	Leases Leases
	Names  []string // of what is shared out, the same in every process
	Owner  string   // for people, and different in every process
	Log    *slog.Logger
	Now    func() time.Time

	mu    sync.Mutex
	ours  map[string]context.CancelFunc // by name, while we own it; ends the work
	free  map[string]time.Time          // since when nobody was seen to own it
	given map[string]time.Time          // when we handed it over
	kept  map[string]time.Time          // until when it is not offered again
}

// Run holds what falls to this process, and runs its work, until ctx ends; see Holding.Hold.
func (r *Rota) Run(ctx context.Context, work func(name string) func(context.Context, *Tenure) error) {
	r.ours, r.free = map[string]context.CancelFunc{}, map[string]time.Time{}
	r.given, r.kept = map[string]time.Time{}, map[string]time.Time{}
	var all sync.WaitGroup
	if len(r.Names) > 0 {
		all.Go(func() { r.present(ctx) })
		all.Go(func() { r.balance(ctx) })
	}
	for _, name := range r.Names {
		h := r.holding(name)
		h.may = func(ctx context.Context) error { return r.may(ctx, name) }
		all.Go(func() { h.Hold(ctx, r.owned(name, work(name))) })
	}
	all.Wait()
}

func (r *Rota) holding(name string) Holding {
	return Holding{Leases: r.Leases, Name: name, Owner: r.Owner, Log: r.Log, Now: r.Now}
}

// present shows the other processes that we are there. It ends before our lanes do, so that they ask in time.
func (r *Rota) present(ctx context.Context) {
	for slot := 1; ctx.Err() == nil; slot++ {
		h := r.holding(presence + strconv.Itoa(slot))
		lease, err := h.acquire(ctx)
		var held *HeldError
		switch {
		case errors.As(err, &held):
			continue
		case err != nil:
			_ = pause(ctx, RenewEvery/2) // only ctx can end it early, and the loop sees that
		default:
			// the work itself cannot fail
			_ = h.serve(ctx, lease, func(ctx context.Context, _ *Tenure) error { <-ctx.Done(); return nil })
		}
		slot = 0
	}
}

// roll is who is there and who owns what.
type roll struct {
	owners map[string]string // of what is shared out, by name
	counts map[string]int    // how much of it each process has
}

func (r *Rota) call(ctx context.Context) (roll, error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	held, err := r.Leases.Held(ctx)
	now := roll{map[string]string{}, map[string]int{r.Owner: 0}}
	for _, l := range held {
		switch {
		case strings.HasPrefix(l.Name, presence):
			now.counts[l.Owner] += 0
		case slices.Contains(r.Names, l.Name):
			now.owners[l.Name] = l.Owner
			now.counts[l.Owner]++
		}
	}
	return now, err
}

// may says whether we may ask for a lease now: nil, *HeldError, or errOthersFirst.
func (r *Rota) may(ctx context.Context, name string) error {
	now, err := r.call(ctx)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch owner := now.owners[name]; owner {
	case "":
	case r.Owner: // from before we lost it
		return nil
	default:
		delete(r.free, name)
		delete(r.given, name)
		return &HeldError{Name: name, Owner: owner}
	}
	since, seen := r.free[name]
	if !seen {
		since = r.Now()
		r.free[name] = since
	}
	share := (len(r.Names) + len(now.counts) - 1) / len(now.counts)
	if now.counts[r.Owner] < share && r.given[name].IsZero() || r.Now().Sub(since) >= othersFirst {
		return nil
	}
	return errOthersFirst
}

// owned is work with a note of what we own meanwhile.
func (r *Rota) owned(name string, work func(context.Context, *Tenure) error) func(context.Context, *Tenure) error {
	return func(ctx context.Context, t *Tenure) error {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		r.took(name, stop)
		defer r.left(name)
		return work(ctx, t)
	}
}

func (r *Rota) took(name string, stop context.CancelFunc) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.given[name].IsZero() { // nobody else wanted it
		r.kept[name] = r.Now().Add(keptAfter)
	}
	delete(r.given, name)
	delete(r.free, name)
	r.ours[name] = stop
}

func (r *Rota) left(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.ours, name)
}

// balance hands over what is too much.
func (r *Rota) balance(ctx context.Context) {
	for pause(ctx, RenewEvery) == nil {
		now, err := r.call(ctx)
		if err != nil {
			continue // whoever renews our leases tells of it
		}
		to, least := r.Owner, now.counts[r.Owner]
		for owner, n := range now.counts {
			if n < least || n == least && owner < to {
				to, least = owner, n
			}
		}
		if now.counts[r.Owner] >= least+2 {
			r.handOver(to)
		}
	}
}

// handOver ends the work on one lease, which lands what is in flight and lets go.
func (r *Rota) handOver(to string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, name := range r.Names {
		stop, mine := r.ours[name]
		if !mine || r.Now().Before(r.kept[name]) {
			continue
		}
		r.Log.Info("handing over, as another process has less to do", "lease", name, "to", to)
		r.given[name] = r.Now()
		stop()
		return
	}
}
