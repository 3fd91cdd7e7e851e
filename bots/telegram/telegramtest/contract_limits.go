package telegramtest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"unicode/utf8"
)

// lengths checks the rules of limits.json that a request can break.
func (k *contracts) lengths(c *call) []string {
	l := lengthCheck{rules: k.limits}
	for _, text := range []struct{ argument, entities, rule string }{
		{"text", "entities", "text"}, {"caption", "caption_entities", "caption"},
	} {
		if !c.has(text.argument) || c.method.name == "answerCallbackQuery" {
			continue
		}
		l.count("raw_text_with_markup", text.argument, len(c.get(text.argument)))
		parsed, _, err := c.formatted(text.argument, text.entities)
		if err != nil {
			l.faults = append(l.faults, err.Description)
			continue
		}
		l.count(text.rule, text.argument, utf8.RuneCountInString(parsed))
	}
	switch c.method.name {
	case "answerCallbackQuery":
		l.count("callback_answer_text", "text", utf8.RuneCountInString(c.get("text")))
	case "setWebhook":
		l.charset("secret_token", c.get("secret_token"))
	case "deleteMessages":
		var ids []json.RawMessage
		if _, err := c.decode("message_ids", &ids); err == nil {
			l.count("delete_messages_ids", "message_ids", len(ids))
		}
	case "setMyCommands":
		l.commands(c)
	}
	l.buttons(c)
	return l.faults
}

type lengthCheck struct {
	rules  map[string]specLimit
	faults []string
}

func (l *lengthCheck) count(rule, what string, n int) {
	r, ok := l.rules[rule]
	if ok && (n < r.Min || r.Max > 0 && n > r.Max) {
		l.faults = append(l.faults, fmt.Sprintf("%s has %d, the rule %q says %d to %d", what, n, rule, r.Min, r.Max))
	}
}

// charset checks a text made of a few characters only; an empty one is not there.
func (l *lengthCheck) charset(rule, text string) {
	if text == "" {
		return
	}
	l.count(rule, rule, len(text))
	if set := l.rules[rule].Charset; set != "" && !regexp.MustCompile("^["+set+"]*$").MatchString(text) {
		l.faults = append(l.faults, fmt.Sprintf("%s %q is not made of %s", rule, text, set))
	}
}

func (l *lengthCheck) commands(c *call) {
	var list []Command
	if _, err := c.decode("commands", &list); err != nil {
		return // the types were checked already
	}
	l.count("commands_per_list", "commands", len(list))
	for _, command := range list {
		l.charset("command_name", command.Command)
		l.count("command_description", "description of "+command.Command, utf8.RuneCountInString(command.Description))
	}
}

func (l *lengthCheck) buttons(c *call) {
	var markup struct {
		Rows [][]struct {
			Data *string `json:"callback_data"`
		} `json:"inline_keyboard"`
	}
	if given, err := c.decode("reply_markup", &markup); !given || err != nil {
		return
	}
	for _, row := range markup.Rows {
		for _, b := range row {
			if b.Data != nil {
				l.count("callback_data", "callback_data", len(*b.Data))
			}
		}
	}
}
