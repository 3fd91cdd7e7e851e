package stories

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// Ruling is what an editor decided about stories. It is on the record, and binds after a restart.
type Ruling struct {
	Number int64 // its place on the record, from 1; 0: it is not there yet
	At     time.Time
	By     string // who ruled, as on other records of the staff
	// Merge: articles of From, now and later, are of Into.
	Into, From articles.StoryID
	// Split: these articles are of a story of their own, see Story. Into and From are empty.
	Split []articles.ID
}

// Rulings is the part of the store that remembers them: one table, append-only.
type Rulings interface {
	// Record puts a ruling on the record under the next number, together with an act of the staff, and answers it as it
	// stands there. It is durable then, and numbers become visible in their order. A merge is recorded of the stories that
	// the two were merged into before; ErrOne says that this is one and the same. ErrUnknown says that no article is of a
	// story, or that an article to be split off is of none.
	//
	// In the same transaction, what is kept of a story goes with it: verdicts, the alerts that tell it, so that nobody is
	// told again, and those who follow it. An alert goes with its article where that is split off.
	Record(ctx context.Context, r Ruling) (Ruling, error)
	// Settle lets what is kept go with a ruling once more: what was written while it was being recorded did not know of it.
	Settle(ctx context.Context, r Ruling) error
	// Ruled answers the rulings with a number greater than after, in order.
	Ruled(ctx context.Context, after int64) ([]Ruling, error)
}

// Faults of a ruling.
var (
	ErrNoRuling = errors.New("a ruling merges two different stories, or splits articles off")
	ErrOne      = errors.New("the two are one story already")
	ErrUnknown  = errors.New("no such story")
)

// MaxSplit is how many articles one ruling splits off at most.
const MaxSplit = 500

// Merge is the ruling that one story is another, the one that keeps its name.
func Merge(into, from articles.StoryID, by string, at time.Time) Ruling {
	return Ruling{Into: into, From: from, By: by, At: at}
}

// Split is the ruling that articles are a story of their own.
func Split(ids []articles.ID, by string, at time.Time) Ruling {
	return Ruling{Split: ids, By: by, At: at}
}

// Story is the story that a ruling leaves: the one that took the other in, or the one that was split off. The name of the
// latter is made of the first of its articles, which may have begun the story that they leave, and of the time: the same
// article may be split off again.
func (r Ruling) Story() articles.StoryID {
	if len(r.Split) == 0 {
		return r.Into
	}
	return IDOf(articles.ID("split\x00" + string(r.Split[0]) + "\x00" + strconv.FormatInt(r.At.UnixMilli(), 10)))
}

// Fault is ErrNoRuling where a ruling says nothing that can be done, or nil.
func (r Ruling) Fault() error {
	split := len(r.Split) > 0 && len(r.Split) <= MaxSplit && r.Into == "" && r.From == ""
	merge := len(r.Split) == 0 && r.Into != "" && r.From != "" && r.Into != r.From
	if split || merge {
		return nil
	}
	return ErrNoRuling
}

// Heed puts into effect what was ruled since it was last called, in order, and answers it. It is called after Rebuild, and
// then from time to time: rulings are recorded by any process.
func (ix *Index) Heed(ctx context.Context, rs Rulings) ([]Ruling, error) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	news, err := rs.Ruled(ctx, ix.ruled)
	if err != nil {
		return nil, fmt.Errorf("stories: read rulings: %w", err)
	}
	for _, r := range news {
		ix.apply(r)
		ix.ruled = r.Number
	}
	return news, nil
}

func (ix *Index) apply(r Ruling) {
	if len(r.Split) > 0 {
		ix.split(r.Split, r.Story())
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
	ix.former[into] = append(append(ix.former[into], from), ix.former[from]...)
	delete(ix.former, from)
	if gone := ix.recent.stories[from]; gone != nil {
		heir := ix.storyOf(into, gone.begun)
		for _, r := range slices.Clone(gone.recent) {
			ix.recent.move(r, heir)
		}
	}
}

// split gives articles a story of their own.
func (ix *Index) split(ids []articles.ID, id articles.StoryID) {
	for _, a := range ids {
		ix.members.set(a, id)
		latest := ix.recent.byArticle[a]
		if latest == nil || latest.story.id == id {
			continue
		}
		for _, r := range slices.Clone(latest.story.recent) { // earlier versions had other headlines
			if r.article == a {
				ix.recent.move(r, ix.storyOf(id, r.at))
			}
		}
	}
}

// move takes a report from its story into another.
func (rs *reports) move(r *report, to *story) {
	rs.leave(r)
	if r.story.begun.Before(to.begun) && len(to.recent) > 0 {
		to.begin(r.story.begun)
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
