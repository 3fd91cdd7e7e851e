package discordtest_test

import (
	"errors"
	"testing"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
)

// The real client, every REST call of a bot that writes, every request and answer checked against the contract.
func TestTheRealClientSpeaksWithEveryCall(t *testing.T) {
	w := newTown(t, discordtest.Options{Contracts: needContracts(t)})
	s := client(t, w.srv)
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	must(s.GatewayBot())
	me, err := s.User("@me")
	must(me, err)
	if me.ID != w.bot.ID() || !me.Bot {
		t.Errorf("me: %+v", me)
	}
	must(s.Application("@me"))
	must(s.UserGuilds(100, "", "", false))
	must(s.Guild(w.guild.ID()))
	must(s.GuildChannels(w.guild.ID()))
	must(s.GuildRoles(w.guild.ID()))
	must(s.GuildMember(w.guild.ID(), w.ann.ID()))
	must(s.Channel(w.text.ID()))

	sent, err := s.ChannelMessageSendComplex(w.text.ID(), &discordgo.MessageSend{
		Content: "<@&" + w.flash.ID() + ">", Flags: discordgo.MessageFlagsSuppressNotifications,
		AllowedMentions: &discordgo.MessageAllowedMentions{Roles: []string{w.flash.ID()}},
		Embeds: []*discordgo.MessageEmbed{{Title: "Talks end", URL: "https://example.org/a", Color: 0xC8102E,
			Footer: &discordgo.MessageEmbedFooter{Text: "AP"}, Fields: []*discordgo.MessageEmbedField{{Name: "a", Value: "b"}}}},
		Components: []discordgo.MessageComponent{
			discordgo.ActionsRow{Components: []discordgo.MessageComponent{
				discordgo.Button{Label: "Read", Style: discordgo.LinkButton, URL: "https://example.org/a"},
				discordgo.Button{Label: "More", CustomID: "more"}}},
			discordgo.ActionsRow{Components: []discordgo.MessageComponent{discordgo.SelectMenu{CustomID: "topics",
				Options: []discordgo.SelectMenuOption{{Label: "Russia", Value: "RU"}, {Label: "Syria", Value: "SY"}}}}},
		},
	})
	must(sent, err)
	got, _ := w.text.Last()
	if len(got.Pinged.Roles) != 1 || !got.Silent() || got.Embeds[0].Title != "Talks end" {
		t.Errorf("arrived as %+v", got)
	}
	reply, err := s.ChannelMessageSendReply(w.text.ID(), "Correction", sent.Reference())
	must(reply, err)
	if reply.ReferencedMessage == nil || reply.ReferencedMessage.ID != sent.ID {
		t.Errorf("reply: %+v", reply)
	}
	embeds := []*discordgo.MessageEmbed{{Title: "Talks go on"}}
	must(s.ChannelMessageEditComplex(&discordgo.MessageEdit{ID: sent.ID, Channel: w.text.ID(), Embeds: &embeds}))
	must(s.ChannelMessages(w.text.ID(), 10, "", "", ""))
	must(s.ChannelMessage(w.text.ID(), sent.ID))
	thread, err := s.MessageThreadStart(w.text.ID(), sent.ID, "Talks", 1440)
	must(thread, err)
	must(s.ChannelMessageSend(thread.ID, "In the thread"))
	post, err := s.ForumThreadStart(w.forum.ID(), "Talks", 1440, "First report")
	must(post, err)
	archived := true
	must(s.ChannelEditComplex(post.ID, &discordgo.ChannelEdit{Archived: &archived}))
	public, err := s.ChannelMessageSend(w.news.ID(), "Public")
	must(public, err)
	must(s.ChannelMessageCrosspost(w.news.ID(), public.ID))
	must(nil, s.ChannelMessageDelete(w.text.ID(), reply.ID))
	dm, err := s.UserChannelCreate(w.ann.ID())
	must(dm, err)
	must(s.ChannelMessageSend(dm.ID, "Hello"))
	if last, ok := w.ann.DM(nil).Last(); !ok || last.Text != "Hello" {
		t.Errorf("dm: %+v", last)
	}
	must(s.ApplicationCommandBulkOverwrite(w.bot.ID(), "", commands()))
	must(s.ApplicationCommandBulkOverwrite(w.bot.ID(), w.guild.ID(), commands()))
	must(s.ApplicationCommands(w.bot.ID(), ""))
	must(nil, s.GuildLeave(w.guild.ID()))
	_, err = s.ChannelMessageSend(w.text.ID(), "still there?")
	var rest *discordgo.RESTError
	if !errors.As(err, &rest) || rest.Message.Code != discordgo.ErrCodeMissingAccess {
		t.Errorf("after leaving: %v", err)
	}
}

// commands are a bot's, with sub commands, a choice and an autocompletion.
func commands() []*discordgo.ApplicationCommand {
	admins := int64(discordgo.PermissionManageGuild)
	return []*discordgo.ApplicationCommand{
		{Name: "news", Description: "News here", Options: []*discordgo.ApplicationCommandOption{
			{Type: discordgo.ApplicationCommandOptionSubCommand, Name: "latest", Description: "What is new"},
			{Type: discordgo.ApplicationCommandOptionSubCommand, Name: "follow", Description: "Follow a topic",
				Options: []*discordgo.ApplicationCommandOption{{Type: discordgo.ApplicationCommandOptionString, Name: "topic",
					Description: "Topic or place", Required: true, Autocomplete: true}}},
		}},
		{Name: "setup", Description: "Settings of this server", DefaultMemberPermissions: &admins},
	}
}
