package telegram

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// maxDescription is the most characters of a command's description (core.telegram.org/bots/api#botcommand).
const maxDescription = 256

// menu is one list of commands: for whom, and in which language ("" for all whose language has no list).
type menu struct {
	scope    models.BotCommandScope
	language string
	list     []models.BotCommand
}

// menuEvery is how long the lane is left alone between two menus: nobody waits for them, and somebody may for a flash.
const menuEvery = 200 * time.Millisecond

// offerCommands brings the command menus up to date, once; it ends with ctx. It raises no alarm: receiving does.
func (b *Bot) offerCommands(ctx context.Context) {
	quietly := func(error) {}
	for _, m := range b.menus() {
		if rest(ctx, menuEvery) != nil {
			return
		}
		b.insist(ctx, "set the command menu", quietly, func(ctx context.Context) error { return b.offer(ctx, m) })
	}
}

// menus are all lists there are: readers in private, and administrators in groups, where others may change nothing.
// Staff commands are in none: they are told to the staff by /help.
func (b *Bot) menus() []menu {
	var menus []menu
	for _, language := range append([]string{""}, bots.Languages()...) {
		private, shared := b.commandLists(language)
		menus = append(menus, menu{&models.BotCommandScopeAllPrivateChats{}, language, private},
			menu{&models.BotCommandScopeAllChatAdministrators{}, language, shared})
	}
	return menus
}

func (b *Bot) commandLists(language string) (private, shared []models.BotCommand) {
	for _, c := range b.Front.Commands(bots.Spoken(language)) {
		entry := models.BotCommand{Command: c.Name, Description: clip(c.Description, maxDescription)}
		if c.Staff || c.Only != "" && c.Only != delivery.Telegram {
			continue
		}
		private = append(private, entry)
		if c.Shared {
			shared = append(shared, entry)
		}
	}
	return private, shared
}

// offer sets a list where it differs from what is there.
func (b *Bot) offer(ctx context.Context, m menu) error {
	there, err := b.api.GetMyCommands(ctx, &bot.GetMyCommandsParams{Scope: m.scope, LanguageCode: m.language})
	if err != nil || slices.Equal(there, m.list) {
		return err
	}
	if _, err := b.Pacer.Answer(ctx, "", delivery.Private); err != nil {
		return fmt.Errorf("%w: waiting for our turn: %w", delivery.ErrNotSent, err)
	}
	_, err = b.api.SetMyCommands(ctx, &bot.SetMyCommandsParams{Commands: m.list, Scope: m.scope, LanguageCode: m.language})
	return err
}
