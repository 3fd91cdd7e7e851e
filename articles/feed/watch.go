package feed

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Bounds of a Watch.
const (
	atOnce  = 16          // feeds that are read at a time
	lookOut = time.Second // the longest without looking whether it is still our turn, and the sources have not changed
	// leastPause keeps a source whose state cannot be saved from being asked without end.
	leastPause = 5 * time.Second
	readTime   = time.Minute // for reading one feed, its pages included
)

// Watch reads all sources, each when it is due: the most overdue first, few at a time, gently with each host.
type Watch struct {
	Reader  *Reader
	Sources Catalogue
	Changed func() <-chan struct{} // closed when a source was added, changed or removed
	Log     *slog.Logger

	mu    sync.Mutex // guards what follows
	known map[string]*watched
	under int           // readings under way
	ended chan struct{} // a reading has ended
}

// watched is a source, and when it is due.
type watched struct {
	Source
	host string
	due  time.Time
	busy bool
}

// Run reads until ctx ends or guard says that it is another's turn. Readings under way are broken off, which loses
// nothing: they are repeated.
func (w *Watch) Run(ctx context.Context, guard func() error) error {
	var readings sync.WaitGroup
	defer readings.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	w.known, w.ended = map[string]*watched{}, make(chan struct{}, 1)
	edition := int64(-1)
	for ctx.Err() == nil {
		changed := w.Changed()
		now, err := w.Sources.Edition(ctx)
		if err == nil && now != edition {
			err = w.look(ctx)
		}
		if err == nil {
			err = guard()
		}
		if err != nil {
			return ended(ctx, err)
		}
		edition = now
		w.work(ctx, changed, &readings)
	}
	return nil
}

// work reads what is due until the sources may have changed, or a while has passed.
func (w *Watch) work(ctx context.Context, changed <-chan struct{}, readings *sync.WaitGroup) {
	look := time.NewTimer(lookOut)
	defer look.Stop()
	for {
		pause := time.NewTimer(w.begin(ctx, readings))
		select {
		case <-w.ended:
		case <-pause.C:
		case <-ctx.Done():
			return
		case <-changed:
			return
		case <-look.C:
			return
		}
		pause.Stop()
	}
}

// ended is err, or nil where it only came since ctx has ended.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// look learns which sources there are.
func (w *Watch) look(ctx context.Context) error {
	all, err := w.Sources.Sources(ctx)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	there := make(map[string]bool, len(all))
	for _, src := range all {
		there[src.Name()] = true
		if known := w.known[src.Name()]; known != nil {
			known.Source = src
			continue
		}
		state, err := w.Reader.Memory.FeedState(ctx, src.Name())
		if err != nil {
			return err
		}
		w.known[src.Name()] = &watched{Source: src, host: hostOf(src.URL), due: state.due(time.Now())}
	}
	for name := range w.known {
		if !there[name] {
			delete(w.known, name)
		}
	}
	return nil
}

// begin begins to read what is due and may be read, and answers when to look again.
func (w *Watch) begin(ctx context.Context, readings *sync.WaitGroup) (pause time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now, pause := time.Now(), lookOut
	var due []*watched
	for _, one := range w.known {
		switch {
		case one.busy:
		case now.Before(one.due):
			pause = min(pause, one.due.Sub(now))
		default:
			due = append(due, one)
		}
	}
	slices.SortFunc(due, func(a, b *watched) int {
		return cmp.Or(a.due.Compare(b.due), cmp.Compare(a.host, b.host))
	})
	for _, one := range due {
		if w.under >= atOnce {
			break // the end of one wakes us
		}
		leave, again := w.Reader.Hosts.try(one.host, now)
		if leave == nil {
			if !again.IsZero() {
				pause = min(pause, again.Sub(now))
			}
			continue
		}
		one.busy = true
		w.under++
		readings.Go(func() { w.read(ctx, one, one.Source, leave) })
	}
	return pause
}

// read reads one source, and notes when it is due again.
func (w *Watch) read(ctx context.Context, one *watched, src Source, leave func()) {
	reading, cancel := context.WithTimeout(ctx, readTime)
	state, err := w.Reader.visit(reading, src, leave)
	cancel()
	if err != nil && ctx.Err() == nil {
		w.Log.Debug("feed not read", "feed", src.Name(), "err", err)
	}
	w.mu.Lock()
	one.busy = false
	one.due = state.Next
	if soonest := time.Now().Add(leastPause); one.due.Before(soonest) {
		one.due = soonest
	}
	w.under--
	w.mu.Unlock()
	select {
	case w.ended <- struct{}{}:
	default:
	}
}
