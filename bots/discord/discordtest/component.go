package discordtest

import "encoding/json"

// ComponentType is what a component is (discord.com/developers/docs/components/reference#component-object-component-types).
type ComponentType int

// The components a bot's messages are made of. Those of version 2 are kept and shown back, not interpreted.
const (
	ActionRow     ComponentType = 1
	Button        ComponentType = 2
	StringSelect  ComponentType = 3
	TextInput     ComponentType = 4
	UserSelect    ComponentType = 5
	RoleSelect    ComponentType = 6
	ChannelSelect ComponentType = 8
	Section       ComponentType = 9
	TextDisplay   ComponentType = 10
	Thumbnail     ComponentType = 11
	MediaGallery  ComponentType = 12
	Separator     ComponentType = 14
	Container     ComponentType = 17
)

// LinkButton is the style of a button that opens a URL and tells the bot nothing.
const LinkButton = 5

// Component is one component of a message, and those inside it.
type Component struct {
	Type        ComponentType     `json:"type"`
	Number      int               `json:"id"` // its place in the message, from 1
	CustomID    string            `json:"custom_id,omitempty"`
	Style       int               `json:"style,omitempty"`
	Label       string            `json:"label,omitempty"`
	URL         string            `json:"url,omitempty"`
	Disabled    bool              `json:"disabled,omitempty"`
	Emoji       json.RawMessage   `json:"emoji,omitempty"`
	Placeholder string            `json:"placeholder,omitempty"`
	MinValues   *int              `json:"min_values,omitempty"`
	MaxValues   *int              `json:"max_values,omitempty"`
	Options     []SelectOption    `json:"options,omitempty"`
	Components  []Component       `json:"components,omitempty"`
	Content     string            `json:"content,omitempty"`
	AccentColor *int              `json:"accent_color,omitempty"`
	Spoiler     bool              `json:"spoiler,omitempty"`
	Divider     *bool             `json:"divider,omitempty"`
	Spacing     int               `json:"spacing,omitempty"`
	Accessory   *Component        `json:"accessory,omitempty"`
	Media       json.RawMessage   `json:"media,omitempty"`
	Items       []json.RawMessage `json:"items,omitempty"`
	ChannelType []int             `json:"channel_types,omitempty"`
}

// SelectOption is one choice of a select.
type SelectOption struct {
	Label       string          `json:"label"`
	Value       string          `json:"value"`
	Description string          `json:"description,omitempty"`
	Default     bool            `json:"default,omitempty"`
	Emoji       json.RawMessage `json:"emoji,omitempty"`
}

// selects are the kinds from which something is chosen.
func (t ComponentType) selects() bool {
	return t == StringSelect || t >= UserSelect && t <= ChannelSelect
}

// findComponent finds a component by its custom id, at any depth.
func findComponent(list []Component, customID string) (Component, bool) {
	for _, c := range list {
		if c.CustomID == customID && customID != "" {
			return c, true
		}
		if c.Accessory != nil && c.Accessory.CustomID == customID {
			return *c.Accessory, true
		}
		if found, ok := findComponent(c.Components, customID); ok {
			return found, true
		}
	}
	return Component{}, false
}

// completeComponents fills in what Discord fills in: numbers, and how many may be chosen.
func completeComponents(list []Component, next *int) {
	for i := range list {
		c := &list[i]
		*next++
		c.Number = *next
		if c.Type.selects() {
			one := 1
			if c.MinValues == nil {
				c.MinValues = &one
			}
			if c.MaxValues == nil {
				c.MaxValues = &one
			}
		}
		completeComponents(c.Components, next)
		if c.Accessory != nil {
			*next++
			c.Accessory.Number = *next
		}
	}
}
