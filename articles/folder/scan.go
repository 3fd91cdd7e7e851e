package folder

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// arrival is a file that is new or changed.
type arrival struct {
	name string
	at   time.Time
}

// scan looks through the folder: watches what sub-folders there are, and finds the files that are new or changed. They
// are looked at one by one while the system goes on reporting: what comes now does not wait for an archive, nor do the
// newest of what was there before.
func (w *watch) scan(ctx context.Context) {
	files, err := w.arrivals(ctx)
	w.report(err)
	slices.SortFunc(files, func(a, b arrival) int {
		return cmp.Or(a.at.Compare(b.at), strings.Compare(a.name, b.name))
	})
	w.backlog = files
}

// catchUp looks at the newest file that a scan has found.
func (w *watch) catchUp(ctx context.Context) {
	last := len(w.backlog) - 1
	if last < 0 {
		return
	}
	f := w.backlog[last]
	w.backlog = w.backlog[:last]
	w.look(ctx, f.name, f.at)
}

// arrivals walks the folder. The error is that of the folder itself, or that some of it cannot be watched; what is in
// it is found all the same.
func (w *watch) arrivals(ctx context.Context) ([]arrival, error) {
	var files []arrival
	var unwatched error
	now := w.now()
	err := filepath.WalkDir(w.Dir, func(full string, d fs.DirEntry, err error) error {
		name, outside := filepath.Rel(w.Dir, full)
		switch {
		case outside != nil:
			return outside
		case err != nil && name == ".":
			return err
		case err != nil:
			return nil // gone while we looked, or not ours to read
		case d.IsDir() && isHidden(name):
			return fs.SkipDir
		case d.IsDir():
			if err := w.notices.Add(full); err != nil && unwatched == nil {
				unwatched = err
			}
			return nil
		case !isWanted(name):
			w.passOver(name)
			return nil
		}
		if info, err := d.Info(); err == nil && w.known[name].state != stateOf(info) {
			files = append(files, arrival{name, earlier(arrivedAt(info), now)})
		}
		return ctx.Err()
	})
	return files, errors.Join(err, unwatched)
}

// report says once that the folder cannot be watched, and once that it can again.
func (w *watch) report(err error) {
	switch {
	case errors.Is(err, context.Canceled):
		return
	case err != nil && !w.blind:
		w.Log.Error("the folder cannot be watched; looking through it", "dir", w.Dir, "err", err)
	case err == nil && w.blind:
		w.Log.Info("the folder can be watched again", "dir", w.Dir)
	}
	w.blind = err != nil
}

func earlier(t, u time.Time) time.Time {
	if t.Before(u) {
		return t
	}
	return u
}
