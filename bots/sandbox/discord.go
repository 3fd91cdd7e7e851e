package sandbox

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// discord is the Discord half of the demo: its world, and what a visitor sees and does in it.
type discord struct {
	server  *discordtest.Server
	guild   *discordtest.Guild
	flash   *discordtest.Role // pinged for flashes; the visitor has it
	visitor *discordtest.User
	order   []chat
	chats   map[string]*discordtest.Channel // by the page's name of them
	follow  map[string][]subscriptions.Key  // channels of the server and what they follow
}

// DiscordToken is the demo bot's token on the demo's own Discord. It opens nothing else.
const DiscordToken = "MTAwMDAwMDAwMDAwMDAwMDAx.Demo00.DemoDemoDemoDemoDemoDemoDemoDemo"

// botRights are what the invitation of the bot asks for.
const botRights = discordtest.ViewChannel | discordtest.SendMessages | discordtest.EmbedLinks |
	discordtest.ReadMessageHistory | discordtest.SendMessagesInThreads | discordtest.CreatePublicThreads

func newDiscord() (*discord, error) {
	server := discordtest.New(discordtest.Options{
		Bots:   []discordtest.BotAccount{{Token: DiscordToken, Name: Outlet}},
		Limits: discordtest.RealLimits(),
	})
	if err := server.Start(); err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	d := &discord{server: server, chats: map[string]*discordtest.Channel{}, follow: map[string][]subscriptions.Key{}}
	d.visitor = server.NewUser(discordtest.Person{Name: visitorName, Username: "mira"})
	d.seed()
	return d, nil
}

// seed makes the server the visitor owns, with one channel of each kind, and the dialog with the bot.
func (d *discord) seed() {
	bot := d.server.Bots()[0]
	d.guild = d.server.NewGuild(d.visitor, "Harbour Street")
	d.flash = d.guild.NewRole("Flash", 0, true)
	d.guild.Give(d.visitor, d.flash)
	breaking := d.guild.NewChannel("breaking", discordtest.Text)
	news := d.guild.NewChannel("all-news", discordtest.Announcement)
	d.guild.Install(bot, botRights)

	d.add(breaking, chat{
		Title: "#breaking", Sort: "channel, follows Norway and Chile", Sign: "#", Write: "Message, or / for commands",
		Empty: "Bulletins and flashes about Norway and Chile will appear here. The first one is due after 13 seconds.",
	}, "place:NO", "place:CL")
	d.add(news, chat{
		Title: "#all-news", Sort: "announcement channel, follows everything", Sign: "#", Write: "Message, or / for commands",
		Empty: "Everything the newsroom publishes will appear here, most of it without a sound. The first is due after 2 seconds.",
	}, subscriptions.Everything)
	d.add(d.visitor.DM(bot), chat{
		Title: Outlet, Sort: "direct message", Sign: "L", Write: "Type / for commands",
		Empty: "Type /news start, and the bot says what it will send here and when.",
	})
}

func (d *discord) add(c *discordtest.Channel, as chat, follow ...subscriptions.Key) {
	as.ID, as.Client = discordChat(c.ID()), discordClient
	d.order = append(d.order, as)
	d.chats[as.ID] = c
	if len(follow) > 0 {
		d.follow[as.ID] = follow
	}
}

func discordChat(id string) string { return discordClient + ":" + id }

func (d *discord) list() []chat { return d.order }

func (d *discord) visitorID() string { return d.visitor.ID() }

func (d *discord) close() { d.server.Close() }

// subscribers are the server's channels. A flash pings the role.
func (d *discord) subscribers() []subscriptions.Subscriber {
	var all []subscriptions.Subscriber
	for _, as := range d.order {
		c, follow := d.chats[as.ID], d.follow[as.ID]
		if len(follow) == 0 {
			continue // the visitor's own dialog
		}
		a := delivery.Address{Platform: delivery.Discord, Bot: mainBot, Chat: c.ID(), Guild: d.guild.ID(), Kind: delivery.Channel}
		if c.Kind() == discordtest.Announcement {
			a.Kind = delivery.Announcement
		}
		s := subscriber(a, follow...)
		if a.Kind == delivery.Channel {
			s.Least = delivery.Bulletin
			s.Ping = subscriptions.Ping{Role: d.flash.ID(), Least: delivery.Flash}
		}
		all = append(all, s)
	}
	return all
}

// messages are what the visitor sees of a channel as it stands now.
func (d *discord) messages(id string) []shown {
	c := d.chats[id]
	var all []shown
	for _, m := range c.Visible(d.visitor) {
		all = append(all, d.show(c, m, false))
	}
	return all
}

// watch begins to watch at once. What it returns tells the pages what changes until ctx ends.
func (d *discord) watch(ctx context.Context) func(notice) {
	events := d.server.Watch(ctx)
	return func(out notice) {
		for e := range events {
			if c, ours := d.chats[discordChat(e.Channel)]; ours {
				d.tell(out, c, e)
			}
		}
	}
}

func (d *discord) tell(out notice, c *discordtest.Channel, e discordtest.Event) {
	id, m := discordChat(e.Channel), e.Message
	switch {
	case m.For != "" && m.For != d.visitor.ID():
	case e.Kind == discordtest.Written, e.Kind == discordtest.Edited:
		if m.FromBot {
			out.arrived(discordClient, id, plainMarkdown(discordText(m)))
		}
		out.message(d.show(c, m, e.Kind == discordtest.Written))
	case e.Kind == discordtest.Deleted:
		out.gone(gone{id, discordElement(m)})
	}
}

// discordElement is the id of the element that shows a message.
func discordElement(m discordtest.Message) string { return "dc" + m.Channel + "-" + m.ID }

// discordText is all the words of a message.
func discordText(m discordtest.Message) string {
	parts := []string{m.Text}
	for _, e := range m.Embeds {
		parts = append(parts, e.Title, e.Description)
	}
	return strings.TrimSpace(strings.Join(parts, "\n"))
}

// discordMessage is a message as its template wants it.
type discordMessage struct {
	discordtest.Message
	Element  string
	Mine     bool
	Body     template.HTML
	Cards    []discordCard
	Rows     [][]discordControl
	Answers  *discordQuote
	Alone    bool // only the visitor sees it
	Thinking bool
	Pinged   bool // the visitor is
	Sound    bool
}

// discordQuote is the message another one answers.
type discordQuote struct{ Element, Sender, Text string }

// discordCard is an embed as its template wants it.
type discordCard struct {
	Bar                string // #rrggbb, the class's colour
	Title, Description template.HTML
	URL, Author        string
	Fields             []discordField
	Footer             string
	At                 time.Time
}

type discordField struct {
	Name, Value template.HTML
	Inline      bool
}

// discordControl is a button or select as its template wants it.
type discordControl struct {
	discordtest.Component
	Select bool
	Many   bool // more than one may be chosen
	Least  int
	Most   int
}

func (d *discord) show(c *discordtest.Channel, m discordtest.Message, fresh bool) shown {
	n := d.names()
	v := discordMessage{
		Message: m, Element: discordElement(m), Mine: m.From == d.visitor.ID(), Body: showMarkdown(m.Text, n),
		Rows: discordRows(m.Components), Alone: m.For != "", Thinking: m.Flags&discordtest.Loading != 0,
		Pinged: d.pinged(m), Sound: m.FromBot && !m.Silent() && m.Interaction == "",
	}
	for _, e := range m.Embeds {
		v.Cards = append(v.Cards, showEmbed(e, n))
	}
	if to, ok := c.Message(m.ReplyTo); ok && m.ReplyTo != "" && !to.Deleted {
		v.Answers = &discordQuote{discordElement(to), to.Sender, firstLine(plainMarkdown(discordText(to)))}
	}
	return shown{
		Chat: discordChat(m.Channel), ID: v.Element, HTML: render("discord", v), Preview: firstLine(plainMarkdown(discordText(m))),
		At: stamp(m.Date), Mine: v.Mine, Sound: v.Sound, New: fresh,
	}
}

func (d *discord) pinged(m discordtest.Message) bool {
	return m.Pinged.Everyone || slices.Contains(m.Pinged.Users, d.visitor.ID()) || slices.Contains(m.Pinged.Roles, d.flash.ID())
}

// names say what mentions stand for.
func (d *discord) names() names {
	return names{
		channel: func(id string) string {
			if c := d.server.Channel(id); c != nil {
				return c.Name()
			}
			return "unknown"
		},
		role: func(id string) string {
			for _, r := range d.guild.Roles() {
				if r.ID() == id {
					return r.Name()
				}
			}
			return "unknown role"
		},
		user: func(id string) string {
			if u := d.server.User(id); u != nil {
				return u.Person().Name
			}
			return Outlet
		},
	}
}

func showEmbed(e discordtest.Embed, n names) discordCard {
	c := discordCard{Bar: fmt.Sprintf("#%06x", e.Color), Title: showMarkdown(e.Title, n), URL: e.URL,
		Description: showMarkdown(e.Description, n)}
	for _, f := range e.Fields {
		c.Fields = append(c.Fields, discordField{showMarkdown(f.Name, n), showMarkdown(f.Value, n), f.Inline})
	}
	if e.Author != nil {
		c.Author = e.Author.Name
	}
	if e.Footer != nil {
		c.Footer = e.Footer.Text
	}
	if at, err := time.Parse(time.RFC3339, e.Timestamp); err == nil { // none is no time
		c.At = at
	}
	return c
}

// discordRows are the rows of buttons and selects.
func discordRows(list []discordtest.Component) [][]discordControl {
	var rows [][]discordControl
	for _, row := range list {
		var controls []discordControl
		for _, c := range row.Components {
			control := discordControl{Component: c, Select: c.Type == discordtest.StringSelect}
			if control.Select {
				control.Least, control.Most = *c.MinValues, *c.MaxValues // the server has filled them in
				control.Many = control.Most > 1 || control.Least == 0
			}
			controls = append(controls, control)
		}
		if len(controls) > 0 {
			rows = append(rows, controls)
		}
	}
	return rows
}

// errNoCommand says that what was typed after a slash is no command here.
var errNoCommand = errors.New("there is no such command here; type / to see those there are")

// say writes into a channel as the visitor; what begins with a slash is a command.
func (d *discord) say(id, text string) error {
	c, ok := d.chats[id]
	switch {
	case !ok:
		return errNotThere
	case !strings.HasPrefix(text, "/"):
		c.Say(d.visitor, text)
		return nil
	}
	path, args, ok := d.parse(c, text)
	if !ok {
		return errNoCommand
	}
	if _, err := c.Run(d.visitor, path, args); err != nil {
		return errors.New("this command needs more: " + strings.TrimPrefix(err.Error(), "discordtest: "))
	}
	return nil
}

// offered is a command or subcommand as the visitor types it.
type offered struct {
	path, help string
	options    []discordtest.CommandOption
}

// offered are the commands the visitor is offered in a channel.
func (d *discord) offered(c *discordtest.Channel) []offered {
	var all []offered
	for _, cmd := range d.server.Bots()[0].CommandsFor(c, d.visitor) {
		all = append(all, unfold("/"+cmd.Name, cmd.Description, cmd.Options)...)
	}
	return all
}

// unfold is a command with those below it, each as it is typed.
func unfold(path, help string, options []discordtest.CommandOption) []offered {
	if len(options) == 0 || options[0].Type > discordtest.SubCommandGroup {
		return []offered{{path, help, options}}
	}
	var all []offered
	for _, o := range options {
		all = append(all, unfold(path+" "+o.Name, o.Description, o.Options)...)
	}
	return all
}

// parse finds the command in what was typed. The rest of the line is its first option.
func (d *discord) parse(c *discordtest.Channel, text string) (path string, args discordtest.Args, ok bool) {
	text = strings.Join(strings.Fields(text), " ")
	var best offered
	for _, o := range d.offered(c) {
		if (text == o.path || strings.HasPrefix(text, o.path+" ")) && len(o.path) > len(best.path) {
			best = o
		}
	}
	rest := strings.TrimSpace(strings.TrimPrefix(text, best.path))
	if best.path == "" || rest != "" && len(best.options) == 0 {
		return "", nil, false
	}
	args = discordtest.Args{}
	if rest != "" {
		args[best.options[0].Name] = strings.TrimPrefix(rest, best.options[0].Name+":")
	}
	return best.path, args, true
}

// press uses a button or select as the visitor.
func (d *discord) press(_ context.Context, p press) error {
	c, ok := d.chats[p.Chat]
	if !ok {
		return errNotThere
	}
	message := p.Message[strings.LastIndexByte(p.Message, '-')+1:]
	var err error
	if p.Values == nil {
		_, err = c.Press(d.visitor, message, p.Button)
	} else {
		_, err = c.Choose(d.visitor, message, p.Button, p.Values...)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errNotThere, err)
	}
	return nil
}

// commands are what the client offers when a slash is typed.
func (d *discord) commands(id string) []command {
	c, ok := d.chats[id]
	if !ok {
		return nil
	}
	var list []command
	for _, o := range d.offered(c) {
		hint := make([]string, len(o.options))
		for i, option := range o.options {
			hint[i] = option.Name
		}
		list = append(list, command{Text: o.path, Hint: strings.Join(hint, " "), Help: o.help})
	}
	return list
}
