package discord

import (
	"cmp"
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// interaction is a command, a press or a choice as Discord tells it, the same over the gateway and over HTTP. discordgo's
// own type fails on components it does not know, and lacks the channel.
type interaction struct {
	ID          string                    `json:"id"`
	Application string                    `json:"application_id"`
	Type        discordgo.InteractionType `json:"type"`
	Token       string                    `json:"token"`
	Guild       string                    `json:"guild_id"`
	ChannelID   string                    `json:"channel_id"`
	Channel     *channel                  `json:"channel"`
	Member      *member                   `json:"member"` // in a server
	User        *account                  `json:"user"`   // elsewhere
	Locale      string                    `json:"locale"`
	Message     *pressed                  `json:"message"`         // whose button was pressed
	Rights      string                    `json:"app_permissions"` // the bot's own there, a number in decimal
	Data        interactionData           `json:"data"`
}

type channel struct {
	ID     string                `json:"id"`
	Type   discordgo.ChannelType `json:"type"`
	Parent string                `json:"parent_id"`
	Guild  string                `json:"guild_id"`
	Name   string                `json:"name"`

	Overwrites []overwrite `json:"permission_overwrites"` // what it allows and denies; an interaction does not say
	State      threadState `json:"thread_metadata"`
}

// threadState is what a thread is beyond a channel.
type threadState struct {
	Locked bool `json:"locked"`
}

type member struct {
	User        *account `json:"user"`
	Permissions string   `json:"permissions"` // a number in decimal
}

type pressed struct {
	ID         string                 `json:"id"`
	Flags      discordgo.MessageFlags `json:"flags"`
	Components []component            `json:"components"`
}

type interactionData struct {
	Name     string   `json:"name"`
	Options  []given  `json:"options"`
	CustomID string   `json:"custom_id"`
	Values   []string `json:"values"`
}

// given is an option as it was filled in, or a subcommand with its own.
type given struct {
	Name    string                                 `json:"name"`
	Type    discordgo.ApplicationCommandOptionType `json:"type"`
	Value   json.RawMessage                        `json:"value"`
	Options []given                                `json:"options"`
}

// person is who did it.
func (i interaction) person() string {
	switch {
	case i.Member != nil && i.Member.User != nil:
		return i.Member.User.ID
	case i.User != nil:
		return i.User.ID
	default:
		return ""
	}
}

// private says that it happened between the bot and one person.
func (i interaction) private() bool { return i.Guild == "" }

// mayReplace says that the button pressed is on a card that only this person sees.
func (i interaction) mayReplace() bool {
	return strings.HasPrefix(i.Data.CustomID, onCard) &&
		(i.private() || i.Message != nil && i.Message.Flags&discordgo.MessageFlagsEphemeral != 0)
}

// pressedSomething says that it came from a component of a message.
func (i interaction) pressedSomething() bool { return i.Type == discordgo.InteractionMessageComponent }

// request is an interaction as the Front is asked.
func (b *Bot) request(i interaction) bots.Request {
	r := bots.Request{Chat: b.chat(i), Person: i.person(), Admin: i.mayManage(), Language: i.Locale, About: i.about()}
	if !i.pressedSomething() {
		r.Command, r.Args = i.command()
		return r
	}
	if strings.HasPrefix(i.Data.CustomID, pick) && len(i.Data.Values) == 1 { // a card's own menu may be called so, too
		r.Button = i.Data.Values[0]
		return r
	}
	r.Button, r.Choices = strings.TrimPrefix(i.Data.CustomID, onCard), i.Data.Values
	return r
}

// chat is where it happened. A thread belongs to the channel it is in.
func (b *Bot) chat(i interaction) delivery.Address {
	a := delivery.Address{Platform: delivery.Discord, Bot: b.name}
	if i.private() {
		a.Chat, a.Kind = i.person(), delivery.DM
		return a
	}
	a.Guild, a.Chat, a.Kind = i.Guild, i.ChannelID, delivery.Channel
	if i.Channel == nil {
		return a
	}
	a.Kind = kindOf(i.Channel.Type)
	if i.Channel.isThread() && i.Channel.Parent != "" {
		a.Chat, a.Thread = i.Channel.Parent, i.ChannelID
	}
	return a
}

func (c channel) isThread() bool {
	switch c.Type {
	case discordgo.ChannelTypeGuildNewsThread, discordgo.ChannelTypeGuildPublicThread, discordgo.ChannelTypeGuildPrivateThread:
		return true
	}
	return false
}

func kindOf(t discordgo.ChannelType) delivery.Kind {
	switch t {
	case discordgo.ChannelTypeGuildNews:
		return delivery.Announcement
	case discordgo.ChannelTypeGuildForum, discordgo.ChannelTypeGuildMedia:
		return delivery.Forum
	default:
		return delivery.Channel
	}
}

// mayManage says that this person may change the chat's settings: their own, or those of a server they manage.
func (i interaction) mayManage() bool {
	if i.private() {
		return true
	}
	if i.Member == nil {
		return false
	}
	rights, err := strconv.ParseInt(i.Member.Permissions, 10, 64)
	return err == nil && rights&(discordgo.PermissionManageGuild|discordgo.PermissionAdministrator) != 0
}

// command is the name and the rest of the command line: "/news follow Russia" is "follow" and "Russia".
func (i interaction) command() (name, args string) {
	name, options := i.Data.Name, i.Data.Options
	if name == commandName && len(options) == 1 && options[0].Type == discordgo.ApplicationCommandOptionSubCommand {
		name, options = options[0].Name, options[0].Options
	}
	var words []string
	for _, o := range options {
		words = append(words, o.text())
	}
	return strings.ToLower(name), strings.TrimSpace(strings.Join(words, " "))
}

// text is the value of an option; a number stays as it was written.
func (g given) text() string {
	var text string
	if json.Unmarshal(g.Value, &text) != nil {
		return string(g.Value)
	}
	return text
}

// about is the alert that the message pressed tells or is about: its “More” button names it.
func (i interaction) about() delivery.BatchID {
	if i.Message == nil {
		return ""
	}
	more := bots.MoreData("")
	for _, id := range ids(i.Message.Components) {
		if batch, ok := strings.CutPrefix(strings.TrimPrefix(id, onCard), more); ok {
			return delivery.BatchID(batch)
		}
	}
	return ""
}

// writerFor writes for whoever asked: as the book knows them, else in the language of their app.
func (b *Bot) writerFor(a bots.Answer, locale string) writer {
	w := writer{voice: a.Voice, now: b.now()}
	w.voice.Language = cmp.Or(w.voice.Language, locale)
	return w
}

// consult hands a request to the Front. A fault or a panic of ours is logged, and the person gets a sentence.
func (b *Bot) consult(ctx context.Context, r bots.Request) (a bots.Answer) {
	sorry := bots.Answer{Toast: bots.Say(r.Language, "sorry")}
	defer func() {
		if fault := recover(); fault != nil {
			b.log.Error("answering ended in a panic", "fault", fault)
			a = sorry
		}
	}()
	a, err := b.front.Answer(ctx, r)
	if err != nil {
		b.log.Error("cannot answer", "command", r.Command, "err", err)
		return sorry
	}
	return a
}
