package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
	"github.com/tenbells/tenbells/subscriptions"
)

// storyOffice is an office with a channel that wants threads.
type storyOffice struct{ office }

func (o storyOffice) channel(chat int) subscriptions.Subscriber {
	o.Helper()
	return o.save(subscriptions.Subscriber{
		Address: delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: fmt.Sprint(chat), Kind: delivery.Channel},
		Status:  subscriptions.Active, Zone: "UTC", Language: "uk", Least: delivery.Bulletin, StoryThreads: true,
	})
}

// tell owes a message and answers its key.
func (o storyOffice) tell(to subscriptions.Subscriber, name, headline string) delivery.Key {
	o.Helper()
	batch := delivery.BatchID("alert/" + name)
	o.word(name, 1, delivery.Content{Kind: delivery.AlertContent, Headline: headline})
	m := delivery.Message{Key: delivery.SendKey(batch, to.ID), Batch: batch, Lane: mainLane, Subscriber: to.ID, Op: delivery.Send,
		Class: delivery.Bulletin, Due: noon, Content: delivery.ContentID("alert/" + name + "/en")}
	if _, err := o.Owe(ctx, []delivery.Message{m}); err != nil {
		o.Fatal(err)
	}
	return m.Key
}

func (o storyOffice) word(name string, version int, c delivery.Content) {
	o.Helper()
	if err := o.SaveContent(ctx, delivery.ContentID("alert/"+name+"/en"), version, c); err != nil {
		o.Fatal(err)
	}
}

func (o storyOffice) keep(ts ...delivery.StoryThread) {
	o.Helper()
	for _, t := range ts {
		if err := o.SaveThread(ctx, t); err != nil {
			o.Fatal(err)
		}
	}
}

func (o storyOffice) thread(of subscriptions.Subscriber, story string) (delivery.StoryThread, bool) {
	o.Helper()
	t, found, err := o.Store.Thread(ctx, of.ID, story)
	if err != nil {
		o.Fatal(err)
	}
	return t, found
}

func begun(of subscriptions.Subscriber, story string, by delivery.Key) delivery.StoryThread {
	return delivery.StoryThread{Subscriber: of.ID, Story: story, Starter: by, StarterID: "77", State: delivery.ThreadOwed, First: noon}
}

func TestAParcelSaysWhetherThreadsAreWanted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := storyOffice{newOffice(t, s)}
		with, without := o.channel(1), o.reader(2)
		o.tell(with, "a", "Dam bursts")
		o.tell(without, "a", "Dam bursts")
		for _, p := range o.deliver(arrived) {
			if p.Voice.Threads != (p.Subscriber == with.ID) {
				t.Errorf("subscriber %d wants threads: %t", p.Subscriber, p.Voice.Threads)
			}
		}
	})
}

func TestThreadsAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := storyOffice{newOffice(t, s)}
		stays, goes := o.channel(1), o.channel(2)
		first, second := o.tell(stays, "a", "Dam bursts"), o.tell(stays, "b", "Nine dead")
		want := begun(stays, "s1", first)
		o.keep(want, begun(goes, "s1", "alert/a/2"), begun(subscriptions.Subscriber{ID: 999}, "s1", "alert/a/999"))
		want.State, want.Latest, want.LatestID, want.Stale, want.Due, want.Tries = delivery.ThreadOpen, second, "77/78", true, noon.Add(time.Hour), 3
		o.keep(want)
		want.To, want.Voice = stays.Address, delivery.Voice{Language: "uk", Zone: "UTC", Threads: true}
		want.Body = delivery.Content{Kind: delivery.AlertContent, Headline: "Nine dead"}
		got, _ := o.thread(stays, "s1")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		for _, key := range []delivery.Key{first, second} {
			if got, found, err := s.ThreadOf(ctx, stays.ID, key); !found || err != nil || cmp.Diff(want, got) != "" {
				t.Errorf("of %s there is %+v, %v", key, got, err)
			}
		}
		for story, key := range map[string]delivery.Key{"s2": "alert/c/1", "": second + "0"} {
			if _, found := o.thread(stays, story); found {
				t.Errorf("story %q has a thread", story)
			}
			if _, found, err := s.ThreadOf(ctx, stays.ID, key); found || err != nil {
				t.Errorf("%s is of a thread (%v)", key, err)
			}
		}
		if err := s.Book().Forget(ctx, goes.ID); err != nil {
			t.Fatal(err)
		}
		if _, found := o.thread(goes, "s1"); found {
			t.Error("the thread of somebody who is forgotten is there")
		}
		if _, err := s.PurgeMessages(ctx, noon.Add(delivery.ThreadRetention)); err != nil {
			t.Fatal(err)
		}
		if _, found := o.thread(stays, "s1"); !found {
			t.Error("a thread is forgotten before its time")
		}
		if _, err := s.PurgeMessages(ctx, noon.Add(delivery.ThreadRetention+time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		if _, found := o.thread(stays, "s1"); found {
			t.Error("a thread of long ago is there")
		}
	})
}

// TestAThreadsFirstMessageTellsTheNewest of what stands.
func TestAThreadsFirstMessageTellsTheNewest(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := storyOffice{newOffice(t, s)}
		to := o.channel(1)
		first, second := o.tell(to, "a", "Dam bursts"), o.tell(to, "b", "Nine dead")
		thread := begun(to, "s1", first)
		o.keep(thread)
		shows := func(want string) {
			t.Helper()
			if got, _ := o.thread(to, "s1"); got.Body.Headline != want {
				t.Errorf("it tells %q, not %q", got.Body.Headline, want)
			}
		}
		shows("Dam bursts")
		thread.Latest = second
		o.keep(thread)
		shows("Nine dead")
		o.word("b", 2, delivery.Content{Kind: delivery.AlertContent, Headline: "Ten dead"})
		shows("Ten dead")
		o.word("b", 3, delivery.Content{Kind: delivery.RecallContent, Headline: "Nobody died"})
		shows("Dam bursts")
		o.word("b", 4, delivery.Content{Kind: delivery.AlertContent, Headline: "Ten dead"})
		o.word("a", 2, delivery.Content{Kind: delivery.RecallContent, Headline: "There is no dam"})
		shows("There is no dam")
	})
}

func TestOwedThreadsComeSoonestFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := storyOffice{newOffice(t, s)}
		to := o.channel(1)
		for story, due := range map[string]time.Duration{"late": 2 * time.Hour, "soon": time.Hour} {
			thread := begun(to, story, delivery.Key("alert/"+story+"/1"))
			thread.Due = noon.Add(due)
			o.keep(thread)
		}
		o.keep(begun(to, "none", "alert/none/1"))
		owed := func(lane delivery.Lane, n int) (names []string) {
			found, err := s.OwedThreads(ctx, lane, n)
			if err != nil {
				t.Fatal(err)
			}
			for _, thread := range found {
				names = append(names, thread.Story)
			}
			return names
		}
		if diff := cmp.Diff([]string{"soon", "late"}, owed(mainLane, 5)); diff != "" {
			t.Error(diff)
		}
		if len(owed(mainLane, 1)) != 1 || len(owed("telegram/other", 5)) != 0 {
			t.Error("the lane's first alone were asked for")
		}
	})
}

// TestThreadsGoWithMergedStories; where a channel has one of each, each stays.
func TestThreadsGoWithMergedStories(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := storyOffice{newOffice(t, s)}
		one, both := o.channel(1), o.channel(2)
		if err := errors.Join(judge(s, "a1", "s1", 0), judge(s, "a2", "s2", 1)); err != nil {
			t.Fatal(err)
		}
		o.keep(begun(one, "s2", "alert/a/1"), begun(both, "s1", "alert/b/2"), begun(both, "s2", "alert/a/2"))
		if _, err := s.Rulings().Record(ctx, stories.Merge(articles.StoryID("s1"), articles.StoryID("s2"), "cli:olga", noon)); err != nil {
			t.Fatal(err)
		}
		if thread, _ := o.thread(one, "s1"); thread.Starter != "alert/a/1" {
			t.Errorf("a channel of one thread has %+v", thread)
		}
		if thread, _ := o.thread(both, "s1"); thread.Starter != "alert/b/2" {
			t.Errorf("a channel of two threads goes on in %+v", thread)
		}
		if _, found, err := s.ThreadOf(ctx, both.ID, "alert/a/2"); !found || err != nil {
			t.Errorf("the other thread is lost (%v)", err)
		}
	})
}

func TestADamagedThreadKeepsNoOtherBack(t *testing.T) {
	for name, database := range map[string]func(testing.TB) string{"sqlite": storetest.SQLiteURL, "postgres": storetest.PostgresURL} {
		t.Run(name, func(t *testing.T) {
			url := database(t)
			s := storetest.Open(t, url)
			o := storyOffice{newOffice(t, s)}
			to := o.channel(1)
			for _, story := range []string{"s1", "s2"} {
				thread := begun(to, story, delivery.Key("alert/"+story+"/1"))
				thread.Due = noon
				o.keep(thread)
			}
			if _, err := storetest.DB(t, url).Exec(`UPDATE story_threads SET sealed = subscribers.sealed FROM subscribers WHERE story = 's1'`); err != nil {
				t.Fatal(err)
			}
			found, err := s.OwedThreads(ctx, mainLane, 5)
			if err != nil || len(found) != 1 || found[0].Story != "s2" {
				t.Errorf("there are %+v, %v", found, err)
			}
		})
	}
}
