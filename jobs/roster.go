// Package jobs runs what need not happen at once: polling sources, digests that are due, purging. It is the only user of
// River (riverqueue/river), which brings leader election among processes, ticks, retries and rescue. What is due stands
// in our own tables and a job carries only a key, so losing River's tables loses nothing. Nothing here stands between
// an accepted article and its first send.
package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"
	_ "modernc.org/sqlite" // the driver of River's own file
)

// Timeout is how long one run of a task may take, rescue how long after its start a job of a dead process is run again
// (River counts it from the start and knows no heartbeat, so it must be the longer).
const (
	Timeout = 45 * time.Second
	rescue  = 60 * time.Second
)

// Task is something to be done again and again, by one process at a time. Run must be safe to repeat and to break off:
// a run that fails or dies is made up for by the next.
type Task struct {
	Name  string
	Every time.Duration // at least a second
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

type Roster struct {
	tasks map[string]*duty
	run   func(context.Context) error
	close func() error
}

// duty is a task and whether it is being done in this process.
type duty struct {
	Task
	busy sync.Mutex
}

// tick is the job: a task's name and nothing else.
type tick struct {
	Task string `json:"task"`
}

// Kind is the job's name in River's tables.
func (tick) Kind() string { return "tenbells.tick" }

// New opens River's own connection and brings its tables up to date.
func New(ctx context.Context, cfg Config) (*Roster, error) {
	r := &Roster{tasks: map[string]*duty{}}
	for _, task := range cfg.Tasks {
		if task.Every < time.Second {
			return nil, fmt.Errorf("jobs: task %s: every %s is less than a second", task.Name, task.Every)
		}
		r.tasks[task.Name] = &duty{Task: task}
	}
	if path, ok := strings.CutPrefix(cfg.DatabaseURL, "sqlite:"); ok {
		return r, r.onSQLite(ctx, path, cfg)
	}
	return r, r.onPostgres(ctx, cfg)
}

func (r *Roster) onSQLite(ctx context.Context, path string, cfg Config) error {
	pragmas := url.Values{"_pragma": {"busy_timeout(5000)", "journal_mode(wal)", "synchronous(normal)"}, "_txlock": {"immediate"}}
	db, err := sql.Open("sqlite", "file:"+path+".jobs?"+pragmas.Encode())
	if err != nil {
		return fmt.Errorf("jobs: open: %w", err)
	}
	db.SetMaxOpenConns(1) // River's own advice for SQLite
	r.close = db.Close
	return prepare(ctx, r, riversqlite.New(db), cfg)
}

func (r *Roster) onPostgres(ctx context.Context, cfg Config) error {
	pool, err := pgxpool.New(ctx, cfg.DatabaseURL)
	if err != nil {
		return fmt.Errorf("jobs: open: %w", err)
	}
	r.close = func() error { pool.Close(); return nil }
	return prepare[pgx.Tx](ctx, r, riverpgxv5.New(pool), cfg)
}

// prepare migrates River's tables and makes its client.
func prepare[TTx any](ctx context.Context, r *Roster, driver riverdriver.Driver[TTx], cfg Config) error {
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: quiet(cfg.Log)})
	if err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("jobs: migrate River's tables: %w", err)
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, job *river.Job[tick]) error {
		return r.work(ctx, job.Args.Task)
	}))
	client, err := river.NewClient(driver, &river.Config{
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}}, Workers: workers,
		PeriodicJobs: r.ticks(), JobTimeout: Timeout, RescueStuckJobsAfter: rescue, Logger: quiet(cfg.Log),
		CompletedJobRetentionPeriod: time.Hour,
	})
	if err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	r.run = func(ctx context.Context) error { return serve(ctx, client) }
	return nil
}

// ticks asks for each task once a period, whichever process is the leader.
func (r *Roster) ticks() []*river.PeriodicJob {
	var jobs []*river.PeriodicJob
	for name, task := range r.tasks {
		opts := &river.InsertOpts{MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByArgs: true, ByPeriod: task.Every, ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateScheduled,
		}}}
		jobs = append(jobs, river.NewPeriodicJob(river.PeriodicInterval(task.Every),
			func() (river.JobArgs, *river.InsertOpts) { return tick{Task: name}, opts },
			&river.PeriodicJobOpts{RunOnStart: true}))
	}
	return jobs
}

// work does a task, unless this process is still at it.
func (r *Roster) work(ctx context.Context, name string) error {
	d, ok := r.tasks[name]
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

// Run works until ctx ends, then lets running tasks finish.
func (r *Roster) Run(ctx context.Context) error {
	return errors.Join(r.run(ctx), r.close())
}

func serve[TTx any](ctx context.Context, client *river.Client[TTx]) error {
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("jobs: start: %w", err)
	}
	<-ctx.Done()
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := client.Stop(stopping); err == nil {
		return nil
	}
	if err := client.StopAndCancel(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("jobs: stop: %w", err)
	}
	return nil
}

// quiet lets River speak of what went wrong only: its routine is not news.
func quiet(log *slog.Logger) *slog.Logger { return slog.New(atLeastWarn{log.Handler()}) }

type atLeastWarn struct{ slog.Handler }

func (h atLeastWarn) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && h.Handler.Enabled(ctx, level)
}

func (h atLeastWarn) WithAttrs(attrs []slog.Attr) slog.Handler {
	return atLeastWarn{h.Handler.WithAttrs(attrs)}
}
func (h atLeastWarn) WithGroup(name string) slog.Handler {
	return atLeastWarn{h.Handler.WithGroup(name)}
}
