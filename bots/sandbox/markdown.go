package sandbox

import (
	"html/template"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// names are what Discord's <#…> and <@&…> stand for.
type names struct {
	channel, role, user func(id string) string
}

// showMarkdown makes of Discord markdown what a client shows: the part of it that a newsroom's bot uses
// (support.discord.com, Markdown Text 101; discord.com/developers/docs/reference#message-formatting).
func showMarkdown(text string, n names) template.HTML {
	var out strings.Builder
	for i, line := range strings.Split(text, "\n") {
		prefix, opening, closing := lineStyle(line)
		if i > 0 && closing != "</blockquote>" {
			out.WriteString("\n")
		}
		out.WriteString(opening)
		writeInline(&out, line[prefix:], n)
		out.WriteString(closing)
	}
	return template.HTML(out.String()) // every stretch of text has been escaped
}

// lineStyle says what the beginning of a line makes of it, and how many bytes that beginning has.
func lineStyle(line string) (prefix int, opening, closing string) {
	switch {
	case strings.HasPrefix(line, "> "):
		return 2, "<blockquote>", "</blockquote>"
	case strings.HasPrefix(line, "-# "):
		return 3, "<small>", "</small>"
	case strings.HasPrefix(line, "### "), strings.HasPrefix(line, "## "), strings.HasPrefix(line, "# "):
		return strings.IndexByte(line, ' ') + 1, "<strong>", "</strong>"
	default:
		return 0, "", ""
	}
}

// inline finds what has a meaning inside a line. The first alternative that fits wins.
var inline = regexp.MustCompile(strings.Join([]string{
	`\\([^\w\s])`,   // 1 escaped character
	"`([^`]+)`",     // 2 code
	`\*\*(.+?)\*\*`, // 3 bold
	`__(.+?)__`,     // 4 underline
	`~~(.+?)~~`,     // 5 struck through
	`\|\|(.+?)\|\|`, // 6 spoiler
	`\*([^*]+)\*`,   // 7 italic
	`\b_([^_]+)_\b`, // 8 italic
	`\[([^\]]+)\]\(<?(https?://[^)\s>]+)>?\)`, // 9, 10 link
	`<t:(-?\d+)(?::([tTdDfFR]))?>`,            // 11, 12 time
	`<#(\d+)>`,                                // 13 channel
	`<@&(\d+)>`,                               // 14 role
	`<@!?(\d+)>`,                              // 15 user
	`<?(https?://[^\s<>]+)>?`,                 // 16 bare link
	`<(/[^:>]+):\d+>`,                         // 17 command
}, "|"))

// writeInline writes one line's text.
func writeInline(out *strings.Builder, text string, n names) {
	for text != "" {
		at := inline.FindStringSubmatchIndex(text)
		if at == nil {
			out.WriteString(template.HTMLEscapeString(text))
			return
		}
		out.WriteString(template.HTMLEscapeString(text[:at[0]]))
		writeMark(out, func(i int) string {
			if at[2*i] < 0 {
				return ""
			}
			return text[at[2*i]:at[2*i+1]]
		}, n)
		text = text[at[1]:]
	}
}

// wraps are the tags around what the groups 3 to 8 of inline find.
var wraps = [][2]string{
	3: {"<b>", "</b>"}, 4: {"<u>", "</u>"}, 5: {"<s>", "</s>"}, 6: {spoilerOpen, spoilerClose},
	7: {"<i>", "</i>"}, 8: {"<i>", "</i>"},
}

// writeMark writes what inline found.
func writeMark(out *strings.Builder, group func(int) string, n names) {
	for i := 3; i <= 8; i++ {
		if inner := group(i); inner != "" {
			out.WriteString(wraps[i][0])
			writeInline(out, inner, n)
			out.WriteString(wraps[i][1])
			return
		}
	}
	switch {
	case group(1) != "":
		out.WriteString(template.HTMLEscapeString(group(1)))
	case group(2) != "":
		out.WriteString("<code>" + template.HTMLEscapeString(group(2)) + "</code>")
	case group(9) != "":
		out.WriteString(linkTag(group(10)))
		writeInline(out, group(9), n)
		out.WriteString("</a>")
	case group(11) != "":
		out.WriteString(timeTag(group(11), group(12)))
	case group(13) != "":
		mention(out, "#"+n.channel(group(13)))
	case group(14) != "":
		mention(out, "@"+n.role(group(14)))
	case group(15) != "":
		mention(out, "@"+n.user(group(15)))
	case group(16) != "":
		out.WriteString(linkTag(group(16)) + template.HTMLEscapeString(group(16)) + "</a>")
	case group(17) != "":
		mention(out, group(17))
	}
}

func mention(out *strings.Builder, text string) {
	out.WriteString(`<span class="mention">` + template.HTMLEscapeString(text) + "</span>")
}

// timeTag is an instant that the browser shows in the visitor's own zone, as Discord does.
func timeTag(unix, style string) string {
	n, err := strconv.ParseInt(unix, 10, 64)
	if err != nil {
		return "" // more digits than there are seconds
	}
	at := time.Unix(n, 0).UTC()
	if style == "" {
		style = "f"
	}
	return `<time datetime="` + at.Format(time.RFC3339) + `" data-style="` + style + `">` + at.Format("15:04 MST") + "</time>"
}

// escaped is a character that a backslash makes plain.
var escaped = regexp.MustCompile(`\\([^\w\s])`)

// plainMarkdown is the text without the backslashes that keep it plain, as a list of chats shows it.
func plainMarkdown(text string) string { return escaped.ReplaceAllString(text, "$1") }
