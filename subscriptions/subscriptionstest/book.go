// Package subscriptionstest is the conformance suite of subscriptions.Book and subscriptions.Audience: what every
// keeper of subscribers must do.
package subscriptionstest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// TestBook runs the suite; open answers an empty Book for each test.
func TestBook(t *testing.T, open func(t *testing.T) subscriptions.Book) {
	tests := []struct {
		name string
		test func(*testing.T, subscriptions.Book)
	}{
		{"a subscriber is read back as they were saved", readBack},
		{"saving an address again replaces whoever is there", savedTwice},
		{"chats, threads and bots are told apart", toldApart},
		{"what a change does is kept", changed},
		{"a change that errs changes nothing", refused},
		{"a subscriber who moves is found at the new address only", moved},
		{"two subscribers whose chats become one are one subscriber", merged},
		{"a forgotten subscriber is unknown, and their id is not given again", forgotten},
		{"subscribers are read in pages in the order of their ids", paged},
		{"changes at the same time all count", together},
		{"one address saved by many at once is one subscriber", savedAtOnce},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, open(t)) })
	}
}

// Chat is the address of a private chat on Telegram.
func Chat(chat int) delivery.Address {
	return delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: fmt.Sprint(chat), Kind: delivery.Private}
}

// Reader is an active subscriber in a chat who follows keys.
func Reader(chat int, follow ...subscriptions.Key) subscriptions.Subscriber {
	return subscriptions.Subscriber{
		Address: Chat(chat), Status: subscriptions.Active, Language: "en", Zone: "UTC", Follow: follow, Least: delivery.Bulletin,
	}
}

// full has something in every field.
func full() subscriptions.Subscriber {
	at := time.Date(2026, 3, 1, 7, 30, 0, 0, time.UTC)
	return subscriptions.Subscriber{
		Address: delivery.Address{
			Platform: delivery.Discord, Bot: "second", Chat: "1234567890123", Thread: "77", Guild: "998877", Kind: delivery.Forum,
		},
		Status: subscriptions.Stopped, Created: at, Language: "ru", Reads: []string{"ru", "pt-BR"}, Zone: "Europe/Prague",
		Follow: []subscriptions.Key{"place:RU", "word:навальный"}, Exclude: []subscriptions.Key{"topic:sport"}, Least: delivery.Urgent,
		Digest: []string{"0 8 * * 1-5", "wake"}, NextDigest: at.Add(time.Hour), LastDigest: at.Add(-time.Hour),
		Quiet: subscriptions.Quiet{From: 23 * 60, To: 7 * 60, Mode: subscriptions.QuietFold}, Budget: 5,
		Ping: subscriptions.Ping{Role: "112233", Least: delivery.Flash}, StoryThreads: true, Discreet: true,
	}
}

func readBack(t *testing.T, b subscriptions.Book) {
	for _, sub := range []subscriptions.Subscriber{full(), Reader(1)} {
		saved := save(t, b, sub)
		sub.ID = saved.ID
		if sub.Created.IsZero() {
			sub.Created = saved.Created
		}
		if saved.ID == 0 || saved.Created.IsZero() || !reflect.DeepEqual(saved, sub) {
			t.Errorf("saved\n%+v, want\n%+v", saved, sub)
		}
		sub.Created = sub.Created.UTC().Truncate(time.Millisecond)
		if got, err := b.Get(context.Background(), sub.ID); err != nil || !reflect.DeepEqual(got, sub) {
			t.Errorf("got\n%+v, %v, want\n%+v", got, err, sub)
		}
		if got, err := b.Find(context.Background(), sub.Address); err != nil || !reflect.DeepEqual(got, sub) {
			t.Errorf("found\n%+v, %v, want\n%+v", got, err, sub)
		}
	}
	if _, err := b.Find(context.Background(), Chat(99)); !errors.Is(err, subscriptions.ErrUnknown) {
		t.Errorf("an unknown address: %v", err)
	}
	if _, err := b.Get(context.Background(), 99); !errors.Is(err, subscriptions.ErrUnknown) {
		t.Errorf("an unknown id: %v", err)
	}
}

func savedTwice(t *testing.T, b subscriptions.Book) {
	first := save(t, b, Reader(1, "place:RU", "place:SY"))
	again := Reader(1, "place:UA")
	again.Exclude, again.Language = []subscriptions.Key{"place:RU"}, "uk"
	if second := save(t, b, again); second.ID != first.ID || !second.Created.Equal(first.Created) {
		t.Errorf("a second subscriber %d (%s) at the address of %d (%s)", second.ID, second.Created, first.ID, first.Created)
	}
	again.ID, again.Created = first.ID, get(t, b, first.ID).Created
	if got := get(t, b, first.ID); !reflect.DeepEqual(got, again) {
		t.Errorf("got\n%+v, want\n%+v", got, again)
	}
	again.Follow = nil
	save(t, b, again)
	if got := get(t, b, first.ID); got.Follow != nil {
		t.Errorf("follows %v after following nothing in particular", got.Follow)
	}
}

func toldApart(t *testing.T, b subscriptions.Book) {
	plain := Chat(1)
	thread, bot, platform := plain, plain, plain
	thread.Thread, bot.Bot, platform.Platform = "1", "other", delivery.Discord
	ids := map[subscriptions.ID]bool{}
	for _, a := range []delivery.Address{plain, thread, bot, platform} {
		sub := Reader(1)
		sub.Address = a
		ids[save(t, b, sub).ID] = true
	}
	if len(ids) != 4 {
		t.Errorf("4 addresses are %d subscribers", len(ids))
	}
	group := plain
	group.Kind = delivery.Group
	if got, err := b.Find(context.Background(), group); err != nil || got.Address != plain {
		t.Errorf("the kind of chat must not count: %+v, %v", got, err)
	}
}

func changed(t *testing.T, b subscriptions.Book) {
	sub := save(t, b, Reader(1, "place:RU"))
	want := full()
	want.ID, want.Address = sub.ID, sub.Address
	got, err := b.Update(context.Background(), sub.ID, func(s *subscriptions.Subscriber) error {
		if !reflect.DeepEqual(s.Follow, sub.Follow) {
			t.Errorf("change was given %v, want %v", s.Follow, sub.Follow)
		}
		*s = want
		return nil
	})
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("answered\n%+v, %v, want\n%+v", got, err, want)
	}
	if got := get(t, b, sub.ID); !reflect.DeepEqual(got, want) {
		t.Errorf("kept\n%+v, want\n%+v", got, want)
	}
	_, err = b.Update(context.Background(), 99, func(*subscriptions.Subscriber) error { return nil })
	if !errors.Is(err, subscriptions.ErrUnknown) {
		t.Errorf("change of somebody unknown: %v", err)
	}
}

func refused(t *testing.T, b subscriptions.Book) {
	sub := save(t, b, Reader(1, "place:RU"))
	no := errors.New("no")
	_, err := b.Update(context.Background(), sub.ID, func(s *subscriptions.Subscriber) error {
		s.Follow[0], s.Language = "place:UA", "uk"
		return no
	})
	if err != no {
		t.Errorf("got error %v, want the one of the change", err)
	}
	if got := get(t, b, sub.ID); got.Language != "en" || got.Follow[0] != "place:RU" {
		t.Errorf("changed all the same: %+v", got)
	}
}

func moved(t *testing.T, b subscriptions.Book) {
	sub := save(t, b, Reader(1, "place:RU"))
	got := move(t, b, sub.ID, Chat(2))
	if got.ID != sub.ID || get(t, b, sub.ID).Address != Chat(2) {
		t.Errorf("moved as %+v", got)
	}
	if _, err := b.Find(context.Background(), Chat(1)); !errors.Is(err, subscriptions.ErrUnknown) {
		t.Errorf("still at the old address: %v", err)
	}
}

func merged(t *testing.T, b subscriptions.Book) {
	for name, order := range map[string][2]int{"the older one moves": {0, 1}, "the newer one moves": {1, 0}} {
		base := 10 * (order[0] + 1)
		subs := []subscriptions.Subscriber{save(t, b, Reader(base, "place:RU")), save(t, b, Reader(base+1, "place:SY"))}
		mover, there := subs[order[0]], subs[order[1]]
		got := move(t, b, mover.ID, there.Address)
		if got.ID != subs[0].ID {
			t.Errorf("%s: they are %d now, want the lower id %d", name, got.ID, subs[0].ID)
		}
		kept := get(t, b, subs[0].ID)
		if kept.Address != there.Address || !reflect.DeepEqual(kept.Follow, mover.Follow) {
			t.Errorf("%s: kept %+v, want the mover's wishes at the address of the other", name, kept)
		}
		if _, err := b.Get(context.Background(), subs[1].ID); !errors.Is(err, subscriptions.ErrUnknown) {
			t.Errorf("%s: the other one is still there: %v", name, err)
		}
		if _, err := b.Find(context.Background(), mover.Address); !errors.Is(err, subscriptions.ErrUnknown) {
			t.Errorf("%s: somebody is still at the old address: %v", name, err)
		}
	}
}

func forgotten(t *testing.T, b subscriptions.Book) {
	sub := save(t, b, Reader(1, "place:RU"))
	if err := b.Forget(context.Background(), sub.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Get(context.Background(), sub.ID); !errors.Is(err, subscriptions.ErrUnknown) {
		t.Errorf("by id: %v", err)
	}
	if _, err := b.Find(context.Background(), sub.Address); !errors.Is(err, subscriptions.ErrUnknown) {
		t.Errorf("by address: %v", err)
	}
	if _, err := b.Save(context.Background(), sub); !errors.Is(err, subscriptions.ErrUnknown) {
		t.Errorf("saved under the forgotten id: %v", err)
	}
	if err := b.Forget(context.Background(), sub.ID); err != nil {
		t.Errorf("forgotten twice: %v", err)
	}
	if again := save(t, b, Reader(1)); again.ID <= sub.ID || get(t, b, again.ID).Follow != nil {
		t.Errorf("came back as %+v after %d", again, sub.ID)
	}
}

func paged(t *testing.T, b subscriptions.Book) {
	for i := range 7 {
		save(t, b, Reader(i, subscriptions.Key(fmt.Sprintf("place:%d", i))))
	}
	var seen []string
	for after := subscriptions.ID(0); ; {
		page, err := b.Each(context.Background(), after, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, sub := range page {
			seen = append(seen, sub.Address.Chat+string(sub.Follow[0]))
			after = sub.ID
		}
		if len(page) < 3 {
			break
		}
	}
	want := []string{"0place:0", "1place:1", "2place:2", "3place:3", "4place:4", "5place:5", "6place:6"}
	if !reflect.DeepEqual(seen, want) {
		t.Errorf("read %v, want %v", seen, want)
	}
}

func together(t *testing.T, b subscriptions.Book) {
	sub := save(t, b, Reader(1))
	const n = 20
	atOnce(t, n, func(int) error {
		_, err := b.Update(context.Background(), sub.ID, func(s *subscriptions.Subscriber) error { s.Budget++; return nil })
		return err
	})
	if got := get(t, b, sub.ID).Budget; got != n {
		t.Errorf("%d of %d changes count", got, n)
	}
}

func savedAtOnce(t *testing.T, b subscriptions.Book) {
	atOnce(t, 10, func(int) error {
		_, err := b.Save(context.Background(), Reader(1, "place:RU"))
		return err
	})
	if all, err := b.Each(context.Background(), 0, 10); err != nil || len(all) != 1 {
		t.Errorf("%d subscribers, %v", len(all), err)
	}
}

// atOnce runs do n times at the same time, and waits for all.
func atOnce(t *testing.T, n int, do func(i int) error) {
	t.Helper()
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if err := do(i); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func save(t *testing.T, b subscriptions.Book, sub subscriptions.Subscriber) subscriptions.Subscriber {
	t.Helper()
	saved, err := b.Save(context.Background(), sub)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

func get(t *testing.T, b subscriptions.Book, id subscriptions.ID) subscriptions.Subscriber {
	t.Helper()
	sub, err := b.Get(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return sub
}

func move(t *testing.T, b subscriptions.Book, id subscriptions.ID, to delivery.Address) subscriptions.Subscriber {
	t.Helper()
	sub, err := b.Update(context.Background(), id, func(s *subscriptions.Subscriber) error { s.Address = to; return nil })
	if err != nil {
		t.Fatal(err)
	}
	return sub
}
