package telegramtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// htmlTags are the tags of parse_mode HTML and the entities they make (core.telegram.org/bots/api#html-style).
var htmlTags = map[string]string{
	"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler",
	"a": "text_link", "tg-emoji": "custom_emoji", "code": "code", "pre": "pre", "blockquote": "blockquote",
}

// parseHTML is Telegram's own parser (github.com/tdlib/td, do_parse_html): no HTML parser, and it forgives nothing.
// The error's text is what stands behind "can't parse entities: ".
func parseHTML(text string) (string, []Entity, error) {
	p := htmlParser{in: text}
	for p.at < len(p.in) {
		if err := p.step(); err != nil {
			return "", nil, err
		}
	}
	if n := len(p.open); n > 0 {
		return "", nil, unparsable("Can't find end tag corresponding to start tag %q", p.open[n-1].name)
	}
	slices.SortStableFunc(p.found, func(a, b Entity) int {
		if a.Offset != b.Offset {
			return a.Offset - b.Offset
		}
		return b.Length - a.Length
	})
	return p.out.String(), p.found, nil
}

// markupError says in Telegram's words what is wrong with a markup.
type markupError string

func (e markupError) Error() string { return string(e) }

func unparsable(format string, args ...any) error { return markupError(fmt.Sprintf(format, args...)) }

type htmlParser struct {
	in    string
	at    int // byte offset in in
	out   strings.Builder
	units int // length of out in UTF-16 code units
	open  []openTag
	found []Entity
}

// openTag is a start tag whose end has not come.
type openTag struct {
	name     string
	argument string // link, language, emoji id or "1" for expandable
	units    int    // where its entity begins
	bytes    int    // the same in bytes of out
}

func (p *htmlParser) step() error {
	switch c := p.in[p.at]; {
	case c == '&':
		if r, size := htmlEntity(p.in[p.at:]); size > 0 {
			p.write(r)
			p.at += size
			return nil
		}
		fallthrough
	case c != '<':
		r, size := utf8.DecodeRuneInString(p.in[p.at:])
		p.write(r)
		p.at += size
		return nil
	case strings.HasPrefix(p.in[p.at:], "</"):
		return p.endTag()
	default:
		return p.startTag()
	}
}

func (p *htmlParser) write(r rune) {
	p.out.WriteRune(r)
	p.units++
	if r > 0xFFFF {
		p.units++
	}
}

// namedEntities are the only ones Telegram knows; others stay as they are.
var namedEntities = map[string]rune{"&lt;": '<', "&gt;": '>', "&amp;": '&', "&quot;": '"'}

// htmlEntity reads a character reference at the beginning of s; size 0 when there is none.
func htmlEntity(s string) (r rune, size int) {
	end := strings.IndexByte(s, ';')
	if end < 0 || end > 10 {
		return 0, 0
	}
	if r, ok := namedEntities[s[:end+1]]; ok {
		return r, end + 1
	}
	digits, base := strings.TrimPrefix(s[:end], "&#"), 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || !strings.HasPrefix(s, "&#") || n == 0 || n >= 0x10FFFF {
		return 0, 0
	}
	return rune(n), end + 1
}

func (p *htmlParser) startTag() error {
	begin := p.at
	p.at++
	name := strings.ToLower(p.until(func(c byte) bool { return isSpace(c) || c == '>' }))
	if p.ended() {
		return unparsable("Unclosed start tag at byte offset %d", begin)
	}
	if htmlTags[name] == "" {
		return unparsable("Unsupported start tag %q at byte offset %d", name, begin)
	}
	tag := openTag{name: name, units: p.units, bytes: p.out.Len()}
	for p.skipSpace(); !p.ended() && p.in[p.at] != '>'; p.skipSpace() {
		key, value, err := p.attribute(name, begin)
		if err != nil {
			return err
		}
		tag.take(key, value)
	}
	if p.ended() {
		return unparsable("Unclosed start tag at byte offset %d", begin)
	}
	p.at++ // ">"
	if name == "span" && tag.argument != "spoiler" {
		return unparsable("Tag \"span\" must have class \"tg-spoiler\" at byte offset %d", begin)
	}
	p.open = append(p.open, tag)
	return nil
}

// take keeps the one attribute a tag cares for.
func (t *openTag) take(key, value string) {
	switch {
	case t.name == "a" && key == "href", t.name == "tg-emoji" && key == "emoji-id":
		t.argument = value
	case t.name == "blockquote" && key == "expandable":
		t.argument = "1"
	case t.name == "code" && key == "class":
		if language, ok := strings.CutPrefix(value, "language-"); ok {
			t.argument = language
		}
	case t.name == "span" && key == "class":
		if class, ok := strings.CutPrefix(value, "tg-"); ok {
			t.argument = class
		}
	}
}

// attribute reads `key`, `key=token` or `key="value"`.
func (p *htmlParser) attribute(tag string, begin int) (key, value string, err error) {
	key = p.until(func(c byte) bool { return isSpace(c) || c == '=' || c == '>' })
	if key == "" {
		return "", "", unparsable("Empty attribute name in the tag %q at byte offset %d", tag, begin)
	}
	key = strings.ToLower(key)
	p.skipSpace()
	if p.ended() || p.in[p.at] != '=' {
		return key, "", nil
	}
	p.at++
	p.skipSpace()
	if p.ended() {
		return "", "", unparsable("Unclosed start tag at byte offset %d", begin)
	}
	if quote := p.in[p.at]; quote == '"' || quote == '\'' {
		p.at++
		return key, p.quoted(quote), nil
	}
	start := p.at
	value = strings.ToLower(p.until(func(c byte) bool { return !isTokenByte(c) }))
	if !p.ended() && !isSpace(p.in[p.at]) && p.in[p.at] != '>' {
		return "", "", unparsable("Unexpected end of name token at byte offset %d", start)
	}
	return key, value, nil
}

// quoted reads up to the closing quote, references resolved.
func (p *htmlParser) quoted(quote byte) string {
	var value strings.Builder
	for !p.ended() && p.in[p.at] != quote {
		if r, size := htmlEntity(p.in[p.at:]); p.in[p.at] == '&' && size > 0 {
			value.WriteRune(r)
			p.at += size
			continue
		}
		value.WriteByte(p.in[p.at])
		p.at++
	}
	p.at = min(p.at+1, len(p.in))
	return value.String()
}

func (p *htmlParser) endTag() error {
	begin := p.at
	if len(p.open) == 0 {
		return unparsable("Unexpected end tag at byte offset %d", begin)
	}
	p.at += len("</")
	name := strings.ToLower(p.until(func(c byte) bool { return isSpace(c) || c == '>' }))
	p.skipSpace()
	if p.ended() || p.in[p.at] != '>' {
		return unparsable("Unclosed end tag at byte offset %d", begin)
	}
	p.at++
	tag := p.open[len(p.open)-1]
	if name != "" && name != tag.name {
		return unparsable("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", begin, tag.name, name)
	}
	p.open = p.open[:len(p.open)-1]
	if p.units > tag.units {
		p.close(tag)
	}
	return nil
}

// close makes the entity of a tag whose text is not empty.
func (p *htmlParser) close(tag openTag) {
	e := Entity{Type: htmlTags[tag.name], Offset: tag.units, Length: p.units - tag.units}
	switch tag.name {
	case "a":
		e.URL = tag.argument
		if e.URL == "" {
			e.URL = p.out.String()[tag.bytes:]
		}
		var ok bool
		if e.URL, ok = checkedURL(e.URL); !ok {
			return // a link Telegram does not take is shown as plain text
		}
	case "blockquote":
		if tag.argument != "" {
			e.Type = "expandable_blockquote"
		}
	case "tg-emoji":
		e.Emoji = tag.argument
	case "code":
		e.Language = tag.argument
	case "pre":
		p.closePre(e)
		return
	}
	p.found = append(p.found, e)
}

// closePre joins <pre><code class="language-x"> into one entity with a language.
func (p *htmlParser) closePre(pre Entity) {
	if n := len(p.found); n > 0 {
		if code := p.found[n-1]; code.Type == "code" && code.Offset == pre.Offset && code.Length == pre.Length {
			pre.Language = code.Language
			p.found[n-1] = pre
			return
		}
	}
	p.found = append(p.found, pre)
}

func (p *htmlParser) ended() bool { return p.at >= len(p.in) }

// until reads up to the first byte that stop accepts.
func (p *htmlParser) until(stop func(byte) bool) string {
	start := p.at
	for !p.ended() && !stop(p.in[p.at]) {
		p.at++
	}
	return p.in[start:p.at]
}

func (p *htmlParser) skipSpace() {
	p.until(func(c byte) bool { return !isSpace(c) })
}

func isSpace(c byte) bool { return strings.IndexByte(" \t\r\n\x00\v", c) >= 0 }

func isTokenByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-'
}
