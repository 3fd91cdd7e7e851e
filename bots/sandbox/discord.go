package sandbox

import (
	"context"
	"fmt"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// discord is the Discord half of the demo: its world, and what a visitor sees and does in it.
type discord struct {
	server  *discordtest.Server
	guild   *discordtest.Guild
	flash   *discordtest.Role // pinged for flashes; the visitor has it
	visitor *discordtest.User
	order   []chat
	chats   map[string]*discordtest.Channel // by the page's name of them
	follow  map[string][]subscriptions.Key  // channels of the server and what they follow
}

// DiscordToken is the demo bot's token on the demo's own Discord. It opens nothing else.
const DiscordToken = "MTAwMDAwMDAwMDAwMDAwMDAx.Demo00.DemoDemoDemoDemoDemoDemoDemoDemo"

// botRights are what the invitation of the bot asks for.
const botRights = discordtest.ViewChannel | discordtest.SendMessages | discordtest.EmbedLinks |
	discordtest.ReadMessageHistory | discordtest.SendMessagesInThreads | discordtest.CreatePublicThreads

func newDiscord() (*discord, error) {
	server := discordtest.New(discordtest.Options{
		Bots:   []discordtest.BotAccount{{Token: DiscordToken, Name: Outlet}},
		Limits: discordtest.RealLimits(),
	})
	if err := server.Start(); err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	d := &discord{server: server, chats: map[string]*discordtest.Channel{}, follow: map[string][]subscriptions.Key{}}
	d.visitor = server.NewUser(discordtest.Person{Name: visitorName, Username: "mira"})
	d.seed()
	return d, nil
}

// seed makes the server the visitor owns, with one channel of each kind, and the dialog with the bot.
func (d *discord) seed() {
	bot := d.server.Bots()[0]
	d.guild = d.server.NewGuild(d.visitor, "Harbour Street")
	d.flash = d.guild.NewRole("Flash", 0, true)
	d.guild.Give(d.visitor, d.flash)
	breaking := d.guild.NewChannel("breaking", discordtest.Text)
	news := d.guild.NewChannel("all-news", discordtest.Announcement)
	d.guild.Install(bot, botRights)

	d.add(breaking, chat{
		Title: "#breaking", Sort: "channel, follows Norway and Chile", Sign: "#", Write: "Message, or / for commands",
		Empty: "Bulletins and flashes about Norway and Chile will appear here. The first one is due after 13 seconds.",
	}, "place:NO", "place:CL")
	d.add(news, chat{
		Title: "#all-news", Sort: "announcement channel, follows everything", Sign: "#", Write: "Message, or / for commands",
		Empty: "Everything the newsroom publishes will appear here, most of it without a sound. The first is due after 2 seconds.",
	}, subscriptions.Everything)
	d.add(d.visitor.DM(bot), chat{
		Title: Outlet, Sort: "direct message", Sign: "L", Write: "Type / for commands",
		Empty: "Type /news start, and the bot says what it will send here and when.",
	})
}

func (d *discord) add(c *discordtest.Channel, as chat, follow ...subscriptions.Key) {
	as.ID, as.Client = discordChat(c.ID()), discordClient
	d.order = append(d.order, as)
	d.chats[as.ID] = c
	if len(follow) > 0 {
		d.follow[as.ID] = follow
	}
}

func discordChat(id string) string { return discordClient + ":" + id }

func (d *discord) list() []chat { return d.order }

func (d *discord) visitorID() string { return d.visitor.ID() }

func (d *discord) close() { d.server.Close() }

// subscribers are the server's channels. A flash pings the role.
func (d *discord) subscribers() []subscriptions.Subscriber {
	var all []subscriptions.Subscriber
	for _, as := range d.order {
		c, follow := d.chats[as.ID], d.follow[as.ID]
		if len(follow) == 0 {
			continue // the visitor's own dialog
		}
		a := delivery.Address{Platform: delivery.Discord, Bot: mainBot, Chat: c.ID(), Guild: d.guild.ID(), Kind: delivery.Channel}
		if c.Kind() == discordtest.Announcement {
			a.Kind = delivery.Announcement
		}
		s := subscriber(a, follow...)
		if a.Kind == delivery.Channel {
			s.Least = delivery.Bulletin
			s.Ping = subscriptions.Ping{Role: d.flash.ID(), Least: delivery.Flash}
		}
		all = append(all, s)
	}
	return all
}

// messages are what the visitor sees of a channel as it stands now.
func (d *discord) messages(id string) []shown {
	c := d.chats[id]
	var all []shown
	for _, m := range c.Visible(d.visitor) {
		all = append(all, d.show(c, m, false))
	}
	return all
}

// watch begins to watch at once. What it returns tells the pages what changes until ctx ends.
func (d *discord) watch(ctx context.Context) func(notice) {
	events := d.server.Watch(ctx)
	return func(out notice) {
		for e := range events {
			if c, ours := d.chats[discordChat(e.Channel)]; ours {
				d.tell(out, c, e)
			}
		}
	}
}

func (d *discord) tell(out notice, c *discordtest.Channel, e discordtest.Event) {
	id, m := discordChat(e.Channel), e.Message
	switch {
	case m.For != "" && m.For != d.visitor.ID():
	case e.Kind == discordtest.Written, e.Kind == discordtest.Edited:
		if m.FromBot {
			out.arrived(discordClient, id, plainMarkdown(discordText(m)))
		}
		out.message(d.show(c, m, e.Kind == discordtest.Written))
	case e.Kind == discordtest.Deleted:
		out.gone(gone{id, discordElement(m)})
	}
}

// discordElement is the id of the element that shows a message.
func discordElement(m discordtest.Message) string { return "dc" + m.Channel + "-" + m.ID }
