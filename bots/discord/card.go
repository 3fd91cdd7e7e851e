package discord

import (
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// onCard begins the custom ids of a card, so that a press there can be told from one on an alert: a card may be
// replaced, an alert stands for all to read.
const onCard = "card:"

// card makes a message of a card: one embed of its lines and stories, a menu, rows of buttons.
func (w writer) card(c bots.Card) message {
	var blocks []string
	for _, l := range c.Lines {
		blocks = append(blocks, w.line(l))
	}
	text := fit(maxDescription, "\n", blocks...)
	stories := make([]string, 0, len(c.Items)+1)
	stories = append(stories, text)
	for i, item := range c.Items {
		stories = append(stories, w.story(item, i+1))
	}
	e := &discordgo.MessageEmbed{Description: fit(maxDescription, "\n\n", stories...), Color: colours[delivery.Routine]}
	m := newMessage([]*discordgo.MessageEmbed{e}, w.cardRows(c))
	if w.voice.Discreet {
		return w.cover(m)
	}
	return m
}

// whole is all of an answer in one message: what would pop up stands above the card.
func (w writer) whole(a bots.Answer) message {
	if a.Card == nil {
		return note(orMark(a.Toast))
	}
	m := w.card(*a.Card)
	if a.Toast != "" {
		m.Content = clipEscaped(a.Toast, maxContent)
	}
	return m
}

func (w writer) line(l bots.Line) string {
	text := link(clipEscaped(l.Text, maxDescription/2), l.Link)
	switch {
	case l.Strong:
		return bold(text)
	case l.Quiet:
		return "-# " + text
	default:
		return text
	}
}

// cardRows are the menu and the buttons; rows that do not fit are left out from the end.
func (w writer) cardRows(c bots.Card) []component {
	var rows []component
	if menu, ok := selectMenu(c.Menu); ok {
		rows = append(rows, row(menu))
	}
	used := map[string]bool{}
	for _, buttons := range c.Buttons {
		var made []component
		for _, button := range buttons {
			if b, ok := cardButton(button); ok && !used[b.CustomID+b.URL] {
				used[b.CustomID+b.URL] = true
				made = append(made, b)
			}
		}
		for part := range slices.Chunk(made, maxRowButtons) {
			rows = append(rows, row(part...))
		}
	}
	return rows[:min(len(rows), maxRows)]
}

func cardButton(b bots.Button) (component, bool) {
	label := clip(oneLine(b.Label), maxLabel)
	switch {
	case label == "":
		return component{}, false
	case b.URL != "":
		address := webAddress(b.URL, maxButtonAddress)
		return linkButton(label, address), address != ""
	default:
		return pressButton(label, onCard+b.Data), b.Data != ""
	}
}

// selectMenu is a menu in which none, one or several may be chosen.
func selectMenu(m *bots.Menu) (component, bool) {
	if m == nil || m.Data == "" {
		return component{}, false
	}
	var options []choice
	chosen := 0
	known := map[string]bool{}
	most := max(1, m.Max)
	for _, o := range m.Options {
		if len(options) == maxOptions || o.Value == "" || length(o.Value) > maxOption || known[o.Value] {
			continue
		}
		known[o.Value] = true
		c := choice{Label: clip(oneLine(o.Label), maxOption), Value: o.Value, Chosen: o.Chosen && chosen < most}
		if c.Chosen {
			chosen++
		}
		options = append(options, c)
	}
	least := 0
	most = min(most, len(options))
	return component{Type: discordgo.SelectMenuComponent, CustomID: onCard + m.Data, Min: &least, Max: &most,
		Placeholder: clip(oneLine(m.Placeholder), maxPlaceholder), Options: options}, len(options) > 0
}

// note makes a short message of plain text.
func note(text string) message {
	m := newMessage(nil, nil)
	m.Content = clipEscaped(strings.TrimSpace(text), maxContent)
	return m
}
