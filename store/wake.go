package store

import (
	"context"
	"database/sql"
	"sync"
	"time"
)

// Topic is what somebody may wait to see changed.
type Topic string

const (
	Articles Topic = "articles" // a version was stored
	Alerts   Topic = "alerts"   // an alert was made or changed
	Messages Topic = "messages" // something is owed, or a batch or the halt was changed
)

var topics = []Topic{Articles, Alerts, Messages}

// notice is how long another process's commit may go unnoticed on SQLite.
const notice = 50 * time.Millisecond

// waker hands out channels that are closed at the next change.
type waker struct {
	mu   sync.Mutex
	next map[Topic]chan struct{}
}

func newWaker() *waker {
	w := &waker{next: map[Topic]chan struct{}{}}
	for _, t := range topics {
		w.next[t] = make(chan struct{})
	}
	return w
}

func (w *waker) wait(t Topic) <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.next[t]
}

func (w *waker) wake(ts ...Topic) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range ts {
		if c, ok := w.next[t]; ok {
			close(c)
			w.next[t] = make(chan struct{})
		}
	}
}

// Changed answers a channel that is closed when t changes the next time. Ask for it before looking.
func (s *Store) Changed(t Topic) <-chan struct{} { return s.waker.wait(t) }

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
func (s *Store) changing(ctx context.Context, t Topic, do func(*sql.Tx) error) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
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
