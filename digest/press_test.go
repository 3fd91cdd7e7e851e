package digest_test

import (
	"context"
	"errors"
	"fmt"
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

var ctx = context.Background()

const lane = delivery.Lane("telegram/main")

// office is a press on a real store.
type office struct {
	t     testing.TB
	store *store.Store
	press *digest.Press
	now   time.Time
	n     int
}

func newOffice(t testing.TB, s *store.Store) *office {
	o := &office{t: t, store: s, now: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)} // not at an hour at which the next digest is due
	o.press = &digest.Press{Rounds: s, Archive: s, Outbox: s, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return o.now }}
	return o
}

func eachOffice(t *testing.T, test func(t *testing.T, o *office)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(t, newOffice(t, s)) })
}

// reader is somebody whose digest has been due for a minute, and reaches back a day.
func (o *office) reader(follow ...subscriptions.Key) subscriptions.Subscriber {
	o.n++
	return subscriptions.Subscriber{
		Address: delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: strconv.Itoa(1000 + o.n), Kind: delivery.Private},
		Status:  subscriptions.Active, Zone: "UTC", Least: delivery.Flash, Follow: follow,
		Digest: []string{"0 8 * * *"}, NextDigest: o.now.Add(-time.Minute), LastDigest: o.now.Add(-24 * time.Hour),
	}
}

func (o *office) save(s subscriptions.Subscriber) subscriptions.ID {
	o.t.Helper()
	saved, err := o.store.Book().Save(ctx, s)
	if err != nil {
		o.t.Fatal(err)
	}
	return saved.ID
}

// publish puts a judged article on the shelf, seen some hours ago.
func (o *office) publish(name string, hours float64, place articles.Place, change func(*articles.Article)) articles.ID {
	o.t.Helper()
	seen := o.now.Add(-time.Duration(hours * float64(time.Hour)))
	a := articles.Article{
		ID: articles.DeriveID("test", name), Source: "folder", Way: articles.ByFolder, Status: articles.Usable, Language: "en",
		Headline: name, Body: []string{"About " + name + "."}, Outlet: "RFE/RL", Published: seen, Seen: seen,
	}
	if change != nil {
		change(&a)
	}
	receipt, err := o.store.Put(ctx, a)
	if err != nil {
		o.t.Fatal(err)
	}
	v := alerts.Verdict{
		Article: a.ID, Version: receipt.Version, Seq: receipt.Seq, Class: delivery.Routine, At: seen,
		Findings: articles.Findings{Language: "en", Places: []articles.Place{place}, Story: articles.StoryID("story-" + name)},
	}
	if err := o.store.Alerts().SaveVerdict(ctx, v); err != nil {
		o.t.Fatal(err)
	}
	return a.ID
}

func (o *office) run() {
	o.t.Helper()
	if err := o.press.Run(ctx); err != nil {
		o.t.Fatal(err)
	}
}

// owed is what the lane would send now, by subscriber.
func (o *office) owed() map[subscriptions.ID][]delivery.Parcel {
	o.t.Helper()
	lease, err := o.store.Acquire(ctx, "lane/"+string(lane), "test", time.Hour)
	if err != nil {
		o.t.Fatal(err)
	}
	all := map[subscriptions.ID][]delivery.Parcel{}
	var receipts []delivery.Receipt
	for {
		claim, err := o.store.Turn(ctx, lease, lane, o.now.Add(time.Second), receipts, 1000)
		if err != nil {
			o.t.Fatal(err)
		}
		if len(claim.Parcels) == 0 {
			break
		}
		receipts = nil
		for _, p := range claim.Parcels {
			all[p.Subscriber] = append(all[p.Subscriber], p)
			receipts = append(receipts, delivery.Receipt{Key: p.Key, Subscriber: p.Subscriber, State: delivery.Sent, MessageID: "1", Version: p.Version, At: o.now})
		}
	}
	if err := o.store.Release(ctx, lease); err != nil {
		o.t.Fatal(err)
	}
	return all
}

func headlines(c delivery.Content) (all []string) {
	for _, item := range c.Items {
		all = append(all, item.Headline)
	}
	return all
}

func TestEveryoneWhoIsDueGetsTheEditionOfTheirWishes(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.publish("Moscow", 2, "RU", nil)
		o.publish("Damascus", 1, "SY", nil)
		o.publish("Old", 25, "RU", nil)
		o.publish("Withheld", 3, "RU", nil)
		o.publish("Withheld", 2.5, "RU", func(a *articles.Article) { a.Status = articles.Withheld })
		russia, twin, all := o.save(o.reader("place:RU")), o.save(o.reader("place:RU")), o.save(o.reader())
		none := o.save(o.reader("word:nothing"))
		later := o.reader()
		later.NextDigest = o.now.Add(time.Minute)
		notDue := o.save(later)
		o.run()
		o.run() // nobody is due any more
		owed := o.owed()
		for id, want := range map[subscriptions.ID][]string{russia: {"Moscow"}, twin: {"Moscow"}, all: {"Damascus", "Moscow"}} {
			if len(owed[id]) != 1 || !slices.Equal(headlines(owed[id][0].Body), want) {
				t.Errorf("%d was owed %d digests, want one with %q", id, len(owed[id]), want)
				continue
			}
			p := owed[id][0]
			if p.Class != delivery.Digest || p.Body.Kind != delivery.DigestContent || !p.Body.Until.Equal(o.now) || p.Expires.Sub(o.now) < time.Hour || p.Silent {
				t.Errorf("class %s, kind %s, until %s, expires %s", p.Class, p.Body.Kind, p.Body.Until, p.Expires)
			}
		}
		if len(owed[russia]) == 1 && owed[russia][0].Content != owed[twin][0].Content {
			t.Error("the same wishes, but two editions")
		}
		if len(owed[none])+len(owed[notDue]) > 0 {
			t.Error("a digest for somebody for whom there is none")
		}
		for _, id := range []subscriptions.ID{russia, none} {
			s, err := o.store.Book().Get(ctx, id)
			if err != nil || !s.LastDigest.Equal(o.now) || !s.NextDigest.After(o.now) || s.NextDigest.Hour() != 8 {
				t.Errorf("%d: last %s, next %s (%v)", id, s.LastDigest, s.NextDigest, err)
			}
		}
	})
}

func TestWhatAReaderWasToldIsLeftOut(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		told, quiet := o.save(o.reader("place:RU")), o.save(o.reader("place:RU"))
		article := o.publish("Moscow", 2, "RU", nil)
		o.publish("Kazan", 1, "RU", nil)
		al := alerts.Alert{
			ID: "n1", Status: alerts.Sent, Class: delivery.Flash, Version: 1, Article: article, Created: o.now.Add(-2 * time.Hour),
			Versions: map[string]alerts.Wording{"en": {Headline: "Moscow"}},
		}
		if _, _, err := o.store.Alerts().Create(ctx, al, nil); err != nil {
			t.Fatal(err)
		}
		content := delivery.Content{Kind: delivery.AlertContent, Batch: al.ID.Batch(), Headline: "Moscow"}
		if err := o.store.SaveContent(ctx, al.ID.Content("en"), 1, content); err != nil {
			t.Fatal(err)
		}
		ring := delivery.Message{
			Key: delivery.SendKey(al.ID.Batch(), told), Batch: al.ID.Batch(), Lane: lane, Subscriber: told, Op: delivery.Send,
			Class: delivery.Flash, Due: o.now.Add(-2 * time.Hour), Expires: o.now.Add(time.Hour), Content: al.ID.Content("en"),
		}
		if _, err := o.store.Owe(ctx, []delivery.Message{ring}); err != nil {
			t.Fatal(err)
		}
		o.owed() // and sent
		o.run()
		owed := o.owed()
		if len(owed[told]) != 1 || len(owed[quiet]) != 1 {
			t.Fatalf("%d and %d digests", len(owed[told]), len(owed[quiet]))
		}
		p := owed[told][0]
		if items := headlines(p.Body); len(p.Omit) != 1 || items[p.Omit[0]] != "Moscow" {
			t.Errorf("who was told it: omits %v of %q", p.Omit, items)
		}
		if p := owed[quiet][0]; len(p.Omit) != 0 {
			t.Errorf("who was not told: omits %v", p.Omit)
		}
	})
}

func TestWhoMissedManyDatesGetsOneDigest(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		s := o.reader()
		s.Digest, s.NextDigest, s.LastDigest = []string{"0 * * * *"}, o.now.Add(-71*time.Hour), o.now.Add(-72*time.Hour)
		id := o.save(s)
		o.publish("First", 71.5, "RU", nil)
		o.publish("Last", 0.5, "RU", nil)
		o.run()
		o.run()
		owed := o.owed()[id]
		if len(owed) != 1 || !slices.Equal(headlines(owed[0].Body), []string{"Last", "First"}) {
			t.Fatalf("%d digests", len(owed))
		}
	})
}

func TestADigestInQuietHoursMakesNoSound(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	o.publish("Moscow", 2, "RU", nil)
	s := o.reader()
	minute := o.now.Hour()*60 + o.now.Minute()
	s.Quiet = subscriptions.Quiet{From: (minute + 1380) % 1440, To: (minute + 60) % 1440, Mode: subscriptions.QuietAll}
	id := o.save(s)
	o.run()
	if owed := o.owed()[id]; len(owed) != 1 || !owed[0].Silent {
		t.Errorf("%d digests", len(owed))
	}
}

// rounds fail when they are told to, before or after what they do.
type rounds struct {
	digest.Rounds
	before, after bool
}

var errPlug = errors.New("the plug was pulled")

func (r *rounds) Serve(ctx context.Context, issues []digest.Issue) error {
	if r.before {
		return errPlug
	}
	if err := r.Rounds.Serve(ctx, issues); err != nil {
		return err
	}
	if r.after {
		return errPlug
	}
	return nil
}

func TestARoundThatDiesIsMadeUpForOnce(t *testing.T) {
	for _, after := range []bool{false, true} {
		eachOffice(t, func(t *testing.T, o *office) {
			o.publish("Moscow", 2, "RU", nil)
			id := o.save(o.reader())
			o.press.Rounds = &rounds{Rounds: o.store, before: !after, after: after}
			if err := o.press.Run(ctx); !errors.Is(err, errPlug) {
				t.Fatalf("the fault was swallowed: %v", err)
			}
			o.press.Rounds = o.store
			o.now = o.now.Add(5 * time.Second)
			o.run()
			if owed := o.owed()[id]; len(owed) != 1 {
				t.Errorf("after: %v: %d digests", after, len(owed))
			}
		})
	}
}

func TestARoundHasManyPages(t *testing.T) {
	if testing.Short() {
		t.Skip("5,001 readers take seconds")
	}
	eachOffice(t, func(t *testing.T, o *office) {
		o.publish("Moscow", 2, "RU", nil)
		o.readers(5001, 3)
		o.run()
		owed := o.owed()
		contents := map[delivery.ContentID]bool{}
		for id, ps := range owed {
			if len(ps) != 1 {
				t.Fatalf("%d was owed %d digests", id, len(ps))
			}
			contents[ps[0].Content] = true
		}
		if len(owed) != 5001 || len(contents) != 3 {
			t.Errorf("%d readers, %d editions", len(owed), len(contents))
		}
	})
}

// readers subscribes n, who have sets different wishes.
func (o *office) readers(n, sets int) {
	o.t.Helper()
	for first := 0; first < n; first += 10_000 {
		var some []subscriptions.Subscriber
		for i := first; i < min(n, first+10_000); i++ {
			some = append(some, o.reader("place:RU", subscriptions.Key(fmt.Sprintf("word:w%d", i%sets))))
		}
		if err := o.store.Book().SaveAll(ctx, some); err != nil {
			o.t.Fatal(err)
		}
	}
}

func TestPreview(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	o.publish("Moscow", 2, "RU", nil)
	o.publish("Damascus", 1, "SY", nil)
	s := o.reader("place:RU")
	c, err := o.press.Preview(ctx, s, o.now)
	if err != nil || !slices.Equal(headlines(c), []string{"Moscow"}) || c.Kind != delivery.DigestContent {
		t.Errorf("%q %s (%v)", headlines(c), c.Kind, err)
	}
	s.Follow = []subscriptions.Key{"word:nothing"}
	if c, err := o.press.Preview(ctx, s, o.now); err != nil || len(c.Items) > 0 {
		t.Errorf("%q (%v)", headlines(c), err)
	}
}

// BenchmarkRun is the morning of 100,000 readers with 50 different sets of wishes, over a day of 300 articles.
func BenchmarkRun(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		o := newOffice(b, storetest.SQLite(b))
		for i := range 300 {
			o.publish(fmt.Sprintf("Article %d of w%d", i, i%50), float64(i%24)*0.9+0.1, "RU", nil)
		}
		o.readers(100_000, 50)
		b.StartTimer()
		o.run()
	}
	b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "digests/s")
}
