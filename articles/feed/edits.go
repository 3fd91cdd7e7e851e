package feed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/extract"
)

// maxReread is how many articles are read again in one reading since a sitemap says that they were changed, those that
// changed last; the others wait for the next one.
const maxReread = 10

// Kept is a Shelf that can be read. What was changed on its page alone is stored again as it is there, but for what the
// page says now.
type Kept interface {
	// Article is a version of an article, the newest for version 0; articles.ErrNotFound where there is none.
	Article(ctx context.Context, id articles.ID, version int) (articles.Article, error)
}

// arrivals are what came of one reading.
type arrivals struct {
	fresh  int // articles and versions
	edited int // articles that the publisher says it has changed since they were stored
}

// reread finds the articles that sitemaps say were changed since they were stored, and stores again those whose text may
// be passed on. An edit is a version of what is known: it never rings by itself.
func (r *Reader) reread(ctx context.Context, src Source, seen Prints, since time.Time, followed []*leaf) (edited int, err error) {
	known, pages := seen.open(), r.pages(src)
	for _, l := range followed {
		if l.doc.Kind != Sitemap {
			continue
		}
		moved := l.moved(known, since)
		var later []Page
		for i, page := range moved {
			if i >= maxReread {
				later = append(later, page)
				continue
			}
			switch again, err := r.renew(ctx, src, page, pages); {
			case err != nil:
				return edited, err
			case again:
				later = append(later, page)
			default:
				edited++
			}
		}
		l.note(later)
	}
	return edited, nil
}

// noteAll remembers when the leaves say that their pages were last changed.
func noteAll(followed []*leaf) {
	for _, l := range followed {
		l.note(nil)
	}
}

// newestPages are the pages of a leaf that are looked at, those that changed last.
func (l *leaf) newestPages() []Page {
	pages := slices.DeleteFunc(slices.Clone(l.doc.Pages), func(p Page) bool { return p.Modified.IsZero() })
	slices.SortStableFunc(pages, func(a, b Page) int { return b.Modified.Compare(a.Modified) })
	return pages[:min(len(pages), maxItems)]
}

// note remembers when the leaf says that its pages were last changed. Those that are to be read later stay as they were.
func (l *leaf) note(later []Page) {
	if l.doc.Kind != Sitemap {
		return
	}
	before := l.times()
	l.Seen = nil
	for _, page := range l.newestPages() {
		name, at := fingerprint([]byte(page.URL)), uint64(page.Modified.UnixMilli())
		if slices.Contains(later, page) {
			if at = before[name]; at == 0 {
				at = 1 // long ago
			}
		}
		l.Seen = append(l.Seen, Print{name, at})
	}
}

// times are when the leaf last said that its pages were changed, in milliseconds of Unix time, by their names.
func (l *leaf) times() map[uint64]uint64 {
	all := make(map[uint64]uint64, len(l.Seen))
	for _, p := range l.Seen {
		all[p.Name] = p.Content
	}
	return all
}

// moved are the pages of known articles that were changed since the leaf was last read; where it did not name them then,
// since the reading before. A sitemap where most of them changed at once says when it was made, and nothing of its pages.
func (l *leaf) moved(known *sight, since time.Time) (moved []Page) {
	before, ours := l.times(), 0
	for _, page := range l.newestPages() {
		name := fingerprint([]byte(page.URL))
		if _, is := known.content[name]; !is {
			continue
		}
		ours++
		last, named := before[name]
		if !named {
			last = uint64(max(since.UnixMilli(), 0))
		}
		if uint64(page.Modified.UnixMilli()) > last && !(since.IsZero() && !named) {
			moved = append(moved, page)
		}
	}
	if len(moved) > maxReread && 2*len(moved) > ours {
		return nil
	}
	return moved
}

// renew stores an article again with what its page says now; again says that the page could not be had and may be later.
// Where the text may not be passed on, there is nothing to store.
func (r *Reader) renew(ctx context.Context, src Source, page Page, pages *pages) (again bool, err error) {
	shelf, can := r.Shelf.(Kept)
	if !src.whole() || !can {
		r.Log.Info("an article was changed by its publisher; no more than headline and standfirst may be passed on", "feed", src.Name(), "modified", page.Modified)
		return false, nil
	}
	id := articles.DeriveID(src.Name(), page.URL)
	a, err := shelf.Article(ctx, id, 0)
	if errors.Is(err, articles.ErrNotFound) || err == nil && cmp.Or(a.Status, articles.Usable) != articles.Usable {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read an item of %s: %w", src.Name(), err)
	}
	if time.Now().After(pages.until) {
		return true, nil
	}
	found, err := pages.fetch(ctx, a.URL)
	if err != nil {
		r.Log.Info("the page of an article that was changed cannot be read", "feed", src.Name(), "id", id, "err", err)
		return !hopeless(err), nil
	}
	if len(found.Body) == 0 || length(found.Body) < length(a.Body)/2 {
		return false, nil // a page that was taken apart by a notice or a wall, not an edit
	}
	a.Body, a.Modified, a.Seen, a.MayRing = found.Body, page.Modified, r.now(), false
	receipt, err := r.Shelf.Put(ctx, a)
	if err == nil && receipt.New {
		r.Log.Info("article", "feed", src.Name(), "id", receipt.ID, "version", receipt.Version, "headline", a.Headline)
	}
	return false, err
}

// hopeless reports whether asking again would get the same answer.
func hopeless(err error) bool {
	var r *refusal
	return errors.As(err, &r) && r.status < 500 && r.after == 0 || errors.Is(err, errTooLong) || errors.Is(err, extract.ErrNoArticle) || errors.Is(err, extract.ErrNotText)
}
