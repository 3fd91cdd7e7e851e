package discord

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// barredBook is the part of a book that knows who is barred.
type barredBook struct {
	mu   sync.Mutex
	subs []subscriptions.Subscriber
}

func (b *barredBook) Barred(_ context.Context, lane delivery.Lane, after subscriptions.ID, limit int) ([]subscriptions.Subscriber, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var page []subscriptions.Subscriber
	for _, s := range b.subs {
		if s.Address.Lane() == lane && s.ID > after && len(page) < limit {
			page = append(page, s)
		}
	}
	return page, nil
}

// bar puts an address in the book, or takes it out.
func (b *barredBook) bar(to delivery.Address, barred bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if barred {
		b.subs = append(b.subs, subscriptions.Subscriber{ID: subscriptions.ID(len(b.subs) + 1), Address: to})
		return
	}
	b.subs = slices.DeleteFunc(b.subs, func(s subscriptions.Subscriber) bool { return s.Address == to })
}

// looking runs a bot that takes interactions over HTTP and looks at barred channels all the time.
func (w *world) looking(every time.Duration, barred ...delivery.Address) *barredBook {
	w.t.Helper()
	book := &barredBook{}
	for _, to := range barred {
		book.bar(to, true)
	}
	w.Bot = w.bot(Config{PublicKey: w.account.PublicKey(), Barred: book})
	w.Bot.lookEvery = every
	w.run(w.Bot)
	return book
}

func TestABarredChannelIsLookedAtWhereNoGatewayTells(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	thread := w.news.OpenThread(w.owner, "Alerts")
	closed := w.guild.NewChannel("closed", discordtest.Text)
	closed.Deny(w.account, discordtest.ViewChannel)
	inThread := w.to(w.news)
	inThread.Thread = thread.ID()
	thread.SetArchived(false, true)
	doomed := w.guild.NewChannel("doomed", discordtest.Text)
	doomed.Delete()
	gone := w.to(w.news)
	gone.Chat = doomed.ID()
	w.looking(time.Millisecond, w.to(w.news), inThread, w.to(closed), gone, w.toReader())
	w.await("it finds the open one, and the one that is gone", func() bool {
		return w.front.heard(bots.Returned, w.news.ID()) == 1 && w.front.heard(bots.Left, doomed.ID()) == 1
	})
	closed.Allow(w.account, discordtest.ViewChannel)
	thread.SetArchived(false, false)
	w.await("it has looked at all", func() bool { return w.fake.Stats().Calls["get_channel"] >= 5 }) // a thread is two
	if n := w.front.heard(bots.Returned, "*"); n != 1 {
		t.Errorf("%d channels returned before they were due again", n)
	}
	w.later(firstLook)
	w.await("it finds them open, too", func() bool {
		return w.front.heard(bots.Returned, closed.ID()) == 1 && w.front.heard(bots.Returned, w.news.ID()) == 3
	})
	w.sound()
}

// TestBarredChannelsAreLookedAtEverMoreSeldom counts the calls of a day in which nothing is mended.
func TestBarredChannelsAreLookedAtEverMoreSeldom(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	w.news.Deny(w.account, discordtest.ViewChannel)
	book := &barredBook{}
	book.bar(w.to(w.news), true)
	w.Bot = w.bot(Config{PublicKey: w.account.PublicKey(), Barred: book})
	o := &lookout{Bot: w.Bot}
	for range 24 * 60 {
		o.round(t.Context())
		w.later(time.Minute)
	}
	if n := w.fake.Stats().Calls["get_channel"]; n < 8 || n > 12 {
		t.Errorf("%d looks in a day", n)
	}
	book.bar(w.to(w.news), false)
	w.later(longestLook)
	o.round(t.Context())
	if len(o.looks) != 0 {
		t.Errorf("%d channels are remembered that bar nobody", len(o.looks))
	}
}

// TestAChannelThatSaysItIsOpenAndBarsAgainIsNotLookedAtAgainAtOnce, or each alert would be refused there.
func TestAChannelThatSaysItIsOpenAndBarsAgainIsNotLookedAtAgainAtOnce(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	book := &barredBook{}
	w.Bot = w.bot(Config{PublicKey: w.account.PublicKey(), Barred: book})
	o := &lookout{Bot: w.Bot}
	for minute := range 12 {
		book.bar(w.to(w.news), minute%2 == 0)
		o.round(t.Context())
		w.later(time.Minute)
	}
	if n := w.front.heard(bots.Returned, w.news.ID()); n != 2 {
		t.Errorf("it returned %d times in twelve minutes", n)
	}
}

func TestLooksKeepTheirPace(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	var barred []delivery.Address
	for range 5 {
		c := w.guild.NewChannel("closed", discordtest.Text)
		c.Deny(w.account, discordtest.SendMessages)
		barred = append(barred, w.to(c))
	}
	const every = 100 * time.Millisecond
	began := time.Now()
	w.looking(every, barred...)
	w.await("it has looked at all", func() bool { return w.fake.Stats().Calls["get_channel"] == len(barred) })
	if took := time.Since(began); took < time.Duration(len(barred))*every {
		t.Errorf("five looks in %v", took)
	}
	w.sound()
}

func TestWhoeverSpeaksInABarredChannelShowsThatItIsOpen(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	w.overHTTP()
	w.news.Deny(w.account, discordtest.SendMessages)
	w.shown(w.news.Run(w.reader, "news help", nil))
	w.shown(w.reader.DM(nil).Run(w.reader, "news help", nil))
	if n := w.front.heard(bots.Returned, "*"); n != 0 {
		t.Errorf("%d channels that are closed have returned", n)
	}
	w.news.Allow(w.account, discordtest.SendMessages)
	w.shown(w.news.Run(w.reader, "news help", nil))
	if n := w.front.heard(bots.Returned, w.news.ID()); n != 1 || w.fake.Stats().Calls["get_channel"] != 0 {
		t.Errorf("it returned %d times", n)
	}
	w.sound()
}

func TestOverTheGatewayNobodyLooks(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	book := &barredBook{}
	book.bar(w.to(w.news), true)
	w.Bot = w.bot(Config{Barred: book})
	w.Bot.lookEvery = time.Millisecond
	w.connected()
	w.await("it knows where it may post", func() bool { return w.front.heard(bots.Returned, w.news.ID()) == 1 })
	if n := w.fake.Stats().Calls["get_channel"]; n != 0 {
		t.Errorf("it looked %d times", n)
	}
}
