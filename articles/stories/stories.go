// Package stories names the story of each article: the event that several articles tell of.
//
// The rules are few and careful, since readers are told once a story: what is taken into a story wrongly is not told.
// An article's later versions keep its story. An article that continues another is of its story. The same headline
// within Window, markers like “UPDATE 2-” aside, is the same story; so is one of nearly the same words and the same
// places. All else begins a story, whose ID is derived from the article's own.
//
// An Index gives the same answers to the same articles in the same order, so that after a restart it is rebuilt from
// the store. It looks at the clock of no one but the articles.
package stories

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sync"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// Window is how long after its first article a story takes further ones in by their headlines.
const Window = 48 * time.Hour

// What an Index remembers at most; beyond it, the oldest is forgotten first. A forgotten article is taken for the
// first of its story, which most are.
const (
	maxReports = 20_000  // headlines to compare with
	maxMembers = 100_000 // articles that are not the first of their story, and their story
)

// Index names stories. It is safe for concurrent use; its answers depend on the order of calls.
type Index struct {
	// Where says which places an article is about, for the comparison of headlines. Set it before the first Place.
	// Nil means the places that the newsroom marked.
	Where func(articles.Article) []articles.Place

	mu      sync.Mutex
	now     time.Time // the latest that any article was seen
	members members
	recent  reports
}

// NewIndex makes an index that knows no story.
func NewIndex() *Index {
	return &Index{members: members{of: map[articles.ID]articles.StoryID{}}, recent: newReports()}
}

// IDOf is the story that an article begins.
func IDOf(first articles.ID) articles.StoryID {
	sum := sha256.Sum256([]byte("story\x00" + string(first)))
	return articles.StoryID("s" + hex.EncodeToString(sum[:10]))
}

// Place says which story an article is of, and remembers it.
func (ix *Index) Place(a articles.Article) articles.StoryID {
	places := ix.where(a)
	r := newReport(a, places)
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if a.Seen.After(ix.now) {
		ix.now = a.Seen
	}
	ix.recent.forget(ix.now.Add(-Window))
	r.seen = ix.now
	r.story, r.begun = ix.storyOf(a, r)
	ix.members.add(a.ID, r.story)
	ix.recent.add(r)
	return r.story
}

func (ix *Index) where(a articles.Article) []articles.Place {
	places := a.Places
	if ix.Where != nil {
		places = ix.Where(a)
	}
	return slices.Compact(slices.Sorted(slices.Values(places)))
}

// storyOf decides, and says when the story began.
func (ix *Index) storyOf(a articles.Article, r *report) (articles.StoryID, time.Time) {
	if earlier := ix.recent.byArticle[a.ID]; earlier != nil {
		return earlier.story, earlier.begun
	}
	if story, known := ix.members.of[a.ID]; known {
		return story, r.at
	}
	if a.Evolved != "" && a.Evolved != a.ID {
		return ix.continued(a.Evolved, r)
	}
	if a.Version > 1 {
		return IDOf(a.ID), r.at // an older version was here and is forgotten
	}
	if like := ix.recent.like(r); like != nil {
		return like.story, like.begun
	}
	return IDOf(a.ID), r.at
}

// continued is the story of the article that another continues.
func (ix *Index) continued(earlier articles.ID, r *report) (articles.StoryID, time.Time) {
	if told := ix.recent.byArticle[earlier]; told != nil {
		return told.story, told.begun
	}
	if story, known := ix.members.of[earlier]; known {
		return story, r.at
	}
	return IDOf(earlier), r.at
}

// members are the articles that joined a story which another began.
type members struct {
	of    map[articles.ID]articles.StoryID
	order []articles.ID
}

func (m *members) add(id articles.ID, story articles.StoryID) {
	if _, known := m.of[id]; known || story == IDOf(id) {
		return
	}
	if len(m.order) >= maxMembers {
		delete(m.of, m.order[0])
		m.order = m.order[1:]
	}
	m.of[id] = story
	m.order = append(m.order, id)
}
