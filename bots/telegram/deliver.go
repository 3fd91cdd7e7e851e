package telegram

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"github.com/tenbells/tenbells/delivery"
)

// letter is a parcel with what to write in it.
type letter struct {
	delivery.Parcel
	sheet
	thread  int  // forum topic, 0 for none
	target  int  // the original's number
	unbound bool // not as a reply
	bare    bool // without markup
}

// Deliver makes one attempt at a parcel. Where the platform refuses only the form (a topic that was closed, markup it
// does not take, a message too old to be deleted), a second call puts it right at once, if ctx leaves time for it; it
// waits for its turn like any other. What has no answer may have arrived: Telegram knows no idempotency key, so sending
// it again may tell twice.
func (b *Bot) Deliver(ctx context.Context, p delivery.Parcel) (string, error) {
	id, err := b.deliver(ctx, p)
	if err != nil {
		return "", fmt.Errorf("telegram: %s %s: %w", p.Op, p.Key, err)
	}
	return id, nil
}

func (b *Bot) deliver(ctx context.Context, p delivery.Parcel) (string, error) {
	l, err := b.letter(p)
	if err != nil {
		return "", err
	}
	id, err := b.hand(ctx, l, b.attempt)
	l.Paid = false // a second call has a slot that costs nothing
	switch {
	case p.Paid && errors.Is(err, delivery.ErrRejected): // or the payment is: Telegram does not say in which words
		err = fmt.Errorf("%w: %w", delivery.ErrFareRefused, err)
	case errors.Is(err, errMarkup):
		b.Log.Error("Telegram refuses our markup: sent as plain text", "lane", b.Lane(), "key", p.Key, "err", err)
		l.bare = true
		id, err = b.hand(ctx, l, b.inTime)
	case errors.Is(err, errNoTopic) && (p.Op == delivery.Send && l.thread != 0 || p.Op == delivery.Reply):
		l.thread, l.unbound = 0, true
		id, err = b.hand(ctx, l, b.inTime)
	case errors.Is(err, errTooOld) && p.Body.Kind == delivery.RecallContent:
		l.Op = delivery.Edit
		id, err = b.hand(ctx, l, b.inTime)
	case errors.Is(err, errNoChat):
		err = b.lookTwice(ctx, p.To, err)
	}
	return id, settled(err, p.Op)
}

// messageID is how the ledger knows a message: by its number, of a group's with the chat. A group that becomes a
// supergroup counts anew, and there the number may be any other message's.
func messageID(to delivery.Address, number int) string {
	if to.Kind != delivery.Group {
		return strconv.Itoa(number)
	}
	return to.Chat + "/" + strconv.Itoa(number)
}

var errBehind = errors.New("the message stands in the group that this chat was")

// find reads where the original is. What is left behind in a group that has moved cannot be changed any more, and must
// not be answered: a correction is then told without the link back, and that it is withdrawn in a message of its own.
func (l *letter) find(id string) (err error) {
	chat, number, named := strings.Cut(id, "/")
	if !named {
		chat, number = l.To.Chat, id
	}
	if l.target, err = strconv.Atoi(number); err != nil {
		return fmt.Errorf("%w: the original has no number", delivery.ErrDeletedThere)
	}
	switch {
	case chat == l.To.Chat:
	case l.Op == delivery.Reply:
		l.unbound = true
	case l.Body.Kind == delivery.RecallContent && !l.FollowsReply(): // once is enough
		l.Op = delivery.Send
	default:
		return fmt.Errorf("%w: %w", delivery.ErrRejected, errBehind)
	}
	return nil
}

// letter renders a parcel and reads the numbers in it.
func (b *Bot) letter(p delivery.Parcel) (letter, error) {
	l := letter{Parcel: p}
	var err error
	if p.Op != delivery.Send {
		if err := l.find(p.Original.MessageID); err != nil {
			return l, err
		}
	}
	if p.To.Thread != "" {
		if l.thread, err = strconv.Atoi(p.To.Thread); err != nil {
			return l, fmt.Errorf("%w: the topic is no number", delivery.ErrRejected)
		}
	}
	if p.Op == delivery.Delete && p.Body.Kind != delivery.RecallContent {
		return l, nil
	}
	now := b.Now()
	l.sheet, err = b.prints.Take(p, now, writer{voice: p.Voice, now: now}.of(p))
	return l, err
}

// way is how a call is made: at once, or paced.
type way func(context.Context, delivery.Address, func(context.Context) error) error

// hand makes the call that the letter's op asks for. The id is that of a new message, "" where there is none.
func (b *Bot) hand(ctx context.Context, l letter, by way) (id string, err error) {
	err = by(ctx, l.To, func(ctx context.Context) error {
		switch l.Op {
		case delivery.Send, delivery.Reply:
			number, err := b.sendMessage(ctx, l.send())
			if err == nil {
				id = messageID(l.To, number)
			}
			return err
		case delivery.Edit:
			_, err := b.api.EditMessageText(ctx, l.edit())
			return err
		case delivery.Delete:
			_, err := b.api.DeleteMessage(ctx, &bot.DeleteMessageParams{ChatID: l.To.Chat, MessageID: l.target})
			return err
		default:
			return fmt.Errorf("no such op %q: %w", l.Op, delivery.ErrRejected)
		}
	})
	return id, err
}

// form is text and parse mode: HTML, or what it says.
func (l letter) form() (string, models.ParseMode) {
	if l.bare {
		return l.plain, ""
	}
	return l.html, models.ParseModeHTML
}

func (l letter) send() *bot.SendMessageParams {
	words, mode := l.form()
	params := &bot.SendMessageParams{ChatID: l.To.Chat, MessageThreadID: l.thread, Text: words, ParseMode: mode,
		LinkPreviewOptions: l.preview(), DisableNotification: l.Silent || l.Voice.Discreet, ReplyMarkup: l.markup(),
		AllowPaidBroadcast: l.Paid}
	if l.Op == delivery.Reply && !l.unbound {
		params.ReplyParameters = &models.ReplyParameters{MessageID: l.target}
	}
	return params
}

func (l letter) edit() *bot.EditMessageTextParams {
	words, mode := l.form()
	return &bot.EditMessageTextParams{ChatID: l.To.Chat, MessageID: l.target, Text: words, ParseMode: mode,
		LinkPreviewOptions: l.preview(), ReplyMarkup: l.markup()}
}

// lookTwice believes that a chat is gone only when getChat says so too.
func (b *Bot) lookTwice(ctx context.Context, to delivery.Address, first error) error {
	err := b.inTime(ctx, to, func(ctx context.Context) error {
		_, err := b.api.GetChat(ctx, &bot.GetChatParams{ChatID: to.Chat})
		return err
	})
	switch {
	case errors.Is(err, errNoChat):
		return &delivery.StandingError{Standing: delivery.StandingGone, Err: first}
	case err == nil:
		return fmt.Errorf("%w: %w, but on a second look there is", delivery.ErrNotSent, first)
	default:
		return fmt.Errorf("%w: %w", delivery.ErrNotSent, err)
	}
}

// settled gives the refusals that no second call has mended their kinds. Where nothing new may be written, nothing more
// is to be sent; a message that cannot be changed there says nothing of others.
func settled(err error, op delivery.Op) error {
	switch {
	case errors.Is(err, errNoTopic) && (op == delivery.Send || op == delivery.Reply):
		return &delivery.StandingError{Standing: delivery.StandingNoRights, Err: err}
	case errors.Is(err, errNoTopic), errors.Is(err, errMarkup), errors.Is(err, errTooOld), errors.Is(err, errNoChat):
		return fmt.Errorf("%w: %w", delivery.ErrRejected, err)
	default:
		return err
	}
}
