package sandbox

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
)

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
