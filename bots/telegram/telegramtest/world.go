package telegramtest

import "strings"

// world is everything that exists on this Telegram. Server.mu guards it.
type world struct {
	bots     []*Bot
	byToken  map[string]*Bot
	users    map[int64]*User
	chats    map[int64]*Chat      // groups, supergroups and channels
	private  map[privateKey]*Chat // dialogs of a user with a bot
	handles  map[string]*Chat     // public chats by lower-case username
	presses  map[string]*Press    // unanswered callback queries by id
	lastUser int64
	lastChat int64
	lastCall int64 // of callback queries
}

// privateKey names a dialog: its chat id is the user's id, the same for every bot.
type privateKey struct{ bot, user int64 }

// Ids begin where Telegram's are today: users beyond 32 bits, supergroups and channels from -100….
const (
	firstUser       = 5_000_000_001
	firstChat       = 2_000_000_001
	supergroupStart = -1_000_000_000_000 // supergroup and channel ids are below it
)

func newWorld(s *Server, accounts []BotAccount) world {
	w := world{
		byToken: map[string]*Bot{}, users: map[int64]*User{}, chats: map[int64]*Chat{},
		private: map[privateKey]*Chat{}, handles: map[string]*Chat{}, presses: map[string]*Press{},
		lastUser: firstUser - 1, lastChat: firstChat - 1,
	}
	for _, account := range accounts {
		b := newBot(s, account)
		w.bots = append(w.bots, b)
		w.byToken[b.token] = b
	}
	return w
}

// find is the chat a bot means by an id or "@username", nil when there is none that it could mean.
func (s *Server) find(b *Bot, id int64, username string) *Chat {
	switch {
	case username != "":
		return s.world.handles[strings.ToLower(username)]
	case id > 0:
		return s.findPrivate(b, id)
	}
	if c := s.world.chats[id]; c != nil || !s.opt.AutoChats || id == 0 {
		return c
	}
	return s.inventChat(b, id)
}

// findPrivate is the dialog of a bot with a user. A user who never spoke to the bot has one too, not started.
func (s *Server) findPrivate(b *Bot, id int64) *Chat {
	u := s.world.users[id]
	if u == nil {
		if !s.opt.AutoChats {
			return nil
		}
		u = s.addUser(Person{ID: id, FirstName: "Reader"})
		u.invented = true
	}
	c := s.dialog(b, u)
	c.started = c.started || u.invented
	return c
}

// inventChat makes a group or channel for Options.AutoChats.
func (s *Server) inventChat(b *Bot, id int64) *Chat {
	kind, as := Group, status{kind: member}
	if id < supergroupStart {
		kind, as = Channel, status{kind: administrator, rights: AllRights()}
	}
	c := s.addChat(&Chat{id: id, kind: kind, title: "Chat"})
	owner := s.addUser(Person{FirstName: "Owner"})
	c.members[owner.id] = &membership{account: owner, status: status{kind: creator, rights: AllRights()}}
	c.members[b.id] = &membership{account: b, status: as}
	return c
}

// dialog is the private chat of a bot and a user, made at first sight.
func (s *Server) dialog(b *Bot, u *User) *Chat {
	key := privateKey{b.id, u.id}
	c := s.world.private[key]
	if c == nil {
		c = &Chat{s: s, id: u.id, kind: Private, bot: b, peer: u}
		s.world.private[key] = c
	}
	return c
}

// addChat gives c its place in the world, and an id where it has none.
func (s *Server) addChat(c *Chat) *Chat {
	if c.id == 0 {
		s.world.lastChat++
		c.id = -s.world.lastChat
		if c.kind != Group {
			c.id += supergroupStart
		}
	}
	c.s = s
	c.members = map[int64]*membership{}
	s.world.chats[c.id] = c
	if c.username != "" {
		s.world.handles[strings.ToLower(c.username)] = c
	}
	return c
}

// addUser gives p a place in the world.
func (s *Server) addUser(p Person) *User {
	if p.ID == 0 {
		s.world.lastUser++
		p.ID = s.world.lastUser
	}
	if p.FirstName == "" {
		p.FirstName = "Reader"
	}
	u := &User{s: s, id: p.ID, person: p}
	s.world.users[u.id] = u
	return u
}
