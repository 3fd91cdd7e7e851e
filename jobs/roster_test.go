package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenbells/tenbells/jobs"
	"github.com/tenbells/tenbells/store/storetest"
)

var ctx = context.Background()

// patience is how long something may take that certainly comes, on a busy machine.
const patience = 3 * time.Minute

func onBoth(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, storetest.SQLiteURL(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, storetest.PostgresURL(t)) })
}

// start runs a roster; stop ends it and answers when it has ended.
func start(t *testing.T, url string, log *slog.Logger, tasks ...jobs.Task) (stop func()) {
	t.Helper()
	r, err := jobs.New(ctx, jobs.Config{DatabaseURL: url, Tasks: tasks, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	running, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- r.Run(running) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func await(t *testing.T, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatalf("%s: waited in vain", what)
	}
}

var silent = slog.New(slog.DiscardHandler)

func TestATaskRunsAgainAndAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		ran := make(chan struct{})
		start(t, url, silent, jobs.Task{Name: "often", Every: time.Second, Run: func(ctx context.Context) error {
			if until, ok := ctx.Deadline(); !ok || time.Until(until) > jobs.Timeout {
				t.Errorf("a run may go on until %s", until)
			}
			ran <- struct{}{}
			return nil
		}})
		for range 3 {
			await(t, "the next run", ran)
		}
		go func() { // whatever run is still waiting to be counted
			for range ran {
			}
		}()
	})
}

func TestAFailedTaskIsDoneAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		log := said{lines: make(chan string, 100)}
		var n atomic.Int32
		again := make(chan struct{}, 100)
		start(t, url, slog.New(slog.NewTextHandler(log, nil)), jobs.Task{Name: "shaky", Every: time.Second, Run: func(context.Context) error {
			switch n.Add(1) {
			case 1:
				return errors.New("no wind")
			case 2:
				panic("out of sheer surprise")
			}
			again <- struct{}{}
			return nil
		}})
		await(t, "the run after two that failed", again)
		log.await(t, "no wind")
		log.await(t, "sheer surprise")
	})
}

// said is a log that can be waited for.
type said struct{ lines chan string }

func (s said) Write(p []byte) (int, error) {
	s.lines <- string(p)
	return len(p), nil
}

func (s said) await(t *testing.T, text string) {
	t.Helper()
	late := time.After(patience)
	for {
		select {
		case line := <-s.lines:
			if strings.Contains(line, text) {
				return
			}
		case <-late:
			t.Fatalf("the log does not say %q", text)
		}
	}
}

// A run takes two periods; on PostgreSQL a second process would have a hand free meanwhile.
func TestATaskIsDoneByOneAtATime(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		var at, most, runs atomic.Int32
		enough := make(chan struct{})
		task := jobs.Task{Name: "slow", Every: time.Second, Run: func(ctx context.Context) error {
			most.Store(max(most.Load(), at.Add(1)))
			defer at.Add(-1)
			if runs.Add(1) == 3 {
				close(enough)
			}
			work := time.NewTimer(2200 * time.Millisecond)
			defer work.Stop()
			select {
			case <-work.C:
			case <-ctx.Done():
			}
			return nil
		}}
		start(t, url, silent, task)
		if strings.HasPrefix(url, "postgres") {
			start(t, url, silent, task)
		}
		await(t, "three runs", enough)
		if most.Load() != 1 {
			t.Errorf("%d at the same time", most.Load())
		}
	})
}

func TestStoppingWaitsForWhatIsBeingDone(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		started, release := make(chan struct{}), make(chan struct{})
		var finished atomic.Bool
		stop := start(t, url, silent, jobs.Task{Name: "long", Every: time.Hour, Run: func(ctx context.Context) error {
			close(started)
			<-release
			if ctx.Err() != nil {
				t.Error("it was broken off at once")
			}
			finished.Store(true)
			return nil
		}})
		await(t, "the first run", started)
		stopped := make(chan struct{})
		go func() { stop(); close(stopped) }()
		select {
		case <-stopped:
			t.Fatal("it stopped in the middle of a task")
		case release <- struct{}{}:
		}
		await(t, "the end", stopped)
		if !finished.Load() {
			t.Error("it did not wait for the task")
		}
	})
}

func TestAFaultyRosterIsRefused(t *testing.T) {
	run := func(context.Context) error { return nil }
	cases := map[string][]jobs.Task{
		"too often":  {{Name: "a1", Every: time.Millisecond, Run: run}},
		"same names": {{Name: "a1", Every: time.Minute, Run: run}, {Name: "a1", Every: time.Hour, Run: run}},
	}
	for what, tasks := range cases {
		if _, err := jobs.New(ctx, jobs.Config{DatabaseURL: storetest.SQLiteURL(t), Tasks: tasks, Log: silent}); err == nil {
			t.Errorf("%s: accepted", what)
		}
	}
	if _, err := jobs.New(ctx, jobs.Config{DatabaseURL: "sqlite:/nowhere/at/all", Log: silent}); err == nil {
		t.Error("a database that cannot be opened: accepted")
	}
}

func TestATasksOwnLimitEndsItsContext(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		deadlines := make(chan time.Duration, 2)
		run := func(ctx context.Context) error {
			until, _ := ctx.Deadline()
			deadlines <- time.Until(until)
			return nil
		}
		for _, c := range []struct{ limit, least, most time.Duration }{
			{0, jobs.Timeout / 2, jobs.Timeout},
			{time.Hour, 59 * time.Minute, time.Hour},
		} {
			stop := start(t, url, silent, jobs.Task{Name: c.limit.String(), Every: time.Hour, Limit: c.limit, Run: run})
			select {
			case got := <-deadlines:
				if got < c.least || got > c.most {
					t.Errorf("a task with limit %s has %s", c.limit, got)
				}
			case <-time.After(patience):
				t.Fatal("the task was never run")
			}
			stop()
		}
	})
}
