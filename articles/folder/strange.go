package folder

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// unfinished are the endings that programs give to files which they are still writing, or work with.
var unfinished = []string{".tmp", ".temp", ".part", ".partial", ".crdownload", ".filepart", ".swp", ".swo", ".lock", ".bak"}

// mostEndings is how many different endings are told of at most.
const mostEndings = 20

// strangeEnding is how the name of a file ends that somebody may take for an article, and that is not read; "" where
// nobody would.
func strangeEnding(name string) string {
	ending := strings.ToLower(filepath.Ext(name))
	switch {
	case isHidden(name), isWanted(name), strings.HasSuffix(name, "~"), slices.Contains(unfinished, ending):
		return ""
	case ending == "" || ending == ".":
		return "no ending"
	}
	return ending
}

// passOver says once of each ending that files with it are not read.
func (w *watch) passOver(name string) {
	ending := strangeEnding(name)
	if ending == "" || w.strange[ending] || len(w.strange) >= mostEndings {
		return
	}
	if w.strange == nil {
		w.strange = map[string]bool{}
	}
	w.strange[ending] = true
	w.Log.Warn("files that end like this are not read, as one lies in the folder", "ending", ending, "file", name, "mend", ErrKind.Error())
}

// PassedOver answers how many files of a folder are not read because of how their names end, by ending. Those that are
// hidden or being written are not among them.
func PassedOver(ctx context.Context, dir string) (map[string]int, error) {
	found := map[string]int{}
	err := filepath.WalkDir(dir, func(full string, d fs.DirEntry, err error) error {
		name, outside := filepath.Rel(dir, full)
		switch {
		case outside != nil:
			return outside
		case err != nil && name == ".":
			return err
		case err != nil:
			return nil // gone while we looked, or not ours to read
		case d.IsDir() && isHidden(name):
			return fs.SkipDir
		case d.Type().IsRegular():
			if ending := strangeEnding(name); ending != "" && (found[ending] > 0 || len(found) < mostEndings) {
				found[ending]++
			}
		}
		return ctx.Err()
	})
	return found, err
}
