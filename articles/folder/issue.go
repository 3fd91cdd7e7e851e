package folder

import (
	"cmp"
	"strings"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// issue is one file of an article that brings its own name: its versions may come in files of their own, which are read
// in any order and again after every start. An earlier one is not the next version.
type issue struct {
	modified time.Time // as the article says itself
	changed  time.Time // of the file
	name     string    // of the file
}

// compare orders issues by what the article says, else by when the file came.
func (i issue) compare(other issue) int {
	said := 0
	if !i.modified.IsZero() && !other.modified.IsZero() {
		said = i.modified.Compare(other.modified)
	}
	return cmp.Or(said, i.changed.Compare(other.changed), strings.Compare(i.name, other.name))
}

// isOvertaken says whether another file has brought a later version of an article, and remembers which is the latest.
func (w *watch) isOvertaken(a articles.Article, name string, changed time.Time) bool {
	if a.ID == IDOf(name) {
		return false
	}
	this := issue{modified: a.Modified, changed: changed, name: name}
	latest, known := w.newest[a.ID]
	if known && latest.name != name && this.compare(latest) < 0 {
		return true
	}
	w.newest[a.ID] = this
	return false
}
