package store_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store/storetest"
)

// rotation is some processes on one database that share five lanes.
type rotation struct {
	t   *testing.T
	url string

	mu     sync.Mutex
	owners map[string]string // of lanes, while their work goes on
	moved  chan struct{}     // closed when they change

	stuck atomic.Bool // the database was too slow for somebody to let go
}

// leases are a database's, and tell when it was too slow to let go of one.
type leases struct {
	delivery.Leases
	stuck *atomic.Bool
}

func (l leases) Release(ctx context.Context, one delivery.Lease) error {
	err := l.Leases.Release(ctx, one)
	if err != nil && !errors.Is(err, delivery.ErrLeaseLost) {
		l.stuck.Store(true)
	}
	return err
}

func (r *rotation) set(name, owner string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if owner != "" && r.owners[name] != "" {
		r.t.Errorf("%s works on %s beside %s", owner, name, r.owners[name])
	}
	r.owners[name] = owner
	close(r.moved)
	r.moved = make(chan struct{})
}

// start lets a process take part until stop, which waits for its end.
func (r *rotation) start(owner string) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	rota := delivery.Rota{
		Leases: leases{storetest.Open(r.t, r.url), &r.stuck}, Owner: owner, Names: []string{"lane/1", "lane/2", "lane/3", "lane/4", "lane/5"},
		Log: slog.New(slog.NewTextHandler(r.t.Output(), nil)), Now: time.Now,
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		rota.Run(ctx, func(name string) func(context.Context, *delivery.Tenure) error {
			return func(ctx context.Context, _ *delivery.Tenure) error {
				r.set(name, owner)
				<-ctx.Done()
				r.set(name, "")
				return nil
			}
		})
	}()
	stop = func() { cancel(); <-done }
	r.t.Cleanup(stop)
	return stop
}

// until waits until the processes have so many lanes, most first.
func (r *rotation) until(want ...int) {
	r.t.Helper()
	deadline := time.After(patience)
	for {
		r.mu.Lock()
		counts := map[string]int{}
		for _, owner := range r.owners {
			if owner != "" {
				counts[owner]++
			}
		}
		moved := r.moved
		r.mu.Unlock()
		got := slices.Sorted(maps.Values(counts))
		slices.Reverse(got)
		if slices.Equal(got, want) {
			return
		}
		select {
		case <-moved:
		case <-deadline:
			r.t.Fatalf("after %s the lanes are shared %v, want %v: %s", patience, got, want, fmt.Sprint(counts))
		}
	}
}

// letGo fails where a process that has ended still holds something: the others would have to wait until it runs out.
func (r *rotation) letGo(owner string) {
	r.t.Helper()
	held, err := storetest.Open(r.t, r.url).Held(context.Background())
	if err != nil {
		r.t.Fatal(err)
	}
	for _, l := range held {
		if l.Owner == owner && !r.stuck.Load() {
			r.t.Errorf("%s has ended and holds %s", owner, l.Name)
		}
	}
}

func TestLanesAreSharedOutEvenly(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLiteURL, "postgres": storetest.PostgresURL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &rotation{t: t, url: url(t), owners: map[string]string{}, moved: make(chan struct{})}
			stop := r.start("a")
			r.until(5)
			r.start("b")
			r.until(3, 2)
			r.start("c")
			r.until(2, 2, 1)
			stop()
			r.letGo("a")
			r.until(3, 2)
		})
	}
}
