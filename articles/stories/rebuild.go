package stories

import (
	"context"
	"fmt"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// Memory is how far back Rebuild should begin for the answers to be those of before a restart: an article that joined
// another's story, and is not heard of for longer than this, is taken for the first of its own.
const Memory = 14 * 24 * time.Hour

// page is how many articles are read from the store at once.
const page = 1000

// Placed is an article version as the store remembers it, with what was found: the places it is about and its story, ""
// where nobody has looked at it yet. Outlet, Source, Standfirst and the beginning of Body are used where they are given;
// without them articles of the last two days are compared by their headlines alone after a restart.
type Placed struct {
	Article articles.Article // Seq, ID, Version, Headline, Language, Evolved, Published and Seen
	Places  []articles.Place
	Story   articles.StoryID
}

// Past is the part of the article store that remembers what was found.
type Past interface {
	// Placed answers up to limit versions with Seq > after, ascending; fewer than limit means the end.
	Placed(ctx context.Context, after articles.Seq, limit int) ([]Placed, error)
}

// Rebuild takes in what the store remembers from an instant on; the zero time means all. It is called before the first
// Place. What has no story yet is left for Place. The start is found by halving, since a store is in the order in which
// articles were seen, but for moments.
func (ix *Index) Rebuild(ctx context.Context, store Past, since time.Time) error {
	after, err := StartOf(ctx, store, since)
	if err != nil {
		return fmt.Errorf("stories: look for articles since %s: %w", since.Format(time.RFC3339), err)
	}
	for {
		some, err := store.Placed(ctx, after, page)
		if err != nil {
			return fmt.Errorf("stories: read articles after %d: %w", after, err)
		}
		for _, p := range some {
			if p.Story != "" {
				ix.restore(p)
			}
			after = p.Article.Seq
		}
		if len(some) < page {
			return nil
		}
	}
}

func (ix *Index) restore(p Placed) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.take(p.Article, p.Places, p.Story)
}

// StartOf is a position in the store after which all articles seen since an instant come.
func StartOf(ctx context.Context, store Past, since time.Time) (articles.Seq, error) {
	if since.IsZero() {
		return 0, nil
	}
	// early: what follows was seen before since, as far as we know. late: what follows was not, or nothing follows.
	early, late := articles.Seq(0), articles.Seq(0)
	for step := articles.Seq(1); late == 0; step *= 2 {
		old, err := isOld(ctx, store, step, since)
		if err != nil {
			return 0, err
		}
		if old {
			early = step
		} else {
			late = step
		}
	}
	for late-early > 1 {
		middle := early + (late-early)/2
		old, err := isOld(ctx, store, middle, since)
		if err != nil {
			return 0, err
		}
		if old {
			early = middle
		} else {
			late = middle
		}
	}
	return early, nil
}

// isOld reports whether the first article after a position was seen before an instant.
func isOld(ctx context.Context, store Past, after articles.Seq, since time.Time) (bool, error) {
	next, err := store.Placed(ctx, after, 1)
	if err != nil || len(next) == 0 {
		return false, err
	}
	return next[0].Article.Seen.Before(since), nil
}
