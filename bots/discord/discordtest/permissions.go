package discordtest

import "strconv"

// Permissions are what somebody may do, as a bit set (discord.com/developers/docs/topics/permissions).
type Permissions uint64

// The permissions that matter to a bot that writes.
const (
	Administrator         Permissions = 1 << 3
	ManageChannels        Permissions = 1 << 4
	ManageGuild           Permissions = 1 << 5
	ViewChannel           Permissions = 1 << 10
	SendMessages          Permissions = 1 << 11
	ManageMessages        Permissions = 1 << 13
	EmbedLinks            Permissions = 1 << 14
	ReadMessageHistory    Permissions = 1 << 16
	MentionEveryone       Permissions = 1 << 17
	UseCommands           Permissions = 1 << 31
	ManageThreads         Permissions = 1 << 34
	CreatePublicThreads   Permissions = 1 << 35
	SendMessagesInThreads Permissions = 1 << 38

	allPermissions Permissions = 1<<53 - 1
)

// Everyone is what a new server lets all its members do.
const Everyone = ViewChannel | SendMessages | EmbedLinks | ReadMessageHistory | UseCommands | CreatePublicThreads |
	SendMessagesInThreads

// Has says that all of these are there.
func (p Permissions) Has(all Permissions) bool { return p&all == all }

func (p Permissions) String() string { return strconv.FormatUint(uint64(p), 10) }

// parsePermissions reads the form of the wire.
func parsePermissions(text string) Permissions {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0
	}
	return Permissions(n)
}

// overwrite changes what a role or a member may do in one channel.
type overwrite struct {
	id          string
	member      bool // of a member, not a role
	allow, deny Permissions
}

// inGuild is what somebody may do in a server; 0 when they are not in it. The caller holds the lock.
func (g *Guild) inGuild(id string) Permissions {
	m := g.members[id]
	if m == nil {
		return 0
	}
	if g.owner.id == id {
		return allPermissions
	}
	p := g.roles[g.id].permissions
	for role := range m.roles {
		if r := g.roles[role]; r != nil {
			p |= r.permissions
		}
	}
	if p.Has(Administrator) {
		return allPermissions
	}
	return p
}

// permissions are what somebody may do in a channel, in the order of
// discord.com/developers/docs/topics/permissions#permission-overwrites. The caller holds the lock.
func (c *Channel) permissions(id string) Permissions {
	if c.kind == DM {
		return Everyone
	}
	if c.parent != nil {
		return c.parent.permissions(id)
	}
	p := c.guild.inGuild(id)
	if p == allPermissions || p == 0 {
		return p
	}
	p = c.overwritten(p, func(o overwrite) bool { return !o.member && o.id == c.guild.id })
	roles := c.guild.members[id].roles
	p = c.overwritten(p, func(o overwrite) bool { return !o.member && roles[o.id] })
	return c.overwritten(p, func(o overwrite) bool { return o.member && o.id == id })
}

func (c *Channel) overwritten(p Permissions, applies func(overwrite) bool) Permissions {
	var allow, deny Permissions
	for _, o := range c.overwrites {
		if applies(o) {
			allow, deny = allow|o.allow, deny|o.deny
		}
	}
	return p&^deny | allow
}

// mayWrite says what is missing for writing into a channel, nil for nothing. The caller holds the lock.
func (c *Channel) mayWrite(id string) *apiError {
	p := c.permissions(id)
	needed := SendMessages
	if c.thread() {
		needed = SendMessagesInThreads
	}
	switch {
	case !p.Has(ViewChannel):
		return errMissingAccess
	case !p.Has(needed):
		return errMissingPermissions
	}
	return nil
}
