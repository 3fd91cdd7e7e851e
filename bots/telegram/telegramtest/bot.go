package telegramtest

import (
	"fmt"
	"strconv"
	"strings"
)

// BotAccount is a bot as BotFather made it.
type BotAccount struct {
	// Token is "<bot id>:<secret>".
	Token string
	// Username is without "@" and ends in "bot". Default "tenbells_bot".
	Username string
	// Name is the display name. Default the username.
	Name string
	// ReadsAll turns privacy mode off: in groups the bot then sees every message (core.telegram.org/bots/features#privacy-mode).
	ReadsAll bool
	// Stars is the balance that paid broadcasts are paid from. Without any, calls with allow_paid_broadcast are refused.
	Stars int
}

// Bot is one bot served. Its methods are what a test may look at.
type Bot struct {
	s       *Server
	id      int64
	token   string
	account BotAccount

	lastMessage int // private chats of one bot share their message numbers
	profile     profile
	updates     updateQueue
	hook        *webhook // nil: none set
	pollState   pollState
	purse       purse
}

func newBot(s *Server, a BotAccount) *Bot {
	number, _, ok := strings.Cut(a.Token, ":")
	id, err := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil || id <= 0 {
		panic(fmt.Sprintf("telegramtest: %q is no bot token", a.Token))
	}
	if a.Username == "" {
		a.Username = "tenbells_bot"
	}
	if a.Name == "" {
		a.Name = a.Username
	}
	b := &Bot{s: s, id: id, token: a.Token, account: a}
	b.updates = newUpdateQueue(id)
	b.profile = newProfile()
	b.purse = newPurse(a.Stars)
	return b
}

// ID is the bot's user id.
func (b *Bot) ID() int64 { return b.id }

// Token is the bot's token.
func (b *Bot) Token() string { return b.token }

// Username is without "@".
func (b *Bot) Username() string { return b.account.Username }

// Chat is the chat with that id as this bot sees it: a private chat is its own dialog. nil for none.
func (b *Bot) Chat(id int64) *Chat {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	return b.s.find(b, id, "")
}

func (b *Bot) wire() wireUser {
	return wireUser{ID: b.id, IsBot: true, FirstName: b.account.Name, Username: b.account.Username}
}

// Commands is the command list a user sees in a chat, by Telegram's order of scopes and languages
// (core.telegram.org/bots/api#determining-list-of-commands). Empty when none was set.
func (b *Bot) Commands(c *Chat, u *User) []Command {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	return b.profile.visible(c, u)
}

// Description and ShortDescription are the texts set for a language, or the default ones.
func (b *Bot) Description(language string) string {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	return localized(b.profile.description, language)
}

// ShortDescription is what is shown on the bot's profile and when it is shared.
func (b *Bot) ShortDescription(language string) string {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	return localized(b.profile.short, language)
}

// Name is the display name in a language.
func (b *Bot) Name(language string) string {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	if name := localized(b.profile.name, language); name != "" {
		return name
	}
	return b.account.Name
}

// Pending is how many updates wait for the bot.
func (b *Bot) Pending() int {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	return len(b.updates.waiting)
}
