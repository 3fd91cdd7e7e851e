package telegram

import (
	"strings"
	"unicode/utf16"

	"github.com/go-telegram/bot/models"
)

// command is a command as it was written.
type command struct {
	name      string // without the slash, in lower case
	addressee string // the bot it names, in lower case; "" none
	args      string
	first     bool // nothing stands before it
}

// parseCommand finds the first command in a text. Offsets of entities count UTF-16 code units
// (core.telegram.org/bots/api#messageentity).
func parseCommand(text string, entities []models.MessageEntity) (command, bool) {
	units := utf16.Encode([]rune(text))
	for _, e := range entities {
		end := e.Offset + e.Length
		if e.Type != models.MessageEntityTypeBotCommand || e.Offset < 0 || e.Length < 2 || end > len(units) {
			continue
		}
		word := string(utf16.Decode(units[e.Offset:end]))
		name, addressee, _ := strings.Cut(strings.ToLower(strings.TrimPrefix(word, "/")), "@")
		return command{name, addressee, strings.TrimSpace(string(utf16.Decode(units[end:]))), e.Offset == 0}, name != ""
	}
	return command{}, false
}
