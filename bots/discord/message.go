package discord

import (
	"encoding/json"
	"slices"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/delivery"
)

// message is what we say, as it goes over the wire. All of it is sent, so that an edit also clears what the newer version
// no longer has.
type message struct {
	Content    string                    `json:"content"`
	Embeds     []*discordgo.MessageEmbed `json:"embeds"`
	Components []component               `json:"components"`
	Mentions   mentions                  `json:"allowed_mentions"`
	Flags      discordgo.MessageFlags    `json:"flags,omitempty"`
	Nonce      string                    `json:"nonce,omitempty"`
	// EnforceNonce makes Discord return the first message of the same nonce instead of making a second one.
	EnforceNonce bool       `json:"enforce_nonce,omitempty"`
	Reference    *reference `json:"message_reference,omitempty"`
}

// revision is an edit: it pings nobody again, and a server's content line, if it is left out, stays as it is.
type revision struct {
	message
	Content string `json:"content,omitempty"`
}

// revised is what an edit sends. A line that named a role stays, as what the role was told of does; a dialog has no such
// line, and what stands there is cleared.
func revised(m message, kind delivery.Kind) any {
	m.Flags, m.Mentions = 0, mentions{} // what sounded or not is past
	if kind == delivery.DM {
		return m
	}
	return revision{m, m.Content}
}

// mentions is who a message may ping; the zero value pings nobody, whatever the text says.
type mentions struct {
	Roles []string
}

// MarshalJSON always writes an empty parse list: without it Discord pings whatever the text names.
func (m mentions) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Parse []string `json:"parse"`
		Roles []string `json:"roles,omitempty"`
	}{[]string{}, m.Roles})
}

type reference struct {
	MessageID string `json:"message_id"`
	ChannelID string `json:"channel_id,omitempty"`
	// Strict makes a reply to a message that is gone fail, so that nothing is said into the void.
	Strict bool `json:"fail_if_not_exists"`
}

// component is a row, a button or a select menu. discordgo's own write empty members that strict servers refuse, and
// cannot be read back when Discord adds a kind.
type component struct {
	Type        discordgo.ComponentType `json:"type"`
	Style       discordgo.ButtonStyle   `json:"style,omitempty"`
	Label       string                  `json:"label,omitempty"`
	URL         string                  `json:"url,omitempty"`
	CustomID    string                  `json:"custom_id,omitempty"`
	Placeholder string                  `json:"placeholder,omitempty"`
	Min         *int                    `json:"min_values,omitempty"`
	Max         *int                    `json:"max_values,omitempty"`
	Options     []choice                `json:"options,omitempty"`
	Components  []component             `json:"components,omitempty"`
}

// choice is one option of a select menu.
type choice struct {
	Label       string `json:"label"`
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
	Chosen      bool   `json:"default,omitempty"`
}

// newMessage makes a message of embeds and rows; nil is none.
func newMessage(embeds []*discordgo.MessageEmbed, rows []component) message {
	if embeds == nil {
		embeds = []*discordgo.MessageEmbed{}
	}
	if rows == nil {
		rows = []component{}
	}
	return message{Embeds: embeds, Components: rows}
}

// row puts buttons or a menu side by side.
func row(parts ...component) component {
	return component{Type: discordgo.ActionsRowComponent, Components: parts}
}

func linkButton(label, url string) component {
	return component{Type: discordgo.ButtonComponent, Style: discordgo.LinkButton, Label: label, URL: url}
}

func pressButton(label, id string) component {
	return component{Type: discordgo.ButtonComponent, Style: discordgo.SecondaryButton, Label: label, CustomID: id}
}

// ids are the custom ids in rows: what marks a message as one of ours.
func ids(rows []component) []string {
	var all []string
	for _, c := range rows {
		if c.CustomID != "" {
			all = append(all, c.CustomID)
		}
		all = append(all, ids(c.Components)...)
	}
	slices.Sort(all)
	return all
}
