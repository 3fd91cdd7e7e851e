// Package jobs runs what need not happen at once: polling sources, digests that are due, purging. It is the only user of
// River (riverqueue/river), which brings leader election among processes, ticks, retries and rescue. What is due stands
// in our own tables and a job carries only a key, so losing River's tables loses nothing. Nothing here stands between
// an accepted article and its first send.
//
// roster.go is what the rest of the program sees, river.go how River does it.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// Timeout is how long one run of a task may take that asks for no more: its context ends then. What is left over is for
// the next run.
const Timeout = 20 * time.Second

// Task is something to be done again and again, by one process at a time. Run must be safe to repeat and to break off:
// a run that fails, panics or dies is made up for by the next.
type Task struct {
	Name  string        // tells tasks apart; must be the same in all processes
	Every time.Duration // from the beginning of one run to that of the next, at least a second
	Limit time.Duration // how long one run may take; 0 means Timeout
	Run   func(ctx context.Context) error
}

// Config is what a Roster needs.
type Config struct {
	// DatabaseURL is the store's: "sqlite:PATH" (River's tables are then in a file of their own beside it, PATH.jobs)
	// or "postgres://…" (tables river_… in the same database).
	DatabaseURL string
	Tasks       []Task
	Log         *slog.Logger
}

// Roster says who does which task when. Every process of tenbells has one with the same tasks; one of them, elected,
// calls each task once a period, and whichever has a hand free does it. A task that is still being done is not called
// again.
//
// After a process died, its tasks are called again when its election has lapsed (15 s); on PostgreSQL a task that it was
// just doing is first given up for dead, which takes up to a minute.
type Roster struct {
	duties map[string]*duty
	alone  bool // no other process has part in this roster
	run    func(context.Context) error
	close  func() error
}

// duty is a task and whether it is being done in this process.
type duty struct {
	Task
	busy sync.Mutex
}

// New opens River's own connection and brings its tables up to date. Run must be called, which closes it.
func New(ctx context.Context, cfg Config) (*Roster, error) {
	r := &Roster{duties: map[string]*duty{}}
	for _, task := range cfg.Tasks {
		switch {
		case task.Every < time.Second:
			return nil, fmt.Errorf("jobs: task %s: every %s is less than a second", task.Name, task.Every)
		case r.duties[task.Name] != nil:
			return nil, fmt.Errorf("jobs: two tasks are called %s", task.Name)
		}
		r.duties[task.Name] = &duty{Task: task}
	}
	open := r.onPostgres
	if path, ok := strings.CutPrefix(cfg.DatabaseURL, "sqlite:"); ok {
		open = func(ctx context.Context, cfg Config) error { return r.onSQLite(ctx, path, cfg) }
	}
	if err := open(ctx, cfg); err != nil {
		if r.close != nil {
			err = errors.Join(err, r.close())
		}
		return nil, err
	}
	return r, nil
}

// Run works until ctx ends, then lets running tasks finish. Those that take longer than the grace have their contexts
// ended.
func (r *Roster) Run(ctx context.Context) error {
	return errors.Join(r.run(ctx), r.close())
}

// limit is how long one run of a task may take. River gives none up for dead before that.
func (r *Roster) limit(name string) time.Duration {
	if d, ok := r.duties[name]; ok && d.Limit > 0 {
		return d.Limit
	}
	return Timeout
}

// work does a task, unless this process is still at it.
func (r *Roster) work(ctx context.Context, name string) error {
	d, ok := r.duties[name]
	if !ok {
		return nil // a job of another version of the program; its ticks have ended
	}
	if !d.busy.TryLock() {
		return nil
	}
	defer d.busy.Unlock()
	if err := d.Run(ctx); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
