package articles

import (
	"context"
	"errors"
)

// ErrNotFound says that no article (or no such version) is stored under that name.
var ErrNotFound = errors.New("no such article")

// Receipt says what became of an article handed to a Shelf.
type Receipt struct {
	ID      ID
	Version int
	Seq     Seq
	New     bool // false: the same content was there already
}

// Shelf keeps articles. Put is durable when it returns: an article is accepted from then on. The same ID with the same
// Digest is nothing new and answers with what is there; with another Digest it becomes the next version.
type Shelf interface {
	Put(ctx context.Context, a Article) (Receipt, error)
}

// Reader reads the store in order. After returns up to limit versions with Seq > after, ascending; fewer than limit
// means the end has been reached for now.
type Reader interface {
	After(ctx context.Context, after Seq, limit int) ([]Article, error)
}

// Cursors remember by name how far a reader has come. Moving backwards is refused silently: two owners of one name
// cannot undo each other.
type Cursors interface {
	Cursor(ctx context.Context, name string) (Seq, error)
	MoveCursor(ctx context.Context, name string, to Seq) error
}
