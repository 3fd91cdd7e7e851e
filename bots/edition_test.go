package bots_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// editionOf stores a digest that tells articles, under their stories as they are now.
func (n *newsroom) editionOf(id delivery.ContentID, headlines ...string) {
	n.t.Helper()
	c := delivery.Content{Kind: delivery.DigestContent, Class: delivery.Digest, Language: "en"}
	for _, headline := range headlines {
		article := articles.DeriveID("test", headline)
		c.Items = append(c.Items, delivery.Item{Story: "story-of-" + string(article), Article: string(article), Headline: headline})
	}
	n.must(n.store.SaveContent(context.Background(), id, 1, c))
}

func (n *newsroom) press(name, button string) bots.Answer {
	n.t.Helper()
	q := personas[name].request("en")
	q.Button = button
	a, err := n.desk.Answer(context.Background(), q)
	n.must(err)
	return a
}

// Whoever follows a story of yesterday's digest hears what comes of it, whatever editors have made of the story since.
func TestAStoryIsFollowedAsEditorsHaveRuledSince(t *testing.T) {
	n, ctx := openNewsroom(t), context.Background()
	n.article("Flood", "RU")
	n.article("Storm", "RU")
	flood, storm := articles.DeriveID("test", "Flood"), articles.DeriveID("test", "Storm")
	n.editionOf("edition/e1", "Flood", "Storm")
	q := personas["reader"].request("en")
	q.Command, q.Args = "start", "place_RU"
	if _, err := n.desk.Answer(ctx, q); err != nil {
		t.Fatal(err)
	}
	into, from := articles.StoryID("story-of-"+flood), articles.StoryID("story-of-"+storm)
	_, err := n.store.Rulings().Record(ctx, stories.Merge(into, from, "editor", n.now))
	n.must(err)
	n.press("reader", "keep:edition/e1:1")
	if s := n.subscriber("reader"); !slices.Contains(s.Follow, subscriptions.StoryKey(into)) || slices.Contains(s.Follow, subscriptions.StoryKey(from)) {
		t.Errorf("after a merge %q is followed, want %s", s.Follow, into)
	}
	split, err := n.store.Rulings().Record(ctx, stories.Split([]articles.ID{storm}, "editor", n.now.Add(time.Second)))
	n.must(err)
	n.press("reader", "keep:edition/e1:1")
	if s := n.subscriber("reader"); !slices.Contains(s.Follow, subscriptions.StoryKey(split.Story())) {
		t.Errorf("after a split %q is followed, want %s", s.Follow, split.Story())
	}
}

// The buttons below a digest show nothing that was taken back since.
func TestWhatWasWithdrawnIsNotOpened(t *testing.T) {
	n, ctx := openNewsroom(t), context.Background()
	n.article("Flood", "RU")
	n.article("Storm", "RU")
	n.editionOf("edition/e1", "Flood", "Storm")
	says := func(button string) string { return strings.Join(written(n.press("reader", button)), "\n") }
	for _, button := range []string{"open:edition/e1:1", "rest:edition/e1:0"} {
		if text := says(button); !strings.Contains(text, "Storm") || strings.Contains(text, "Withdrawn") {
			t.Errorf("%s shows\n%s", button, text)
		}
	}
	_, err := n.store.Put(ctx, articles.Article{
		ID: articles.DeriveID("test", "Storm"), Source: "folder", Way: articles.ByFolder, Status: articles.Cancelled, Language: "en",
		Headline: "Storm", Published: n.now, Seen: n.now,
	})
	n.must(err)
	for _, button := range []string{"open:edition/e1:1", "rest:edition/e1:0"} {
		if text := says(button); strings.Contains(text, "Storm") || !strings.Contains(text, "Withdrawn") {
			t.Errorf("after it was cancelled %s shows\n%s", button, text)
		}
	}
	if text := says("rest:edition/e1:0"); !strings.Contains(text, "Flood") {
		t.Errorf("the other is gone, too:\n%s", text)
	}
}
