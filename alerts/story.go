package alerts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
	"github.com/tenbells/tenbells/delivery"
)

// Story is a story as editors see it: its articles, and what was told of it.
type Story struct {
	ID       articles.StoryID
	Begun    time.Time      // when its first article was judged
	Latest   time.Time      // and its last
	Count    int            // of its articles
	Articles []StoryArticle // the newest first; MaxShown at most
	Told     []Alert        // the newest first
}

// StoryArticle is an article of a story, in its newest version.
type StoryArticle struct {
	ID       articles.ID
	Headline string
	Outlet   string // by which it came
	Language string
	Class    delivery.Class
	Judged   time.Time
}

// MaxShown is how many articles of a story are shown.
const MaxShown = 100

// Recently is how far back stories are shown: as long as one takes further articles in.
const Recently = stories.Window

// Headline is that of its newest article.
func (s Story) Headline() string {
	if len(s.Articles) == 0 {
		return ""
	}
	return s.Articles[0].Headline
}

// Outlets are those its shown articles came by, each once.
func (s Story) Outlets() (all []string) {
	for _, a := range s.Articles {
		if a.Outlet != "" && !slices.Contains(all, a.Outlet) {
			all = append(all, a.Outlet)
		}
	}
	return all
}

// Stories is the part of the store where stories are looked up and ruled on.
type Stories interface {
	stories.Rulings
	// Recent answers the stories of which an article was judged since an instant, those with the newest first.
	Recent(ctx context.Context, since time.Time, limit int) ([]Story, error)
	// Story answers one story, or the one that it was merged into; stories.ErrUnknown where no article is of it.
	Story(ctx context.Context, id articles.StoryID) (Story, error)
}

// RecentStories answers the stories with the newest articles.
func (e *Editors) RecentStories(ctx context.Context, limit int) ([]Story, error) {
	return e.Stories.Recent(ctx, e.Now().Add(-Recently), limit)
}

// Story answers one story, or the one that it was merged into; stories.ErrUnknown, with its name, where there is none.
func (e *Editors) Story(ctx context.Context, id articles.StoryID) (Story, error) {
	s, err := e.Stories.Story(ctx, id)
	if errors.Is(err, stories.ErrUnknown) {
		err = fmt.Errorf("%w: %s", stories.ErrUnknown, id)
	}
	return s, err
}

// Merge rules that one story is another, which keeps its name, and answers that one. What was told of either was told of
// it. The desk takes it up within a second. stories.ErrOne says that they are one already.
func (e *Editors) Merge(ctx context.Context, into, from articles.StoryID, by string) (Story, error) {
	if into == from {
		return Story{}, &InvalidError{"from", "is the same story"}
	}
	for _, id := range []articles.StoryID{into, from} { // the record does not say which of them it does not know
		if _, err := e.Story(ctx, id); err != nil {
			return Story{}, err
		}
	}
	return e.rule(ctx, stories.Merge(into, from, by, e.Now()))
}

// Split rules that articles of a story are one of their own, and answers that one. It may ring by itself, as if its
// articles had just been judged.
func (e *Editors) Split(ctx context.Context, of articles.StoryID, ids []articles.ID, by string) (Story, error) {
	story, err := e.Story(ctx, of)
	if err != nil {
		return Story{}, err
	}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	switch {
	case len(ids) == 0:
		return Story{}, &InvalidError{"articles", "name at least one to split off"}
	case len(ids) > stories.MaxSplit:
		return Story{}, &InvalidError{"articles", fmt.Sprintf("are %d; at most %d are split off at once", len(ids), stories.MaxSplit)}
	case len(ids) >= story.Count:
		return Story{}, &InvalidError{"articles", "are all of the story; leave at least one in it"}
	}
	for _, id := range ids {
		v, err := e.File.Verdict(ctx, id, 0)
		if errors.Is(err, ErrNotFound) || err == nil && v.Story != story.ID {
			return Story{}, &InvalidError{"articles", fmt.Sprintf("%s is no article of story %s", id, story.ID)}
		} else if err != nil {
			return Story{}, err
		}
	}
	return e.rule(ctx, stories.Split(ids, by, e.Now()))
}

func (e *Editors) rule(ctx context.Context, r stories.Ruling) (Story, error) {
	r, err := e.Stories.Record(ctx, r)
	switch {
	case errors.Is(err, stories.ErrUnknown): // it has lost its last article meanwhile
		return Story{}, stories.ErrUnknown
	case err != nil:
		return Story{}, err
	}
	return e.Story(ctx, r.Story())
}

// StoryOutline is a story as the API and the command line print it; other programs rely on its form.
type StoryOutline struct {
	ID       articles.StoryID  `json:"id"`
	Headline string            `json:"headline"`
	Begun    time.Time         `json:"begun_at"`
	Latest   time.Time         `json:"latest_at"`
	Count    int               `json:"count"`
	Outlets  []string          `json:"outlets"`
	Articles []OutlinedArticle `json:"articles"`
	Told     []OutlinedAlert   `json:"told"`
}

// OutlinedArticle is an article in a StoryOutline.
type OutlinedArticle struct {
	ID       articles.ID    `json:"id"`
	Headline string         `json:"headline"`
	Outlet   string         `json:"outlet"`
	Language string         `json:"language"`
	Class    delivery.Class `json:"class"`
	Judged   time.Time      `json:"judged_at"`
}

// OutlinedAlert is an alert in a StoryOutline; GET /v1/alerts/{id} has the rest.
type OutlinedAlert struct {
	ID       ID             `json:"id"`
	Headline string         `json:"headline"`
	Class    delivery.Class `json:"class"`
	Status   Status         `json:"status"`
	Created  time.Time      `json:"created_at"`
	Audience int            `json:"audience"`
}

// JSON is the story in its public form.
func (s Story) JSON() StoryOutline {
	out := StoryOutline{
		ID: s.ID, Headline: s.Headline(), Begun: s.Begun.UTC(), Latest: s.Latest.UTC(), Count: s.Count,
		Outlets: append([]string{}, s.Outlets()...), Articles: []OutlinedArticle{}, Told: []OutlinedAlert{},
	}
	for _, a := range s.Articles {
		out.Articles = append(out.Articles, OutlinedArticle(a))
	}
	for _, al := range s.Told {
		out.Told = append(out.Told, OutlinedAlert{
			ID: al.ID, Headline: al.Headline(), Class: al.Class, Status: al.Status, Created: al.Created.UTC(), Audience: al.Audience,
		})
	}
	return out
}
