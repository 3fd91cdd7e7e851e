package store_test

import (
	"context"
	"log/slog"
	"reflect"
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

// kiosk is a store with three articles and readers whose digests are due.
type kiosk struct {
	*store.Store
	t     *testing.T
	now   time.Time
	lease delivery.Lease
	press *digest.Press
}

func newKiosk(t *testing.T, s *store.Store) *kiosk {
	k := &kiosk{Store: s, t: t, now: time.Now().UTC()}
	k.press = &digest.Press{Rounds: s, Archive: s, Outbox: s, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return k.now }}
	lease, err := s.Acquire(ctx, "lane/telegram/main", "test", time.Hour)
	k.lease = lease
	k.must(err)
	k.publish("flood", "RU")
	k.publish("storm", "RU")
	k.publish("quake", "SY")
	return k
}

func (k *kiosk) must(err error) {
	k.t.Helper()
	if err != nil {
		k.t.Fatal(err)
	}
}

func (k *kiosk) publish(name string, place articles.Place) {
	k.t.Helper()
	a := articles.Article{
		ID: articles.ID(name), Source: "folder", Way: articles.ByFolder, Status: articles.Usable, Language: "en",
		Headline: name, Published: k.now.Add(-time.Hour), Seen: k.now.Add(-time.Hour),
	}
	put, err := k.Put(ctx, a)
	k.must(err)
	v := alerts.Verdict{Article: a.ID, Version: put.Version, Seq: put.Seq, Class: delivery.Urgent, At: k.now.Add(-time.Hour),
		Findings: articles.Findings{Language: "en", Places: []articles.Place{place}, Story: articles.StoryID("of " + name)}}
	k.must(k.Alerts().SaveVerdict(ctx, v))
}

func (k *kiosk) reader(chat int, follow ...subscriptions.Key) subscriptions.ID {
	k.t.Helper()
	sub, err := k.Book().Save(ctx, subscriptions.Subscriber{
		Address: delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: strconv.Itoa(chat), Kind: delivery.Private},
		Status:  subscriptions.Active, Language: "en", Zone: "UTC", Follow: follow, Least: delivery.Flash,
		Digest: []string{"0 8 * * *"}, NextDigest: k.now.Add(-time.Minute), LastDigest: k.now.Add(-2 * time.Hour),
	})
	k.must(err)
	return sub.ID
}

func (k *kiosk) claim(n int, receipts ...delivery.Receipt) []delivery.Parcel {
	k.t.Helper()
	claim, err := k.Turn(ctx, k.lease, "telegram/main", k.now, receipts, n)
	k.must(err)
	return claim.Parcels
}

// tells is what digests tell whom, in the order of the alphabet.
func tells(ps []delivery.Parcel) map[subscriptions.ID][]string {
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

// A digest waits for its turn, or for the end of a halt, while the newsroom takes back what it is to tell.
func TestWhatIsTakenBackIsInNoDigestThatIsStillToBeSent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		k := newKiosk(t, s)
		all, russia, syria, first := k.reader(1), k.reader(2, "place:RU"), k.reader(3, "place:SY"), k.reader(4)
		k.must(k.press.Run(ctx))
		flying := k.claim(1)
		if len(flying) != 1 {
			t.Fatalf("%d on their way", len(flying))
		}
		for range 2 { // which may be repeated
			for _, article := range []articles.ID{"storm", "quake", "none"} {
				k.must(s.Withdraw(ctx, article))
			}
		}
		again := delivery.Receipt{Key: flying[0].Key, Subscriber: flying[0].Subscriber, State: delivery.Queued, Due: k.now.Add(-time.Second)}
		got := tells(k.claim(10, again))
		for _, id := range []subscriptions.ID{all, russia, first} {
			if !slices.Equal(got[id], []string{"flood"}) {
				t.Errorf("%d is told %v, want the flood alone", id, got[id])
			}
		}
		if len(got[syria]) > 0 && flying[0].Subscriber != syria {
			t.Errorf("%d is told %v, want nothing", syria, got[syria])
		}
	})
}

// hasty is an archive and an outbox with somebody who takes an article back between two steps of the press.
type hasty struct {
	*store.Store
	read, saved, serving func() // called once that is done, or before it is begun
}

func (h hasty) Between(ctx context.Context, from, to time.Time, limit int) ([]digest.Judged, error) {
	js, err := h.Store.Between(ctx, from, to, limit)
	h.read()
	return js, err
}

func (h hasty) SaveContent(ctx context.Context, id delivery.ContentID, version int, c delivery.Content) error {
	err := h.Store.SaveContent(ctx, id, version, c)
	h.saved()
	return err
}

func (h hasty) Serve(ctx context.Context, issues []digest.Issue) error {
	h.serving()
	return h.Store.Serve(ctx, issues)
}

// A round for a hundred thousand readers takes a minute, in which the newsroom takes back what it is just telling.
func TestWhatIsTakenBackWhileDigestsAreMadeIsInNone(t *testing.T) {
	for _, moment := range []string{"read", "saved", "serving"} {
		t.Run(moment, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				k := newKiosk(t, s)
				id := k.reader(1)
				takeBack := func() {
					_, err := s.Put(ctx, articles.Article{ID: "storm", Source: "folder", Way: articles.ByFolder, Status: articles.Withheld, Language: "en", Headline: "storm"})
					k.must(err)
					k.must(s.Withdraw(ctx, "storm"))
				}
				h := hasty{s, func() {}, func() {}, func() {}}
				switch moment {
				case "read":
					h.read = takeBack
				case "saved":
					h.saved = takeBack
				case "serving":
					h.serving = takeBack
				}
				k.press.Archive, k.press.Outbox, k.press.Rounds = h, h, h
				k.must(k.press.Run(ctx))
				if got := tells(k.claim(10)); !slices.Equal(got[id], []string{"flood", "quake"}) {
					t.Errorf("is told %v", got[id])
				}
			})
		})
	}
}

// Who was sent a digest before finds what was withdrawn marked in it; whoever has not seen it is left alone.
func TestWhatIsTakenBackIsMarkedInDigestsThatWereSent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		k := newKiosk(t, s)
		reader, knew, syria, late := k.reader(1), k.reader(2), k.reader(3, "place:SY"), k.reader(4)
		k.must(k.press.Run(ctx))
		sent := map[delivery.Key]subscriptions.ID{}
		var waiting delivery.Parcel
		for _, p := range k.claim(10) {
			r := delivery.Receipt{Key: p.Key, Op: p.Op, Subscriber: p.Subscriber, State: delivery.Sent, MessageID: "m", Version: p.Version, At: k.now}
			if p.Subscriber == late {
				waiting, r.State, r.Due = p, delivery.Queued, k.now.Add(-time.Second)
			} else {
				sent[p.Key] = p.Subscriber
			}
			k.claim(0, r)
		}
		if len(sent) != 3 || waiting.Key == "" {
			t.Fatalf("sent %v", sent)
		}
		k.must(s.Withdraw(ctx, "storm"))
		edits := func() (marked map[subscriptions.ID][]string) {
			t.Helper()
			k.must(k.press.Run(ctx))
			marked = map[subscriptions.ID][]string{}
			for _, p := range k.claim(10) {
				receipt := delivery.Receipt{Key: p.Key, Op: p.Op, Subscriber: p.Subscriber, State: delivery.Sent, Version: p.Version, At: k.now}
				if p.Op == delivery.Edit {
					if sent[p.Target] != p.Subscriber || p.Original.MessageID != "m" || p.Class != delivery.Digest {
						t.Errorf("edits %+v", p.Message)
					}
					marked[p.Subscriber] = []string{}
				} else {
					receipt.MessageID, sent[p.Key] = "m", p.Subscriber
				}
				for i, item := range p.Body.Items {
					if item.Withdrawn > 0 && !slices.Contains(p.Omit, i) {
						marked[p.Subscriber] = append(marked[p.Subscriber], item.Article)
					}
				}
				slices.Sort(marked[p.Subscriber])
				k.claim(0, receipt)
			}
			return marked
		}
		if got, want := edits(), (map[subscriptions.ID][]string{reader: {"storm"}, knew: {"storm"}}); !reflect.DeepEqual(got, want) {
			t.Errorf("marked %v, want %v", got, want)
		}
		k.must(s.Withdraw(ctx, "storm")) // once more
		if got := edits(); len(got) > 0 {
			t.Errorf("marked again: %v", got)
		}
		k.must(s.Withdraw(ctx, "flood"))
		want := map[subscriptions.ID][]string{reader: {"flood", "storm"}, knew: {"flood", "storm"}, late: {"flood"}}
		if got := edits(); !reflect.DeepEqual(got, want) {
			t.Errorf("marked %v, want %v: %d was sent the digest without the storm, %d has another", got, want, late, syria)
		}
	})
}
