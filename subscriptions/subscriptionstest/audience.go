package subscriptionstest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// Keeper is both sides of those who keep subscribers.
type Keeper interface {
	subscriptions.Book
	subscriptions.Audience
}

// TestAudience runs the suite; open answers an empty Keeper for each test.
func TestAudience(t *testing.T, open func(t *testing.T) Keeper) {
	tests := []struct {
		name string
		test func(*testing.T, Keeper)
	}{
		{"followers of a key and of everything are told", told},
		{"a recipient is described as they wish to be told", described},
		{"an audience is the same whatever the size of its pages", samePages},
		{"more keys than a union takes are all asked for", manyKeys},
		{"an audience of whom nobody wants it ends", nobody},
		{"followed and excluded keys are known, others are not", followed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, open(t)) })
	}
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func told(t *testing.T, k Keeper) {
	readers := map[string]func(*subscriptions.Subscriber){
		"follows Russia":                     func(*subscriptions.Subscriber) {},
		"follows Syria":                      func(s *subscriptions.Subscriber) { s.Follow = []subscriptions.Key{"place:SY"} },
		"follows both":                       func(s *subscriptions.Subscriber) { s.Follow = append(s.Follow, "place:SY") },
		"follows everything":                 func(s *subscriptions.Subscriber) { s.Follow = nil },
		"follows everything but sport":       func(s *subscriptions.Subscriber) { s.Follow, s.Exclude = nil, []subscriptions.Key{"topic:sport"} },
		"follows everything but Russia":      func(s *subscriptions.Subscriber) { s.Follow, s.Exclude = nil, []subscriptions.Key{"place:RU"} },
		"follows Russia, but not with sport": func(s *subscriptions.Subscriber) { s.Exclude = []subscriptions.Key{"topic:sport"} },
		"follows Russia, and excludes it":    func(s *subscriptions.Subscriber) { s.Exclude = []subscriptions.Key{"place:RU"} },
		"follows Russia, flashes only":       func(s *subscriptions.Subscriber) { s.Least = delivery.Flash },
		"follows Russia, stopped":            func(s *subscriptions.Subscriber) { s.Status = subscriptions.Stopped },
		"follows Russia, blocked":            func(s *subscriptions.Subscriber) { s.Status = subscriptions.Blocked },
		"follows Russia, barred":             func(s *subscriptions.Subscriber) { s.Status = subscriptions.Barred },
	}
	names := map[subscriptions.ID]string{}
	chat := 0
	for name, wish := range readers {
		chat++
		sub := Reader(chat, "place:RU")
		wish(&sub)
		names[save(t, k, sub).ID] = name
	}
	keys := func(keys ...subscriptions.Key) subscriptions.Query {
		return subscriptions.Query{Keys: keys, Class: delivery.Bulletin}
	}
	flash := keys("place:RU")
	flash.Class = delivery.Flash
	cases := []struct {
		name  string
		query subscriptions.Query
		want  []string
	}{
		{"a bulletin on Russia", keys("place:RU"), []string{
			"follows Russia", "follows Russia, but not with sport", "follows both", "follows everything", "follows everything but sport",
		}},
		{"a bulletin on sport in Russia and Syria", keys("place:RU", "place:SY", "topic:sport", "place:RU"), []string{
			"follows Russia", "follows Syria", "follows both", "follows everything",
		}},
		{"a bulletin on nothing anybody follows", keys("place:AQ"), []string{
			"follows everything", "follows everything but Russia", "follows everything but sport",
		}},
		{"a bulletin without keys", keys(), []string{
			"follows everything", "follows everything but Russia", "follows everything but sport",
		}},
		{"a flash on Russia", flash, []string{
			"follows Russia", "follows Russia, but not with sport", "follows Russia, flashes only", "follows both", "follows everything",
			"follows everything but sport",
		}},
		{"a bulletin to everyone", subscriptions.Query{Everyone: true, Class: delivery.Bulletin}, []string{
			"follows Russia", "follows Russia, and excludes it", "follows Russia, but not with sport", "follows Syria", "follows both",
			"follows everything", "follows everything but Russia", "follows everything but sport",
		}},
	}
	for _, c := range cases {
		var got []string
		for _, r := range pages(t, k, c.query, 3) {
			got = append(got, names[r.ID])
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s\n tells %q\n want  %q", c.name, got, c.want)
		}
		count, err := k.Count(context.Background(), c.query)
		if want := map[delivery.Lane]int{"telegram/main": len(c.want)}; err != nil || !reflect.DeepEqual(count, want) {
			t.Errorf("%s counts %v, %v, want %v", c.name, count, err, want)
		}
		if estimate, err := k.Estimate(context.Background(), c.query, time.Hour); err != nil || !reflect.DeepEqual(estimate, count) {
			t.Errorf("%s, with time enough, is estimated as %v, %v, want %v", c.name, estimate, err, count)
		}
	}
}

func described(t *testing.T, k Keeper) {
	sub := full()
	sub.Status = subscriptions.Active
	sub = save(t, k, sub)
	want := subscriptions.Recipient{
		ID: sub.ID, Lane: "discord/second", Kind: delivery.Forum, Language: "ru", Reads: []string{"ru", "pt-BR"}, Zone: "Europe/Prague",
		Quiet: sub.Quiet, Budget: 5, Digests: true,
	}
	plain := save(t, k, Reader(1))
	wants := []subscriptions.Recipient{want, {ID: plain.ID, Lane: "telegram/main", Kind: delivery.Private, Language: "en", Zone: "UTC"}}
	for _, q := range []subscriptions.Query{
		{Keys: []subscriptions.Key{"place:RU"}, Class: delivery.Flash}, {Everyone: true, Class: delivery.Flash},
	} {
		if got := pages(t, k, q, 10); !reflect.DeepEqual(got, wants) {
			t.Errorf("got\n%+v, want\n%+v", got, wants)
		}
	}
	count, err := k.Count(context.Background(), subscriptions.Query{Everyone: true, Class: delivery.Flash})
	if err != nil || !reflect.DeepEqual(count, map[delivery.Lane]int{"discord/second": 1, "telegram/main": 1}) {
		t.Errorf("counted %v, %v", count, err)
	}
}

// samePages compares all sizes of page with what the rule itself says of each subscriber, for random wishes.
func samePages(t *testing.T, k Keeper) {
	random := rand.New(rand.NewPCG(1, 2))
	some := func() (keys []subscriptions.Key) {
		for i := range 5 {
			if random.IntN(3) == 0 {
				keys = append(keys, subscriptions.Key(fmt.Sprintf("place:%c", 'A'+i)))
			}
		}
		return keys
	}
	q := subscriptions.Query{Keys: []subscriptions.Key{"place:A", "place:C"}, Class: delivery.Urgent}
	var want []subscriptions.ID
	for chat := range 60 {
		sub := Reader(chat, some()...)
		sub.Exclude, sub.Least = some(), delivery.Class(1+random.IntN(4))
		if id := save(t, k, sub).ID; wants(sub, q) {
			want = append(want, id)
		}
	}
	for _, size := range []int{1, 2, 7, 60, 61, 1000} {
		var got []subscriptions.ID
		for _, r := range pages(t, k, q, size) {
			got = append(got, r.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("in pages of %d: %v, want %v", size, got, want)
		}
	}
}

// wants is the rule, said of one subscriber.
func wants(s subscriptions.Subscriber, q subscriptions.Query) bool {
	about := func(k subscriptions.Key) bool { return slices.Contains(q.Keys, k) }
	follows := len(s.Follow) == 0 || slices.ContainsFunc(s.Follow, about)
	return s.Status == subscriptions.Active && follows && !slices.ContainsFunc(s.Exclude, about) && q.Class <= s.Least
}

func manyKeys(t *testing.T, k Keeper) {
	const n = 700
	var q subscriptions.Query
	var want []subscriptions.ID
	for i := range n {
		key := subscriptions.Key(fmt.Sprintf("word:w%d", i))
		q.Keys = append(q.Keys, key)
		if i%100 == 0 {
			want = append(want, save(t, k, Reader(i, key)).ID)
		}
	}
	q.Class = delivery.Flash
	var got []subscriptions.ID
	for _, r := range pages(t, k, q, 3) {
		got = append(got, r.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if count, err := k.Count(context.Background(), q); err != nil || count["telegram/main"] != len(want) {
		t.Errorf("counted %v, %v", count, err)
	}
}

func nobody(t *testing.T, k Keeper) {
	q := subscriptions.Query{Keys: []subscriptions.Key{"place:RU"}, Class: delivery.Routine}
	if got := pages(t, k, q, 2); len(got) != 0 {
		t.Errorf("an empty book has an audience of %d", len(got))
	}
	if got, err := k.Estimate(context.Background(), q, 0); err != nil || len(got) != 0 {
		t.Errorf("that of an empty book is estimated as %v (%v)", got, err)
	}
	for chat := range 7 {
		save(t, k, Reader(chat, "place:RU"))
	}
	if got := pages(t, k, q, 2); len(got) != 0 {
		t.Errorf("%d are told of what is less urgent than they asked for", len(got))
	}
	if count, err := k.Count(context.Background(), q); err != nil || len(count) != 0 {
		t.Errorf("counted %v, %v", count, err)
	}
}

func followed(t *testing.T, k Keeper) {
	sub := Reader(1, "word:putin")
	sub.Exclude = []subscriptions.Key{"word:football"}
	save(t, k, sub)
	candidates := []subscriptions.Key{"word:football", "word:obama"}
	for i := range 2500 {
		candidates = append(candidates, subscriptions.Key(fmt.Sprintf("word:w%d", i)))
	}
	candidates = append(candidates, "word:putin")
	got, err := k.Followed(context.Background(), candidates)
	if want := []subscriptions.Key{"word:football", "word:putin"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	if got, err := k.Followed(context.Background(), nil); err != nil || len(got) != 0 {
		t.Errorf("of none: %v, %v", got, err)
	}
}

// pages reads a whole audience in pages of size.
func pages(t *testing.T, a subscriptions.Audience, q subscriptions.Query, size int) []subscriptions.Recipient {
	t.Helper()
	var all []subscriptions.Recipient
	for after := subscriptions.ID(0); ; {
		page, err := a.Page(context.Background(), q, noon, after, size)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page...)
		if len(page) < size {
			return all
		}
		after = page[len(page)-1].ID
	}
}
