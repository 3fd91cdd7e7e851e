// Package folder watches a folder that a newsroom drops its articles into: saved pages as text (.txt) or HTML (.html,
// .htm), ninjs (.json) and NewsML-G2 (.xml), in sub-folders, too.
//
// A file is read as soon as it is complete. Where the system can tell (Linux) that is when nobody has it open for
// writing and it has not changed for closedQuiet; elsewhere, when it has not changed for settledQuiet. What the system
// does not report is found by looking through the folder every few seconds. Nothing in the folder is ever changed.
//
// The file's name is the article's: another content under the same name is its next version. A document of ninjs or
// NewsML-G2 brings its own name.
package folder

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/tenbells/tenbells/articles"
)

// Name is the Source of articles from the folder.
const Name = "folder"

// MaxSize is the largest file that is read, in bytes. The longest of real pages have a tenth of it.
const MaxSize = 4 << 20

// DefaultRescan is how often the folder is looked through for what the system did not report.
const DefaultRescan = 10 * time.Second

// Waits for the shelf when it fails.
const (
	firstRetry = time.Second
	lastRetry  = 30 * time.Second
)

// Source reads articles from a folder onto a shelf.
type Source struct {
	Dir    string         // must be there when Run starts
	Shelf  articles.Shelf // where articles go
	Outlet string         // the outlet of articles that do not name theirs
	Log    *slog.Logger
	Now    func() time.Time // nil means time.Now
	Rescan time.Duration    // 0 means DefaultRescan
}

// Run reads what is in the folder, then what comes, until ctx ends. It returns an error when the folder cannot be
// watched from the start; a folder that disappears later is waited for. When the shelf fails, the file is tried again.
func (s *Source) Run(ctx context.Context) error {
	if info, err := os.Stat(s.Dir); err != nil {
		return fmt.Errorf("folder: %w", err)
	} else if !info.IsDir() {
		return fmt.Errorf("folder: %s is no folder", s.Dir)
	}
	notices, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("folder: watch %s: %w", s.Dir, err)
	}
	w := &watch{Source: *s, notices: notices, known: map[string]known{}, waiting: map[string]*candidate{}, newest: map[articles.ID]issue{}}
	return errors.Join(w.run(ctx), notices.Close())
}

// watch is a Source at work. All of it happens in one goroutine.
type watch struct {
	Source
	notices *fsnotify.Watcher
	known   map[string]known      // files that were dealt with
	waiting map[string]*candidate // files that are not complete, or that the shelf did not take
	backlog []arrival             // what a look through the folder found and is not looked at yet, the newest last
	newest  map[articles.ID]issue // of articles that bring their own name
	blind   bool                  // the folder cannot be watched, and we said so
	strange map[string]bool       // endings of files that are not read, of which we said so
}

// known is a file as it was dealt with: taken, or refused with a line in the log.
type known struct {
	state   state
	arrived time.Time // of its first version
}

// state is what changes when a file does.
type state struct {
	size  int64
	mtime time.Time
}

func stateOf(info fs.FileInfo) state { return state{size: info.Size(), mtime: info.ModTime()} }

// candidate is a file on its way.
type candidate struct {
	state   state
	since   time.Time // when it was first seen in this state
	changed time.Time // when it came or was last written
	arrived time.Time
	wait    time.Duration // before the next look
	next    time.Time
}

func (w *watch) run(ctx context.Context) error {
	w.scan(ctx)
	w.Log.Info("watching the folder", "dir", w.Dir, "files", len(w.backlog))
	again := time.NewTicker(cmp.Or(w.Rescan, DefaultRescan))
	defer again.Stop()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		timer.Reset(w.untilNext())
		select {
		case <-ctx.Done():
			return nil
		case event := <-w.notices.Events:
			w.notice(ctx, event)
		case err := <-w.notices.Errors:
			w.Log.Warn("the system lost track of the folder; looking through it", "dir", w.Dir, "err", err)
			w.scan(ctx)
		case <-again.C:
			w.scan(ctx)
		case <-timer.C:
			w.lookAgain(ctx)
			w.catchUp(ctx)
		}
	}
}

// untilNext is how long it is to the next look at a file.
func (w *watch) untilNext() time.Duration {
	if len(w.backlog) > 0 {
		return 0
	}
	next := time.Now().Add(DefaultRescan)
	for _, c := range w.waiting {
		if c.next.Before(next) {
			next = c.next
		}
	}
	return max(0, time.Until(next))
}

// lookAgain looks at the waiting files whose time has come.
func (w *watch) lookAgain(ctx context.Context) {
	now := time.Now()
	for name, c := range w.waiting {
		if !c.next.After(now) && ctx.Err() == nil {
			w.look(ctx, name, c.arrived)
		}
	}
}

// notice deals with what the system reports.
func (w *watch) notice(ctx context.Context, event fsnotify.Event) {
	if event.Op == fsnotify.Chmod || event.Name == "" {
		return
	}
	name, err := filepath.Rel(w.Dir, event.Name)
	if err != nil || isHidden(name) {
		return
	}
	if info, err := os.Lstat(event.Name); err == nil && info.IsDir() {
		w.scan(ctx) // a new sub-folder, perhaps with files in it already
		return
	}
	switch {
	case isWanted(name):
		w.look(ctx, name, w.now())
	case event.Has(fsnotify.Create):
		w.passOver(name)
	}
}

// look takes a file that is complete, and puts one that is not on the waiting list. arrived is when it came.
func (w *watch) look(ctx context.Context, name string, arrived time.Time) {
	full := filepath.Join(w.Dir, name)
	info, err := os.Lstat(full)
	if err != nil || !info.Mode().IsRegular() { // gone again, or nothing to read
		if _, dealt := w.known[name]; dealt {
			w.Log.Info("a file was taken out of the folder; its article stays", "file", name)
		}
		delete(w.waiting, name)
		delete(w.known, name)
		return
	}
	now, is := time.Now(), stateOf(info)
	before, dealt := w.known[name]
	if dealt && before.state == is || is.size == 0 { // an empty file is not written yet
		delete(w.waiting, name)
		return
	}
	c := w.waiting[name]
	if c == nil {
		c = &candidate{arrived: arrived}
		w.waiting[name] = c
	}
	if c.state != is {
		c.state, c.since, c.wait, c.changed = is, now, firstLook, arrivedAt(info)
	}
	if dealt {
		c.arrived = before.arrived
	}
	if !isComplete(full, c, now) {
		c.later(now, lastLook)
		return
	}
	w.take(ctx, name, c)
}

// later sets the next look, each time after twice as long.
func (c *candidate) later(now time.Time, longest time.Duration) {
	c.next = now.Add(c.wait)
	c.wait = min(2*c.wait, longest)
}

// take reads a complete file onto the shelf. A file that cannot be an article is refused, once for each change.
func (w *watch) take(ctx context.Context, name string, c *candidate) {
	err := w.publish(ctx, name, c)
	var failed *shelfError
	switch {
	case ctx.Err() != nil:
		return
	case errors.As(err, &failed):
		w.Log.Error("an article was not stored; trying again", "file", name, "err", err)
		c.wait = max(c.wait, firstRetry)
		c.later(time.Now(), lastRetry)
		return
	case errors.Is(err, fs.ErrNotExist):
		delete(w.waiting, name)
		return
	case err != nil:
		w.Log.Warn("a file in the folder was not read", "file", name, "err", err)
	}
	w.known[name] = known{state: c.state, arrived: c.arrived}
	delete(w.waiting, name)
}

// publish puts a complete file on the shelf, unless another file has brought a later version of its article.
func (w *watch) publish(ctx context.Context, name string, c *candidate) error {
	a, err := w.read(name, c.arrived)
	if err != nil || w.isOvertaken(a, name, c.changed) {
		return err
	}
	return w.put(ctx, name, a)
}

// shelfError says that it was not the file's fault.
type shelfError struct{ err error }

func (e *shelfError) Error() string { return e.err.Error() }
func (e *shelfError) Unwrap() error { return e.err }

// read makes an article of one file of the folder. arrived is when it came, which counts as published where the page has
// no time of its own.
func (s *Source) read(name string, arrived time.Time) (articles.Article, error) {
	data, err := readFile(filepath.Join(s.Dir, name))
	if err != nil {
		return articles.Article{}, fmt.Errorf("folder: %w", err)
	}
	a, err := Parse(name, data)
	if err != nil {
		return articles.Article{}, err
	}
	a.Source, a.Way, a.MayRing = Name, articles.ByFolder, true
	a.Seen = s.now()
	if a.Published.IsZero() {
		a.Published = arrived.UTC()
	}
	if a.Outlet == "" {
		a.Outlet = s.Outlet
	}
	return a, nil
}

// put puts an article on the shelf.
func (s *Source) put(ctx context.Context, name string, a articles.Article) error {
	receipt, err := s.Shelf.Put(ctx, a)
	if err != nil {
		return &shelfError{fmt.Errorf("folder: store %s: %w", name, err)}
	}
	if receipt.New {
		s.Log.Info("article", "file", name, "id", receipt.ID, "version", receipt.Version, "headline", a.Headline)
	}
	return nil
}

func (s *Source) now() time.Time {
	if s.Now == nil {
		return time.Now().UTC()
	}
	return s.Now().UTC()
}

// readFile reads a file of at most MaxSize bytes.
func readFile(full string) ([]byte, error) {
	file, err := os.Open(full)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil {
		return nil, err
	} else if info.Size() > MaxSize {
		return nil, fmt.Errorf("%s has %d bytes, more than %d MiB", full, info.Size(), MaxSize>>20)
	}
	return io.ReadAll(io.LimitReader(file, MaxSize))
}
