package discord

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/delivery"
)

// nonceWindow is how long after its first attempt a send may be repeated and Discord surely still knows its nonce: the
// documentation says "the past few minutes" (discord.com/developers/docs/resources/message#create-message).
const nonceWindow = 150 * time.Second

var _ delivery.Sender = (*Bot)(nil)

// Deliver sends, edits, replies or deletes, as delivery.Sender says. A send that may have arrived already is repeated
// under the same nonce, so that Discord returns the first message instead of making a second; when the nonce may be
// forgotten, or where there is none (forum posts), it is looked for first. The id is all that a later edit needs beside
// the address.
func (b *Bot) Deliver(ctx context.Context, p delivery.Parcel) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	id, err := b.deliver(ctx, p)
	if err != nil {
		err = outcome(err)
		b.tellOfBarring(p.To, err)
		return "", fmt.Errorf("discord: %w", err)
	}
	return id, nil
}

// tellOfBarring tells the log when a channel has closed itself to us: it stays subscribed and hears nothing until somebody
// mends that.
func (b *Bot) tellOfBarring(to delivery.Address, err error) {
	var s *delivery.StandingError
	if errors.As(err, &s) && s.Standing == delivery.StandingNoRights {
		b.log.Warn("the bot may not post in a subscribed channel", "channel", b.access.label(to), "err", err,
			"mend", "run tenbells check; once the bot's role has what is missing, the channel is told again by itself")
	}
}

func (b *Bot) deliver(ctx context.Context, p delivery.Parcel) (string, error) {
	if err := b.door.brake.held(p.To.Kind, b.now()); err != nil {
		return "", err
	}
	if p.Op == delivery.Send {
		return b.send(ctx, p)
	}
	target, err := b.target(ctx, p)
	if err != nil {
		return "", err
	}
	id, err := b.followUp(ctx, p, target)
	if putAway(err) {
		if err = b.bringBack(ctx, target.channel); err == nil {
			id, err = b.followUp(ctx, p, target)
		}
	}
	return id, ofThePlace(err, p, target.channel)
}

// followUp does something about a message that has been sent.
func (b *Bot) followUp(ctx context.Context, p delivery.Parcel, target spot) (string, error) {
	switch p.Op {
	case delivery.Reply:
		return b.reply(ctx, p, target)
	case delivery.Edit, delivery.Delete:
		if b.mayThread(p) {
			return "", b.changeInThread(ctx, p, target)
		}
		return "", b.change(ctx, p, target)
	default:
		return "", fmt.Errorf("%w: nothing known as %q", delivery.ErrRejected, p.Op)
	}
}

func (b *Bot) send(ctx context.Context, p delivery.Parcel) (string, error) {
	if p.Voice.Threads && b.mayThread(p) {
		return b.tellInThread(ctx, p)
	}
	return b.sayAlone(ctx, p)
}

// sayAlone tells a message where its address says.
func (b *Bot) sayAlone(ctx context.Context, p delivery.Parcel) (string, error) {
	m := render(p, b.now())
	if p.To.Kind == delivery.Forum && p.To.Thread == "" {
		return b.post(ctx, p, m)
	}
	channel, err := b.channel(ctx, p.To)
	if err != nil {
		return "", err
	}
	return b.say(ctx, p, channel, m)
}

// reply tells a correction under the message it corrects. Where the bot may not read what was said there, Discord lets
// it speak but not reply; the correction is then told without the link back. So it is beside a thread that has closed
// itself to us.
func (b *Bot) reply(ctx context.Context, p delivery.Parcel, target spot) (string, error) {
	m := render(p, b.now())
	m.Reference = &reference{MessageID: target.message, Strict: true}
	id, err := b.say(ctx, p, target.channel, m)
	if code(err) == discordgo.ErrCodeCannotReplyWithoutPermissionToReadMessageHistory {
		m.Reference = nil
		id, err = b.say(ctx, p, target.channel, m)
	}
	if noRights(err) && inThread(p.To, target.channel) && p.To.Kind != delivery.Forum {
		m.Reference = nil
		id, err = b.say(ctx, p, p.To.Chat, m)
	}
	return id, err
}

// say creates a message, once, and in an announcement channel publishes it. In a thread below the address its id names
// both.
func (b *Bot) say(ctx context.Context, p delivery.Parcel, channel string, m message) (string, error) {
	id := ""
	if p.Doubtful && b.now().Sub(p.First) > nonceWindow {
		found, err := b.find(ctx, channel, p, m)
		if err != nil {
			return "", err
		}
		id = found
	}
	if id == "" {
		m.Nonce, m.EnforceNonce = nonce(p.Key), true
		var made struct {
			ID      string `json:"id"`
			Channel string `json:"channel_id"` // where it stands, of one that was sent before
		}
		err := b.door.do(ctx, call{doing: "send a message", method: http.MethodPost, key: p.Key, chat: p.To.Chat,
			path: "/channels/" + channel + "/messages", body: m}, &made)
		if err != nil {
			return "", err
		}
		id, channel = made.ID, cmp.Or(made.Channel, channel)
	}
	switch {
	case inThread(p.To, channel):
		return channel + "/" + id, nil
	case p.To.Kind == delivery.Announcement && p.To.Thread == "":
		b.crosspost(ctx, p, spot{channel, id})
	}
	return id, nil
}

// change edits or deletes a message.
func (b *Bot) change(ctx context.Context, p delivery.Parcel, target spot) error {
	if p.Op == delivery.Delete {
		return b.remove(ctx, p, target)
	}
	return b.edit(ctx, p, target)
}

func (b *Bot) edit(ctx context.Context, p delivery.Parcel, target spot) error {
	err := b.door.do(ctx, call{doing: "edit a message", method: http.MethodPatch, key: p.Key, chat: p.To.Chat,
		path: target.path(), body: revised(render(p, b.now()), p.To.Kind)}, nil)
	return b.named(ctx, p, target, err)
}

// remove deletes a message. Of a forum post the thread stays, with what others said in it.
func (b *Bot) remove(ctx context.Context, p delivery.Parcel, target spot) error {
	err := b.door.do(ctx, call{doing: "delete a message", method: http.MethodDelete, key: p.Key, chat: p.To.Chat, path: target.path()}, nil)
	return b.named(ctx, p, target, err)
}

// named sees that a forum post is called what its first message says, once that was changed.
func (b *Bot) named(ctx context.Context, p delivery.Parcel, target spot, err error) error {
	if err != nil || p.To.Kind != delivery.Forum || target.channel != target.message {
		return err
	}
	return b.rename(ctx, p, target.channel)
}

// channel is where one speaks to an address.
func (b *Bot) channel(ctx context.Context, to delivery.Address) (string, error) {
	switch {
	case to.Kind == delivery.DM:
		return b.dialog(ctx, to.Chat)
	case to.Thread != "":
		return to.Thread, nil
	default:
		return to.Chat, nil
	}
}

// spot is where a message stands.
type spot struct{ channel, message string }

func (s spot) path() string { return "/channels/" + s.channel + "/messages/" + s.message }

// target is where the message to edit, delete or reply to stands. A forum post's first message has the id of its
// thread; others in threads carry both.
func (b *Bot) target(ctx context.Context, p delivery.Parcel) (spot, error) {
	id := p.Original.MessageID
	if id == "" {
		return spot{}, fmt.Errorf("%w: it is not known where", delivery.ErrDeletedThere)
	}
	if channel, message, ok := strings.Cut(id, "/"); ok {
		return spot{channel, message}, nil
	}
	if p.To.Kind == delivery.Forum && p.To.Thread == "" {
		return spot{id, id}, nil
	}
	channel, err := b.channel(ctx, p.To)
	return spot{channel, id}, err
}

// nonce names a message towards Discord: 24 of the 25 characters allowed. It does not give the key away.
func nonce(key delivery.Key) string {
	sum := sha256.Sum256([]byte(key))
	return base64.RawURLEncoding.EncodeToString(sum[:18])
}
