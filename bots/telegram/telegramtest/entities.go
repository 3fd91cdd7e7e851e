package telegramtest

import (
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// command finds "/name" and "/name@bot" where a bot command can stand: at the beginning or after what is no word
// character (github.com/tdlib/td, find_bot_commands).
var command = regexp.MustCompile(`(?:^|[^\p{L}\p{N}_/<>])(/([a-zA-Z0-9_]{1,64})(?:@([a-zA-Z0-9_]{3,32}))?)`)

// commandEntities are the bot_command entities of a text people write.
func commandEntities(text string) []Entity {
	var found []Entity
	for _, at := range command.FindAllStringSubmatchIndex(text, -1) {
		from, to := at[2], at[3]
		if next, _ := utf8.DecodeRuneInString(text[to:]); next == '/' || next == '@' || wordRune(next) {
			continue
		}
		found = append(found, Entity{Type: "bot_command", Offset: utf16Len(text[:from]), Length: utf16Len(text[from:to])})
	}
	return found
}

var word = regexp.MustCompile(`^[\p{L}\p{N}_]$`)

func wordRune(r rune) bool { return r != utf8.RuneError && word.MatchString(string(r)) }

// commandAddressee says for which bot a text's leading command is: "" when none is named. False: it is no command.
func commandAddressee(text string) (bot string, ok bool) {
	at := command.FindStringSubmatchIndex(text)
	if at == nil || at[2] != 0 {
		return "", false
	}
	if at[6] < 0 {
		return "", true
	}
	return text[at[6]:at[7]], true
}

func sameName(a, b string) bool { return strings.EqualFold(a, b) }

// utf16Len is the length of s in UTF-16 code units, in which Telegram counts entities.
func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// trimmed takes white space from both ends of a text and moves the entities along, as Telegram does with every message.
func trimmed(text string, entities []Entity) (string, []Entity) {
	body := strings.TrimLeft(text, " \n\r\t\v\f")
	cut := utf16Len(text[:len(text)-len(body)])
	body = strings.TrimRight(body, " \n\r\t\v\f")
	if len(body) == len(text) {
		return text, entities
	}
	end := utf16Len(body)
	kept := entities[:0:0]
	for _, e := range entities {
		from, to := max(e.Offset-cut, 0), min(e.Offset-cut+e.Length, end)
		if from < to {
			e.Offset, e.Length = from, to-from
			kept = append(kept, e)
		}
	}
	return body, kept
}

// checkEntities refuses entities that leave the text or split a character (github.com/tdlib/td, MessageEntity.cpp).
func checkEntities(text string, entities []Entity) *apiError {
	units := utf16.Encode([]rune(text))
	for _, e := range entities {
		from, to := e.Offset, e.Offset+e.Length
		switch {
		case e.Length <= 0 || from < 0:
			return badRequest("entity at UTF-16 offset %d has an invalid offset or length", from)
		case from >= len(units):
			return badRequest("entity begins after the end of the text at UTF-16 offset %d", from)
		case to > len(units):
			return badRequest("entity beginning at UTF-16 offset %d ends after the end of the text at UTF-16 offset %d", from, to)
		case low(units[from]):
			return badRequest("entity begins in a middle of a UTF-16 symbol at UTF-16 offset %d", from)
		case to < len(units) && low(units[to]):
			return badRequest("entity beginning at UTF-16 offset %d ends in a middle of a UTF-16 symbol at UTF-16 offset %d", from, to)
		}
	}
	return nil
}

// low says that a code unit is the second half of a surrogate pair.
func low(unit uint16) bool { return unit >= 0xDC00 && unit <= 0xDFFF }
