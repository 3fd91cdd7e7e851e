package discordtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Args are the options of a command by name: string, int, float64 or bool; users, roles and channels by their id.
type Args map[string]any

// Run types a slash command in the channel as u: "news follow" for a command below another. The error says why the
// client would not let it through: there is no such command for u here, or an option is missing or wrong.
func (c *Channel) Run(u *User, command string, args Args) (*Interaction, error) {
	return c.typed(u, typeCommand, command, args, "")
}

// Complete types into an option of a command as u, and asks the bot for suggestions; their Answer is Suggest.
func (c *Channel) Complete(u *User, command string, args Args, option string) (*Interaction, error) {
	return c.typed(u, typeAutocomplete, command, args, option)
}

func (c *Channel) typed(u *User, kind int, command string, args Args, focused string) (*Interaction, error) {
	in, send, err := c.prepareTyped(u, kind, command, args, focused)
	if err != nil {
		return nil, err
	}
	send()
	return in, nil
}

func (c *Channel) prepareTyped(u *User, kind int, command string, args Args, focused string) (*Interaction, func(), error) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	words := strings.Fields(strings.TrimPrefix(command, "/"))
	if len(words) == 0 {
		return nil, nil, errors.New("discordtest: no command")
	}
	bot, cmd := c.command(u, words[0])
	if bot == nil {
		return nil, nil, fmt.Errorf("discordtest: %s has no command /%s in %s", u.person.Name, words[0], c.id)
	}
	options, err := fill(cmd.Options, words[1:], args, focused)
	if err != nil {
		return nil, nil, fmt.Errorf("discordtest: /%s: %w", command, err)
	}
	data := commandData{ID: cmd.ID, Name: cmd.Name, Type: 1, Options: options, GuildID: cmd.GuildID}
	data.Resolved = c.resolve(args)
	in := c.interact(bot, u, kind, nil)
	return in, c.s.deliver(in, data), nil
}

// commandData is what an interaction says of a command.
type commandData struct {
	ID       string      `json:"id"`
	Name     string      `json:"name"`
	Type     int         `json:"type"`
	Options  []rawOption `json:"options,omitempty"`
	GuildID  string      `json:"guild_id,omitempty"`
	Resolved *resolved   `json:"resolved,omitempty"`
}

// command finds the bot whose command it is. The caller holds the lock.
func (c *Channel) command(u *User, name string) (*Bot, Command) {
	for _, b := range c.withBots() {
		for _, cmd := range b.commandsFor(c, u) {
			if cmd.Name == name && c.permissions(u.id).Has(ViewChannel|UseCommands) {
				return b, cmd
			}
		}
	}
	return nil, Command{}
}

// withBots are the bots one can talk to in the channel. The caller holds the lock.
func (c *Channel) withBots() []*Bot {
	if c.kind == DM {
		return []*Bot{c.bot}
	}
	return c.guild.bots()
}

// fill makes options of arguments, down the path of sub commands.
func fill(spec []CommandOption, path []string, args Args, focused string) ([]rawOption, error) {
	if len(path) > 0 {
		i := slices.IndexFunc(spec, func(o CommandOption) bool { return o.Name == path[0] && o.Type <= SubCommandGroup })
		if i < 0 {
			return nil, fmt.Errorf("no sub command %q", path[0])
		}
		inner, err := fill(spec[i].Options, path[1:], args, focused)
		return []rawOption{{Name: path[0], Type: spec[i].Type, Options: inner}}, err
	}
	if len(spec) > 0 && spec[0].Type <= SubCommandGroup {
		return nil, errors.New("a sub command is needed")
	}
	for name := range args {
		if !slices.ContainsFunc(spec, func(o CommandOption) bool { return o.Name == name }) {
			return nil, fmt.Errorf("no option %q", name)
		}
	}
	var filled []rawOption
	for _, o := range spec {
		value, given := args[o.Name]
		switch {
		case !given && o.Required && focused == "":
			return nil, fmt.Errorf("option %q is required", o.Name)
		case !given:
			continue
		}
		raw, err := o.value(value, o.Name == focused)
		if err != nil {
			return nil, fmt.Errorf("option %q: %w", o.Name, err)
		}
		filled = append(filled, rawOption{Name: o.Name, Type: o.Type, Value: raw, Focused: o.Name == focused})
	}
	return filled, nil
}

// value checks a value against its option, as a client does.
func (o CommandOption) value(value any, focused bool) (json.RawMessage, error) {
	raw, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	fits := false
	switch v := value.(type) {
	case string:
		fits = o.Type == StringOption || o.Type == UserOption || o.Type == ChannelOption || o.Type == RoleOption
		fits = fits && (o.MaxLength == nil || len([]rune(v)) <= *o.MaxLength) && (o.MinLength == nil || len([]rune(v)) >= *o.MinLength)
	case int:
		fits = o.Type == IntegerOption || o.Type == NumberOption
		fits = fits && (o.Min == nil || float64(v) >= *o.Min) && (o.Max == nil || float64(v) <= *o.Max)
	case float64:
		fits = o.Type == NumberOption && (o.Min == nil || v >= *o.Min) && (o.Max == nil || v <= *o.Max)
	case bool:
		fits = o.Type == BooleanOption
	}
	if fits && len(o.Choices) > 0 && !focused {
		fits = slices.ContainsFunc(o.Choices, func(c Choice) bool { return fmt.Sprint(c.Value) == fmt.Sprint(value) })
	}
	if !fits {
		return nil, fmt.Errorf("%v does not fit", value)
	}
	return raw, nil
}
