package bots_test

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/topics"
	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
	"github.com/tenbells/tenbells/subscriptions"
)

// newsroom is a reception over a real store, with a clock that stands until it is moved.
type newsroom struct {
	t     *testing.T
	store *store.Store
	desk  *bots.Reception
	now   time.Time
	log   strings.Builder

	folder string // where the database lies
}

// openTopics reads the topics once for all tests.
var openTopics = sync.OnceValues(func() (*topics.Catalogue, error) { return topics.New(nil) })

// morning is a Monday, 29 April 2013, 18:40 in UTC.
var morning = time.Date(2013, 4, 29, 18, 40, 0, 0, time.UTC)

func openNewsroom(t *testing.T) *newsroom {
	t.Helper()
	url := storetest.SQLiteURL(t)
	n := &newsroom{t: t, store: storetest.Open(t, url), now: morning, folder: filepath.Dir(strings.TrimPrefix(url, "sqlite:"))}
	catalogue, err := openTopics()
	n.must(err)
	clock := func() time.Time { return n.now }
	n.desk = bots.NewReception(bots.Config{
		Book: n.store.Book(), Library: n.store, Archive: n.store, Told: n.store, Topics: catalogue,
		Editors: &alerts.Editors{
			File: n.store.Alerts(), Audience: n.store.Book(), Record: n.store, Stories: n.store.Rulings(), Topics: catalogue, Outlet: "Radio Svoboda",
			Rate: func(delivery.Lane) float64 { return 30 }, Now: clock,
		},
		Staff: func(_ context.Context, p delivery.Platform, person string) alerts.Role {
			return map[string]alerts.Role{"700": alerts.Publisher, "701": alerts.Publisher, "702": alerts.Editor}[person]
		},
		Enlist: func(_ context.Context, p delivery.Platform, person, code string) error {
			if code == "k7mq2rt5xw4a" {
				return nil
			}
			return alerts.ErrNoCode
		},
		Signature: func(_ delivery.Platform, person string) string { return "editor " + person },
		Outlet:    "Radio Svoboda", Where: "https://svoboda.example/telegram",
		Log: slog.New(slog.NewTextHandler(io.MultiWriter(&n.log, t.Output()), nil)), Now: clock,
	})
	return n
}

// alert stores an alert as the desk would.
func (n *newsroom) alert(id alerts.ID, headline string, follow ...subscriptions.Key) alerts.Alert {
	n.t.Helper()
	al, _, err := n.store.Alerts().Create(context.Background(), alerts.Alert{
		ID: id, Status: alerts.Sent, Class: delivery.Bulletin, Version: 1, Versions: map[string]alerts.Wording{"en": {Headline: headline}},
		Article: "a1", Revision: 1, Story: "s1", Reasons: []string{"Marked “Breaking News” by Radio Svoboda."}, Credit: "Radio Svoboda",
		Because: []alerts.Reason{{Key: "marked", Words: map[string]string{"label": "Breaking News", "by": "Radio Svoboda"}}},
		Follow:  follow, By: "newsroom", Created: n.now, SendAt: n.now, Expires: n.now.Add(time.Hour), AllOwed: true,
	}, nil)
	if err != nil {
		n.t.Fatal(err)
	}
	return al
}

// judged offers an article to editors for what the judge finds in it, as n-judged. An older version found something, too.
func (n *newsroom) judged(language, headline string) {
	n.t.Helper()
	v := alerts.Judge{Pace: alerts.Pace{Outlets: 4, Items: 21}}.Judge(articles.Article{
		ID: "judged", Language: language, Headline: headline, Standfirst: "…", MayRing: true, Seen: n.now, Published: n.now.Add(-75 * time.Minute),
	}, articles.Findings{}, n.now)
	_, _, err := n.store.Alerts().Create(context.Background(), alerts.Alert{
		ID: "n-judged", Status: alerts.Draft, Class: v.Class, Version: 1, Versions: map[string]alerts.Wording{language: {Headline: headline}},
		Article: "judged", Revision: 1, Reasons: append(v.Reasons, "It is told in the old way."), Because: v.Because, Follow: []subscriptions.Key{"place:RU"},
		By: "newsroom", Created: n.now, Published: n.now, SendAt: n.now, Expires: n.now.Add(time.Hour), Offer: &alerts.Offer{Until: n.now.Add(time.Hour)},
	}, nil)
	n.must(err)
}

// edition stores a digest of stories.
func (n *newsroom) edition(id delivery.ContentID, headlines ...string) {
	n.t.Helper()
	c := delivery.Content{Kind: delivery.DigestContent, Class: delivery.Digest, Language: "en"}
	for i, headline := range headlines {
		c.Items = append(c.Items, delivery.Item{
			Story: "s" + string(rune('a'+i)), Headline: headline, Standfirst: "What is known.", Credit: "Radio Svoboda", URL: "https://svoboda.example/1",
		})
	}
	if err := n.store.SaveContent(context.Background(), id, 1, c); err != nil {
		n.t.Fatal(err)
	}
}

// article publishes one article about a place, and has it judged.
func (n *newsroom) article(headline string, place articles.Place) {
	n.t.Helper()
	a := articles.Article{
		ID: articles.DeriveID("test", headline), Source: "folder", Way: articles.ByFolder, Status: articles.Usable, Language: "en",
		Headline: headline, Standfirst: "What is known.", Outlet: "Radio Svoboda", Published: n.now, Seen: n.now,
	}
	r, err := n.store.Put(context.Background(), a)
	if err == nil {
		err = n.store.Alerts().SaveVerdict(context.Background(), alerts.Verdict{
			Article: r.ID, Version: r.Version, Seq: r.Seq, Class: delivery.Routine, At: n.now,
			Findings: articles.Findings{Language: "en", Places: []articles.Place{place}, Story: articles.StoryID("story-of-" + r.ID)},
		})
	}
	if err != nil {
		n.t.Fatal(err)
	}
}

// ofStory publishes an article of a story, and tells it or offers it to editors; the alert has its article's name.
func (n *newsroom) ofStory(story articles.StoryID, headline string, offer *alerts.Offer) {
	n.t.Helper()
	ctx := context.Background()
	a := articles.Article{
		ID: articles.ID(strings.ToLower(strings.Fields(headline)[0])), Source: "folder", Way: articles.ByFolder, Status: articles.Usable, Language: "en",
		Headline: headline, Published: n.now, Seen: n.now,
	}
	r, err := n.store.Put(ctx, a)
	n.must(err)
	n.must(n.store.Alerts().SaveVerdict(ctx, alerts.Verdict{
		Article: r.ID, Version: r.Version, Seq: r.Seq, Class: delivery.Urgent, At: n.now, Findings: articles.Findings{Language: "en", Story: story},
	}))
	al := alerts.Alert{
		ID: alerts.ID("n-" + r.ID), Status: alerts.Sent, Class: delivery.Urgent, Version: 1, Versions: map[string]alerts.Wording{"en": {Headline: headline}},
		Article: r.ID, Revision: 1, Story: story, Reasons: []string{"Two outlets told of it."}, Follow: []subscriptions.Key{"place:RU"},
		By: "newsroom", Created: n.now, Published: n.now, SendAt: n.now, Expires: n.now.Add(time.Hour), Offer: offer,
	}
	if offer != nil {
		al.Status = alerts.Draft
	}
	_, _, err = n.store.Alerts().Create(ctx, al, nil)
	n.must(err)
}

// tell delivers an alert to a persona.
func (n *newsroom) tell(name string, id alerts.ID) {
	n.t.Helper()
	s, lane := n.subscriber(name), personas[name].chat.Lane()
	ctx, key := context.Background(), delivery.SendKey(id.Batch(), s.ID)
	content := delivery.Content{Kind: delivery.AlertContent, Batch: id.Batch(), Class: delivery.Bulletin, Headline: "told"}
	err := n.store.SaveContent(ctx, id.Content("en"), 1, content)
	n.must(err)
	_, err = n.store.Owe(ctx, []delivery.Message{{Key: key, Batch: id.Batch(), Lane: lane, Subscriber: s.ID, Op: delivery.Send,
		Class: delivery.Bulletin, Due: n.now, Content: id.Content("en")}})
	n.must(err)
	lease, err := n.store.Acquire(ctx, "lane/"+string(lane), "test", time.Hour)
	n.must(err)
	claim, err := n.store.Turn(ctx, lease, lane, n.now, nil, 1)
	n.must(err)
	if len(claim.Parcels) != 1 {
		n.t.Fatalf("claimed %d messages, want one", len(claim.Parcels))
	}
	receipt := delivery.Receipt{Key: key, Subscriber: s.ID, State: delivery.Sent, MessageID: "1", Version: 1, At: n.now}
	_, err = n.store.Turn(ctx, lease, lane, n.now, []delivery.Receipt{receipt}, 0)
	n.must(err)
	n.must(n.store.Release(ctx, lease))
}

func (n *newsroom) must(err error) {
	n.t.Helper()
	if err != nil {
		n.t.Fatal(err)
	}
}

// persona is somebody who speaks to the bot.
type persona struct {
	chat   delivery.Address
	person string
	admin  bool
}

// personas are those who appear in conversations, by name.
var personas = map[string]persona{
	"reader":  {private("100"), "100", true},
	"another": {private("101"), "101", true},
	"editor":  {private("700"), "700", true},
	"second":  {private("701"), "701", true},
	"junior":  {private("702"), "702", true},
	"admin":   {group("-500"), "100", true},
	"member":  {group("-500"), "102", false},
	"server":  {delivery.Address{Platform: delivery.Discord, Bot: "main", Guild: "900", Chat: "901", Kind: delivery.Channel}, "100", true},
	"discord": {delivery.Address{Platform: delivery.Discord, Bot: "main", Chat: "100", Kind: delivery.DM}, "100", true},
}

func private(chat string) delivery.Address {
	return delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: chat, Kind: delivery.Private}
}

func group(chat string) delivery.Address {
	return delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: chat, Kind: delivery.Group}
}

func (p persona) request(language string) bots.Request {
	return bots.Request{Chat: p.chat, Person: p.person, Admin: p.admin, Language: language}
}

// subscriber is what the book knows of a persona.
func (n *newsroom) subscriber(name string) subscriptions.Subscriber {
	n.t.Helper()
	s, err := n.store.Book().Find(context.Background(), personas[name].chat)
	if err != nil {
		n.t.Fatalf("find %s: %v", name, err)
	}
	return s
}
