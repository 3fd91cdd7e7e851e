package discordtest

import (
	"maps"
	"slices"
	"time"
)

// Guild is a server of Discord's (its API says guild), and the handle by which tests act in it.
type Guild struct {
	s       *Server
	id      string
	name    string
	owner   *User
	roles   map[string]*Role // the role with the guild's own id is @everyone
	members map[string]*guildMember
	gone    bool // deleted
	outage  bool // unavailable
}

type guildMember struct {
	account Account
	roles   map[string]bool
	joined  time.Time
}

// Role is a role of a server.
type Role struct {
	g           *Guild
	id          string
	name        string
	permissions Permissions
	mentionable bool
	bot         *Bot // whose own role it is; nil for all others
}

// NewGuild makes a server with its owner as the only member and no channels.
func (s *Server) NewGuild(owner *User, name string) *Guild {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addGuild(owner, name)
}

func (s *Server) addGuild(owner *User, name string) *Guild {
	g := &Guild{s: s, id: s.newID(), name: name, owner: owner, roles: map[string]*Role{}, members: map[string]*guildMember{}}
	g.roles[g.id] = &Role{g: g, id: g.id, name: "@everyone", permissions: Everyone}
	g.join(owner)
	s.world.guilds[g.id] = g
	return g
}

// Guild is the server with that id, nil for none.
func (s *Server) Guild(id string) *Guild {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world.guilds[id]
}

// ID is the server's id.
func (g *Guild) ID() string { return g.id }

// Name is the server's name.
func (g *Guild) Name() string { return g.name }

// NewChannel makes a channel of kind Text, Announcement or Forum. Bots get CHANNEL_CREATE.
func (g *Guild) NewChannel(name string, kind Kind) *Channel {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	c := &Channel{s: g.s, id: g.s.newID(), kind: kind, guild: g, name: name}
	g.s.world.channels[c.id] = c
	g.tell("CHANNEL_CREATE", c.wire())
	return c
}

// NewRole makes a role. Everybody may mention it when mentionable.
func (g *Guild) NewRole(name string, p Permissions, mentionable bool) *Role {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	r := &Role{g: g, id: g.s.newID(), name: name, permissions: p, mentionable: mentionable}
	g.roles[r.id] = r
	g.tell("GUILD_ROLE_CREATE", guildRole{g.id, r.wire()})
	return r
}

// guildRole is the event of a role that came or changed.
type guildRole struct {
	GuildID string   `json:"guild_id"`
	Role    wireRole `json:"role"`
}

// Everyone is the role all members have.
func (g *Guild) Everyone() *Role { return g.roles[g.id] }

// Join brings people in.
func (g *Guild) Join(people ...*User) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	for _, u := range people {
		g.join(u)
	}
}

func (g *Guild) join(a Account) *guildMember {
	m := &guildMember{account: a, roles: map[string]bool{}, joined: g.s.now()}
	g.members[a.ID()] = m
	return m
}

// Install is what somebody with Manage Server does by the bot's invitation link: the bot joins with a role of its own
// that has these permissions, and gets GUILD_CREATE.
func (g *Guild) Install(b *Bot, p Permissions) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	r := &Role{g: g, id: g.s.newID(), name: b.name, permissions: p, bot: b}
	g.roles[r.id] = r
	g.join(b).roles[r.id] = true
	b.dispatch(intentGuilds, "GUILD_CREATE", g.wireCreate(b))
	g.s.publish(Event{Kind: Membership, Guild: g.id, Account: b.id, Status: "joined"})
}

// Kick takes somebody out. A bot gets GUILD_DELETE, and 50001 from then on.
func (g *Guild) Kick(a Account) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	g.kick(a)
}

func (g *Guild) kick(a Account) {
	delete(g.members, a.ID())
	if b, ok := a.(*Bot); ok {
		maps.DeleteFunc(g.roles, func(_ string, r *Role) bool { return r.bot == b })
		b.dispatch(intentGuilds, "GUILD_DELETE", guildGone{ID: g.id})
	}
	g.s.publish(Event{Kind: Membership, Guild: g.id, Account: a.ID(), Status: "left"})
}

// guildGone is the event of a server that went: for good, or unavailable for a time.
type guildGone struct {
	ID          string `json:"id"`
	Unavailable bool   `json:"unavailable,omitempty"`
}

// Delete ends the server. Bots get GUILD_DELETE, and 10003 for its channels.
func (g *Guild) Delete() {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	g.tell("GUILD_DELETE", guildGone{ID: g.id})
	g.gone = true
}

// Outage makes the server unavailable to the gateway, as when a part of Discord is down: bots get GUILD_DELETE with
// unavailable set, and GUILD_CREATE when it is over. Nothing must be given up for it.
func (g *Guild) Outage(on bool) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	g.outage = on
	if on {
		g.tell("GUILD_DELETE", guildGone{ID: g.id, Unavailable: true})
		return
	}
	for _, b := range g.bots() {
		b.dispatch(intentGuilds, "GUILD_CREATE", g.wireCreate(b))
	}
}

// Give gives somebody a role. A bot is told of its own with GUILD_MEMBER_UPDATE.
func (g *Guild) Give(a Account, r *Role) { g.setRole(a, r, true) }

// Take takes a role from somebody.
func (g *Guild) Take(a Account, r *Role) { g.setRole(a, r, false) }

func (g *Guild) setRole(a Account, r *Role, on bool) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	m := g.members[a.ID()]
	if m == nil {
		return
	}
	m.roles[r.id] = on
	if b, ok := a.(*Bot); ok { // of others it hears only with the intent for members
		b.dispatch(intentGuilds, "GUILD_MEMBER_UPDATE", guildMemberChanged{g.id, m.wire()})
	}
}

// guildMemberChanged is the event of a member whose roles changed.
type guildMemberChanged struct {
	GuildID string `json:"guild_id"`
	wireMember
}

// Permit sets what a bot may do in the whole server, by its own role. Bots get GUILD_ROLE_UPDATE.
func (g *Guild) Permit(b *Bot, p Permissions) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	for _, r := range g.roles {
		if r.bot == b {
			r.permissions = p
			g.tell("GUILD_ROLE_UPDATE", guildRole{g.id, r.wire()})
		}
	}
}

// SetPermissions changes what a role may do.
func (r *Role) SetPermissions(p Permissions) {
	r.g.s.mu.Lock()
	defer r.g.s.mu.Unlock()
	r.permissions = p
	r.g.tell("GUILD_ROLE_UPDATE", guildRole{r.g.id, r.wire()})
}

// ID is the role's id.
func (r *Role) ID() string { return r.id }

// Name is the role's name.
func (r *Role) Name() string { return r.name }

// Roles are the server's roles, by age.
func (g *Guild) Roles() []*Role {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	return sorted(g.roles)
}

// Has says that somebody is in the server.
func (g *Guild) Has(a Account) bool {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	return g.members[a.ID()] != nil
}

// Channels are the server's channels and threads, by age.
func (g *Guild) Channels() []*Channel {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	return g.channels(func(*Channel) bool { return true })
}

func (g *Guild) channels(want func(*Channel) bool) []*Channel {
	var found []*Channel
	for _, c := range sorted(g.s.world.channels) {
		if c.guild == g && !c.gone && want(c) {
			found = append(found, c)
		}
	}
	return found
}

// bots are the bots in the server.
func (g *Guild) bots() []*Bot {
	var found []*Bot
	for _, b := range g.s.world.bots {
		if g.members[b.id] != nil {
			found = append(found, b)
		}
	}
	return found
}

// tell dispatches an event of the server to its bots. The caller holds the lock.
func (g *Guild) tell(event string, data any) {
	for _, b := range g.bots() {
		b.dispatch(intentGuilds, event, data)
	}
}

func (r *Role) wire() wireRole {
	return wireRole{ID: r.id, Name: r.name, Permissions: r.permissions.String(), Managed: r.bot != nil, Mentionable: r.mentionable}
}

func (m *guildMember) wire() wireMember {
	u := m.account.wire()
	w := wireMember{User: &u, JoinedAt: stamp(m.joined), Roles: []string{}}
	for _, id := range slices.SortedFunc(maps.Keys(m.roles), compareIDs) {
		if m.roles[id] {
			w.Roles = append(w.Roles, id)
		}
	}
	return w
}
