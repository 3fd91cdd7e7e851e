package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// maxThreadName is the longest name of a thread (discord.com/developers/docs/resources/channel#channel-object).
const maxThreadName = 100

// forumPost is a thread made with its first message. Such a message has no nonce.
type forumPost struct {
	Name    string  `json:"name"`
	Message message `json:"message"`
}

// thread is a forum post as Discord lists it.
type thread struct {
	ID     string `json:"id"`
	Parent string `json:"parent_id"`
	Owner  string `json:"owner_id"`
	Name   string `json:"name"`
}

// post begins a thread in a forum; its id is that of its first message too.
func (b *Bot) post(ctx context.Context, p delivery.Parcel, m message) (string, error) {
	name := threadName(p)
	if p.Doubtful {
		id, err := b.findThread(ctx, p, m, name)
		if id != "" || err != nil {
			return id, err
		}
	}
	var made thread
	err := b.door.do(ctx, call{doing: "begin a forum post", method: http.MethodPost, key: p.Key, chat: p.To.Chat,
		path: "/channels/" + p.To.Chat + "/threads", body: forumPost{nameNow(p), m}}, &made)
	return made.ID, err
}

// rename calls a forum post, whose first message was edited, what it tells now: the name is all that most see of it. A
// name may be changed a few times in ten minutes only; nobody else in the forum waits for that. Where the bot may not, the
// post keeps its name.
func (b *Bot) rename(ctx context.Context, p delivery.Parcel, post string) error {
	var is thread
	err := b.inSlot(ctx, call{doing: "look at a forum post", method: http.MethodGet, path: "/channels/" + post}, &is)
	if err == nil && is.Name != nameNow(p) {
		err = b.inSlot(ctx, call{doing: "name a forum post", method: http.MethodPatch, path: "/channels/" + post,
			body: map[string]string{"name": nameNow(p)}}, nil)
	}
	var retry *delivery.RetryError
	var refused *refusal
	switch {
	case errors.As(err, &retry) && retry.Scope == delivery.ScopeChat:
		return &delivery.RetryError{After: retry.After, Scope: delivery.ScopeMessage, Err: err}
	case errors.As(err, &retry):
		return err
	case errors.As(err, &refused):
		b.log.Warn("a forum post that was corrected keeps its name", "err", err)
		return nil
	}
	return err
}

// nameNow is what a post is called from now on: what was withdrawn no more by its headline.
func nameNow(p delivery.Parcel) string {
	if p.Body.Kind == delivery.RecallContent {
		return bots.Say(p.Voice.Language, "status-recalled")
	}
	return threadName(p)
}

// bringBack opens a thread that Discord has put away because nothing was said in it for some time. Discord does that by
// itself for a new message only, not for an edit. A thread that a moderator has locked stays so: that costs a message its
// edit, and bars nobody.
func (b *Bot) bringBack(ctx context.Context, thread string) error {
	err := b.inSlot(ctx, call{doing: "bring a thread back", method: http.MethodPatch, path: "/channels/" + thread,
		body: map[string]bool{"archived": false}}, nil)
	var refused *refusal
	if errors.As(err, &refused) && refused.code != discordgo.ErrCodeUnknownChannel {
		return fmt.Errorf("%w: %w", delivery.ErrRejected, err)
	}
	return err
}

// threadName is the headline; a digest is named for its day.
func threadName(p delivery.Parcel) string {
	name := p.Body.Headline
	if p.Body.Kind == delivery.DigestContent {
		name = digestTitle(p)
	}
	if name == "" {
		name = string(p.Body.Kind)
	}
	return clip(oneLine(name), maxThreadName)
}

// threadsLooked is how many posts of ours are looked into that have another name: what was told in them may have been
// corrected or withdrawn since, and the name with it.
const threadsLooked = 10

// findThread looks for a forum post begun before, whose answer was lost.
func (b *Bot) findThread(ctx context.Context, p delivery.Parcel, m message, name string) (string, error) {
	if p.To.Guild == "" {
		b.sentBlind()
		return "", nil
	}
	me, err := b.identity(ctx)
	if err != nil {
		return "", errors.Join(delivery.ErrNotSent, err)
	}
	var active struct {
		Threads []thread `json:"threads"`
	}
	err = b.inSlot(ctx, call{doing: "look for a forum post", method: http.MethodGet,
		path: "/guilds/" + p.To.Guild + "/threads/active"}, &active)
	var refused *refusal
	if errors.As(err, &refused) {
		b.sentBlind()
		return "", nil
	}
	if err != nil {
		return "", err
	}
	since := snowflake(p.First.Add(-skew))
	ours := slices.DeleteFunc(active.Threads, func(t thread) bool {
		return t.Parent != p.To.Chat || t.Owner != me.User || later(t.ID, since) != t.ID
	})
	for _, t := range ours {
		if t.Name == name {
			return t.ID, nil
		}
	}
	return b.lookInto(ctx, p, m, ours[:min(len(ours), threadsLooked)])
}

// lookInto looks for a post by its first message, which has the id of its thread.
func (b *Bot) lookInto(ctx context.Context, p delivery.Parcel, m message, threads []thread) (string, error) {
	for _, t := range threads {
		var s seen
		err := b.inSlot(ctx, call{doing: "look into a forum post", method: http.MethodGet, path: spot{t.ID, t.ID}.path()}, &s)
		var refused *refusal
		switch {
		case noRights(err):
			b.sentBlind()
			return "", nil
		case errors.As(err, &refused): // its first message is gone
			continue
		case err != nil:
			return "", err
		case s.is(m, "") || s.was(p, m):
			return t.ID, nil
		}
	}
	return "", nil
}
