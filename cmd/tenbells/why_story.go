package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
)

// storyWhy is why an article is of its story, as its headline and those around it show.
type storyWhy struct {
	Begun   time.Time   `json:"begun_at"`
	Recent  int         `json:"articles"` // of it, of those around
	Nearest []likeStory `json:"nearest"`  // articles of the story, the likest first
	Others  []likeStory `json:"others"`   // the likest of other stories
}

// likeStory is an article that another is like.
type likeStory struct {
	Article  articles.ID          `json:"article"`
	Headline string               `json:"headline"`
	At       time.Time            `json:"at"`
	Is       articles.Development `json:"is"`
	Likeness float64              `json:"likeness"`
	Shares   []string             `json:"shares"`
}

// around is how much is read after an article to explain its story; before it, as much as it was compared with.
const around = stories.Window / 2

// explainStory places the articles around one as the store remembers them, and says what the one has in common with them.
// It is nil where it has no story, or none is near enough to be compared.
func (n *newsroom) explainStory(ctx context.Context, a articles.Article) (*storyWhy, error) {
	index := stories.NewIndex()
	if err := index.Rebuild(ctx, until{n.store, a.Seen.Add(around)}, a.Seen.Add(-stories.Window)); err != nil {
		return nil, err
	}
	e, found := index.Explain(a.ID)
	if !found {
		return nil, nil
	}
	why := storyWhy{Begun: e.Begun.UTC(), Recent: e.Recent}
	why.Nearest, why.Others = likes(e.Nearest), likes(e.Others)
	return &why, nil
}

func likes(members []stories.Member) []likeStory {
	all := make([]likeStory, len(members))
	for i, m := range members {
		all[i] = likeStory{m.Article, m.Headline, m.At.UTC(), m.Is, m.Likeness, m.Why}
	}
	return all
}

// until is what the store remembers up to an instant.
type until struct {
	stories.Past
	last time.Time
}

// Placed ends with what was seen at that instant.
func (u until) Placed(ctx context.Context, after articles.Seq, limit int) ([]stories.Placed, error) {
	some, err := u.Past.Placed(ctx, after, limit)
	for i, p := range some {
		if p.Article.Seen.After(u.last) {
			return some[:i], err
		}
	}
	return some, err
}

// lines are the explanation for people: the nearest with what they share, then what else it is like.
func (w *storyWhy) lines() (all []string) {
	if w == nil {
		return nil
	}
	for _, m := range w.Nearest {
		what := string(m.Article)
		if m.Is != "" {
			what += ", " + string(m.Is)
		}
		all = append(all, fmt.Sprintf("%s: “%s”", what, m.Headline), "  "+strings.Join(m.Shares[min(1, len(m.Shares)):], "; "))
	}
	if len(w.Nearest) == 0 {
		all = append(all, fmt.Sprintf("no other article of it is like this one, of %d around", w.Recent-1))
	}
	if len(w.Others) > 0 {
		m := w.Others[0]
		all = append(all, fmt.Sprintf("of other stories, the likest is %s: “%s”", m.Article, m.Headline), "  "+strings.Join(m.Shares[min(1, len(m.Shares)):], "; "))
	}
	return all
}
