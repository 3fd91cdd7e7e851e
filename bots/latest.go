package bots

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/digest"
	"github.com/tenbells/tenbells/subscriptions"
)

const (
	latestWindow = 48 * time.Hour // how far /latest looks back
	latestRead   = 300            // how many articles it looks at
	latestShown  = 6              // how many stories it shows
)

// latest shows the newest stories of what this chat follows.
func (v *visit) latest(ctx context.Context, _ string) (Answer, error) {
	now := v.r.Now()
	judged, err := v.r.Archive.Between(ctx, now.Add(-latestWindow), now.Add(time.Second), latestRead)
	if err != nil {
		return Answer{}, fmt.Errorf("read the latest articles: %w", err)
	}
	items := v.stories(judged)
	if len(items) == 0 {
		return v.tell("latest-none"), nil
	}
	card := Card{
		Lines:   []Line{{Text: v.say("latest-title"), Strong: true}, {Text: v.followed(v.here()), Quiet: true}},
		Items:   items,
		Buttons: [][]Button{{{Label: v.say("choose-topics"), Data: "topics"}, {Label: v.say("settings"), Data: "settings"}}},
	}
	return v.show(card), nil
}

// stories are the newest stories for this chat, each by its newest article, with how many reports there are on it.
func (v *visit) stories(judged []digest.Judged) []delivery.Item {
	s, place := v.here(), map[string]int{}
	var items []delivery.Item
	for _, j := range judged {
		if !wants(s, j) {
			continue
		}
		story := cmp.Or(string(j.Findings.Story), string(j.Article.ID))
		if at, seen := place[story]; seen {
			items[at].Reports++
			continue
		}
		place[story] = len(items)
		items = append(items, item(j))
	}
	return items[:min(len(items), latestShown)]
}

func item(j digest.Judged) delivery.Item {
	a := j.Article
	standfirst := a.Standfirst
	if standfirst == "" && len(a.Body) > 0 && !a.Excerpt {
		standfirst = a.Body[0]
	}
	return delivery.Item{
		Story: string(j.Findings.Story), Article: string(a.ID), Batch: j.Alert, Headline: a.Headline, Standfirst: standfirst,
		Credit: cmp.Or(a.Outlet, a.Credit), URL: a.URL, Reports: 1, Published: a.Published,
	}
}

// wants says whether an article is for s: in a language they read, about something they follow, nothing they mute.
func wants(s subscriptions.Subscriber, j digest.Judged) bool {
	return subscriptions.ReadsLanguage(s.Reads, cmp.Or(j.Article.Language, j.Findings.Language)) &&
		subscriptions.MatterOf(j.Article, j.Findings).Wanted(s.Follow, s.Exclude)
}

// open shows one story of a digest as a card of its own, below the digest.
func (v *visit) open(ctx context.Context, arg string) (Answer, error) {
	id, n, _ := itemOf(arg)
	card, err := v.storyCard(ctx, id, n, nil)
	return Answer{Card: card}, err
}

// rest shows the stories that did not fit into a digest as a card of its own.
func (v *visit) rest(ctx context.Context, arg string) (Answer, error) {
	card, err := v.pageCard(ctx, arg)
	return Answer{Card: card}, err
}

// page is rest, in the place of the card whose button was pressed.
func (v *visit) page(ctx context.Context, arg string) (Answer, error) {
	card, err := v.pageCard(ctx, arg)
	return Answer{Card: card, Replace: true}, err
}

// item shows one story of a page; arg is "content:page:item".
func (v *visit) item(ctx context.Context, arg string) (Answer, error) {
	page, n, _ := itemOf(arg)
	id, from, _ := itemOf(string(page))
	back := []Button{{Label: v.say("back"), Data: pageData("page", id, from)}}
	card, err := v.storyCard(ctx, id, n, back)
	return Answer{Card: card, Replace: true}, err
}

func pageData(name string, id delivery.ContentID, n int) string {
	return fitting(name + ":" + string(id) + ":" + strconv.Itoa(n))
}

// edition is what a digest held. One that is not kept any more is a plea: the person cannot mend it, but is told.
func (v *visit) edition(ctx context.Context, id delivery.ContentID, n int) (delivery.Content, error) {
	c, _, err := v.r.Library.Content(ctx, id)
	if err != nil {
		return c, fmt.Errorf("open %s: %w", id, err)
	}
	if n < 0 || n >= len(c.Items) {
		return c, please("story-gone")
	}
	c.Items, err = v.stillTold(ctx, c.Items)
	return c, err
}

// stillTold are a digest's stories as they may be shown now: of one whose article was withdrawn since, that alone.
func (v *visit) stillTold(ctx context.Context, items []delivery.Item) ([]delivery.Item, error) {
	ids := make([]articles.ID, len(items))
	for i, item := range items {
		ids[i] = articles.ID(item.Article)
	}
	gone, err := v.r.Library.Withdrawn(ctx, ids)
	if err != nil || len(gone) == 0 {
		return items, err
	}
	items = slices.Clone(items)
	for i, id := range ids {
		if gone[id] {
			items[i] = delivery.Item{Headline: v.say("status-recalled")}
		}
	}
	return items, nil
}

func (v *visit) storyCard(ctx context.Context, id delivery.ContentID, n int, back []Button) (*Card, error) {
	c, err := v.edition(ctx, id, n)
	if err != nil {
		return nil, err
	}
	it, row := c.Items[n], []Button(nil)
	if it.URL != "" {
		row = append(row, Button{Label: v.say("read"), URL: it.URL})
	}
	if data := pageData("keep", id, n); it.Story != "" && data != "" {
		row = append(row, Button{Label: v.say("follow-story"), Data: data})
	}
	card := &Card{Items: []delivery.Item{it}}
	if len(row) > 0 {
		card.Buttons = append(card.Buttons, row)
	}
	card.Buttons = append(card.Buttons, append(back, Button{Label: v.say("close"), Data: "close"}))
	return card, nil
}

// pageSize is how many stories a page shows: one row of numbers.
const pageSize = 5

func (v *visit) pageCard(ctx context.Context, arg string) (*Card, error) {
	id, from, _ := itemOf(arg)
	c, err := v.edition(ctx, id, from)
	if err != nil {
		return nil, err
	}
	until := min(from+pageSize, len(c.Items))
	card := &Card{Items: c.Items[from:until]}
	var numbers []Button
	for i := from; i < until; i++ {
		if data := pageData("item", delivery.ContentID(fmt.Sprintf("%s:%d", id, from)), i); data != "" {
			numbers = append(numbers, Button{Label: strconv.Itoa(i - from + 1), Data: data})
		}
	}
	if len(numbers) > 0 {
		card.Buttons = append(card.Buttons, numbers)
	}
	var row []Button
	if until < len(c.Items) {
		row = append(row, Button{Label: v.say("more-stories", "count", len(c.Items)-until), Data: pageData("page", id, until)})
	}
	card.Buttons = append(card.Buttons, append(row, Button{Label: v.say("close"), Data: "close"}))
	return card, nil
}

// followItem follows one story of a digest.
func (v *visit) followItem(ctx context.Context, arg string) (Answer, error) {
	id, n, _ := itemOf(arg)
	c, err := v.edition(ctx, id, n)
	if err != nil {
		return Answer{}, err
	}
	story, err := v.storyNow(ctx, c.Items[n])
	if err != nil {
		return Answer{}, err
	}
	return v.followStory(ctx, story)
}

// storyNow is the story that a digest's article is of: an editor may have merged it into another, or split it off, since.
func (v *visit) storyNow(ctx context.Context, item delivery.Item) (string, error) {
	verdict, err := v.r.Editors.File.Verdict(ctx, articles.ID(item.Article), 0)
	switch {
	case errors.Is(err, alerts.ErrNotFound):
		return item.Story, nil
	case err != nil:
		return "", err
	}
	return string(verdict.Story), nil
}
