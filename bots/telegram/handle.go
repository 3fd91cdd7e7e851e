package telegram

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/tenbells/tenbells/bots"
)

// handle does what one update asks for. An error is for the log: the update is done with all the same, unless ctx has
// ended. A pressed button is answered whatever happens. decided is called when only the platform is left to be asked.
func (b *Bot) handle(ctx context.Context, h heard, decided func()) error {
	if h.Press != "" {
		b.renewals.Stop(h.cardKey())
	}
	a, err := b.decide(ctx, h)
	if err != nil && h.Press == "" || ctx.Err() != nil {
		return err
	}
	decided()
	if h.Event == bots.Moved {
		h.Chat = h.To
	}
	return errors.Join(err, b.perform(ctx, h, a))
}

// decide finds out what to do about an update; the zero Answer for nothing.
func (b *Bot) decide(ctx context.Context, h heard) (a bots.Answer, err error) {
	defer catch(&err)
	if h.Kind == eventKind {
		return b.notice(ctx, h)
	}
	if ours, err := b.addressed(ctx, h); err != nil || !ours {
		return a, err
	}
	return b.ask(ctx, h)
}

// catch makes an error of a panic, so that one strange update does not take the bot down.
func catch(err *error) {
	if fault := recover(); fault != nil {
		*err = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
	}
}

// addressed says whether a command is meant for this bot.
func (b *Bot) addressed(ctx context.Context, h heard) (bool, error) {
	if h.For == "" {
		return true, nil
	}
	me, err := b.profile(ctx, b.answering)
	return err == nil && strings.EqualFold(h.For, me.Username), err
}

func (b *Bot) ask(ctx context.Context, h heard) (bots.Answer, error) {
	admin, err := b.mayChange(ctx, h)
	if err != nil {
		b.Log.Warn("cannot ask who is an administrator: taken for none", "lane", b.Lane(), "err", err)
	}
	r := bots.Request{Chat: h.address(b), Admin: admin, Language: h.Language, Command: h.Command, Args: h.Args,
		Button: h.Button, Text: h.Text, About: h.About}
	if h.Person != 0 {
		r.Person = strconv.FormatInt(h.Person, 10)
	}
	a, err := b.Front.Answer(ctx, r)
	if err != nil {
		return a, fmt.Errorf("ask for an answer: %w", err)
	}
	return a, nil
}

// notice hands on what Telegram tells of a chat itself.
func (b *Bot) notice(ctx context.Context, h heard) (bots.Answer, error) {
	e := bots.Event{Kind: h.Event, Chat: h.address(b), Language: h.Language}
	if h.Event == bots.Moved {
		e.To = b.address(strconv.FormatInt(h.To, 10), e.Chat.Kind)
	}
	a, err := b.Front.Notice(ctx, e)
	if err != nil {
		return a, fmt.Errorf("hand on what became of a chat: %w", err)
	}
	return a, nil
}
