// Package stories names the story of each article, the event that several articles tell of, and says what the article
// brings to it: nothing, a better version, or a turn.
//
// An article's later versions keep its story. An article that continues another is of its story. All else is compared
// with what came in the last two days: common words by how rare they are, names, numbers, groups of letters, time, and
// the text below the headline where there is one; likeness.go has the weights, and each answer says in words what it
// rests on. How rare a word is is learned from the articles as they come, and so is whether one outlet writes or many: of
// many, stories are compared as wholes (crowd.go).
//
// An Index gives the same answers to the same articles in the same order. After a restart it is rebuilt from what the
// store remembers of its answers and of what editors ruled. It looks at the clock of no one but the articles.
package stories

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sync"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// Window is how long after its latest article a story takes further ones in; Age is how long after its first.
const (
	Window = 48 * time.Hour
	Age    = 7 * 24 * time.Hour
)

// What an Index remembers at most; beyond it, the oldest is forgotten first. A forgotten article is taken for the
// first of its story, which most are.
const (
	maxReports = 50_000  // headlines to compare with
	maxMembers = 100_000 // articles that are not the first of their story, and their story
)

// Index names stories. It is safe for concurrent use; its answers depend on the order of calls.
type Index struct {
	mu      sync.Mutex
	now     time.Time // the latest that any article was seen
	members members
	recent  reports
	merged  map[articles.StoryID]articles.StoryID
	former  map[articles.StoryID][]articles.StoryID // the other way round: what was merged into a story
	ruled   int64                                   // number of the last ruling in effect
}

// NewIndex makes an index that knows no story.
func NewIndex() *Index {
	return &Index{
		members: members{of: map[articles.ID]articles.StoryID{}}, recent: newReports(),
		merged: map[articles.StoryID]articles.StoryID{}, former: map[articles.StoryID][]articles.StoryID{},
	}
}

// IDOf is the story that an article begins.
func IDOf(first articles.ID) articles.StoryID {
	sum := sha256.Sum256([]byte("story\x00" + string(first)))
	return articles.StoryID("s" + hex.EncodeToString(sum[:10]))
}

// Place says which story an article is of, and remembers it.
func (ix *Index) Place(a articles.Article, places []articles.Place) articles.StoryID {
	return ix.Take(a, places).Story
}

// Take says which story an article is of and what it brings to it, and remembers both.
func (ix *Index) Take(a articles.Article, places []articles.Place) Placement {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	return ix.take(a, places, "")
}

// take is Take; known is the story that the article is known to be of, "" when nobody has said so yet.
func (ix *Index) take(a articles.Article, places []articles.Place, known articles.StoryID) Placement {
	if a.Seen.After(ix.now) {
		ix.now = a.Seen
	}
	ix.recent.forget(ix.now.Add(-Window), maxReports-1)
	r := ix.recent.read(a, slices.Compact(slices.Sorted(slices.Values(places))))
	r.seen = ix.now
	var found []candidate
	if known == "" || ix.samples(a.ID) {
		found = ix.recent.candidates(r)
	}
	p := Placement{Story: known}
	if known == "" {
		p = ix.decide(a, r, found)
	}
	p.Story = ix.forwarded(p.Story)
	p.Merged = slices.Clone(ix.former[p.Story])
	r.is = p.Is
	s := ix.storyOf(p.Story, r.at)
	if ix.samples(a.ID) {
		ix.recent.count(r, found)
	}
	if known == "" {
		p.Heat = ix.recent.heat(r, s, found)
	}
	ix.members.add(a.ID, p.Story)
	ix.recent.add(r, s)
	return p
}

// samples chooses one article in so many by its name, of few more than of many.
func (ix *Index) samples(id articles.ID) bool {
	sum, every := uint(0), uint(sampledOften)
	for _, b := range []byte(id) {
		sum = sum*31 + uint(b)
	}
	if len(ix.recent.queue) > manyReports {
		every = sampled
	}
	return sum%every == 0
}

// One article in so many is counted, and how many remembered ones are many.
const (
	sampledOften = 2
	sampled      = 32
	manyReports  = 2000
)

// storyOf is what is remembered of a story; it begins now if nothing is.
func (ix *Index) storyOf(id articles.StoryID, now time.Time) *story {
	if s := ix.recent.stories[id]; s != nil {
		return s
	}
	return &story{id: id, begun: now}
}

// decide finds an article's story, and what the article brings to it.
func (ix *Index) decide(a articles.Article, r *report, found []candidate) Placement {
	if earlier := ix.recent.byArticle[a.ID]; earlier != nil {
		return develop(r, earlier.story, earlier, "a later version of the same article")
	}
	if story, known := ix.members.of[a.ID]; known {
		return ix.later(r, story, "a later version of an article of long ago")
	}
	if a.Evolved != "" && a.Evolved != a.ID {
		return ix.continued(a.Evolved, r)
	}
	if a.Version > 1 {
		return ix.later(r, IDOf(a.ID), "a later version of an article of long ago") // an older version was here and is forgotten
	}
	if len(r.words) < minSame {
		return Placement{Story: IDOf(a.ID), Is: First, Evidence: []string{"the headline is too short to be compared"}}
	}
	if same := ix.recent.same(r); same != nil {
		return develop(r, same.story, same, "the same headline as "+quoted(same.shown))
	}
	if bids := ix.recent.bids(r, found); len(bids) > 0 && bids[0].score >= 0 {
		return develop(r, bids[0].story, bids[0].near.report, bids[0].why(r)...)
	}
	return Placement{Story: IDOf(a.ID), Is: First, Evidence: []string{"nothing recent is like it"}}
}

// later is a further version of an article whose story is known and whose text is forgotten.
func (ix *Index) later(r *report, id articles.StoryID, why string) Placement {
	return develop(r, ix.storyOf(ix.forwarded(id), r.at), nil, why)
}

// continued places an article that continues another.
func (ix *Index) continued(earlier articles.ID, r *report) Placement {
	const why = "the newsroom says that it continues an earlier article"
	if told := ix.recent.byArticle[earlier]; told != nil {
		return develop(r, told.story, told, why)
	}
	if story, known := ix.members.of[earlier]; known {
		return ix.later(r, story, why)
	}
	return ix.later(r, IDOf(earlier), why)
}

// same is the first recent report with the headline of r.
func (rs *reports) same(r *report) *report {
	for _, other := range rs.byHeadline[r.headline] {
		if gap(r.at, other.at) <= Window && other.takesIn(r.at) {
			return other
		}
	}
	return nil
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
	m.set(id, story)
}

// set says which story an article is of, whatever was known.
func (m *members) set(id articles.ID, story articles.StoryID) {
	if _, known := m.of[id]; known {
		m.of[id] = story
		return
	}
	if len(m.order) >= maxMembers {
		delete(m.of, m.order[0])
		m.order = m.order[1:]
	}
	m.of[id] = story
	m.order = append(m.order, id)
}
