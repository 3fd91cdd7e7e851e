package discord

import (
	"testing"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/delivery"
)

func TestAChannelThatIsOpenAgainIsNoticed(t *testing.T) {
	cases := map[string]func(w *world) (shut, open func()){
		"by the channel's own permissions": func(w *world) (shut, open func()) {
			return func() { w.news.Deny(w.account, discordtest.SendMessages) },
				func() { w.news.Allow(w.account, discordtest.SendMessages) }
		},
		"by the role of all": func(w *world) (shut, open func()) {
			return func() { w.news.DenyRole(w.guild.Everyone(), discordtest.ViewChannel) },
				func() { w.news.AllowRole(w.guild.Everyone(), discordtest.ViewChannel) }
		},
		"by the bot's own role": func(w *world) (shut, open func()) {
			w.guild.Everyone().SetPermissions(discordtest.ViewChannel)
			return func() { w.guild.Permit(w.account, discordtest.ViewChannel) }, func() { w.guild.Permit(w.account, needs) }
		},
		"by a role given to it": func(w *world) (shut, open func()) {
			press := w.guild.NewRole("Press", 0, false)
			w.news.DenyRole(w.guild.Everyone(), discordtest.SendMessages)
			w.news.AllowRole(press, discordtest.SendMessages)
			w.guild.Give(w.account, press)
			return func() { w.guild.Take(w.account, press) }, func() { w.guild.Give(w.account, press) }
		},
	}
	for name, means := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Options{})
			shut, open := means(w)
			w.connected()
			w.await("it knows where it may post", func() bool { return w.front.heard(bots.Returned, w.news.ID()) == 1 })
			shut()
			if _, err := w.Deliver(t.Context(), w.parcel(w.to(w.news))); kindOfError(err) != "no_rights" {
				t.Fatalf("it is %v", err)
			}
			if !w.log.has("#news") {
				t.Errorf("the log does not name the channel:\n%s", w.log)
			}
			open()
			w.await("it notices", func() bool { return w.front.heard(bots.Returned, w.news.ID()) == 2 })
			w.deliver(w.parcel(w.to(w.news)))
		})
	}
}

func TestAChannelThatWasOpenedWhileNobodyListenedIsNoticed(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	closed := w.guild.NewChannel("closed", discordtest.Text)
	closed.Deny(w.account, discordtest.SendMessages)
	w.connected()
	w.await("it knows where it may post", func() bool { return w.front.heard(bots.Returned, w.news.ID()) == 1 })
	w.account.Drop()
	closed.Allow(w.account, discordtest.SendMessages)
	w.await("it notices", func() bool { return w.front.heard(bots.Returned, closed.ID()) == 1 })
}

func TestAThreadThatIsUnlockedIsNoticed(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	thread := w.news.OpenThread(w.owner, "Alerts")
	to := w.to(w.news)
	to.Thread = thread.ID()
	w.connected()
	returned := func() (n int) {
		w.front.mu.Lock()
		defer w.front.mu.Unlock()
		for _, e := range w.front.events {
			if e.Kind == bots.Returned && e.Chat == to {
				n++
			}
		}
		return n
	}
	w.await("it knows the thread", func() bool { return returned() == 1 })
	thread.SetArchived(false, true)
	if _, err := w.Deliver(t.Context(), w.parcel(to)); kindOfError(err) != string(delivery.StandingNoRights) {
		t.Fatalf("it is %v", err)
	}
	thread.SetArchived(false, false)
	w.await("it notices", func() bool { return returned() == 2 })
	w.deliver(w.parcel(to))
}
