// Package digesttest is the conformance suite of digest.Archive and digest.Rounds: what every keeper of articles and
// readers must do for the Press.
package digesttest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/digest"
	"github.com/tenbells/tenbells/subscriptions"
)

// House is what the suite needs around the two to fill them.
type House struct {
	Archive digest.Archive
	Rounds  digest.Rounds

	Shelf  articles.Shelf
	File   alerts.File
	Book   subscriptions.Book
	Outbox delivery.Outbox
	Ledger delivery.Ledger
	Leases delivery.Leases

	lease delivery.Lease // of the only lane
}

// TestRounds runs the suite; open answers an empty House for each test.
func TestRounds(t *testing.T, open func(t *testing.T) House) {
	tests := []struct {
		name string
		test func(*testing.T, House)
	}{
		{"articles of a window come newest first, in their newest version", window},
		{"what was taken back or recalled is left out, and so is what is not judged", leftOut},
		{"articles are read back whole, with what the desk found and the alert that told them", whole},
		{"active subscribers are due when their time has come", due},
		{"whoever is about to be told an alert is due once they have been, or ten minutes later", dueAfterTheAlert},
		{"those due are read in pages in the order of their ids", duePages},
		{"whoever is served is owed a digest and moved to the next date", served},
		{"a date that has changed meanwhile is left alone", changedMeanwhile},
		{"serving again owes nothing more", servedAgain},
		{"told is who was sent a batch, or may have been", told},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := open(t)
			lease, err := h.Leases.Acquire(ctx, "lane/telegram/main", "the suite", time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			h.lease = lease
			tt.test(t, h)
		})
	}
}

var (
	ctx  = context.Background()
	noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

func window(t *testing.T, h House) {
	for i, minute := range []int{-1, 0, 1, 59, 60} {
		h.publish(t, fmt.Sprintf("n%d", i), minute)
	}
	h.publish(t, "n1", 90) // a new version does not make it new
	late := verdict(h.put(t, "judged late", -2, nil))
	late.At = noon.Add(30 * time.Minute)
	if err := h.File.SaveVerdict(ctx, late); err != nil {
		t.Fatal(err)
	}
	got := h.between(t, 10)
	if want := []string{"n3 v1", "judged late v1", "n2 v1", "n1 v2"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := h.between(t, 2); !slices.Equal(got, []string{"n3 v1", "judged late v1"}) {
		t.Errorf("two of them are %v", got)
	}
}

func leftOut(t *testing.T, h House) {
	h.publish(t, "kept", 1)
	h.publish(t, "withheld", 2)
	h.judge(t, h.put(t, "withheld", 3, func(a *articles.Article) { a.Status = articles.Withheld }))
	h.publish(t, "cancelled, and given out again", 4)
	h.judge(t, h.put(t, "cancelled, and given out again", 5, func(a *articles.Article) { a.Status = articles.Cancelled }))
	h.publish(t, "cancelled, and given out again", 6)
	h.put(t, "not judged", 7, nil)
	h.publish(t, "judged, with a newer version that is not", 8)
	h.put(t, "judged, with a newer version that is not", 9, nil)
	h.alert(t, h.publish(t, "recalled", 10), alerts.Recalled)
	got := h.between(t, 10)
	want := []string{"judged, with a newer version that is not v1", "cancelled, and given out again v3", "kept v1"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func whole(t *testing.T, h House) {
	a := h.publish(t, "n1", 1)
	al := h.alert(t, a, alerts.Sent)
	js, err := h.Archive.Between(ctx, noon, noon.Add(time.Hour), 10)
	if err != nil || len(js) != 1 {
		t.Fatalf("got %+v, %v", js, err)
	}
	v := verdict(a)
	want := digest.Judged{Article: js[0].Article, Findings: v.Findings, Class: v.Class, Alert: al.ID.Batch()}
	if !reflect.DeepEqual(js[0], want) {
		t.Errorf("got\n%+v, want\n%+v", js[0], want)
	}
	if got := js[0].Article; got.Headline != a.Headline || !slices.Equal(got.Body, a.Body) || got.ID != a.ID || !got.Seen.Equal(a.Seen) {
		t.Errorf("the article is\n%+v, want\n%+v", got, a)
	}
}

func due(t *testing.T, h House) {
	for name, wish := range map[string]func(*subscriptions.Subscriber){
		"due":           func(s *subscriptions.Subscriber) {},
		"due before":    func(s *subscriptions.Subscriber) { s.NextDigest = noon.Add(-time.Hour) },
		"due later":     func(s *subscriptions.Subscriber) { s.NextDigest = noon.Add(time.Millisecond) },
		"without dates": func(s *subscriptions.Subscriber) { s.NextDigest = time.Time{} },
		"stopped":       func(s *subscriptions.Subscriber) { s.Status = subscriptions.Stopped },
	} {
		h.reader(t, name, wish)
	}
	subs, err := h.Rounds.DueDigests(ctx, noon, 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range subs {
		got = append(got, s.Address.Chat)
		if !slices.Equal(s.Follow, []subscriptions.Key{"place:RU"}) || !slices.Equal(s.Digest, []string{"0 12 * * *"}) {
			t.Errorf("%s is answered as %+v", s.Address.Chat, s)
		}
	}
	slices.Sort(got)
	if want := []string{"due", "due before"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// dueAfterTheAlert is about alerts that were held until the very hour of the digest, as in quiet hours with a digest on
// waking: they would be told twice.
func dueAfterTheAlert(t *testing.T, h House) {
	owe := func(name string, class delivery.Class, due, expires time.Time) subscriptions.Subscriber {
		sub := h.reader(t, name, nil)
		b := delivery.BatchID("alert/" + name)
		h.owe(t, delivery.Message{Key: delivery.SendKey(b, sub.ID), Batch: b, Lane: "telegram/main", Subscriber: sub.ID, Op: delivery.Send,
			Class: class, Due: due, Expires: expires, Content: content})
		return sub
	}
	rings := owe("rings", delivery.Bulletin, noon, noon.Add(time.Hour))
	owe("rings later", delivery.Bulletin, noon.Add(time.Hour), time.Time{})
	owe("too late", delivery.Bulletin, noon.Add(-time.Hour), noon.Add(-time.Minute))
	owe("another digest", delivery.Digest, noon, time.Time{})
	due := func(now time.Time) (names []string) {
		t.Helper()
		subs, err := h.Rounds.DueDigests(ctx, now, 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range subs {
			names = append(names, s.Address.Chat)
		}
		slices.Sort(names)
		return names
	}
	others := []string{"another digest", "rings later", "too late"}
	all := []string{"another digest", "rings", "rings later", "too late"}
	if got := due(noon.Add(time.Second)); !slices.Equal(got, others) {
		t.Errorf("while the alert waits %q are due, want %q", got, others)
	}
	if got := due(noon.Add(10*time.Minute + time.Second)); !slices.Equal(got, all) {
		t.Errorf("when it does not get out %q are due, want %q", got, all)
	}
	h.settle(t, func(p delivery.Parcel) delivery.Receipt {
		return delivery.Receipt{Key: p.Key, Subscriber: p.Subscriber, State: delivery.Sent, At: noon, MessageID: "1", Version: 1}
	})
	if got := due(noon.Add(time.Second)); !slices.Equal(got, all) {
		t.Errorf("once %d was told %q are due, want %q", rings.ID, got, all)
	}
}

func duePages(t *testing.T, h House) {
	var want, got []subscriptions.ID
	for i := range 7 {
		want = append(want, h.reader(t, fmt.Sprint(i), func(s *subscriptions.Subscriber) {
			s.NextDigest = noon.Add(-time.Duration(i) * time.Minute) // the last is the first by date
		}).ID)
	}
	for after := subscriptions.ID(0); ; {
		page, err := h.Rounds.DueDigests(ctx, noon, after, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range page {
			got, after = append(got, s.ID), s.ID
		}
		if len(page) < 3 {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func served(t *testing.T, h House) {
	told, quiet := h.reader(t, "told", nil), h.reader(t, "nothing to tell", nil)
	silent := issue(quiet)
	silent.Message = nil
	h.serve(t, issue(told), silent)
	for _, sub := range []subscriptions.Subscriber{told, quiet} {
		got, err := h.Book.Get(ctx, sub.ID)
		if err != nil || !got.NextDigest.Equal(noon.Add(24*time.Hour)) || !got.LastDigest.Equal(noon) {
			t.Errorf("%s: last %s, next %s, %v", sub.Address.Chat, got.LastDigest, got.NextDigest, err)
		}
	}
	if got := h.claim(t); len(got) != 1 || got[0].Subscriber != told.ID || got[0].Class != delivery.Digest || !slices.Equal(got[0].Omit, []int{2}) {
		t.Errorf("owed %+v", got)
	}
	if subs, err := h.Rounds.DueDigests(ctx, noon, 0, 10); err != nil || len(subs) != 0 {
		t.Errorf("%d are still due, %v", len(subs), err)
	}
}

func changedMeanwhile(t *testing.T, h House) {
	moved, stopped, forgotten := h.reader(t, "moved", nil), h.reader(t, "stopped", nil), h.reader(t, "forgotten", nil)
	h.update(t, moved.ID, func(s *subscriptions.Subscriber) { s.NextDigest = noon.Add(time.Hour) })
	h.update(t, stopped.ID, func(s *subscriptions.Subscriber) { s.Status = subscriptions.Stopped })
	if err := h.Book.Forget(ctx, forgotten.ID); err != nil {
		t.Fatal(err)
	}
	h.serve(t, issue(moved), issue(stopped), issue(forgotten))
	if got := h.claim(t); len(got) != 0 {
		t.Errorf("owed all the same: %+v", got)
	}
	if got, err := h.Book.Get(ctx, moved.ID); err != nil || !got.NextDigest.Equal(noon.Add(time.Hour)) || !got.LastDigest.IsZero() {
		t.Errorf("dates changed: %+v, %v", got, err)
	}
}

func servedAgain(t *testing.T, h House) {
	sub := h.reader(t, "reader", nil)
	h.serve(t, issue(sub))
	h.serve(t, issue(sub))
	if got := h.claim(t); len(got) != 1 {
		t.Errorf("owed %d times", len(got))
	}
	h.serve(t) // nobody is due
}

func told(t *testing.T, h House) {
	reader, other := h.reader(t, "reader", nil), h.reader(t, "other", nil)
	owe := func(b delivery.BatchID, sub subscriptions.Subscriber) {
		key := delivery.SendKey(b, sub.ID)
		h.owe(t, delivery.Message{
			Key: key, Batch: b, Lane: "telegram/main", Subscriber: sub.ID, Op: delivery.Send, Class: delivery.Flash, Due: noon,
			Content: content,
		})
	}
	owe("alert/sent", reader)
	owe("alert/unanswered", reader)
	owe("alert/refused", reader)
	owe("alert/sent", other)
	states := map[delivery.BatchID]delivery.State{"alert/sent": delivery.Sent, "alert/unanswered": delivery.Unknown, "alert/refused": delivery.Dropped}
	h.settle(t, func(p delivery.Parcel) delivery.Receipt {
		r := delivery.Receipt{Key: p.Key, Subscriber: p.Subscriber, State: states[p.Batch], At: noon, Due: noon.Add(time.Hour), MessageID: "1", Version: 1}
		if r.State == delivery.Dropped {
			r.Reason = delivery.Rejected
		}
		return r
	})
	owe("alert/queued", reader)
	got, err := h.Rounds.Told(ctx, []delivery.BatchID{"alert/sent", "alert/unanswered", "alert/refused", "alert/queued", "alert/other"},
		[]subscriptions.ID{reader.ID, other.ID, 99})
	want := map[subscriptions.ID][]delivery.BatchID{reader.ID: {"alert/sent", "alert/unanswered"}, other.ID: {"alert/sent"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	got, err = h.Rounds.Told(ctx, []delivery.BatchID{"alert/unanswered"}, []subscriptions.ID{reader.ID, other.ID})
	if want := map[subscriptions.ID][]delivery.BatchID{reader.ID: {"alert/unanswered"}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("of one batch: %v, %v, want %v", got, err, want)
	}
}
