package discordtest

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Command is one command as a bot registered it (discord.com/developers/docs/interactions/application-commands).
type Command struct {
	ID            string            `json:"id"`
	ApplicationID string            `json:"application_id"`
	GuildID       string            `json:"guild_id,omitempty"`
	Version       string            `json:"version"`
	Type          int               `json:"type"` // 1: typed after a slash
	Name          string            `json:"name"`
	Names         map[string]string `json:"name_localizations,omitempty"`
	Description   string            `json:"description"`
	Descriptions  map[string]string `json:"description_localizations,omitempty"`
	Options       []CommandOption   `json:"options,omitempty"`
	MemberNeeds   *string           `json:"default_member_permissions"` // permissions, nil: none
	DMs           *bool             `json:"dm_permission,omitempty"`    // the older word for Contexts
	Contexts      []int             `json:"contexts,omitempty"`         // 0 server, 1 bot's DM, 2 other DMs; empty: 0 and 1
	InstallTypes  []int             `json:"integration_types,omitempty"`
	AgeRestricted bool              `json:"nsfw,omitempty"`
}

// OptionType is what an option takes.
type OptionType int

// The types of options a newsroom's bot uses.
const (
	SubCommand      OptionType = 1
	SubCommandGroup OptionType = 2
	StringOption    OptionType = 3
	IntegerOption   OptionType = 4
	BooleanOption   OptionType = 5
	UserOption      OptionType = 6
	ChannelOption   OptionType = 7
	RoleOption      OptionType = 8
	NumberOption    OptionType = 10
)

// CommandOption is an option of a command, or a command below it.
type CommandOption struct {
	Type         OptionType        `json:"type"`
	Name         string            `json:"name"`
	Names        map[string]string `json:"name_localizations,omitempty"`
	Description  string            `json:"description"`
	Descriptions map[string]string `json:"description_localizations,omitempty"`
	Required     bool              `json:"required,omitempty"`
	Choices      []Choice          `json:"choices,omitempty"`
	Options      []CommandOption   `json:"options,omitempty"`
	ChannelTypes []Kind            `json:"channel_types,omitempty"`
	Min          *float64          `json:"min_value,omitempty"`
	Max          *float64          `json:"max_value,omitempty"`
	MinLength    *int              `json:"min_length,omitempty"`
	MaxLength    *int              `json:"max_length,omitempty"`
	Autocomplete bool              `json:"autocomplete,omitempty"`
}

// Choice is one value of an option, or one suggestion of an autocompletion.
type Choice struct {
	Name  string            `json:"name"`
	Names map[string]string `json:"name_localizations,omitempty"`
	Value any               `json:"value"` // string or number
}

// Description in a language, as a client of that locale shows it.
func (c Command) DescriptionIn(locale string) string {
	if text := c.Descriptions[locale]; text != "" {
		return text
	}
	return c.Description
}

func (s *Server) listCommands(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list, err := s.commandList(c)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(*list)
	fillEmpty(&out)
	return out, nil
}

// commandList is the list the path names. The caller holds the lock.
func (s *Server) commandList(c *call) (*[]Command, *apiError) {
	if c.named["application_id"] != c.bot.id {
		return nil, errUnknownApplication
	}
	id, scoped := c.named["guild_id"]
	if !scoped {
		return &c.bot.global, nil
	}
	if _, err := s.guild(c); err != nil {
		return nil, err
	}
	list := c.bot.guilds[id]
	return &list, nil
}

func (s *Server) setCommands(c *call) (any, *apiError) {
	var next []Command
	if err := c.decode(&next); err != nil {
		return nil, err
	}
	if err := s.checkCommands(c, next); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old, err := s.commandList(c)
	if err != nil {
		return nil, err
	}
	for i := range next {
		s.completeCommand(c, &next[i], *old)
	}
	if id, scoped := c.named["guild_id"]; scoped {
		c.bot.guilds[id] = next
	} else {
		c.bot.global = next
	}
	s.publish(Event{Kind: Registered, Account: c.bot.id, Guild: c.named["guild_id"]})
	fillEmpty(&next)
	return next, nil
}

// completeCommand gives a command its ids: those of the one it replaces, or new ones.
func (s *Server) completeCommand(c *call, cmd *Command, old []Command) {
	if cmd.Type == 0 {
		cmd.Type = 1
	}
	cmd.ApplicationID, cmd.GuildID, cmd.Version = c.bot.id, c.named["guild_id"], s.newID()
	for _, o := range old {
		if o.Name == cmd.Name && o.Type == cmd.Type {
			cmd.ID = o.ID
		}
	}
	if cmd.ID == "" {
		cmd.ID = s.newID()
	}
}

// What a list of commands may hold
// (discord.com/developers/docs/interactions/application-commands#application-command-object).
const (
	maxCommands    = 100
	maxOptions     = 25
	maxDescription = 100
	maxCommandText = 8000
)

// commandName is what a command or option may be called.
var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// checkCommands refuses commands that break a rule.
func (s *Server) checkCommands(c *call, list []Command) *apiError {
	var f formCheck
	if len(list) > maxCommands {
		f.add("_", "APPLICATION_COMMAND_TOO_MANY", "Maximum number of application commands reached (%d).", maxCommands)
	}
	seen := map[string]bool{}
	for i, cmd := range list {
		at := strconv.Itoa(i) + "."
		if seen[cmd.Name] {
			f.add(at+"name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
		}
		seen[cmd.Name] = true
		total := 0
		f.command(at, cmd.Name, cmd.Description, cmd.Options, &total)
		if total > maxCommandText {
			f.add(at+"options", "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (%d)", maxCommandText)
		}
	}
	if len(f.faults) == 0 {
		return nil
	}
	for _, fault := range f.faults {
		s.violate("%s: %s: %s", c.route.name, fault.path, fault.message)
	}
	return invalidForm(f.faults...)
}

// command checks a command or option and those below it.
func (f *formCheck) command(at, name, description string, options []CommandOption, total *int) {
	*total += utf8.RuneCountInString(name) + utf8.RuneCountInString(description)
	if !commandName.MatchString(name) || strings.ToLower(name) != name {
		f.add(at+"name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
	}
	if n := utf8.RuneCountInString(description); n < 1 || n > maxDescription {
		f.add(at+"description", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and %d in length.", maxDescription)
	}
	if len(options) > maxOptions {
		f.add(at+"options", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and %d in length.", maxOptions)
	}
	optional := false
	for i, o := range options {
		in := at + "options." + strconv.Itoa(i) + "."
		if o.Required && optional {
			f.add(in+"required", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options")
		}
		optional = optional || !o.Required
		if len(o.Choices) > maxOptions {
			f.add(in+"choices", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and %d in length.", maxOptions)
		}
		f.command(in, o.Name, o.Description, o.Options, total)
	}
}

// usable says that somebody sees the command here. The caller holds the lock.
func (c Command) usable(ch *Channel, u *User) bool {
	if ch.kind == DM {
		return (c.DMs == nil || *c.DMs) && (len(c.Contexts) == 0 || slices.Contains(c.Contexts, 1)) && c.GuildID == ""
	}
	if len(c.Contexts) > 0 && !slices.Contains(c.Contexts, 0) || c.GuildID != "" && c.GuildID != ch.guild.id {
		return false
	}
	p := ch.permissions(u.id)
	return c.MemberNeeds == nil || p.Has(Administrator) || *c.MemberNeeds != "0" && p.Has(parsePermissions(*c.MemberNeeds))
}

// CommandsFor are the commands a user is offered in a channel when typing a slash, as the bot registered them.
func (b *Bot) CommandsFor(ch *Channel, u *User) []Command {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	return b.commandsFor(ch, u)
}

func (b *Bot) commandsFor(ch *Channel, u *User) []Command {
	all := b.global
	if ch.guild != nil {
		all = slices.Concat(all, b.guilds[ch.guild.id])
	}
	var found []Command
	for _, c := range all {
		if c.Type == 1 && c.usable(ch, u) {
			found = append(found, c)
		}
	}
	return found
}

// rawOption is an option as an interaction carries it.
type rawOption struct {
	Name    string          `json:"name"`
	Type    OptionType      `json:"type"`
	Value   json.RawMessage `json:"value,omitempty"`
	Focused bool            `json:"focused,omitempty"`
	Options []rawOption     `json:"options,omitempty"`
}
