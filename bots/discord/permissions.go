package discord

import (
	"context"
	"fmt"
	"strconv"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// permission is one right the bot needs in a channel, and what it is for.
type permission struct {
	bit  int64
	name string // as Discord's own settings call it
	why  string
}

// needed are the rights to post in a kind of channel, with a thread for each story or without.
func needed(kind delivery.Kind, threads bool) []permission {
	rights := []permission{
		{discordgo.PermissionViewChannel, "View Channel", "without it the channel does not exist for the bot"},
		{discordgo.PermissionSendMessages, "Send Messages", "without it nothing can be posted"},
		{discordgo.PermissionEmbedLinks, "Embed Links", "without it alerts arrive empty"},
		{discordgo.PermissionReadMessageHistory, "Read Message History",
			"without it corrections cannot point at what they correct, and a lost answer may cost a double post"},
	}
	if kind == delivery.Forum {
		rights = append(rights, permission{discordgo.PermissionSendMessagesInThreads, "Send Messages in Threads",
			"without it corrections cannot be posted"})
	} else if threads && (kind == delivery.Channel || kind == delivery.Announcement) {
		rights = append(rights,
			permission{discordgo.PermissionCreatePublicThreads, "Create Public Threads", "without it stories get no thread, and all is told in the channel"},
			permission{discordgo.PermissionSendMessagesInThreads, "Send Messages in Threads", "without it stories are not told in their threads, but in the channel"})
	}
	return rights
}

// CheckChannel says, permission by permission, whether the bot can post at an address, and open threads there if they are
// wanted. Direct messages need none. A
// channel is named as Discord names it; one that Discord does not show us has no name, and its id is not ours to print.
func (b *Bot) CheckChannel(ctx context.Context, to delivery.Address, threads bool) []bots.Finding {
	if to.Kind == delivery.DM {
		return nil
	}
	var c channel
	if err := b.ask(ctx, "ask for a channel", "/channels/"+to.Chat, &c); err != nil {
		return []bots.Finding{{What: "Discord channel", Says: err.Error(),
			Mend: "see that the channel is still there, and give the bot's role View Channel in it"}}
	}
	rights, err := b.rights(ctx, c)
	if err != nil {
		return []bots.Finding{{What: "Discord channel #" + c.Name, Says: err.Error(), Mend: "run tenbells check again"}}
	}
	var found []bots.Finding
	for _, p := range needed(kindOf(c.Type), threads && to.Thread == "") {
		f := bots.Finding{What: fmt.Sprintf("#%s: %s", c.Name, p.name), OK: rights&p.bit != 0, Says: "granted"}
		if !f.OK {
			f.Says = "missing: " + p.why
			f.Mend = "Server settings ▸ Roles ▸ the bot's role ▸ " + p.name + ", or the same in the channel's own permissions"
		}
		found = append(found, f)
	}
	return found
}

// overwrite is what a channel allows or denies a role or member, on top of the server's roles.
type overwrite struct {
	ID    string `json:"id"`
	Allow string `json:"allow"`
	Deny  string `json:"deny"`
}

// permittedGuild is a server's roles and its owner.
type permittedGuild struct {
	Owner string `json:"owner_id"`
	Roles []role `json:"roles"`
}

// role is a role and what it permits.
type role struct {
	ID          string `json:"id"`
	Permissions string `json:"permissions"` // a number in decimal
}

// rights are what the bot may do in a channel
// (discord.com/developers/docs/topics/permissions#permission-hierarchy).
func (b *Bot) rights(ctx context.Context, c channel) (int64, error) {
	me, g, roles, err := b.rank(ctx, c.Guild)
	if err != nil {
		return 0, err
	}
	return rightsOf(me, c, g, roles), nil
}

// rank asks who the bot is in a server: its user id, what the server's roles permit, and which of them it has.
func (b *Bot) rank(ctx context.Context, guild string) (me string, g permittedGuild, roles []string, err error) {
	self, err := b.identity(ctx)
	if err != nil {
		return "", g, nil, err
	}
	if err := b.ask(ctx, "ask for a server", "/guilds/"+guild, &g); err != nil {
		return "", g, nil, err
	}
	var m struct {
		Roles []string `json:"roles"`
	}
	err = b.ask(ctx, "ask for our roles", "/guilds/"+guild+"/members/"+self.User, &m)
	return self.User, g, m.Roles, err
}

func rightsOf(user string, c channel, g permittedGuild, roles []string) int64 {
	mine := map[string]bool{c.Guild: true} // the role of everyone has the server's id
	for _, id := range roles {
		mine[id] = true
	}
	var rights int64
	for _, r := range g.Roles {
		if mine[r.ID] {
			rights |= bits(r.Permissions)
		}
	}
	if g.Owner == user || rights&discordgo.PermissionAdministrator != 0 {
		return -1
	}
	return overwritten(rights, user, c, mine)
}

// overwritten applies a channel's overwrites: everyone's, then those of roles together, then one's own.
func overwritten(rights int64, user string, c channel, mine map[string]bool) int64 {
	var allow, deny, ownAllow, ownDeny int64
	for _, o := range c.Overwrites {
		switch {
		case o.ID == c.Guild:
			rights = rights&^bits(o.Deny) | bits(o.Allow)
		case o.ID == user:
			ownAllow, ownDeny = bits(o.Allow), bits(o.Deny)
		case mine[o.ID]:
			allow, deny = allow|bits(o.Allow), deny|bits(o.Deny)
		}
	}
	rights = rights&^deny | allow
	rights = rights&^ownDeny | ownAllow
	if rights&discordgo.PermissionViewChannel == 0 {
		return 0 // who cannot see it can do nothing there
	}
	return rights
}

// bits reads permissions as Discord writes them: a number in decimal, which may be too large for JSON.
func bits(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
