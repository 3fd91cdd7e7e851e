package telegramtest

import (
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"
)

// Command is one entry of a command list.
type Command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

// Lengths of a bot's own texts, in characters (core.telegram.org/bots/api#setmydescription and its neighbours).
const (
	maxCommands           = 100
	maxCommandDescription = 256
	maxName               = 64
	maxDescription        = 512
	maxShortDescription   = 120
)

// profile is what a bot told of itself; the keys of the texts are languages, "" for all others.
type profile struct {
	commands    map[commandKey][]Command
	name        map[string]string
	description map[string]string
	short       map[string]string
}

// commandKey names one command list.
type commandKey struct {
	scope    string // type of the scope
	chat     int64
	user     int64
	language string
}

func newProfile() profile {
	return profile{commands: map[commandKey][]Command{}, name: map[string]string{}, description: map[string]string{},
		short: map[string]string{}}
}

func localized(texts map[string]string, language string) string {
	if text := texts[language]; text != "" {
		return text
	}
	return texts[""]
}

// visible is the list a user sees in a chat: the first there is, from the narrowest scope to the widest, each in the
// user's language and then without (core.telegram.org/bots/api#determining-list-of-commands).
func (p profile) visible(c *Chat, u *User) []Command {
	for _, key := range commandScopes(c, u) {
		for _, language := range []string{u.person.Language, ""} {
			key.language = language
			if list := p.commands[key]; len(list) > 0 {
				return slices.Clone(list)
			}
		}
	}
	return nil
}

func commandScopes(c *Chat, u *User) []commandKey {
	if c.kind == Private {
		return []commandKey{{scope: "chat", chat: c.id}, {scope: "all_private_chats"}, {scope: "default"}}
	}
	scopes := []commandKey{{scope: "chat_member", chat: c.id, user: u.id}}
	admin := c.status(u.id).admin()
	if admin {
		scopes = append(scopes, commandKey{scope: "chat_administrators", chat: c.id})
	}
	scopes = append(scopes, commandKey{scope: "chat", chat: c.id})
	if admin {
		scopes = append(scopes, commandKey{scope: "all_chat_administrators"})
	}
	return append(scopes, commandKey{scope: "all_group_chats"}, commandKey{scope: "default"})
}

var (
	commandName  = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)
	languageCode = regexp.MustCompile(`^([a-z]{2})?$`)
)

// commandKey reads scope and language_code. The caller holds the lock.
func (s *Server) commandKey(c *call) (commandKey, *apiError) {
	var scope struct {
		Type string `json:"type"`
		Chat any    `json:"chat_id"`
		User int64  `json:"user_id"`
	}
	given, err := c.decode("scope", &scope)
	if err != nil {
		return commandKey{}, badRequest("can't parse BotCommandScope: %v", err)
	}
	if !given {
		scope.Type = "default"
	}
	key := commandKey{scope: scope.Type, user: scope.User, language: c.get("language_code")}
	if !languageCode.MatchString(key.language) {
		return key, badRequest("invalid language code specified")
	}
	switch scope.Type {
	case "default", "all_private_chats", "all_group_chats", "all_chat_administrators":
		return key, nil
	case "chat", "chat_administrators", "chat_member":
		named := call{params: params{{name: "chat_id", value: chatArgument(scope.Chat)}}, bot: c.bot}
		chat, err := s.target(&named, toRead)
		if err != nil {
			return key, err
		}
		key.chat = chat.id
		return key, nil
	}
	return key, badRequest("can't parse BotCommandScope: unsupported type specified")
}

// chatArgument is a chat id inside an object, as the argument chat_id would have it.
func chatArgument(id any) string {
	if n, ok := id.(float64); ok {
		return fmt.Sprintf("%.0f", n)
	}
	if name, ok := id.(string); ok {
		return name
	}
	return ""
}

func (s *Server) setMyCommands(c *call) (any, *apiError) {
	var list []Command
	if _, err := c.decode("commands", &list); err != nil {
		return nil, badRequest("can't parse commands: %v", err)
	}
	if len(list) > maxCommands {
		return nil, badRequest("BOT_COMMANDS_TOO_MUCH")
	}
	for _, command := range list {
		if !commandName.MatchString(command.Command) {
			return nil, badRequest("BOT_COMMAND_INVALID")
		}
		if n := utf8.RuneCountInString(command.Description); n == 0 || n > maxCommandDescription {
			return nil, badRequest("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	return s.storeCommands(c, list)
}

func (s *Server) deleteMyCommands(c *call) (any, *apiError) { return s.storeCommands(c, nil) }

func (s *Server) storeCommands(c *call, list []Command) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, err := s.commandKey(c)
	if err != nil {
		return nil, err
	}
	c.bot.profile.commands[key] = list
	return true, nil
}

func (s *Server) getMyCommands(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, err := s.commandKey(c)
	if err != nil {
		return nil, err
	}
	return append([]Command{}, c.bot.profile.commands[key]...), nil
}

func (s *Server) setMyName(c *call) (any, *apiError) {
	return s.setText(c, c.bot.profile.name, "name", maxName)
}

func (s *Server) setMyDescription(c *call) (any, *apiError) {
	return s.setText(c, c.bot.profile.description, "description", maxDescription)
}

func (s *Server) setMyShortDescription(c *call) (any, *apiError) {
	return s.setText(c, c.bot.profile.short, "short_description", maxShortDescription)
}

func (s *Server) setText(c *call, texts map[string]string, argument string, most int) (any, *apiError) {
	language, text := c.get("language_code"), c.get(argument)
	switch {
	case !languageCode.MatchString(language):
		return nil, badRequest("invalid language code specified")
	case utf8.RuneCountInString(text) > most:
		return nil, badRequest("%s is too long", argument)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	texts[language] = text
	return true, nil
}

func (s *Server) getMyName(c *call) (any, *apiError) {
	return map[string]string{"name": c.bot.Name(c.get("language_code"))}, nil
}

func (s *Server) getMyDescription(c *call) (any, *apiError) {
	return map[string]string{"description": c.bot.Description(c.get("language_code"))}, nil
}

func (s *Server) getMyShortDescription(c *call) (any, *apiError) {
	return map[string]string{"short_description": c.bot.ShortDescription(c.get("language_code"))}, nil
}
