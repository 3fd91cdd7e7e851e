package discordtest

import (
	"encoding/json"
	"strconv"
)

func (s *Server) getGateway(c *call) (any, *apiError) {
	return struct {
		URL string `json:"url"`
	}{"ws://" + c.base}, nil
}

// identifiesADay is how many sessions a bot may begin in a day
// (discord.com/developers/docs/events/gateway#session-start-limit-object).
const identifiesADay = 1000

func (s *Server) getBotGateway(c *call) (any, *apiError) {
	type startLimit struct {
		Concurrency int `json:"max_concurrency"`
		Remaining   int `json:"remaining"`
		ResetAfter  int `json:"reset_after"`
		Total       int `json:"total"`
	}
	return struct {
		URL    string     `json:"url"`
		Limit  startLimit `json:"session_start_limit"`
		Shards int        `json:"shards"`
	}{"ws://" + c.base, startLimit{1, max(0, identifiesADay-s.Stats().Identifies), 86_400_000, identifiesADay}, 1}, nil
}

func (s *Server) getMe(c *call) (any, *apiError) { return c.bot.wireMe(), nil }

func (b *Bot) wireMe() wireMe {
	return wireMe{ID: b.id, Username: b.name, Discriminator: "0000", Bot: true, Locale: "en-US", Verified: true}
}

func (s *Server) getApplication(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	me := c.bot.wire()
	bot, err := json.Marshal(me)
	if err != nil {
		panic("discordtest: bot answers no JSON: " + err.Error()) // our own type always is
	}
	w := wireSelf{ID: c.bot.id, Name: c.bot.name, VerifyKey: c.bot.PublicKey(), FlagsNew: "0", RedirectURIs: []string{},
		Owner:      wireUser{ID: strconv.FormatInt(firstBot-1, 10), Username: "owner", Discriminator: "0"},
		GuildCount: len(c.bot.in()), Scopes: []string{}, BotPublic: true, Bot: bot}
	if c.bot.hook != "" {
		w.InteractionsURL = &c.bot.hook
	}
	return w, nil
}

// in are the servers the bot is in. The caller holds the lock.
func (b *Bot) in() []*Guild {
	var found []*Guild
	for _, g := range sorted(b.s.world.guilds) {
		if !g.gone && g.members[b.id] != nil {
			found = append(found, g)
		}
	}
	return found
}

func (s *Server) listMyGuilds(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []myGuild{}
	for _, g := range c.bot.in() {
		if after := c.query.Get("after"); after != "" && compareIDs(g.id, after) <= 0 {
			continue
		}
		list = append(list, myGuild{ID: g.id, Name: g.name, Permissions: g.inGuild(c.bot.id).String(), Features: []string{}})
	}
	if n, err := strconv.Atoi(c.query.Get("limit")); err == nil && n < len(list) {
		list = list[:n]
	}
	return list, nil
}

// guild is the server the path names, where the bot is in it. The caller holds the lock.
func (s *Server) guild(c *call) (*Guild, *apiError) {
	g := s.world.guilds[c.named["guild_id"]]
	switch {
	case g == nil || g.gone:
		return nil, errUnknownGuild
	case g.members[c.bot.id] == nil:
		return nil, errMissingAccess
	}
	return g, nil
}

func (s *Server) leaveGuild(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.guild(c)
	if err != nil {
		return nil, err
	}
	g.kick(c.bot)
	return nil, nil
}

func (s *Server) getGuild(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.guild(c)
	if err != nil {
		return nil, err
	}
	return g.wire(), nil
}

func (s *Server) listGuildChannels(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.guild(c)
	if err != nil {
		return nil, err
	}
	list := []*wireChannel{}
	for _, ch := range g.channels(func(ch *Channel) bool { return !ch.thread() }) {
		list = append(list, ch.wire())
	}
	return list, nil
}

func (s *Server) listGuildRoles(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.guild(c)
	if err != nil {
		return nil, err
	}
	return g.wire().Roles, nil
}

func (s *Server) getGuildMember(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.guild(c)
	if err != nil {
		return nil, err
	}
	m := g.members[c.named["user_id"]]
	switch {
	case m != nil:
		return m.wire(), nil
	case s.account(c.named["user_id"]) == nil:
		return nil, errUnknownUser
	}
	return nil, errUnknownMember
}

func (s *Server) createDM(c *call) (any, *apiError) {
	var body struct {
		Recipient string `json:"recipient_id"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.user(body.Recipient)
	if u == nil {
		return nil, invalidForm(fieldFault{"recipient_id", "USER_NOT_FOUND", "Unknown user."})
	}
	return s.dialog(c.bot, u).wire(), nil // whether it may be written to shows at the first message
}

func (s *Server) getChannel(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, err := s.visible(c)
	if err != nil {
		return nil, err
	}
	return ch.wire(), nil
}

func (s *Server) updateChannel(c *call) (any, *apiError) {
	var body struct {
		Name     *string `json:"name"`
		Archived *bool   `json:"archived"`
		Locked   *bool   `json:"locked"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, err := s.visible(c)
	switch {
	case err != nil:
		return nil, err
	case ch.kind == DM:
		return nil, errNotInDM
	case !ch.mayChange(c.bot, body.Locked != nil):
		return nil, errMissingPermissions
	}
	if body.Name != nil {
		ch.name = *body.Name
	}
	if body.Archived != nil {
		ch.archived = *body.Archived
	}
	if body.Locked != nil {
		ch.locked = *body.Locked
	}
	ch.updated()
	return ch.wire(), nil
}

// mayChange says that a bot may change the channel; the opener of a thread may, save lock it.
func (c *Channel) mayChange(b *Bot, lock bool) bool {
	p := c.permissions(b.id)
	if c.thread() {
		return p.Has(ManageThreads) || c.starter == b.id && !lock && !c.locked
	}
	return p.Has(ManageChannels)
}
