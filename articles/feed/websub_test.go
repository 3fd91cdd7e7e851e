package feed_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/feed"
	"github.com/tenbells/tenbells/articles/feed/hubtest"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
	"github.com/tenbells/tenbells/web"
)

// house reads one feed that names a hub, with a real store and real callbacks.
type house struct {
	t      *testing.T
	hub    *hubtest.Hub
	store  *store.Store
	reader *feed.Reader
	src    feed.Source
	items  []string
	clock  time.Time
}

// pushes is what the callbacks need.
type pushes struct {
	*feed.Hub
	h *house
}

func (p pushes) Push(ctx context.Context, id string, header http.Header, body []byte) error {
	return p.h.reader.Push(ctx, p.h.store, id, header, body)
}

func build(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, hub: hubtest.New(t), store: storetest.SQLite(t), clock: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)}
	now := func() time.Time { return h.clock }
	h.hub.Now = now
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, h.text()) }))
	t.Cleanup(site.Close)
	log := slog.New(slog.DiscardHandler)
	clients := feed.NewClients(true)
	h.reader = &feed.Reader{Shelf: h.store, Memory: h.store, Clients: clients, Log: log, Now: now}
	h.reader.Hub = &feed.Hub{Subscriptions: h.store, Clients: clients, Log: log, Now: now}
	door := http.NewServeMux()
	for pattern, handler := range web.Callbacks(pushes{h.reader.Hub, h}, log) {
		door.Handle(pattern, handler)
	}
	us := httptest.NewServer(door)
	t.Cleanup(us.Close)
	t.Cleanup(clients.Close)
	h.reader.Hub.Callback = func(id string) string { return us.URL + web.CallbackPath + id }
	h.src = feed.Source{URL: site.URL + "/rss", MayRing: true, Added: h.clock}
	if err := h.store.SaveSources(t.Context(), h.src); err != nil {
		t.Fatal(err)
	}
	return h
}

// text is the feed as it is now.
func (h *house) text() string {
	return `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Post</title>
		<atom:link rel="self" href="` + h.topic() + `"/><atom:link rel="hub" href="` + h.hub.URL() + `"/>` + strings.Join(h.items, "") + `</channel></rss>`
}

func (h *house) topic() string { return strings.TrimSuffix(h.src.URL, "rss") + "topic?key=1" }

func (h *house) item(title string) string {
	return "<item><guid>" + title + "</guid><title>" + title + "</title><pubDate>" + h.clock.Format(time.RFC1123Z) + "</pubDate></item>"
}

// publish adds an item to the feed, and answers it.
func (h *house) publish(title string) string {
	one := h.item(title)
	h.items = append([]string{one}, h.items...)
	h.items = h.items[:min(len(h.items), 20)]
	return one
}

// read reads the feed after a while, and lets the hub do what it was asked for.
func (h *house) read(after time.Duration) feed.State {
	h.t.Helper()
	h.clock = h.clock.Add(after)
	state, err := h.reader.Read(h.t.Context(), h.src)
	if err != nil {
		h.t.Fatal(err)
	}
	h.hub.Wait()
	return state
}

func (h *house) subscription() feed.Subscription {
	h.t.Helper()
	sub, err := h.store.Subscription(h.t.Context(), h.src.Name())
	if err != nil {
		h.t.Fatal(err)
	}
	return sub
}

func (h *house) stored() (all []articles.Article) {
	h.t.Helper()
	all, err := h.store.After(h.t.Context(), 0, 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

// push publishes an item to the hub alone, as a feed of its own.
func (h *house) push(title string) []int {
	h.t.Helper()
	return h.hub.Publish(h.topic(), "application/rss+xml", strings.Replace(h.text(), strings.Join(h.items, ""), h.publish(title), 1))
}

func TestPushesAreAskedForAndStored(t *testing.T) {
	for _, before := range []bool{false, true} {
		h := build(t)
		h.hub.Before = before
		h.publish("Archive")
		h.read(0)
		sub := h.subscription()
		if sub.Standing != feed.Live || h.hub.Holds(h.topic()) != 1 || sub.Until.Sub(h.clock) != 10*24*time.Hour {
			t.Fatalf("verified before it answers: %v; the subscription is %+v", before, sub)
		}
		for i, method := range []string{"sha1", "sha256", "sha384", "sha512"} {
			h.hub.Method = method
			h.clock = h.clock.Add(time.Second)
			if got := h.push(method); len(got) != 1 || got[0] != http.StatusAccepted {
				t.Errorf("a push signed with %s is answered %v", method, got)
			}
			all := h.stored()
			if len(all) != i+2 {
				t.Fatalf("%d articles after a push signed with %s", len(all), method)
			}
			if a := all[i+1]; a.Headline != method || a.Way != articles.ByFeed || !a.MayRing || !a.Seen.Equal(h.clock) || a.Source != h.src.Name() {
				t.Errorf("pushed article %+v", a)
			}
		}
		h.read(time.Minute)
		if sub := h.subscription(); len(h.stored()) != 5 || sub.Pushes != 4 || sub.Missed != 0 || len(h.hub.Requests) != 1 {
			t.Errorf("after polling: %d articles, %+v", len(h.stored()), sub)
		}
	}
}

func TestPushesThatAreNotOursChangeNothing(t *testing.T) {
	h := build(t)
	h.publish("Archive")
	h.read(0)
	callback := h.hub.Requests[0].Get("hub.callback")
	body := strings.Replace(h.text(), "Archive", "Forged", -1)
	for name, signature := range map[string]string{
		"no signature": "", "one of something else": "sha256=" + strings.Repeat("00", 32), "an unknown way": "md5=00", "no hexadecimal": "sha1=zz",
		"cut short": "sha256=00",
	} {
		if status := h.hub.Push(callback, h.topic(), "application/rss+xml", body, signature); status != http.StatusAccepted || len(h.stored()) != 1 {
			t.Errorf("%s: answered %d, %d articles", name, status, len(h.stored()))
		}
	}
	if status := h.hub.Push(callback+"x", h.topic(), "application/rss+xml", body, ""); status != http.StatusGone {
		t.Errorf("a callback of nobody's is answered %d", status)
	}
	if got := h.hub.Publish(h.topic(), "text/html", "<p>no feed"); got[0] != http.StatusAccepted || len(h.stored()) != 1 {
		t.Errorf("no feed: answered %v, %d articles", got, len(h.stored()))
	}
	if sub := h.subscription(); sub.Pushes != 0 {
		t.Errorf("counted: %+v", sub)
	}
	if state, err := h.store.FeedState(t.Context(), h.src.Name()); err != nil || state.Failures > 0 {
		t.Errorf("the feed is blamed: %+v, %v", state, err)
	}
}

func TestOnlyWhatWasAskedForIsVerified(t *testing.T) {
	h := build(t)
	h.hub.Silent = true
	h.read(0)
	callback := h.hub.Requests[0].Get("hub.callback")
	query := func(mode, topic, challenge string) url.Values {
		return url.Values{"hub.mode": {mode}, "hub.topic": {topic}, "hub.challenge": {challenge}, "hub.lease_seconds": {"60"}}
	}
	for name, tt := range map[string]struct {
		callback string
		query    url.Values
	}{
		"another topic":    {callback, query("subscribe", h.topic()+"x", "x")},
		"another callback": {callback + "x", query("subscribe", h.topic(), "x")},
		"the wrong mode":   {callback, query("unsubscribe", h.topic(), "x")},
		"no mode":          {callback, query("", h.topic(), "x")},
		"no challenge":     {callback, query("subscribe", h.topic(), "")},
	} {
		if status, says := h.hub.Ask(tt.callback, tt.query); status != http.StatusNotFound || says == "x" {
			t.Errorf("%s: answered %d %q", name, status, says)
		}
	}
	if sub := h.subscription(); sub.Standing != feed.Asked {
		t.Errorf("it stands %s", sub.Standing)
	}
	if status, says := h.hub.Ask(callback, query("subscribe", h.topic(), "<b>x")); status != http.StatusOK || says != "<b>x" {
		t.Errorf("what was asked for: answered %d %q", status, says)
	}
}

func TestLeasesAreRenewedBeforeTheyEnd(t *testing.T) {
	h := build(t)
	h.hub.Lease = 5 * time.Hour
	state := h.read(0)
	first := h.subscription()
	for at := h.clock; h.clock.Sub(at) < 24*time.Hour; {
		h.publish(fmt.Sprint("Item ", h.clock.Unix()))
		h.push(fmt.Sprint("Pushed ", h.clock.Unix()))
		h.clock = h.clock.Add(max(state.Next.Sub(h.clock), time.Second))
		if h.hub.Holds(h.topic()) != 1 {
			t.Fatalf("after %s the lease has ended before it was renewed", h.clock.Sub(at))
		}
		state = h.read(0)
		if h.hub.Holds(h.topic()) != 1 {
			t.Fatalf("after %s the hub holds %d subscriptions", h.clock.Sub(at), h.hub.Holds(h.topic()))
		}
	}
	last := h.subscription()
	if n := len(h.hub.Requests); n < 5 || n > 7 {
		t.Errorf("%d requests in a day of leases of five hours", n)
	}
	if last.ID != first.ID || last.Secret != first.Secret || last.Standing != feed.Live {
		t.Errorf("from %+v to %+v", first, last)
	}
}

func TestAHubThatDoesNotSayHowLongIsAskedDaily(t *testing.T) {
	h := build(t)
	h.hub.NoLease = true
	h.read(0)
	if sub := h.subscription(); sub.Until.Sub(h.clock) != 24*time.Hour {
		t.Errorf("until %s", sub.Until)
	}
}

func TestPollingRestsWhilePushesWorkAndOnlyThen(t *testing.T) {
	h := build(t)
	for i := range 8 {
		h.items = append(h.items, h.item(fmt.Sprint("Archive ", i)))
	}
	h.read(0)
	steps := []struct {
		push, publish bool
		rests         bool
	}{
		{false, false, false}, // it has promised, and shown nothing yet
		{true, false, true},
		{false, false, true},
		{false, true, true},  // one that no push brought may be on its way
		{false, true, false}, // two are too many
		{false, false, false},
		{true, false, true}, // it works again
	}
	for i, step := range steps {
		h.clock = h.clock.Add(time.Minute)
		if step.push {
			h.push(fmt.Sprint("Pushed ", i))
		}
		if step.publish {
			h.publish(fmt.Sprint("Missed ", i))
		}
		state := h.read(time.Minute)
		if rests := state.Next.Sub(h.clock) >= 9*time.Minute; rests != step.rests {
			t.Errorf("step %d: asked again after %s", i, state.Next.Sub(h.clock))
		}
	}
}

func TestAHubThatRefusesIsAskedLessAndLessOften(t *testing.T) {
	h := build(t)
	h.hub.Status = http.StatusServiceUnavailable
	for range 200 {
		h.read(10 * time.Minute)
	}
	if n := len(h.hub.Requests); n < 5 || n > 9 {
		t.Errorf("asked %d times in 33 hours", n)
	}
	if sub := h.subscription(); !strings.Contains(sub.Fault, "503") || sub.Standing != feed.Asked {
		t.Errorf("subscription %+v", sub)
	}
	h.hub.Status = 0
	h.read(25 * time.Hour)
	if sub := h.subscription(); sub.Standing != feed.Live || sub.Fault != "" || sub.Failures != 0 {
		t.Errorf("after it agreed: %+v", sub)
	}
}

func TestAHubMayDeny(t *testing.T) {
	h := build(t)
	h.read(0)
	h.hub.Deny(h.topic(), "no more <b>seats")
	if sub := h.subscription(); sub.Standing != feed.Denied || !strings.Contains(sub.Fault, "seats") {
		t.Errorf("subscription %+v", sub)
	}
	h.read(time.Hour)
	if len(h.hub.Requests) != 1 {
		t.Error("it was asked again at once")
	}
	h.read(25 * time.Hour)
	if sub := h.subscription(); sub.Standing != feed.Live {
		t.Errorf("a day later: %+v", sub)
	}
}

func TestWhatIsRemovedIsPushedNoMore(t *testing.T) {
	h := build(t)
	h.read(0)
	callback := h.hub.Requests[0].Get("hub.callback")
	if err := h.store.RemoveSource(t.Context(), h.src.Name()); err != nil {
		t.Fatal(err)
	}
	if got := h.push("Late"); got[0] != http.StatusGone || len(h.stored()) > 0 {
		t.Errorf("a push of what was removed is answered %v", got)
	}
	h.hub.Silent = true // the hub is told, and does not verify at first
	for range 3 {
		if err := h.reader.Hub.Part(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(h.hub.Requests); n != 2 || h.hub.Requests[1].Get("hub.mode") != "unsubscribe" || h.hub.Requests[1].Get("hub.callback") != callback {
		t.Fatalf("the hub was asked for %v", h.hub.Requests)
	}
	status, says := h.hub.Ask(callback, url.Values{"hub.mode": {"unsubscribe"}, "hub.topic": {h.topic()}, "hub.challenge": {"x"}})
	if status != http.StatusOK || says != "x" || h.subscription().Source != "" {
		t.Errorf("answered %d %q, left %+v", status, says, h.subscription())
	}
}

func TestWhatIsRemovedIsForgottenWhenItsLeaseEnds(t *testing.T) {
	h := build(t)
	h.read(0)
	if err := h.store.RemoveSource(t.Context(), h.src.Name()); err != nil {
		t.Fatal(err)
	}
	h.clock = h.clock.Add(11 * 24 * time.Hour)
	if err := h.reader.Hub.Part(t.Context()); err != nil || h.subscription().Source != "" || len(h.hub.Requests) != 1 {
		t.Errorf("left %+v, %v, %d requests", h.subscription(), err, len(h.hub.Requests))
	}
}

func TestAFeedThatNamesAnotherHubIsAskedForThere(t *testing.T) {
	h := build(t)
	h.read(0)
	old := h.subscription()
	h.hub = hubtest.New(t)
	h.hub.Now = func() time.Time { return h.clock }
	h.read(time.Hour)
	if sub := h.subscription(); sub.Hub != h.hub.URL() || sub.ID == old.ID || sub.Secret == old.Secret || sub.Standing != feed.Live {
		t.Errorf("from %+v to %+v", old, sub)
	}
}
