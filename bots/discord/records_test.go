package discord

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/delivery"
)

// recordBook is publications kept in memory, as the store keeps them.
type recordBook struct {
	mu   sync.Mutex
	rows map[delivery.Key]delivery.Publication
	shut error
}

func (r *recordBook) SavePublication(_ context.Context, _ delivery.Lane, p delivery.Publication) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.shut != nil {
		return r.shut
	}
	if old, known := r.rows[p.Key]; known {
		p.First = old.First
	} else if r.rows == nil {
		r.rows = map[delivery.Key]delivery.Publication{}
	}
	r.rows[p.Key] = p
	return nil
}

func (r *recordBook) Publications(_ context.Context, _ delivery.Lane, since time.Time) ([]delivery.Publication, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	found := slices.SortedFunc(maps.Values(r.rows), func(a, b delivery.Publication) int {
		return cmp.Or(a.First.Compare(b.First), strings.Compare(string(a.Key), string(b.Key)))
	})
	return slices.DeleteFunc(found, func(p delivery.Publication) bool { return p.First.Before(since) }), r.shut
}

// owed says how many publications are on record and not done.
func (r *recordBook) owed() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.rows {
		if !p.Done {
			n++
		}
	}
	return n
}

// TestWhatIsToBePublishedOutlivesTheProcess stops the bot, or loses it as kill -9 does, while publishing fails.
func TestWhatIsToBePublishedOutlivesTheProcess(t *testing.T) {
	for name, stops := range map[string]bool{"stopped": true, "killed": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Options{})
			channel := w.guild.NewChannel("announcements", discordtest.Announcement)
			book := &recordBook{}
			w.Bot = w.bot(Config{Publications: book})
			w.fake.Inject(discordtest.Step{Method: "crosspost_message", Fault: discordtest.ServerError(502)})
			stop := func() {} // nothing of the bot works any more once it has sent
			if stops {
				stop = w.run(w.Bot)
			}
			w.announce(channel, delivery.Flash, "a")
			stop()
			if published(channel) != 0 || book.owed() != 1 || w.log.has("not published") {
				t.Fatalf("%d published, %d owed, log: %s", published(channel), book.owed(), w.log)
			}
			w.run(w.bot(Config{Publications: book}))
			w.await("the next one publishes it", func() bool { return published(channel) == 1 && book.owed() == 0 })
			w.run(w.bot(Config{Publications: book}))
			if n := len(channel.Received()); n != 1 {
				t.Errorf("told %d times", n)
			}
			w.sound()
		})
	}
}

func TestAChannelsHourOutlivesTheProcess(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	channel := w.guild.NewChannel("announcements", discordtest.Announcement)
	book := &recordBook{}
	w.Bot = w.bot(Config{Publications: book})
	for i := range 7 {
		w.announce(channel, delivery.Bulletin, fmt.Sprint("before", i))
	}
	w.Bot = w.bot(Config{Publications: book})
	w.announce(channel, delivery.Bulletin, "after")
	for i := range 4 {
		w.announce(channel, delivery.Flash, fmt.Sprint("flash", i))
	}
	if calls := w.fake.Stats().Calls["crosspost_message"]; published(channel) != 10 || calls != 10 {
		t.Errorf("%d published in %d calls", published(channel), calls)
	}
}

// TestASendThatIsRepeatedAfterACrashPublishesOnce: the crash came before it was settled.
func TestASendThatIsRepeatedAfterACrashPublishesOnce(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	channel := w.guild.NewChannel("announcements", discordtest.Announcement)
	book := &recordBook{}
	w.Bot = w.bot(Config{Publications: book})
	w.fake.Inject(discordtest.Step{Method: "crosspost_message", Fault: discordtest.ServerError(502)})
	p := w.parcel(w.to(channel))
	w.deliver(p)
	w.Bot = w.bot(Config{Publications: book})
	w.deliver(again(p))
	if calls := w.fake.Stats().Calls["crosspost_message"]; published(channel) != 1 || calls != 2 || book.owed() != 0 {
		t.Errorf("%d published in %d calls, %d owed", published(channel), calls, book.owed())
	}
	w.run(w.Bot)
	w.later(time.Minute)
	w.announce(channel, delivery.Bulletin, "another")
	if calls := w.fake.Stats().Calls["crosspost_message"]; published(channel) != 2 || calls != 3 {
		t.Errorf("%d published in %d calls", published(channel), calls)
	}
}

func TestWhatNobodyPublishedInTimeIsToldOnce(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	channel := w.guild.NewChannel("announcements", discordtest.Announcement)
	book := &recordBook{}
	w.Bot = w.bot(Config{Publications: book})
	w.fake.Inject(discordtest.Step{Method: "crosspost_message", Fault: discordtest.ServerError(502)})
	w.announce(channel, delivery.Bulletin, "a")
	w.later(publishFor + time.Minute)
	for range 2 {
		stop := w.run(w.bot(Config{Publications: book}))
		w.await("it is settled", func() bool { return book.owed() == 0 && w.log.has("in time") })
		stop()
	}
	if calls := w.fake.Stats().Calls["crosspost_message"]; calls != 1 || strings.Count(w.log.String(), "not published") != 1 {
		t.Errorf("%d calls, log: %s", calls, w.log)
	}
}

func TestWithoutRecordsAnnouncementsAreStillPublished(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	channel := w.guild.NewChannel("announcements", discordtest.Announcement)
	w.Bot = w.bot(Config{Publications: &recordBook{shut: errors.New("the disk is full")}})
	stop := w.run(w.Bot)
	w.fake.Inject(discordtest.Step{Method: "crosspost_message", Fault: discordtest.ServerError(502)})
	w.announce(channel, delivery.Bulletin, "a")
	w.await("it is published", func() bool { return published(channel) == 1 })
	w.fake.Inject(discordtest.Step{Method: "crosspost_message", Times: discordtest.Always, Fault: discordtest.ServerError(502)})
	w.announce(channel, delivery.Bulletin, "b")
	stop()
	if !w.log.has("the disk is full") || !w.log.has("not published: the bot stops") {
		t.Errorf("nobody is told: %s", w.log)
	}
}
