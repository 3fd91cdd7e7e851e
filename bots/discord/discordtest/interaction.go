package discordtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Types of interactions (discord.com/developers/docs/interactions/receiving-and-responding).
const (
	typePing         = 1
	typeCommand      = 2
	typeComponent    = 3
	typeAutocomplete = 4
	typeModal        = 5
)

// tokenLife is how long an interaction's token is good for.
const tokenLife = 15 * time.Minute

// Interaction is something a person did with a bot's command, button, select or form, and the bot's answer to it.
type Interaction struct {
	s       *Server
	id      string
	token   string
	kind    int
	bot     *Bot
	user    *User
	channel *Channel
	source  *Message // whose component was used
	at      time.Time
	private bool // the first answer is for the user's eyes only

	answered bool
	answer   Answer
	original *Message // what @original means
	status   int      // of the bot's endpoint, where interactions go over HTTP
}

// Answer is what a bot first answered.
type Answer struct {
	Type    AnswerType
	Message Message  // as it stands now; of Reply and Update
	Choices []Choice // of Suggest
	Form    Form     // of ShowForm
}

// AnswerType is the kind of a first answer
// (discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type).
type AnswerType int

// The answers there are.
const (
	Pong        AnswerType = 1
	Reply       AnswerType = 4 // a message
	DeferReply  AnswerType = 5 // "thinking …"; the message follows
	DeferUpdate AnswerType = 6 // the message whose button was pressed will change, or not
	Update      AnswerType = 7 // it changes now
	Suggest     AnswerType = 8 // choices of an autocompletion
	ShowForm    AnswerType = 9 // a modal
)

// Form is a modal a bot shows.
type Form struct {
	CustomID   string      `json:"custom_id"`
	Title      string      `json:"title"`
	Components []Component `json:"components"`
}

// ID is the interaction's id.
func (in *Interaction) ID() string { return in.id }

// Answer is what the bot first answered; false while it has not.
func (in *Interaction) Answer() (Answer, bool) {
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	a := in.answer
	if in.original != nil {
		a.Message = in.original.clone()
	}
	return a, in.answered
}

// Await waits for the bot's answer, and where it is deferred for the message that follows. The error is ctx's.
func (in *Interaction) Await(ctx context.Context) (Answer, error) {
	err := in.s.Await(ctx, func() bool {
		a, ok := in.Answer()
		return ok && (a.Type != DeferReply || a.Message.Flags&Loading == 0)
	})
	a, _ := in.Answer()
	return a, err
}

// Status is the HTTP status the bot's endpoint answered a signed call with; 0 over the gateway, or where none came.
func (in *Interaction) Status() int {
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	return in.status
}

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

// Submit sends a form the bot has shown, filled in by custom id. The error says that there is none.
func (in *Interaction) Submit(fields map[string]string) (*Interaction, error) {
	next, send, err := in.prepareSubmit(fields)
	if err != nil {
		return nil, err
	}
	send()
	return next, nil
}

func (in *Interaction) prepareSubmit(fields map[string]string) (*Interaction, func(), error) {
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	if in.answer.Type != ShowForm {
		return nil, nil, errors.New("discordtest: no form was shown")
	}
	type field struct {
		Type       ComponentType `json:"type"`
		CustomID   string        `json:"custom_id,omitempty"`
		Value      string        `json:"value"`
		Components []field       `json:"components,omitempty"`
	}
	var rows []field
	for _, row := range in.answer.Form.Components {
		filled := field{Type: row.Type}
		for _, c := range row.Components {
			filled.Components = append(filled.Components, field{Type: c.Type, CustomID: c.CustomID, Value: fields[c.CustomID]})
		}
		rows = append(rows, filled)
	}
	data := struct {
		CustomID   string  `json:"custom_id"`
		Components []field `json:"components"`
	}{in.answer.Form.CustomID, rows}
	next := in.channel.interact(in.bot, in.user, typeModal, in.source)
	return next, in.s.deliver(next, data), nil
}

// interact makes an interaction. The caller holds the lock.
func (c *Channel) interact(b *Bot, u *User, kind int, source *Message) *Interaction {
	in := &Interaction{s: c.s, id: c.s.newID(), kind: kind, bot: b, user: u, channel: c, source: source, at: c.s.now()}
	in.token = "aW50ZXJhY3Rpb246" + in.id
	c.s.world.interactions[in.token] = in
	return in
}
