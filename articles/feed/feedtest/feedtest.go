// Package feedtest holds the suite that every keeper of sources passes.
package feedtest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tenbells/tenbells/articles/feed"
)

// Store is what the suite tests.
type Store interface {
	feed.Memory
	feed.Catalogue
	feed.Subscriptions
	FeedStates(ctx context.Context) (map[string]feed.State, error)
	SaveSources(ctx context.Context, all ...feed.Source) error
	RemoveSource(ctx context.Context, name string) error
	SettleSources(ctx context.Context, set []feed.Source) error
}

// Test runs the suite. open answers an empty store.
func Test(t *testing.T, open func(*testing.T) Store) {
	for name, test := range map[string]func(*testing.T, Store){
		"a state is what was last saved":                   testState,
		"a source is what was last saved":                  testSource,
		"a removed source is forgotten with its state":     testRemove,
		"every change makes another edition":               testEdition,
		"the settings add and remove what is theirs":       testSettings,
		"a source added by hand is not the settings' own":  testSettingsSpare,
		"a subscription is what it was last changed to":    testSubscription,
		"a subscription outlives its source until it ends": testEnded,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

const address = "https://reader:hunter2@example.org/rss?token=s3cr3t"

var (
	ctx  = context.Background()
	noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func testState(t *testing.T, s Store) {
	name := feed.SourceName(address)
	full := feed.State{
		ETag: `W/"1"`, LastModified: "Sun, 01 Mar 2026 12:00:00 GMT", Body: 1<<63 | 5, Seen: feed.Prints{{Name: 1, Content: 1<<64 - 1}, {Name: 3, Content: 2}},
		Since: noon.Add(-time.Hour), Fetched: noon, Read: noon.Add(-time.Minute), Before: noon.Add(-2 * time.Minute), Next: noon.Add(time.Minute),
		Every: 90 * time.Second, Failures: 3, Fault: "503\x00", Gone: true, Moved: "https://example.org/new?token=s3cr3t", MovedAt: noon,
		Kind: feed.Atom, Title: "The Post", Items: 7, Recent: []time.Time{noon, noon.Add(-time.Hour)}, Lag: 1500 * time.Millisecond,
		Hub: "https://hub.example.org/", Topic: address,
	}
	for _, want := range []feed.State{{}, full, {Since: noon}} {
		if !want.Since.IsZero() {
			must(t, s.SaveFeedState(ctx, name, want))
		}
		want.Fault = strings.TrimSuffix(want.Fault, "\x00")
		got, err := s.FeedState(ctx, name)
		must(t, err)
		same(t, "state", got, want)
	}
	all, err := s.FeedStates(ctx)
	must(t, err)
	same(t, "all states", all, map[string]feed.State{name: {Since: noon}})
}

func testSource(t *testing.T, s Store) {
	src := feed.Source{URL: address, Outlet: "The Post", MayRing: true, Text: feed.Licensed, Language: "ru", Private: true, Added: noon}
	other := feed.Source{URL: "https://example.com/feed", Text: feed.Excerpt, Added: noon}
	must(t, s.SaveSources(ctx, src, other))
	src.Outlet, src.MayRing, src.Text = "Post", false, feed.Own
	later := src
	later.Added = noon.Add(time.Hour) // it was added before
	must(t, s.SaveSources(ctx, later))
	got, err := s.Source(ctx, src.Name())
	must(t, err)
	same(t, "source", got, src)
	all, err := s.Sources(ctx)
	must(t, err)
	same(t, "all sources", all, []feed.Source{other, src}) // by name: example.com comes first
	if _, err := s.Source(ctx, "feed:nobody"); !errors.Is(err, feed.ErrNoSource) {
		t.Errorf("a source that is not there: %v", err)
	}
}

func testRemove(t *testing.T, s Store) {
	src := feed.Source{URL: address}
	must(t, s.SaveSources(ctx, src))
	must(t, s.SaveFeedState(ctx, src.Name(), feed.State{Since: noon}))
	must(t, s.SaveFeedState(ctx, src.Name()+"#3", feed.State{Since: noon}))                  // of a sitemap that it names
	must(t, s.SaveFeedState(ctx, feed.SourceName("https://other"), feed.State{Since: noon})) // of another source
	must(t, s.RemoveSource(ctx, src.Name()))
	states, err := s.FeedStates(ctx)
	must(t, err)
	all, err := s.Sources(ctx)
	must(t, err)
	if len(all) > 0 || len(states) != 1 {
		t.Errorf("%d sources are left, and states %+v", len(all), states)
	}
	if err := s.RemoveSource(ctx, src.Name()); !errors.Is(err, feed.ErrNoSource) {
		t.Errorf("removed again: %v", err)
	}
}

func testEdition(t *testing.T, s Store) {
	seen := map[int64]bool{}
	look := func(what string) {
		n, err := s.Edition(ctx)
		must(t, err)
		if seen[n] {
			t.Errorf("%s: edition %d was there before", what, n)
		}
		seen[n] = true
	}
	look("empty")
	must(t, s.SaveSources(ctx, feed.Source{URL: address}))
	look("added")
	must(t, s.SettleSources(ctx, []feed.Source{{URL: "https://example.org/set"}}))
	look("settled")
	must(t, s.RemoveSource(ctx, feed.SourceName(address)))
	look("removed")
	before := len(seen)
	must(t, s.SaveFeedState(ctx, feed.SourceName(address), feed.State{}))
	must(t, s.SettleSources(ctx, []feed.Source{{URL: "https://example.org/set"}}))
	if n, err := s.Edition(ctx); err != nil || !seen[n] || len(seen) != before {
		t.Errorf("nothing changed, but the edition is %d, %v", n, err)
	}
}

func names(t *testing.T, s Store) (urls []string) {
	t.Helper()
	all, err := s.Sources(ctx)
	must(t, err)
	for _, src := range all {
		mark := ""
		if src.MayRing {
			mark = " rings"
		}
		urls = append(urls, src.URL+mark)
	}
	return urls
}

func testSettings(t *testing.T, s Store) {
	one, two := feed.Source{URL: "https://a.example/1"}, feed.Source{URL: "https://b.example/2"}
	must(t, s.SettleSources(ctx, []feed.Source{one, two}))
	must(t, s.SaveFeedState(ctx, one.Name(), feed.State{Since: noon}))
	one.MayRing = true
	must(t, s.SettleSources(ctx, []feed.Source{one}))
	same(t, "sources", names(t, s), []string{"https://a.example/1 rings"})
	state, err := s.FeedState(ctx, one.Name())
	must(t, err)
	same(t, "since", state.Since, noon)
	must(t, s.SettleSources(ctx, nil))
	same(t, "sources", names(t, s), []string(nil))
}

func testSettingsSpare(t *testing.T, s Store) {
	byHand := feed.Source{URL: "https://a.example/1", MayRing: true}
	must(t, s.SaveSources(ctx, byHand))
	must(t, s.SettleSources(ctx, []feed.Source{{URL: byHand.URL}}))
	must(t, s.SettleSources(ctx, nil))
	same(t, "sources", names(t, s), []string{"https://a.example/1 rings"})
}

func subscription() feed.Subscription {
	return feed.Subscription{
		Source: feed.SourceName(address), ID: "abc", Hub: "https://hub.example.org/?k=1", Topic: address, Secret: "shh", Standing: feed.Live,
		Asked: noon, Until: noon.Add(time.Hour), Next: noon.Add(time.Minute), Pushed: noon, Pushes: 3, Missed: 1, Failures: 2, Fault: "none",
	}
}

func testSubscription(t *testing.T, s Store) {
	want := subscription()
	must(t, s.ChangeSubscription(ctx, want.Source, func(sub *feed.Subscription) {
		if *sub != (feed.Subscription{}) {
			t.Errorf("there was %+v before", sub)
		}
		*sub = want
	}))
	must(t, s.ChangeSubscription(ctx, want.Source, func(sub *feed.Subscription) { sub.Pushes++ }))
	want.Pushes++
	got, err := s.Subscription(ctx, want.Source)
	must(t, err)
	same(t, "by source", got, want)
	got, err = s.Called(ctx, want.ID)
	must(t, err)
	same(t, "by callback", got, want)
	for _, id := range []string{"", "ab", "abc\x00d"} {
		if got, err = s.Called(ctx, id); err != nil || got.Source != "" {
			t.Errorf("by callback %q: %+v, %v", id, got, err)
		}
	}
	must(t, s.ChangeSubscription(ctx, want.Source, func(sub *feed.Subscription) { *sub = feed.Subscription{} }))
	if got, err = s.Subscription(ctx, want.Source); err != nil || got.Source != "" {
		t.Errorf("deleted: %+v, %v", got, err)
	}
}

func testEnded(t *testing.T, s Store) {
	sub := subscription()
	must(t, s.SaveSources(ctx, feed.Source{URL: address}))
	must(t, s.ChangeSubscription(ctx, sub.Source, func(now *feed.Subscription) { *now = sub }))
	must(t, s.RemoveSource(ctx, sub.Source))
	ended, err := s.EndedSubscriptions(ctx)
	must(t, err)
	sub.Standing = feed.Ended
	same(t, "ended", ended, []feed.Subscription{sub})
}
