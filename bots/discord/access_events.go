package discord

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/tenbells/tenbells/bots"
)

// onAccess takes in what changes where the bot may post, and tells the Front of channels that are open to it again: by
// what Discord refused they may be barred in the book, and nothing more is sent there until this comes.
func (s *shard) onAccess(ctx context.Context, kind string, data json.RawMessage) error {
	var e struct {
		Guild string   `json:"guild_id"`
		Role  role     `json:"role"`
		ID    string   `json:"role_id"` // of a role that is gone
		User  account  `json:"user"`
		Roles []string `json:"roles"`
	}
	if err := json.Unmarshal(data, &e); err != nil {
		return fmt.Errorf("read it: %w", err)
	}
	if kind == "GUILD_MEMBER_UPDATE" && e.User.ID != s.me {
		return nil
	}
	s.reopened(ctx, e.Guild, s.b.access.changed(e.Guild, func(g *grounds) {
		switch kind {
		case "GUILD_ROLE_DELETE":
			g.dropRole(e.ID)
		case "GUILD_MEMBER_UPDATE":
			g.mine = e.Roles
		default:
			g.setRole(e.Role)
		}
	}))
	return nil
}

// onChannelChanged takes in a channel or thread as it is now.
func (s *shard) onChannelChanged(ctx context.Context, data json.RawMessage) error {
	var c channel
	if err := json.Unmarshal(data, &c); err != nil {
		return fmt.Errorf("read it: %w", err)
	}
	s.reopened(ctx, c.Guild, s.b.access.changed(c.Guild, func(g *grounds) { g.channels[c.ID] = c }))
	return nil
}

// reopened tells the Front where the bot may post, one channel after another and beside the events: after a READY these
// are all there are, and nobody who asks something must wait for them.
func (s *shard) reopened(ctx context.Context, guild string, channels []channel) {
	if len(channels) == 0 {
		return
	}
	s.b.answering.Go(func() {
		defer s.b.survive("a channel that is open again")
		s.b.reopening.Lock()
		defer s.b.reopening.Unlock()
		for _, c := range channels {
			if ctx.Err() != nil {
				return // the next READY tells of all of them
			}
			s.b.notice(ctx, bots.Event{Kind: bots.Returned, Chat: s.address(guild, c)})
		}
	})
}
