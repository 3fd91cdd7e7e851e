package discordtest

import (
	"regexp"
	"slices"
)

// Pings is who is notified because a message names them.
type Pings struct {
	Everyone bool     `json:"everyone,omitempty"`
	Roles    []string `json:"roles,omitempty"`
	Users    []string `json:"users,omitempty"`
}

// named is what a message's mentions and mention_roles say.
type named struct {
	users []wireUser
	roles []string
}

// allowedMentions says which of the names in a content may ping
// (discord.com/developers/docs/resources/message#allowed-mentions-object). nil allows all.
type allowedMentions struct {
	Parse       []string `json:"parse"`
	Roles       []string `json:"roles"`
	Users       []string `json:"users"`
	RepliedUser bool     `json:"replied_user"`
}

func (a *allowedMentions) all(kind string) bool { return a == nil || slices.Contains(a.Parse, kind) }

func (a *allowedMentions) user(id string) bool {
	return a.all("users") || slices.Contains(a.Users, id)
}

func (a *allowedMentions) role(id string) bool {
	return a.all("roles") || slices.Contains(a.Roles, id)
}

var (
	mentionUser  = regexp.MustCompile(`<@!?(\d+)>`)
	mentionRole  = regexp.MustCompile(`<@&(\d+)>`)
	mentionEvery = regexp.MustCompile(`@(everyone|here)\b`)
)

// pings finds who is pinged by content, with the rights its author has. Embeds ping nobody. The caller holds the lock.
func (c *Channel) pings(author, content string, allowed *allowedMentions, replied *Message) (Pings, named) {
	var p Pings
	var n named
	mayAll := c.guild != nil && c.permissions(author).Has(MentionEveryone)
	p.Everyone = mayAll && mentionEvery.MatchString(content) && allowed.all("everyone")
	for _, id := range names(mentionUser, content) {
		if u := c.s.account(id); u != nil && allowed.user(id) {
			p.Users, n.users = append(p.Users, id), append(n.users, u.wire())
		}
	}
	for _, id := range names(mentionRole, content) {
		if c.guild == nil || c.guild.roles[id] == nil || !allowed.role(id) {
			continue
		}
		n.roles = append(n.roles, id)
		if mayAll || c.guild.roles[id].mentionable {
			p.Roles = append(p.Roles, id)
		}
	}
	if replied != nil && (allowed == nil || allowed.RepliedUser) && !slices.Contains(p.Users, replied.From) {
		p.Users, n.users = append(p.Users, replied.From), append(n.users, replied.author)
	}
	return p, n
}

// names are the ids a pattern finds, each once.
func names(pattern *regexp.Regexp, content string) []string {
	var found []string
	for _, m := range pattern.FindAllStringSubmatch(content, -1) {
		if !slices.Contains(found, m[1]) {
			found = append(found, m[1])
		}
	}
	return found
}

// account is the user or bot with that id, nil for none. The caller holds the lock.
func (s *Server) account(id string) Account {
	if u := s.world.users[id]; u != nil {
		return u
	}
	for _, b := range s.world.bots {
		if b.id == id {
			return b
		}
	}
	return nil
}
