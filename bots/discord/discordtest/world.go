package discordtest

import (
	"cmp"
	"slices"
	"strconv"
)

// world is everything that exists on this Discord. Server.mu guards it.
type world struct {
	bots         []*Bot
	byToken      map[string]*Bot
	users        map[string]*User
	guilds       map[string]*Guild
	channels     map[string]*Channel // threads and direct messages too
	dms          map[dmKey]*Channel
	interactions map[string]*Interaction // by token
	auto         *Guild                  // where Options.AutoChannels puts channels
	lastID       int64
}

// dmKey names the dialog of a bot and a user.
type dmKey struct{ bot, user string }

// discordEpoch is the millisecond snowflakes count from: 2015 (discord.com/developers/docs/reference#snowflakes).
const discordEpoch = 1420070400000

func newWorld(s *Server, accounts []BotAccount) world {
	w := world{byToken: map[string]*Bot{}, users: map[string]*User{}, guilds: map[string]*Guild{},
		channels: map[string]*Channel{}, dms: map[dmKey]*Channel{}, interactions: map[string]*Interaction{}}
	for i, account := range accounts {
		b := newBot(s, account, i)
		w.bots = append(w.bots, b)
		w.byToken[b.token] = b
	}
	return w
}

// newID draws a snowflake: of the present, and higher than all before it. The caller holds the lock.
func (s *Server) newID() string {
	s.world.lastID = max(s.world.lastID+1, (s.now().UnixMilli()-discordEpoch)<<22)
	return strconv.FormatInt(s.world.lastID, 10)
}

// compareIDs orders snowflakes by age.
func compareIDs(a, b string) int { return cmp.Or(len(a)-len(b), cmp.Compare(a, b)) }

// channel is the channel a bot means by an id, nil where there is none that it could know of.
func (s *Server) channel(b *Bot, id string) *Channel {
	c := s.world.channels[id]
	if c == nil && s.opt.AutoChannels && isSnowflake(id) {
		return s.inventChannel(id)
	}
	if c == nil || c.gone || c.kind == DM && c.bot != b || c.guild != nil && c.guild.gone {
		return nil
	}
	return c
}

// inventChannel makes a text channel for Options.AutoChannels, in one server that has every bot in it.
func (s *Server) inventChannel(id string) *Channel {
	if s.world.auto == nil {
		g := s.addGuild(s.addUser(Person{Name: "Owner"}), "Auto")
		for _, b := range s.world.bots {
			g.join(b)
		}
		s.world.auto = g
	}
	c := &Channel{s: s, id: id, kind: Text, guild: s.world.auto, name: "auto"}
	s.world.channels[id] = c
	return c
}

// user is the user with that id; Options.AutoChannels makes one where there is none.
func (s *Server) user(id string) *User {
	u := s.world.users[id]
	if u == nil && s.opt.AutoChannels && isSnowflake(id) {
		u = s.addUser(Person{ID: id})
		u.invented = true
	}
	return u
}

// dialog is the direct message channel of a bot and a user, made at first sight.
func (s *Server) dialog(b *Bot, u *User) *Channel {
	key := dmKey{b.id, u.id}
	c := s.world.dms[key]
	if c == nil {
		c = &Channel{s: s, id: s.newID(), kind: DM, bot: b, peer: u}
		s.world.dms[key] = c
		s.world.channels[c.id] = c
	}
	return c
}

// addUser gives p a place in the world.
func (s *Server) addUser(p Person) *User {
	if p.ID == "" {
		p.ID = s.newID()
	}
	if p.Name == "" {
		p.Name = "Reader"
	}
	if p.Username == "" {
		p.Username = "reader" + p.ID
	}
	if p.Locale == "" {
		p.Locale = "en-US"
	}
	u := &User{s: s, id: p.ID, person: p}
	s.world.users[u.id] = u
	return u
}

// isSnowflake says that an id could be one.
func isSnowflake(id string) bool {
	n, err := strconv.ParseUint(id, 10, 64)
	return err == nil && n > 0
}

// sorted are the values of a map, by age.
func sorted[T any](m map[string]T) []T {
	ids := make([]string, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, compareIDs)
	all := make([]T, len(ids))
	for i, id := range ids {
		all[i] = m[id]
	}
	return all
}
