// Package stories names the story of each article: the event that several articles tell of.
//
// The rules are few and careful, since readers are told once a story: what is taken into a story wrongly is not told.
// An article's later versions keep its story. An article that continues another is of its story. The same headline
// within Window, markers like “UPDATE 2-” aside, is the same story; so is one of nearly the same words and the same
// places. All else begins a story, whose ID is derived from the article's own.
//
// An Index gives the same answers to the same articles in the same order. After a restart it is rebuilt from what the
// store remembers of its answers, and gives those that the old one would have given. It looks at the clock of no one but
// the articles.
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

// Place says which story an article is of, and remembers it. Headlines that are nearly the same are compared among
// articles about the same places.
func (ix *Index) Place(a articles.Article, places []articles.Place) articles.StoryID {
	return ix.place(a, places, "")
}

// place is Place; told is the story that the article is known to be of, "" when nobody has said so yet.
func (ix *Index) place(a articles.Article, places []articles.Place, told articles.StoryID) articles.StoryID {
	r := newReport(a, slices.Compact(slices.Sorted(slices.Values(places))))
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if a.Seen.After(ix.now) {
		ix.now = a.Seen
	}
	ix.recent.forget(ix.now.Add(-Window))
	r.seen = ix.now
	if told == "" {
		r.story, r.begun = ix.storyOf(a, r)
	} else {
		r.story, r.begun = told, ix.begunOf(a, r, told)
	}
	ix.members.add(a.ID, r.story)
	ix.recent.add(r)
	return r.story
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

// begunOf says when a story began that an article is known to be of: what storyOf said of it.
func (ix *Index) begunOf(a articles.Article, r *report, story articles.StoryID) time.Time {
	if earlier := ix.recent.byArticle[a.ID]; earlier != nil {
		return earlier.begun
	}
	_, joined := ix.members.of[a.ID]
	if joined || a.Version > 1 || story == IDOf(a.ID) {
		return r.at
	}
	if a.Evolved != "" {
		_, begun := ix.continued(a.Evolved, r)
		return begun
	}
	return ix.recent.begun(story, r.at)
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
