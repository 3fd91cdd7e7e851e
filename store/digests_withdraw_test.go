package store_test

import (
	"log/slog"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/digest"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
	"github.com/tenbells/tenbells/subscriptions"
)

// A digest waits for its turn, or for the end of a halt, while the newsroom takes back what it is to tell.
func TestWhatIsTakenBackIsInNoDigestThatIsStillToBeSent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		now := time.Now().UTC()
		lease, err := s.Acquire(ctx, "lane/telegram/main", "test", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		publish := func(name string, place articles.Place) {
			a := articles.Article{
				ID: articles.ID(name), Source: "folder", Way: articles.ByFolder, Status: articles.Usable, Language: "en",
				Headline: name, Published: now.Add(-time.Hour), Seen: now.Add(-time.Hour),
			}
			put, err := s.Put(ctx, a)
			if err != nil {
				t.Fatal(err)
			}
			v := alerts.Verdict{Article: a.ID, Version: put.Version, Seq: put.Seq, Class: delivery.Urgent, At: now.Add(-time.Hour),
				Findings: articles.Findings{Language: "en", Places: []articles.Place{place}, Story: articles.StoryID("of " + name)}}
			if err := s.Alerts().SaveVerdict(ctx, v); err != nil {
				t.Fatal(err)
			}
		}
		publish("flood", "RU")
		publish("storm", "RU")
		publish("quake", "SY")
		reader := func(chat int, follow ...subscriptions.Key) subscriptions.ID {
			sub, err := s.Book().Save(ctx, subscriptions.Subscriber{
				Address: delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: strconv.Itoa(chat), Kind: delivery.Private},
				Status:  subscriptions.Active, Language: "en", Zone: "UTC", Follow: follow, Least: delivery.Flash,
				Digest: []string{"0 8 * * *"}, NextDigest: now.Add(-time.Minute), LastDigest: now.Add(-2 * time.Hour),
			})
			if err != nil {
				t.Fatal(err)
			}
			return sub.ID
		}
		all, russia, syria, first := reader(1), reader(2, "place:RU"), reader(3, "place:SY"), reader(4)
		press := &digest.Press{Rounds: s, Archive: s, Outbox: s, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now }}
		if err := press.Run(ctx); err != nil {
			t.Fatal(err)
		}

		tells := func(ps []delivery.Parcel) map[subscriptions.ID][]string {
			got := map[subscriptions.ID][]string{}
			for _, p := range ps {
				for i, item := range p.Body.Items {
					if !slices.Contains(p.Omit, i) {
						got[p.Subscriber] = append(got[p.Subscriber], item.Article)
					}
				}
				slices.Sort(got[p.Subscriber])
			}
			return got
		}
		flying, err := s.Turn(ctx, lease, "telegram/main", now, nil, 1)
		if err != nil || len(flying.Parcels) != 1 {
			t.Fatalf("%d on their way (%v)", len(flying.Parcels), err)
		}
		for range 2 { // which may be repeated
			for _, article := range []articles.ID{"storm", "quake", "none"} {
				if err := s.Withdraw(ctx, article); err != nil {
					t.Fatal(err)
				}
			}
		}
		again := delivery.Receipt{Key: flying.Parcels[0].Key, Subscriber: flying.Parcels[0].Subscriber, State: delivery.Queued, Due: now.Add(-time.Second)}
		claim, err := s.Turn(ctx, lease, "telegram/main", now, []delivery.Receipt{again}, 10)
		if err != nil {
			t.Fatal(err)
		}
		got := tells(claim.Parcels)
		for _, id := range []subscriptions.ID{all, russia, first} {
			if !slices.Equal(got[id], []string{"flood"}) {
				t.Errorf("%d is told %v, want the flood alone", id, got[id])
			}
		}
		if len(got[syria]) > 0 && flying.Parcels[0].Subscriber != syria {
			t.Errorf("%d is told %v, want nothing", syria, got[syria])
		}
	})
}
