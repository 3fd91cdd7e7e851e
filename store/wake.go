package store

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Topic is what somebody may wait to see changed.
type Topic string

const (
	Articles Topic = "articles" // a version was stored
	Alerts   Topic = "alerts"   // an alert was made or changed
	Messages Topic = "messages" // something is owed, or a batch or the halt was changed
	Sources  Topic = "sources"  // a source was added, changed or removed
)

var topics = []Topic{Articles, Alerts, Messages, Sources}

// notice is how long another process's commit may go unnoticed on SQLite.
const notice = 50 * time.Millisecond

// waker hands out channels that are closed at the next change. Everyone who waits for the same topics shares a channel,
// so asking again and again costs nothing.
type waker struct {
	mu      sync.Mutex
	waiting map[string]watch
}

type watch struct {
	topics []Topic
	change chan struct{}
}

func newWaker() *waker { return &waker{waiting: map[string]watch{}} }

func (w *waker) wait(ts ...Topic) <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	name := fmt.Sprint(ts)
	if _, ok := w.waiting[name]; !ok {
		w.waiting[name] = watch{ts, make(chan struct{})}
	}
	return w.waiting[name].change
}

func (w *waker) wake(ts ...Topic) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for name, watch := range w.waiting {
		if slices.ContainsFunc(ts, func(t Topic) bool { return slices.Contains(watch.topics, t) }) {
			close(watch.change)
			delete(w.waiting, name)
		}
	}
}

// Changed answers a channel that is closed when one of ts changes the next time. Ask for it before looking.
func (s *Store) Changed(ts ...Topic) <-chan struct{} { return s.waker.wait(ts...) }

// Watch notices what other processes change, until ctx ends. Without it only this process's own changes wake anybody.
func (s *Store) Watch(ctx context.Context) error {
	watch := s.watchSQLite
	if s.dialect.name == onPostgres.name {
		watch = s.watchPostgres
	}
	for ctx.Err() == nil {
		if err := watch(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("store: cannot notice other processes' changes; looking each second meanwhile", "err", err)
			_ = pause(ctx, time.Second) // only ctx can end it early, and the loop sees that
		}
	}
	return nil
}

// changing is tx for a change that others wait for: they are woken when it is committed.
func (s *Store) changing(ctx context.Context, t Topic, do func(execer) error) error {
	err := s.tx(ctx, func(tx execer) error {
		if err := do(tx); err != nil {
			return err
		}
		return s.notify(ctx, tx, t)
	})
	if err == nil {
		s.waker.wake(t)
	}
	return err
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
