package stories

import (
	"context"
	"fmt"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// Memory is how far back Rebuild should begin for the answers to be those of before a restart. They can differ only
// where stories took in further ones, headline by headline, for longer than this.
const Memory = 14 * 24 * time.Hour

// page is how many articles are read from the store at once.
const page = 500

// Rebuild takes in what the store holds from an instant on; the zero time means all. It is called before the first
// Place. The start is found by halving, since a store is in the order in which articles were seen, but for moments.
func (ix *Index) Rebuild(ctx context.Context, store articles.Reader, since time.Time) error {
	after, err := startOf(ctx, store, since)
	if err != nil {
		return fmt.Errorf("stories: look for articles since %s: %w", since.Format(time.RFC3339), err)
	}
	for {
		some, err := store.After(ctx, after, page)
		if err != nil {
			return fmt.Errorf("stories: read articles after %d: %w", after, err)
		}
		for _, a := range some {
			ix.Place(a)
			after = a.Seq
		}
		if len(some) < page {
			return nil
		}
	}
}

// startOf is a position in the store after which all articles seen since an instant come.
func startOf(ctx context.Context, store articles.Reader, since time.Time) (articles.Seq, error) {
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
func isOld(ctx context.Context, store articles.Reader, after articles.Seq, since time.Time) (bool, error) {
	next, err := store.After(ctx, after, 1)
	if err != nil || len(next) == 0 {
		return false, err
	}
	return next[0].Seen.Before(since), nil
}
