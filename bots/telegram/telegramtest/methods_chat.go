package telegramtest

import (
	"slices"
)

func (s *Server) getMe(c *call) (any, *apiError) {
	return wireMe{wireUser: c.bot.wire(), CanJoinGroups: true, ReadsAll: c.bot.account.ReadsAll}, nil
}

func (s *Server) getChat(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, err := s.target(c, toRead)
	if err != nil {
		return nil, err
	}
	full := wireFullChat{wireChat: chat.wire(), AcceptedGifts: wireGifts{true, true, true, true, true},
		MaxReactions: 11}
	if full.Username != "" {
		full.ActiveUsernames = []string{full.Username}
	}
	if chat.kind == Group || chat.kind == Supergroup {
		full.Permissions = &wirePermits{CanSend: !chat.muted}
	}
	return full, nil
}

func (s *Server) getChatMember(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, err := s.target(c, toRead)
	if err != nil {
		return nil, err
	}
	who := s.account(c.integer("user_id", 0))
	if who == nil {
		return nil, badRequest("user not found")
	}
	return wireStatus(chat.kind, who, chat.status(who.ID())), nil
}

func (s *Server) getChatMemberCount(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, err := s.target(c, toRead)
	if err != nil {
		return nil, err
	}
	if chat.kind == Private {
		return 2, nil
	}
	n := 0
	for _, m := range chat.members {
		if m.status.present() {
			n++
		}
	}
	return n, nil
}

// getChatAdministrators tells the owner first; other bots only when asked for.
func (s *Server) getChatAdministrators(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, err := s.target(c, toRead)
	if err != nil {
		return nil, err
	}
	if chat.kind == Private {
		return nil, badRequest("there are no administrators in the private chat")
	}
	var admins []*membership
	for id, m := range chat.members {
		_, robot := m.account.(*Bot)
		if m.status.admin() && (!robot || id == c.bot.id || c.boolean("return_bots")) {
			admins = append(admins, m)
		}
	}
	slices.SortFunc(admins, func(a, b *membership) int {
		if owner := a.status.kind == creator; owner != (b.status.kind == creator) {
			if owner {
				return -1
			}
			return 1
		}
		return int(a.account.ID() - b.account.ID())
	})
	out := make([]any, len(admins))
	for i, m := range admins {
		out[i] = wireStatus(chat.kind, m.account, m.status)
	}
	return out, nil
}

func (s *Server) leaveChat(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, err := s.target(c, toRead)
	if err != nil {
		return nil, err
	}
	if chat.kind == Private {
		return nil, badRequest("chat member status can't be changed in private chats")
	}
	if chat.status(c.bot.id).present() {
		chat.change(c.bot, c.bot, status{kind: left})
	}
	return true, nil
}
