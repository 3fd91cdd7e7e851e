package discord

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// specials are the characters that mean something in Discord's markdown wherever they stand, and "<", with which
// mentions, times and emoji begin (discord.com/developers/docs/reference#message-formatting).
const specials = "\\*_~`|<>[]()"

// escape makes text plain: none of it can be markup, a link or a mention.
func escape(text string) string {
	var b strings.Builder
	start := true // of a line, where a few more characters mean something
	for i, r := range text {
		if strings.ContainsRune(specials, r) || start && (r == '#' || r == '-' || r == '+') || r == '.' && numbered(text[:i]) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		start = r == '\n' || start && unicode.IsSpace(r)
	}
	return b.String()
}

// numbered says that text ends in a line of digits alone: with a dot it would be a list.
func numbered(text string) bool {
	line := strings.TrimLeft(text[strings.LastIndexByte(text, '\n')+1:], " ")
	return line != "" && strings.Trim(line, "0123456789") == ""
}

// oneLine is text without line breaks and runs of spaces: what stands in a title or between marks.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// bold, italic and spoiler are for text that is escaped already; nothing stays nothing.
func bold(text string) string    { return around("**", text) }
func italic(text string) string  { return around("*", text) }
func spoiler(text string) string { return around("||", text) }

func around(mark, text string) string {
	if text == "" {
		return ""
	}
	return mark + text + mark
}

// link makes escaped text a link, where the address is one.
func link(text, address string) string {
	address = webAddress(address, maxAddress)
	if address == "" || text == "" {
		return text
	}
	return "[" + text + "](" + strings.NewReplacer("(", "%28", ")", "%29").Replace(address) + ")"
}

// Longest addresses: of a link button (discord.com/developers/docs/components/reference#button-button-structure), and of
// an embed or a link in its text (Discord's OpenAPI).
const (
	maxButtonAddress = 512
	maxAddress       = 2048
)

// webAddress is address if Discord takes it as a link, else "".
func webAddress(address string, longest int) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	if address = u.String(); length(address) > longest {
		return ""
	}
	return address
}

// moment is an instant that every reader sees in their own zone: the time alone where it is of these hours, else with
// the day (discord.com/developers/docs/reference#message-formatting-timestamp-styles).
func moment(t, now time.Time) string {
	style := "f"
	if now.Sub(t).Abs() < 6*time.Hour {
		style = "t"
	}
	return fmt.Sprintf("<t:%d:%s>", t.Unix(), style)
}
