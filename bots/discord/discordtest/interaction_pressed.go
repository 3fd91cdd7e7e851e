package discordtest

import (
	"fmt"
	"slices"
)

// Press presses a button of a message as u. The error says that the message or button is not there for u.
func (c *Channel) Press(u *User, message, customID string) (*Interaction, error) {
	return c.use(u, message, customID, nil)
}

// Choose chooses in a select of a message as u; no values clear it, where that is allowed.
func (c *Channel) Choose(u *User, message, customID string, values ...string) (*Interaction, error) {
	if values == nil {
		values = []string{}
	}
	return c.use(u, message, customID, values)
}

func (c *Channel) use(u *User, message, customID string, values []string) (*Interaction, error) {
	in, send, err := c.prepareUse(u, message, customID, values)
	if err != nil {
		return nil, err
	}
	send()
	return in, nil
}

func (c *Channel) prepareUse(u *User, message, customID string, values []string) (*Interaction, func(), error) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	m := c.find(message)
	if m == nil || m.For != "" && m.For != u.id {
		return nil, nil, fmt.Errorf("discordtest: %s sees no message %s in %s", u.person.Name, message, c.id)
	}
	at, ok := findComponent(m.Components, customID)
	if !ok || at.Disabled || at.Type.selects() != (values != nil) {
		return nil, nil, fmt.Errorf("discordtest: message %s has no %q to use", message, customID)
	}
	if err := at.accepts(values); err != nil {
		return nil, nil, fmt.Errorf("discordtest: %q: %w", customID, err)
	}
	bot, ok := c.s.account(m.From).(*Bot)
	if !ok {
		return nil, nil, fmt.Errorf("discordtest: message %s is no bot's", message)
	}
	data := componentData{CustomID: customID, Type: at.Type, Values: values}
	in := c.interact(bot, u, typeComponent, m)
	return in, c.s.deliver(in, data), nil
}

// componentData is what an interaction says of a button or select.
type componentData struct {
	CustomID string        `json:"custom_id"`
	Type     ComponentType `json:"component_type"`
	Values   []string      `json:"values,omitempty"`
}

// accepts checks a choice as a client does.
func (c Component) accepts(values []string) error {
	if !c.Type.selects() {
		return nil
	}
	if len(values) < *c.MinValues || len(values) > *c.MaxValues {
		return fmt.Errorf("%d chosen, %d to %d can be", len(values), *c.MinValues, *c.MaxValues)
	}
	for _, v := range values {
		if c.Type == StringSelect && !slices.ContainsFunc(c.Options, func(o SelectOption) bool { return o.Value == v }) {
			return fmt.Errorf("no option %q", v)
		}
	}
	return nil
}
