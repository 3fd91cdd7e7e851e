package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/store/storetest"
)

func TestCheckNamesTheChannelsWhereTheBotMayNotPost(t *testing.T) {
	w := newWorld(t, storetest.SQLiteURL(t))
	account := w.discord.Bots()[0]
	guild := w.discord.NewGuild(w.discord.NewUser(discordtest.Person{Name: "Olga"}), "Newsroom")
	guild.Install(account, discordtest.ViewChannel|discordtest.SendMessages|discordtest.EmbedLinks|discordtest.ReadMessageHistory)
	news, sport, gone := guild.NewChannel("news", discordtest.Text), guild.NewChannel("sport", discordtest.Text), guild.NewChannel("gone", discordtest.Text)
	var lines []string
	for _, c := range []*discordtest.Channel{news, sport, gone} {
		lines = append(lines, fmt.Sprintf(`{"platform":"discord","chat":%q,"story_threads":true}`, c.ID()))
	}
	w.subscribe(lines...)
	if out := w.must("check"); !strings.Contains(out, "subscribed channels: 3 were looked at (50 at most), 0 with faults") {
		t.Errorf("all is well, and it says:\n%s", out)
	}

	sport.Deny(account, discordtest.EmbedLinks|discordtest.CreatePublicThreads)
	gone.Delete()
	out, code := w.run("check")
	for _, want := range []string{"WRONG  subscriber 2, #sport: Embed Links: missing", "subscriber 2, #sport: Create Public Threads: missing", "WRONG  subscriber 3, Discord channel: ", "3 were looked at (50 at most), 2 with faults"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in:\n%s", want, out)
		}
	}
	if code == 0 || strings.Contains(out, "#news") {
		t.Errorf("exit status %d:\n%s", code, out)
	}
	for _, c := range []*discordtest.Channel{news, sport, gone} {
		if strings.Contains(out, c.ID()) {
			t.Errorf("the id of #%s is printed:\n%s", c.Name(), out)
		}
	}
}
