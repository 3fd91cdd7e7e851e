package discordtest

// Person is what there is to know of a user.
type Person struct {
	ID       string // a snowflake; "": a new one
	Name     string // display name
	Username string
	Locale   string // of the person's client, default "en-US" (discord.com/developers/docs/reference#locales)
}

// User is a person with a Discord account, and the handle by which tests act as them.
type User struct {
	s        *Server
	id       string
	person   Person
	noDMs    bool // has blocked the bot, or closed their direct messages
	invented bool // by Options.AutoChannels: needs no common server
}

// NewUser makes an account that is in no server yet.
func (s *Server) NewUser(p Person) *User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addUser(p)
}

// User is the user with that id, nil for none.
func (s *Server) User(id string) *User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world.users[id]
}

// ID is the user's id.
func (u *User) ID() string { return u.id }

// Person is the user's profile.
func (u *User) Person() Person { return u.person }

// DM is the user's dialog with a bot; nil means the server's first bot.
func (u *User) DM(b *Bot) *Channel {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	if b == nil {
		b = u.s.world.bots[0]
	}
	return u.s.dialog(b, u)
}

// CloseDMs makes bots' direct messages to the user fail with 50007 until OpenDMs. Bots are not told.
func (u *User) CloseDMs() { u.setDMs(true) }

// OpenDMs lets direct messages in again.
func (u *User) OpenDMs() { u.setDMs(false) }

func (u *User) setDMs(closed bool) {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	u.noDMs = closed
}

// reachable says that a bot's direct message arrives: the DMs are open, and there is a server both are in. The caller
// holds the lock.
func (u *User) reachable(b *Bot) bool {
	if u.noDMs || u.invented {
		return !u.noDMs
	}
	for _, g := range u.s.world.guilds {
		if !g.gone && g.members[u.id] != nil && g.members[b.id] != nil {
			return true
		}
	}
	return false
}

func (u *User) wire() wireUser {
	name := u.person.Name
	return wireUser{ID: u.id, Username: u.person.Username, Discriminator: "0", GlobalName: &name}
}
