package discord

import (
	"slices"
	"sync"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/delivery"
)

// access remembers where in its servers the bot may post, as the gateway tells it, so that a channel whose admins have
// mended our rights is noticed. It is in memory; each connection begins by telling it all anew.
type access struct {
	mu     sync.Mutex
	guilds map[string]*grounds
}

// grounds is one server, as far as it concerns what the bot may do there.
type grounds struct {
	permittedGuild
	me       string             // the bot's user id
	mine     []string           // its roles
	channels map[string]channel // threads too, where they were told of
	open     map[string]bool    // where it could post when last looked
}

func newAccess() *access { return &access{guilds: map[string]*grounds{}} }

// arrived takes in a server as it is now; it answers all channels where the bot may post.
func (a *access) arrived(me string, g guild) []channel {
	in := &grounds{permittedGuild: g.permittedGuild, me: me, channels: map[string]channel{}, open: map[string]bool{}}
	for _, m := range g.Members {
		if m.User.ID == me {
			in.mine = m.Roles
		}
	}
	for _, c := range slices.Concat(g.Channels, g.Threads) {
		c.Guild = g.ID // inside of a server Discord leaves it out
		in.channels[c.ID] = c
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.guilds[g.ID] = in
	return in.opened()
}

// changed lets a server change; it answers the channels where the bot may post now and could not before. Servers that
// are not known do not change.
func (a *access) changed(guild string, change func(*grounds)) []channel {
	a.mu.Lock()
	defer a.mu.Unlock()
	in := a.guilds[guild]
	if in == nil {
		return nil
	}
	change(in)
	return in.opened()
}

func (a *access) gone(guild string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.guilds, guild)
}

// label names a channel for people, as Discord does.
func (a *access) label(to delivery.Address) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	in := a.guilds[to.Guild]
	if in == nil || in.channels[to.Chat].Name == "" {
		return "one whose name is not known"
	}
	return "#" + in.channels[to.Chat].Name
}

// opened looks at all channels again; it answers those where the bot may post now and could not before.
func (g *grounds) opened() []channel {
	var opened []channel
	for id, c := range g.channels {
		may := g.mayPost(c)
		if may && !g.open[id] {
			opened = append(opened, c)
		}
		g.open[id] = may
	}
	return opened
}

// mayPost says whether an alert would be let in. A thread has the rights of its channel, and no one writes in one that
// is locked.
func (g *grounds) mayPost(c channel) bool {
	at := c
	if c.isThread() {
		parent, known := g.channels[c.Parent]
		if !known {
			return false
		}
		at = parent
	}
	return c.letsIn(rightsOf(g.me, at, g.permittedGuild, g.mine))
}

// letsIn says whether an alert is let in from a bot that has these rights.
func (c channel) letsIn(rights int64) bool {
	const always = discordgo.PermissionViewChannel | discordgo.PermissionEmbedLinks
	if c.isThread() {
		const needed = always | discordgo.PermissionSendMessagesInThreads
		return !c.State.Locked && rights&needed == needed
	}
	const needed = always | discordgo.PermissionSendMessages
	return c.takesPosts() && rights&needed == needed
}

func (c channel) takesPosts() bool {
	switch c.Type {
	case discordgo.ChannelTypeGuildText, discordgo.ChannelTypeGuildNews,
		discordgo.ChannelTypeGuildForum, discordgo.ChannelTypeGuildMedia:
		return true
	}
	return false
}

func (g *grounds) setRole(r role) {
	g.dropRole(r.ID)
	g.Roles = append(g.Roles, r)
}

func (g *grounds) dropRole(id string) {
	g.Roles = slices.DeleteFunc(g.Roles, func(r role) bool { return r.ID == id })
}

func (g *grounds) drop(channel string) {
	delete(g.channels, channel)
	delete(g.open, channel)
}
