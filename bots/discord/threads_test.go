package discord

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/delivery"
)

// threadBook is threads kept in memory, as the store keeps them.
type threadBook struct {
	mu     sync.Mutex
	rows   map[string]delivery.StoryThread
	bodies map[delivery.Key]delivery.Content // what messages tell by now
	shut   error
}

func newThreadBook() *threadBook {
	return &threadBook{rows: map[string]delivery.StoryThread{}, bodies: map[delivery.Key]delivery.Content{}}
}

func (r *threadBook) SaveThread(_ context.Context, t delivery.StoryThread) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.shut == nil {
		r.rows[t.Story] = t
	}
	return r.shut
}

func (r *threadBook) find(is func(delivery.StoryThread) bool) (delivery.StoryThread, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, t := range r.rows {
		if is(t) {
			t.Body = r.bodies[t.Starter]
			if newest := r.bodies[t.Latest]; newest.Kind == delivery.AlertContent && t.Body.Kind == delivery.AlertContent {
				t.Body = newest
			}
			return t, true, r.shut
		}
	}
	return delivery.StoryThread{}, false, r.shut
}

func (r *threadBook) Thread(_ context.Context, of delivery.SubscriberID, story string) (delivery.StoryThread, bool, error) {
	return r.find(func(t delivery.StoryThread) bool { return t.Subscriber == of && t.Story == story })
}

func (r *threadBook) ThreadOf(_ context.Context, of delivery.SubscriberID, k delivery.Key) (delivery.StoryThread, bool, error) {
	return r.find(func(t delivery.StoryThread) bool { return t.Subscriber == of && (t.Starter == k || t.Latest == k) })
}

func (r *threadBook) OwedThreads(context.Context, delivery.Lane, int) ([]delivery.StoryThread, error) {
	t, found, err := r.find(func(t delivery.StoryThread) bool { return !t.Due.IsZero() })
	if !found {
		return nil, err
	}
	return []delivery.StoryThread{t}, err
}

// storied is a world whose bot opens threads.
func storied(t *testing.T) (*world, *threadBook) { return storiedWith(t, discordtest.Options{}) }

func storiedWith(t *testing.T, opt discordtest.Options) (*world, *threadBook) {
	w := newWorld(t, opt)
	w.guild.Permit(w.account, needs|discordtest.CreatePublicThreads)
	book := newThreadBook()
	w.Bot = w.bot(Config{Threads: book})
	return w, book
}

// report is an alert on the one story there is.
func (w *world) report(book *threadBook, to delivery.Address, name, headline string) delivery.Parcel {
	p := w.parcel(to)
	p.Batch = delivery.BatchID("alert/" + name)
	p.Key, p.Content, p.Subscriber, p.Voice.Threads = delivery.SendKey(p.Batch, 7), delivery.ContentID("alert/"+name+"/en"), 7, true
	p.Body.Batch, p.Body.Story, p.Body.Headline = p.Batch, "s1", headline
	book.says(p.Key, p.Body)
	return p
}

func (r *threadBook) says(k delivery.Key, c delivery.Content) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bodies[k] = c
}

// stands is what all see of a channel.
func (w *world) stands(c *discordtest.Channel) string {
	if c == nil {
		return "no channel"
	}
	return titles(c.Visible(w.owner))
}

func wantStands(t *testing.T, w *world, c *discordtest.Channel, want string) {
	t.Helper()
	if got := w.stands(c); got != want {
		t.Errorf("there stands %s, want %s", got, want)
	}
}

func TestAStoryIsToldInItsThread(t *testing.T) {
	for name, kind := range map[string]discordtest.Kind{"text": discordtest.Text, "announcement": discordtest.Announcement, "forum": discordtest.Forum} {
		t.Run(name, func(t *testing.T) {
			w, book := storied(t)
			channel := w.guild.NewChannel("stories", kind)
			long := strings.Repeat("Dam bursts. ", 10)
			first, second := w.report(book, w.to(channel), "a1", long), w.report(book, w.to(channel), "a2", "Nine dead")
			id := w.deliver(first)
			thread := w.fake.Channel(id)
			if thread == nil || thread.Parent() != channel || len([]rune(thread.Name())) != 100 && !strings.HasSuffix(thread.Name(), "…") {
				t.Fatalf("the thread is %v", thread)
			}
			inID := w.deliver(second)
			third := w.report(book, w.to(channel), "a3", "Twelve dead")
			w.deliver(third)
			top := channel
			if kind == discordtest.Forum {
				wantStands(t, w, thread, "[Twelve dead Nine dead Twelve dead]")
			} else {
				wantStands(t, w, top, "[Twelve dead]")
				wantStands(t, w, thread, "[Nine dead Twelve dead]")
			}
			if thread.Name() != "Twelve dead" || len(channel.Threads()) != 1 {
				t.Errorf("it is called %q, of %d", thread.Name(), len(channel.Threads()))
			}
			if kind == discordtest.Announcement && (published(channel) != 1 || w.fake.Stats().Calls["crosspost_message"] != 1) {
				t.Errorf("%d are published in %d calls", published(channel), w.fake.Stats().Calls["crosspost_message"])
			}
			mended := second.Body
			mended.Headline = "Ten dead"
			w.deliver(follow(second, delivery.Edit, inID, mended))
			reply := w.deliver(follow(second, delivery.Reply, inID, delivery.Content{Kind: delivery.CorrectionContent, Story: "s1", Note: "Ten."}))
			if got := w.stands(thread); !strings.Contains(got, "Ten dead") || !strings.HasPrefix(reply, id+"/") {
				t.Errorf("corrected: %s, the reply is %s", got, reply)
			}
			w.sound()
		})
	}
}

// TestTheFirstMessageOfAStoryGoesWithTheNewest: what was withdrawn stands nowhere.
func TestTheFirstMessageOfAStoryGoesWithTheNewest(t *testing.T) {
	w, book := storied(t)
	first, second := w.report(book, w.to(w.news), "a1", "Dam bursts"), w.report(book, w.to(w.news), "a2", "Nine dead")
	id, inID := w.deliver(first), w.deliver(second)
	thread := w.fake.Channel(id)
	change := func(p delivery.Parcel, op delivery.Op, id string, as func(*delivery.Content)) {
		as(&p.Body)
		book.says(p.Key, p.Body)
		w.deliver(follow(p, op, id, p.Body))
	}
	named := func(want, says string) {
		t.Helper()
		wantStands(t, w, w.news, want)
		if thread.Name() != says {
			t.Errorf("it is called %q, not %q", thread.Name(), says)
		}
	}
	named("[Nine dead]", "Nine dead")
	change(first, delivery.Edit, id, func(c *delivery.Content) { c.Headline = "A dam bursts" })
	named("[Nine dead]", "Nine dead") // and not what was told before
	change(second, delivery.Edit, inID, func(c *delivery.Content) { c.Headline = "Ten dead" })
	named("[Ten dead]", "Ten dead")
	change(second, delivery.Edit, inID, func(c *delivery.Content) { c.Kind, c.Note = delivery.RecallContent, "Nobody died." })
	book.says(first.Key, first.Body)
	named("[A dam bursts]", "A dam bursts")
	change(first, delivery.Edit, id, func(c *delivery.Content) { c.Kind, c.Note = delivery.RecallContent, "There is no dam." })
	named("[]", "Withdrawn")
	third := w.report(book, w.to(w.news), "a3", "A dam after all")
	w.deliver(third)
	named("[]", "Withdrawn")                       // the notice stays
	wantStands(t, w, thread, "[ A dam after all]") // below the notice in place of the second
	w.sound()
}

func TestANewestThatIsDeletedIsShownNoMore(t *testing.T) {
	w, book := storied(t)
	first, second := w.report(book, w.to(w.news), "a1", "Dam bursts"), w.report(book, w.to(w.news), "a2", "Nine dead")
	w.deliver(first)
	w.deliver(follow(second, delivery.Delete, w.deliver(second), second.Body))
	wantStands(t, w, w.news, "[Dam bursts]")
	w.sound()
}

// TestACrashOpensOneThread loses the process on the lines between message, record and thread.
func TestACrashOpensOneThread(t *testing.T) {
	cases := map[string]struct {
		method string
		fault  discordtest.Fault
		again  bool // the send is repeated; else it was settled
	}{
		"before the thread, and the send is repeated":                {"create_thread_from_message", discordtest.ServerError(502), true},
		"before the thread, after the send was settled":              {"create_thread_from_message", discordtest.ServerError(502), false},
		"the thread was opened, and its answer lost":                 {"create_thread_from_message", discordtest.LoseAnswer(), true},
		"the thread was opened, its answer lost, the send settled":   {"create_thread_from_message", discordtest.LoseAnswer(), false},
		"the first message was not brought up to date, and repeated": {"update_message", discordtest.ServerError(502), true},
		"the first message was not brought up to date":               {"update_message", discordtest.ServerError(502), false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, book := storiedWith(t, discordtest.Options{NonceWindow: time.Nanosecond}) // Discord has forgotten it
			w.fake.Inject(discordtest.Step{Method: c.method, Fault: c.fault})
			first, second := w.report(book, w.to(w.news), "a1", "Dam bursts"), w.report(book, w.to(w.news), "a2", "Nine dead")
			last, id := first, w.deliver(first)
			if c.method == "update_message" {
				last, id = second, w.deliver(second)
			}
			w.Bot = w.bot(Config{Threads: book}) // another process
			w.tendEvery = time.Millisecond
			if c.again {
				w.later(nonceWindow + time.Minute)
				if got := w.deliver(again(last)); got != id {
					t.Errorf("repeated it is %s, and was %s", got, id)
				}
			} else {
				w.later(time.Minute)
				w.run(w.Bot)
				w.await("nothing is owed", func() bool { owed, _ := book.OwedThreads(t.Context(), "", 1); return len(owed) == 0 })
			}
			if c.method != "update_message" {
				w.deliver(second)
			}
			wantStands(t, w, w.news, "[Nine dead]")
			if threads := w.news.Threads(); len(threads) != 1 || w.stands(threads[0]) != "[Nine dead]" {
				t.Errorf("there are %d threads", len(threads))
			}
			w.sound()
		})
	}
}

// TestADoubtfulReportIsLookedForWhereItMayBe: it left us before there was a thread, or for the thread.
func TestADoubtfulReportIsLookedForWhereItMayBe(t *testing.T) {
	for wait, opt := range map[time.Duration]discordtest.Options{0: {}, nonceWindow + time.Minute: {NonceWindow: time.Nanosecond}} {
		t.Run(wait.String(), func(t *testing.T) {
			w, book := storiedWith(t, opt)
			lose := func() { w.fake.Inject(discordtest.Step{Method: "create_message", Fault: discordtest.LoseAnswer()}) }
			first, second, third := w.report(book, w.to(w.news), "a1", "Dam bursts"), w.report(book, w.to(w.news), "a2", "Nine dead"), w.report(book, w.to(w.news), "a3", "Twelve dead")
			lose()
			if _, err := w.Deliver(t.Context(), first); kindOfError(err) != "unknown" {
				t.Fatal(err)
			}
			id := w.deliver(second) // begins the story
			w.later(wait)
			w.deliver(again(first))
			lose()
			if _, err := w.Deliver(t.Context(), third); kindOfError(err) != "unknown" {
				t.Fatal(err)
			}
			w.later(wait)
			if got := w.deliver(again(third)); !strings.HasPrefix(got, id+"/") {
				t.Errorf("it is at %s", got)
			}
			wantStands(t, w, w.news, "[Dam bursts Twelve dead]")
			wantStands(t, w, w.fake.Channel(id), "[Twelve dead]")
			w.sound()
		})
	}
}

// TestWithoutAThreadAllIsToldInTheChannel, once.
func TestWithoutAThreadAllIsToldInTheChannel(t *testing.T) {
	cases := []struct {
		name    string
		before  func(*world)         // the story begins
		between func(*world, string) // the thread is there, if it is
		says    string               // the log
		opened  int                  // calls
	}{
		{"no right to open threads", func(w *world) { w.news.Deny(w.account, discordtest.CreatePublicThreads) }, nil, "run tenbells check", 1},
		{"too many threads", func(w *world) {
			w.fake.Inject(discordtest.Step{Method: "create_thread_from_message", Times: discordtest.Always, Fault: discordtest.Refuse(160006)})
		}, nil, "160006", 1},
		{"no right to write in threads", nil, func(w *world, _ string) { w.news.Deny(w.account, discordtest.SendMessagesInThreads) }, "run tenbells check", 1},
		{"the thread was deleted", nil, func(w *world, id string) { w.fake.Channel(id).Delete() }, "", 1},
		{"the thread was locked", nil, func(w *world, id string) { w.fake.Channel(id).SetArchived(true, true) }, "", 1},
		{"the first message was deleted before", func(w *world) {
			w.fake.Inject(discordtest.Step{Method: "create_thread_from_message", Fault: discordtest.ServerError(502)})
		}, func(w *world, id string) {
			if err := w.news.DeleteMessage(id); err != nil {
				w.t.Fatal(err)
			}
		}, "", 2},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w, book := storied(t)
			if c.before != nil {
				c.before(w)
			}
			id := w.deliver(w.report(book, w.to(w.news), "a1", "Dam bursts"))
			if c.between != nil {
				c.between(w, id)
			}
			w.deliver(w.report(book, w.to(w.news), "a2", "Nine dead"))
			last := w.report(book, w.to(w.news), "a3", "Twelve dead")
			last.Voice.Threads = true
			w.deliver(last)
			if got := titles(w.news.Received()); got != "[Dam bursts Nine dead Twelve dead]" {
				t.Errorf("told: %s", got)
			}
			if n := w.fake.Stats().Calls["create_thread_from_message"]; n != c.opened {
				t.Errorf("%d tries to open a thread, want %d", n, c.opened)
			}
			if !w.log.has(c.says) {
				t.Errorf("nobody is told: %s", w.log)
			}
			w.sound()
		})
	}
}

// A channel may have mended its rights.
func TestAThreadIsOpenedOnceItMayBe(t *testing.T) {
	w, book := storied(t)
	w.news.Deny(w.account, discordtest.CreatePublicThreads)
	w.deliver(w.report(book, w.to(w.news), "a1", "Dam bursts"))
	w.news.Allow(w.account, discordtest.CreatePublicThreads)
	w.later(unopenableFor)
	w.deliver(w.report(book, w.to(w.news), "a2", "Nine dead"))
	wantStands(t, w, w.news, "[Nine dead]")
	if threads := w.news.Threads(); len(threads) != 1 || w.stands(threads[0]) != "[Nine dead]" {
		t.Errorf("there are %d threads", len(threads))
	}
}

func TestAForumPostThatIsGoneIsFollowedByAnother(t *testing.T) {
	w, book := storied(t)
	forum := w.guild.NewChannel("stories", discordtest.Forum)
	w.fake.Channel(w.deliver(w.report(book, w.to(forum), "a1", "Dam bursts"))).Delete()
	next := w.deliver(w.report(book, w.to(forum), "a2", "Nine dead"))
	wantStands(t, w, w.fake.Channel(next), "[Nine dead]")
	w.sound()
}

func TestWhereNoThreadsAreWantedThereAreNone(t *testing.T) {
	for name, change := range map[string]func(*delivery.Parcel){
		"not set":     func(p *delivery.Parcel) { p.Voice.Threads = false },
		"of no story": func(p *delivery.Parcel) { p.Body.Story = "" },
		"a test":      func(p *delivery.Parcel) { p.Body.Test = true },
	} {
		t.Run(name, func(t *testing.T) {
			w, book := storied(t)
			for i := range 2 {
				p := w.report(book, w.to(w.news), fmt.Sprint("a", i), "News")
				change(&p)
				w.deliver(p)
			}
			if len(w.news.Threads()) != 0 || len(w.news.Received()) != 2 {
				t.Errorf("%d threads, %d told", len(w.news.Threads()), len(w.news.Received()))
			}
		})
	}
}

// TestTwoReportsAtOnceMakeOneThread: only one of them begins the story.
func TestTwoReportsAtOnceMakeOneThread(t *testing.T) {
	w, book := storied(t)
	var both sync.WaitGroup
	for _, name := range []string{"a1", "a2"} {
		p := w.report(book, w.to(w.news), name, "Dam bursts")
		both.Go(func() { w.deliver(p) })
	}
	both.Wait()
	if len(w.news.Threads()) != 1 || len(w.news.Received()) != 1 {
		t.Errorf("%d threads, %d told above", len(w.news.Threads()), len(w.news.Received()))
	}
}

func TestWithoutItsRecordsAStoryWaits(t *testing.T) {
	w, book := storied(t)
	book.shut = errors.New("the disk is full")
	_, err := w.Deliver(t.Context(), w.report(book, w.to(w.news), "a1", "Dam bursts"))
	if kindOfError(err) != "retry message" || len(w.news.Received()) != 0 {
		t.Errorf("%v, %d told", err, len(w.news.Received()))
	}
}

func TestCheckNamesWhatThreadsNeed(t *testing.T) {
	w, _ := storied(t)
	w.news.Deny(w.account, discordtest.CreatePublicThreads|discordtest.SendMessagesInThreads)
	missing := func(threads bool) (names string) {
		for _, f := range w.CheckChannel(t.Context(), w.to(w.news), threads) {
			if !f.OK {
				names += f.What + "; "
			}
		}
		return names
	}
	if with, without := missing(true), missing(false); with != "#news: Create Public Threads; #news: Send Messages in Threads; " || without != "" {
		t.Errorf("missing: %q, without threads %q", with, without)
	}
}
