package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
	"github.com/tenbells/tenbells/subscriptions"
	"github.com/tenbells/tenbells/subscriptions/subscriptionstest"
)

func unknown(err error) bool { return errors.Is(err, subscriptions.ErrUnknown) }

func TestForgetTakesTheMessagesAlongAndLeavesTheFigures(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		gone, stays := o.reader(1), o.reader(2)
		o.owe("alert/sent", delivery.Flash, noon, gone.ID, stays.ID)
		o.deliver(arrived)
		o.owe("alert/waits", delivery.Flash, noon, gone.ID, stays.ID)
		if err := s.Book().Forget(ctx, gone.ID); err != nil {
			t.Fatal(err)
		}
		if c := o.counts("alert/sent"); c.Sent != 2 {
			t.Errorf("2 were told, counted %+v", c)
		}
		if ps := o.deliver(arrived); len(ps) != 1 || ps[0].Subscriber != stays.ID {
			t.Errorf("delivered %+v, want the one to %d", ps, stays.ID)
		}
		if c := o.counts("alert/waits"); c.Sent != 1 || c.Open() {
			t.Errorf("counted %+v, want one sent and nothing open", c)
		}
		if told, err := s.Told(ctx, []delivery.BatchID{"alert/sent"}, []subscriptions.ID{gone.ID}); err != nil || len(told) != 0 {
			t.Errorf("what the forgotten was told is still there: %v, %v", told, err)
		}
	})
}

func TestADeliveryTeachesHowASubscriberStands(t *testing.T) {
	cases := []struct {
		name string
		was  subscriptions.Status
		st   delivery.Standing
		want subscriptions.Status
	}{
		{"blocked by the reader", subscriptions.Active, delivery.StandingBlocked, subscriptions.Blocked},
		{"no right to post", subscriptions.Active, delivery.StandingNoRights, subscriptions.Barred},
		{"gone for ever", subscriptions.Active, delivery.StandingGone, ""},
		{"nothing to say", subscriptions.Active, "", subscriptions.Active},
	}
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		for i, c := range cases {
			sub := o.reader(i)
			o.owe(delivery.BatchID("alert/"+c.name), delivery.Flash, noon, sub.ID)
			o.deliver(refused(c.st))
			if got := o.status(sub.ID); got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
		if n, err := s.Book().Count(ctx, subscriptions.Query{Keys: []subscriptions.Key{"place:RU"}, Class: delivery.Flash}); err != nil || n[mainLane] != 1 {
			t.Errorf("%v are still told, %v", n, err)
		}
	})
}

func TestPurgeChatsForgetsWhoBlockedUsAWeekAgo(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLiteURL, "postgres": storetest.PostgresURL} {
		t.Run(name, func(t *testing.T) {
			now := noon
			s, err := store.Open(ctx, url(t), store.Options{Key: storetest.Key(t), Now: func() time.Time { return now }})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
			o := newOffice(t, s)
			blocked, active := o.reader(1), o.reader(2)
			o.owe("alert/x", delivery.Flash, noon, blocked.ID)
			o.deliver(refused(delivery.StandingBlocked))
			purge := func(after time.Duration, readers int) {
				t.Helper()
				if n, err := s.PurgeChats(ctx, noon.Add(after)); err != nil || n != readers {
					t.Errorf("after %s: %d readers purged, %v, want %d", after, n, err, readers)
				}
			}
			purge(7*24*time.Hour-time.Minute, 0)
			now = noon.Add(time.Hour) // a change of wishes is none of status
			if _, err := s.Book().Update(ctx, blocked.ID, func(s *subscriptions.Subscriber) error { s.Language = "ru"; return nil }); err != nil {
				t.Fatal(err)
			}
			purge(7*24*time.Hour, 1)
			if o.status(blocked.ID) != "" || o.status(active.ID) != subscriptions.Active {
				t.Errorf("blocked is %q, active %q", o.status(blocked.ID), o.status(active.ID))
			}
		})
	}
}

func TestPurgeChatsForgetsHandledUpdatesAfterADay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		handled, waits := bots.Update{Lane: mainLane, ID: 2, Payload: []byte("a")}, bots.Update{Lane: mainLane, ID: 1, Payload: []byte("b")}
		accept := func(want int) {
			t.Helper()
			if err := s.Accept(ctx, []bots.Update{handled, waits}); err != nil {
				t.Fatal(err)
			}
			if us, err := s.Pending(ctx, mainLane, 10); err != nil || len(us) != want {
				t.Errorf("%d wait, %v, want %d", len(us), err, want)
			}
		}
		accept(2)
		if err := s.Done(ctx, mainLane, handled.ID); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			after time.Duration
			wait  int
		}{{23 * time.Hour, 1}, {25 * time.Hour, 2}} { // after a day it is as if it never had come
			if _, err := s.PurgeChats(ctx, time.Now().Add(step.after)); err != nil {
				t.Fatal(err)
			}
			accept(step.wait)
		}
		if n, err := s.Newest(ctx, mainLane); err != nil || n != handled.ID {
			t.Errorf("newest is %d, %v", n, err)
		}
	})
}

func TestLeavingAServerEndsAllItsChannels(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		channel := func(bot, chat, guild string) subscriptions.ID {
			sub := subscriptionstest.Reader(1)
			sub.Address = delivery.Address{Platform: delivery.Discord, Bot: bot, Chat: chat, Guild: guild, Kind: delivery.Channel}
			return o.save(sub).ID
		}
		left := []subscriptions.ID{channel("main", "1", "g"), channel("main", "2", "g")}
		stay := []subscriptions.ID{channel("main", "3", "other"), channel("main", "4", ""), channel("second", "5", "g")}
		if n, err := s.Book().LeaveGuild(ctx, delivery.Discord, "main", "g"); err != nil || n != len(left) {
			t.Errorf("left %d, %v", n, err)
		}
		for _, id := range left {
			if st := o.status(id); st != "" {
				t.Errorf("%d is %s", id, st)
			}
		}
		for _, id := range stay {
			if st := o.status(id); st != subscriptions.Active {
				t.Errorf("%d of another server is %q", id, st)
			}
		}
		if n, err := s.Book().LeaveGuild(ctx, delivery.Discord, "main", "g"); err != nil || n != 0 {
			t.Errorf("left again: %d, %v", n, err)
		}
	})
}
