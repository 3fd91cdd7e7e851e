package stories

import (
	"cmp"
	"slices"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// Member is an article of a story, as an editor sees it.
type Member struct {
	Article  articles.ID
	Headline string
	At       time.Time
	Is       Development
	Likeness float64  // of the headlines: 1 the same words, 0 none in common
	Why      []string // what it has in common with the article that was asked for
}

// Explanation says why an article is of its story.
type Explanation struct {
	Story   articles.StoryID
	Begun   time.Time
	Recent  int      // articles of it that are remembered
	Nearest []Member // the likest of them, the best first
	Others  []Member // the likest articles of other stories: what it might have been taken for
}

// shownMost is how many articles an explanation shows of each kind.
const shownMost = 5

// Explain says why a recent article is of its story, and what else it is like; false if it is not remembered.
func (ix *Index) Explain(id articles.ID) (Explanation, bool) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	r := ix.recent.byArticle[id]
	if r == nil {
		return Explanation{}, false
	}
	ix.recent.came++ // what was worked out for the last article is not for this one
	r.asked = ix.recent.came
	e := Explanation{Story: r.story.id, Begun: r.story.begun, Recent: len(r.story.recent)}
	found := ix.recent.candidates(r)
	found = found[:min(len(found), closest)]
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	for _, c := range found {
		list := &e.Others
		if c.story == r.story {
			list = &e.Nearest
		}
		if len(*list) < shownMost {
			b := bid{story: c.story, near: c}
			*list = append(*list, Member{c.article, c.shown, c.at, c.is, c.cosine, b.why(r)})
		}
	}
	return e, true
}
