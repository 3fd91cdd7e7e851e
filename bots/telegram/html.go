package telegram

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of one message (core.telegram.org/bots/api#sendmessage; the raw text: tdlib/telegram-bot-api,
// get_formatted_text). Characters are Unicode code points.
const (
	maxText = 4096  // characters, entities parsed
	maxRaw  = 32768 // bytes, markup included
)

// piece is a stretch of a message: as Telegram's HTML, and as it reads once that is parsed.
type piece struct{ html, plain string }

var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// text is a piece without markup. What Telegram would refuse or swallow (control characters, broken UTF-8) is gone.
func text(s string) piece {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case unicode.IsControl(r) && r != '\n':
			return -1
		default:
			return r
		}
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return piece{escape.Replace(s), s}
}

func bold(s string) piece      { return text(s).in("b") }
func italic(s string) piece    { return text(s).in("i") }
func (p piece) spoiler() piece { return p.in("tg-spoiler") }

// in puts the piece between a tag's ends. An empty piece stays empty.
func (p piece) in(tag string) piece {
	if p.plain == "" {
		return p
	}
	name, _, _ := strings.Cut(tag, " ")
	return piece{"<" + tag + ">" + p.html + "</" + name + ">", p.plain}
}

// linked makes the piece lead to address, where that is one Telegram takes.
func (p piece) linked(address string) piece {
	if !webAddress(address) {
		return p
	}
	return p.in(`a href="` + escape.Replace(address) + `"`)
}

func (p piece) empty() bool { return p.plain == "" }

// cost is what the piece takes of a message.
func (p piece) cost() room { return room{utf8.RuneCountInString(p.plain), len(p.html)} }

// join puts pieces together; empty ones are left out.
func join(separator string, pieces ...piece) piece {
	var html, plain []string
	for _, p := range pieces {
		if !p.empty() {
			html, plain = append(html, p.html), append(plain, p.plain)
		}
	}
	return piece{strings.Join(html, separator), strings.Join(plain, separator)}
}

// room is what is left of a message's limits.
type room struct{ chars, bytes int }

func wholeMessage() room { return room{maxText, maxRaw} }

// take uses up what p and its separators cost; false, and nothing is used, where that is more than is left.
func (r *room) take(p piece, separators int) bool {
	cost := p.cost()
	if cost.chars+separators > r.chars || cost.bytes+separators > r.bytes {
		return false
	}
	r.chars -= cost.chars + separators
	r.bytes -= cost.bytes + separators
	return true
}

// clip cuts plain text to at most n characters, between words where it can, and shows that it did.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	cut := string([]rune(s)[:n-1])
	if space := strings.LastIndexFunc(cut, unicode.IsSpace); space > len(cut)/2 {
		cut = cut[:space]
	}
	return strings.TrimRightFunc(cut, unicode.IsSpace) + "…"
}

// webAddress says whether Telegram takes address as a link: http or https, with a host that has a dot
// (github.com/tdlib/td, LinkManager::get_checked_link), and UTF-8 as all that it takes is.
func webAddress(address string) bool {
	u, err := url.Parse(address)
	return err == nil && utf8.ValidString(address) && (u.Scheme == "http" || u.Scheme == "https") && strings.Contains(u.Hostname(), ".") &&
		!strings.ContainsAny(u.Hostname(), " \"<>")
}
