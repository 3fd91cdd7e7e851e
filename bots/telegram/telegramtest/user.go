package telegramtest

// Person is what there is to know of a user.
type Person struct {
	ID        int64 // 0: the next free one
	FirstName string
	LastName  string
	Username  string // without "@"
	Language  string // IETF tag of the app's language, "" unknown
	Premium   bool
}

// Account is somebody who can be in a chat: a *User or a *Bot.
type Account interface {
	ID() int64
	wire() wireUser
}

// User is a person with a Telegram account, and the handle by which tests act as them.
type User struct {
	s           *Server
	id          int64
	person      Person
	deactivated bool
	invented    bool // by Options.AutoChats: has started every bot
}

// NewUser makes an account. It has talked to no bot yet.
func (s *Server) NewUser(p Person) *User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addUser(p)
}

// User is the user with that id, nil for none.
func (s *Server) User(id int64) *User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world.users[id]
}

// ID is the user's id, and that of the private chat a bot has with them.
func (u *User) ID() int64 { return u.id }

// Person is the user's profile.
func (u *User) Person() Person { return u.person }

func (u *User) wire() wireUser {
	p := u.person
	return wireUser{ID: u.id, FirstName: p.FirstName, LastName: p.LastName, Username: p.Username,
		Language: p.Language, Premium: p.Premium}
}

// Private is the user's dialog with a bot; nil means the server's first bot.
func (u *User) Private(b *Bot) *Chat {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	if b == nil {
		b = u.s.world.bots[0]
	}
	return u.s.dialog(b, u)
}

// Start presses Start in the dialog with the server's first bot: "/start", with the payload of a deep link where it is
// not empty. Before it the bot may not write to the user.
func (u *User) Start(payload string) Message {
	text := "/start"
	if payload != "" {
		text += " " + payload
	}
	return u.Send(text)
}

// Send writes to the server's first bot in private. It unblocks nothing: a user who blocked the bot must Unblock first.
func (u *User) Send(text string) Message { return u.Private(nil).Say(u, text) }

// Press presses a button in the dialog with the server's first bot.
func (u *User) Press(message int, data string) (*Press, error) {
	return u.Private(nil).Press(u, message, data)
}

// Block blocks the server's first bot, which learns of it by my_chat_member.
func (u *User) Block() { u.Private(nil).Block() }

// Unblock lifts the block of the server's first bot.
func (u *User) Unblock() { u.Private(nil).Unblock() }

// Deactivate deletes the account. The bot is not told; its next send is answered 403.
func (u *User) Deactivate() {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	u.deactivated = true
}
