package stories

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// Ruling is what an editor decided about stories. It is on the record, and binds after a restart.
type Ruling struct {
	At time.Time
	By string // who ruled, as on other records of the staff
	// Merge: articles of From, now and later, are of Into.
	Into, From articles.StoryID
	// Split: these articles are of a story of their own, begun by the first of them. Into and From are empty.
	Split []articles.ID
}

// Rulings is the part of the store that remembers them: one table, append-only, in the order of At. Record is durable
// when it returns. The store should also give the alerts of a merged story to its heir when it is asked what was told
// of the heir, so that nobody is told again.
type Rulings interface {
	Record(ctx context.Context, r Ruling) error
	Recorded(ctx context.Context) ([]Ruling, error)
}

// Faults of a ruling.
var (
	ErrNoRuling = errors.New("a ruling merges two different stories, or splits articles off")
	ErrCircle   = errors.New("the story that is to take the other in was itself merged into it")
)

// Merge is the ruling that one story is another, the one that keeps its name.
func Merge(into, from articles.StoryID, by string, at time.Time) Ruling {
	return Ruling{Into: into, From: from, By: by, At: at}
}

// Split is the ruling that articles are a story of their own.
func Split(ids []articles.ID, by string, at time.Time) Ruling {
	return Ruling{Split: ids, By: by, At: at}
}

// Rule puts a ruling on the record and into effect.
func (ix *Index) Rule(ctx context.Context, rs Rulings, r Ruling) error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if err := ix.faultOf(r); err != nil {
		return err
	}
	if err := rs.Record(ctx, r); err != nil {
		return fmt.Errorf("stories: record a ruling: %w", err)
	}
	ix.apply(r)
	return nil
}

// Restore puts the recorded rulings into effect again. It is called after Rebuild: what was placed after a ruling was
// remembered with the story that the ruling gave it.
func (ix *Index) Restore(ctx context.Context, rs Rulings) error {
	all, err := rs.Recorded(ctx)
	if err != nil {
		return fmt.Errorf("stories: read rulings: %w", err)
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	for _, r := range all {
		if err := ix.faultOf(r); err != nil {
			return fmt.Errorf("stories: the ruling of %s: %w", r.At.Format(time.RFC3339), err)
		}
		ix.apply(r)
	}
	return nil
}

func (ix *Index) faultOf(r Ruling) error {
	if len(r.Split) > 0 && r.Into == "" && r.From == "" {
		return nil
	}
	if len(r.Split) > 0 || r.Into == "" || r.From == "" || r.Into == r.From {
		return ErrNoRuling
	}
	if ix.forwarded(r.Into) == r.From {
		return ErrCircle
	}
	return nil
}

func (ix *Index) apply(r Ruling) {
	if len(r.Split) > 0 {
		ix.split(r.Split)
		return
	}
	ix.merge(ix.forwarded(r.Into), ix.forwarded(r.From))
}

// merge gives all articles of one story to another, and those that will come.
func (ix *Index) merge(into, from articles.StoryID) {
	if into == from {
		return // merged before
	}
	ix.merged[from] = into
	if gone := ix.recent.stories[from]; gone != nil {
		heir := ix.storyOf(into, gone.begun)
		for _, r := range slices.Clone(gone.recent) {
			ix.recent.move(r, heir)
		}
	}
}

// split gives articles a story of their own.
func (ix *Index) split(ids []articles.ID) {
	id := IDOf("split\x00" + ids[0]) // the first of them may be the first of the story that they leave
	for _, a := range ids {
		ix.members.set(a, id)
		if r := ix.recent.byArticle[a]; r != nil && r.story.id != id {
			ix.recent.move(r, ix.storyOf(id, r.at))
		}
	}
}

// move takes a report from its story into another.
func (rs *reports) move(r *report, to *story) {
	rs.leave(r)
	if r.story.begun.Before(to.begun) && len(to.recent) > 0 {
		to.begun = r.story.begun
	}
	rs.join(r, to)
}

// forwarded is the story that another was merged into, or itself.
func (ix *Index) forwarded(id articles.StoryID) articles.StoryID {
	for range len(ix.merged) {
		into, merged := ix.merged[id]
		if !merged {
			break
		}
		id = into
	}
	return id
}
