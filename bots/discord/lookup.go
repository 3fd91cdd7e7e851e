package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// Limits of looking back: at most so many pages of so many messages, the most that Discord gives at once
// (discord.com/developers/docs/resources/message#get-channel-messages).
const (
	lookupPages = 5
	lookupPage  = 100
)

// skew is how far Discord's clock may be behind ours.
const skew = time.Minute

// seen is a message as Discord shows it. Its nonce is there only when Discord still has it.
type seen struct {
	ID         string                    `json:"id"`
	Author     account                   `json:"author"`
	Nonce      json.RawMessage           `json:"nonce"`
	Embeds     []*discordgo.MessageEmbed `json:"embeds"`
	Components []component               `json:"components"`
	Reference  *struct {
		MessageID string `json:"message_id"`
	} `json:"message_reference"`
}

// account is somebody on Discord.
type account struct {
	ID string `json:"id"`
}

// find looks for a message sent before, whose answer was lost and whose nonce is forgotten. It answers "" when it is
// not there, and also when the bot may not look.
func (b *Bot) find(ctx context.Context, channel string, p delivery.Parcel, m message) (string, error) {
	me, err := b.identity(ctx)
	if err != nil {
		return "", fmt.Errorf("%w: %w", delivery.ErrNotSent, err)
	}
	after := snowflake(p.First.Add(-skew))
	for range lookupPages {
		page, err := b.page(ctx, channel, after)
		switch {
		case noRights(err):
			b.sentBlind()
			return "", nil
		case err != nil:
			return "", err
		}
		for _, s := range page {
			if s.Author.ID == me.User && (s.is(m, nonce(p.Key)) || s.was(p, m)) {
				return s.ID, nil
			}
			after = later(after, s.ID)
		}
		if len(page) < lookupPage {
			return "", nil
		}
	}
	return "", nil
}

// page is the messages of a channel that come next after one.
func (b *Bot) page(ctx context.Context, channel, after string) ([]seen, error) {
	var page []seen
	err := b.inSlot(ctx, call{doing: "look for a message", method: http.MethodGet,
		path:  "/channels/" + channel + "/messages",
		query: url.Values{"after": {after}, "limit": {strconv.Itoa(lookupPage)}}}, &page)
	return page, err
}

// is says whether s is m. The marks are, in this order: the nonce; the buttons, which name the alert or edition; and
// for what has none (corrections, notices) the message it answers and every word.
func (s seen) is(m message, nonce string) bool {
	if string(s.Nonce) == strconv.Quote(nonce) {
		return true
	}
	if ours := ids(m.Components); len(ours) > 0 {
		return slices.Equal(ours, ids(s.Components))
	}
	if m.Reference != nil && (s.Reference == nil || s.Reference.MessageID != m.Reference.MessageID) {
		return false
	}
	return len(s.Embeds) > 0 && len(m.Embeds) > 0 &&
		s.Embeds[0].Title == m.Embeds[0].Title && s.Embeds[0].Description == m.Embeds[0].Description
}

// was says whether s is what p told before editors withdrew it: the notice that p tells by now has neither its buttons nor
// its words. An alert's own buttons name it, and a correction is known by what it answers. A digest of which something
// was withdrawn is known by its menu.
func (s seen) was(p delivery.Parcel, m message) bool {
	switch more := bots.MoreData(p.Batch); {
	case p.Body.Kind == delivery.DigestContent:
		return slices.Contains(ids(s.Components), pick+string(p.Content))
	case p.Body.Kind != delivery.RecallContent:
		return false
	case p.Op == delivery.Send:
		return more != "" && slices.Contains(ids(s.Components), more)
	default:
		return m.Reference != nil && s.Reference != nil && s.Reference.MessageID == m.Reference.MessageID
	}
}

// sentBlind counts a repeat that could not be looked up: the one way to tell a channel twice.
func (b *Bot) sentBlind() {
	b.mu.Lock()
	b.blind++
	n := b.blind
	b.mu.Unlock()
	b.log.Warn("sent again without having looked: the bot may not read there", "so_far", n)
}

// discordEpoch is the millisecond from which snowflakes count (discord.com/developers/docs/reference#snowflakes).
const discordEpoch = 1420070400000

// snowflake is the id before all ids of an instant.
func snowflake(t time.Time) string {
	return strconv.FormatInt(max(0, t.UnixMilli()-discordEpoch)<<22, 10)
}

// later is the younger of two ids.
func later(a, b string) string {
	if len(a) > len(b) || len(a) == len(b) && a > b {
		return a
	}
	return b
}
