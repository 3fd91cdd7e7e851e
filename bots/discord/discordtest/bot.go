package discordtest

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
)

// BotAccount is a bot as Discord's developer portal made it.
type BotAccount struct {
	Token string
	// Name is the user name. Default "tenbells".
	Name string
	// InteractionsURL, when set, gets interactions as signed HTTP calls instead of gateway events.
	InteractionsURL string
}

// Account is somebody who can be in a server: a *User or a *Bot.
type Account interface {
	ID() string
	wire() wireUser
}

// Bot is one bot served. Its application has the same id. Its methods are what a test may look at and do to it.
type Bot struct {
	s     *Server
	id    string
	token string
	name  string
	hook  string // where interactions go; "" the gateway
	key   ed25519.PrivateKey

	global []Command // registered for everywhere
	guilds map[string][]Command

	nonces map[string]nonceEntry
	order  []nonceEntry // the same, oldest first
	silent bool         // heartbeats are not acknowledged
}

// firstBot is the id of the first bot.
const firstBot = 1_000_000_000_000_000_001

func newBot(s *Server, account BotAccount, i int) *Bot {
	if account.Name == "" {
		account.Name = "tenbells"
	}
	seed := sha256.Sum256([]byte(account.Token))
	return &Bot{s: s, id: strconv.FormatInt(firstBot+int64(i), 10), token: account.Token, name: account.Name,
		hook: account.InteractionsURL, key: ed25519.NewKeyFromSeed(seed[:]),
		guilds: map[string][]Command{}, nonces: map[string]nonceEntry{}}
}

// ID is the bot's user id and its application's id.
func (b *Bot) ID() string { return b.id }

// Token is the bot's token, without "Bot ".
func (b *Bot) Token() string { return b.token }

// Name is the user name.
func (b *Bot) Name() string { return b.name }

// PublicKey is the key interactions over HTTP are signed with, in hexadecimal as the developer portal shows it.
func (b *Bot) PublicKey() string {
	return hex.EncodeToString(b.key.Public().(ed25519.PublicKey))
}

// SendInteractionsTo makes interactions signed HTTP calls to a URL; "" makes them gateway events again.
func (b *Bot) SendInteractionsTo(url string) {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	b.hook = url
}

// Commands are the commands registered for everywhere.
func (b *Bot) Commands() []Command {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	return slices.Clone(b.global)
}

// GuildCommands are the commands registered for one server only.
func (b *Bot) GuildCommands(g *Guild) []Command {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	return slices.Clone(b.guilds[g.id])
}

func (b *Bot) wire() wireUser {
	return wireUser{ID: b.id, Username: b.name, Discriminator: "0000", Bot: true}
}
