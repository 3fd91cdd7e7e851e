package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
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

// rescue is how long after its start a job of a dead process is given up (River counts it from the start and knows no
// heartbeat, so it must be longer than Timeout). River looks each 30 s.
const rescue = Timeout + 5*time.Second

// grace is how long running tasks may go on after they were asked to stop.
const grace = 10 * time.Second

// hands is how many tasks one process does at the same time.
const hands = 4

// tick is the job: a task's name and nothing else.
type tick struct {
	Task string `json:"task"`
}

// worker does the ticks of a roster.
type worker struct {
	river.WorkerDefaults[tick]
	roster *Roster
}

// Timeout is how long a job may take: River asks.
func (w worker) Timeout(job *river.Job[tick]) time.Duration { return w.roster.limit(job.Args.Task) }

// Work does a job: River calls.
func (w worker) Work(ctx context.Context, job *river.Job[tick]) error {
	return w.roster.work(ctx, job.Args.Task)
}

// Kind is the job's name in River's tables.
func (tick) Kind() string { return "tenbells.tick" }

func (r *Roster) onSQLite(ctx context.Context, path string, cfg Config) error {
	pragmas := url.Values{"_pragma": {"busy_timeout(5000)", "journal_mode(wal)", "synchronous(normal)"}, "_txlock": {"immediate"}}
	db, err := sql.Open("sqlite", "file:"+path+".jobs?"+pragmas.Encode())
	if err != nil {
		return fmt.Errorf("jobs: open: %w", err)
	}
	db.SetMaxOpenConns(1) // River's own advice for SQLite
	r.close, r.alone = db.Close, true
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
	river.AddWorker(workers, worker{roster: r})
	client, err := river.NewClient(driver, &river.Config{
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: hands}}, Workers: workers,
		PeriodicJobs: r.ticks(), JobTimeout: Timeout, RescueStuckJobsAfter: rescue, Logger: quiet(cfg.Log),
		CompletedJobRetentionPeriod: time.Hour, ErrorHandler: faults{cfg.Log},
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
	for name, d := range r.duties {
		opts := &river.InsertOpts{MaxAttempts: 1, UniqueOpts: r.unique(d.Every)}
		jobs = append(jobs, river.NewPeriodicJob(river.PeriodicInterval(d.Every),
			func() (river.JobArgs, *river.InsertOpts) { return tick{Task: name}, opts },
			&river.PeriodicJobOpts{RunOnStart: true}))
	}
	return jobs
}

// unique lets nobody ask for a task that is asked for already, or being done somewhere. Where no other process takes
// part, duty.busy keeps watch over that, and only this period's tick is unique: what a dead predecessor left as running
// needs not be waited for.
func (r *Roster) unique(period time.Duration) river.UniqueOpts {
	opts := river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateScheduled,
	}}
	if r.alone {
		opts.ByPeriod = period
	}
	return opts
}

// serve runs a client until ctx ends.
func serve[TTx any](ctx context.Context, client *river.Client[TTx]) error {
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("jobs: start: %w", err)
	}
	<-ctx.Done()
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := client.Stop(stopping); err == nil {
		return nil
	}
	if err := client.StopAndCancel(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("jobs: stop: %w", err)
	}
	return nil
}
