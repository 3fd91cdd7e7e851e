package sandbox

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
)

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
