package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// commandName is the one command all others stand under, so that we take one place in a server's list.
const commandName = "news"

// Limits of commands (discord.com/developers/docs/interactions/application-commands).
const (
	maxSubcommands        = 25
	maxCommandDescription = 100
)

// command is a slash command as it goes over the wire and comes back.
type command struct {
	Type         discordgo.ApplicationCommandType       `json:"type"`
	Name         string                                 `json:"name"`
	Description  string                                 `json:"description"`
	Described    map[string]string                      `json:"description_localizations,omitempty"`
	Options      []commandOption                        `json:"options,omitempty"`
	Contexts     []discordgo.InteractionContextType     `json:"contexts,omitempty"`
	Integrations []discordgo.ApplicationIntegrationType `json:"integration_types,omitempty"`
}

// commandOption is a subcommand, or what it asks for.
type commandOption struct {
	Type        discordgo.ApplicationCommandOptionType `json:"type"`
	Name        string                                 `json:"name"`
	Description string                                 `json:"description"`
	Described   map[string]string                      `json:"description_localizations,omitempty"`
	Required    bool                                   `json:"required,omitempty"`
	Options     []commandOption                        `json:"options,omitempty"`
}

// locales are the languages we speak as Discord calls them; those it does not know are left out
// (discord.com/developers/docs/reference#locales).
func locales() map[string]string {
	found := map[string]string{}
	special := map[string]discordgo.Locale{"es": discordgo.SpanishES, "pt": discordgo.PortugueseBR,
		"sv": discordgo.Swedish, "zh": discordgo.ChineseCN, "nb": discordgo.Norwegian}
	for _, lang := range bots.Languages() {
		locale, ok := special[lang]
		if !ok {
			locale = discordgo.Locale(lang)
		}
		if _, known := discordgo.Locales[locale]; known && lang != bots.English {
			found[lang] = string(locale)
		}
	}
	return found
}

// wanted is our command as the Front words it. The staff's stand there too: in direct messages, where they belong,
// Discord offers a command to everybody or to nobody. To all but the staff the Front says that it knows no such thing.
func (b *Bot) wanted() []command {
	news := command{Type: discordgo.ChatApplicationCommand, Name: commandName,
		Contexts:     []discordgo.InteractionContextType{discordgo.InteractionContextGuild, discordgo.InteractionContextBotDM},
		Integrations: []discordgo.ApplicationIntegrationType{discordgo.ApplicationIntegrationGuildInstall}}
	for place, c := range b.front.Commands(bots.English) {
		if c.Only != "" && c.Only != delivery.Discord {
			continue
		}
		if len(news.Options) == maxSubcommands {
			b.log.Warn("Discord takes no more commands", "left_out", c.Name)
			continue
		}
		sub := commandOption{Type: discordgo.ApplicationCommandOptionSubCommand, Name: c.Name,
			Description: clip(c.Description, maxCommandDescription),
			Described:   b.worded(place, func(c bots.Command) string { return c.Description })}
		if c.Option != "" {
			sub.Options = []commandOption{{Type: discordgo.ApplicationCommandOptionString, Name: c.Option, Required: c.Required,
				Description: clip(c.Hint, maxCommandDescription),
				Described:   b.worded(place, func(c bots.Command) string { return c.Hint })}}
		}
		news.Options = append(news.Options, sub)
		if c.Name == "help" || news.Description == "" {
			news.Description, news.Described = sub.Description, sub.Described
		}
	}
	return []command{news}
}

// worded is one text of a command in the other languages we speak.
func (b *Bot) worded(place int, text func(bots.Command) string) map[string]string {
	words := map[string]string{}
	for lang, locale := range locales() {
		if all := b.front.Commands(lang); place < len(all) && text(all[place]) != "" {
			words[locale] = clip(text(all[place]), maxCommandDescription)
		}
	}
	return words
}

// register sees that Discord has our commands, and repeats it until they are there.
func (b *Bot) register(ctx context.Context) {
	for wait := time.Second; ; wait = min(2*wait, 5*time.Minute) {
		err := b.registerOnce(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		b.log.Warn("commands are not registered, will be repeated", "err", err)
		rest(ctx, wait)
	}
}

// registerOnce writes the commands only when they differ: writing them is counted.
func (b *Bot) registerOnce(ctx context.Context) error {
	me, err := b.identity(ctx)
	if err != nil {
		return err
	}
	path := "/applications/" + me.Application + "/commands"
	var there []command
	err = b.inSlot(ctx, call{doing: "ask for our commands", method: http.MethodGet, path: path,
		query: url.Values{"with_localizations": {"true"}}}, &there)
	if err != nil {
		return err
	}
	want := b.wanted()
	if same, err := sameCommands(there, want); same || err != nil {
		return err
	}
	return b.inSlot(ctx, call{doing: "register our commands", method: http.MethodPut, path: path, body: want}, nil)
}

// sameCommands compares as Discord would store them.
func sameCommands(a, b []command) (bool, error) {
	for _, list := range [][]command{a, b} {
		for _, c := range list {
			slices.Sort(c.Contexts)
		}
	}
	left, err := json.Marshal(a)
	if err != nil {
		return false, fmt.Errorf("compare commands: %w", err)
	}
	right, err := json.Marshal(b)
	if err != nil {
		return false, fmt.Errorf("compare commands: %w", err)
	}
	return string(left) == string(right), nil
}

// rest waits for about d, or until ctx ends: a fifth of it is left to chance, so that not all come back at once.
func rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d - time.Duration(rand.Int64N(int64(d)/5+1)))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
