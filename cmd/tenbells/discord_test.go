package main

import (
	"fmt"
	"net/http"
	"syscall"
	"testing"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/store/storetest"
)

// server makes a Discord server with the bot in it, and a channel that is subscribed to.
func (w *world) server(kind discordtest.Kind, as string) (owner *discordtest.User, channel *discordtest.Channel) {
	w.t.Helper()
	owner = w.discord.NewUser(discordtest.Person{Name: "Olga"})
	guild := w.discord.NewGuild(owner, "Newsroom")
	guild.Install(w.discord.Bots()[0], discordtest.ViewChannel|discordtest.SendMessages|discordtest.EmbedLinks|discordtest.ReadMessageHistory)
	channel = guild.NewChannel("news", kind)
	w.subscribe(fmt.Sprintf(`{"platform":"discord","chat":%q,"guild":%q,"kind":%q}`, channel.ID(), guild.ID(), as))
	return owner, channel
}

// TestWhatAKilledProcessHadStillToPublishIsPublished: the servers that follow an announcement channel are owed it, too.
func TestWhatAKilledProcessHadStillToPublishIsPublished(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		_, channel := w.server(discordtest.Announcement, "announcement")
		mend := w.discord.Inject(discordtest.Step{Method: "crosspost_message", Times: discordtest.Always, Fault: discordtest.ServerError(http.StatusBadGateway)})
		p := w.serve()
		w.must("alert", "send", "--yes", "--now", "A dam has burst")
		w.until("it is sent", func() bool { id := w.newestAlert(); return id != "" && w.alert(id).Status == "sent" })
		p.end(syscall.SIGKILL)
		mend()
		w.serve()
		w.until("it is published", func() bool { got := channel.Received(); return len(got) == 1 && got[0].Published() })
	})
}

// TestAChannelThatBarredTheBotIsToldAgainOverSignedHTTP, once somebody has asked something there.
func TestAChannelThatBarredTheBotIsToldAgainOverSignedHTTP(t *testing.T) {
	t.Parallel()
	url := storetest.SQLiteURL(t)
	w := newWorld(t, url)
	account := w.discord.Bots()[0]
	w.env = append(w.env, "TENBELLS_DISCORD_PUBLIC_KEY="+account.PublicKey())
	owner, channel := w.server(discordtest.Text, "channel")
	account.SendInteractionsTo("http://" + w.listen + "/hooks/discord/main")
	w.serve()
	w.until("the commands are there", func() bool { return len(account.Commands()) > 0 })
	channel.Deny(account, discordtest.SendMessages)
	for _, headline := range []string{"One dam has burst", "Another dam has burst"} { // it is barred after the first
		w.must("alert", "send", "--yes", "--now", headline)
		w.until("it is done with", func() bool { return w.alert(w.newestAlert()).Status == "sent" })
	}
	if n := w.discord.Stats().Calls["create_message"]; n != 1 {
		t.Errorf("the barred channel was tried %d times", n)
	}
	channel.Allow(account, discordtest.SendMessages)
	in, err := channel.Run(owner, "news help", nil)
	if err != nil {
		t.Fatal(err)
	}
	w.until("it answers", func() bool { _, ok := in.Answer(); return ok })
	w.must("alert", "send", "--yes", "--now", "The third dam has burst")
	w.until("it is told", func() bool { return len(channel.Received()) == 1 })
}
