package sandbox

import (
	"cmp"
	"html/template"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
)

// entityTags are the tags that show a Telegram entity whose look needs nothing but a name.
var entityTags = map[string][2]string{
	"bold":          {"<b>", "</b>"},
	"italic":        {"<i>", "</i>"},
	"underline":     {"<u>", "</u>"},
	"strikethrough": {"<s>", "</s>"},
	"code":          {"<code>", "</code>"},
	"pre":           {"<pre>", "</pre>"},
	"blockquote":    {"<blockquote>", "</blockquote>"},
	"spoiler":       {spoilerOpen, spoilerClose},
	"expandable_blockquote": {
		`<blockquote class="expandable"><div class="fold">`,
		`</div><button type="button" class="unfold" aria-expanded="false">Show all</button></blockquote>`,
	},
}

// A spoiler is hidden until it is pressed, by hand or by keyboard.
const (
	spoilerOpen  = `<span class="spoiler" role="button" tabindex="0" aria-label="Hidden text, press to show"><span>`
	spoilerClose = `</span></span>`
)

// showEntities makes of a Telegram text what a client shows. Entities nest, they never overlap by halves
// (core.telegram.org/bots/api#formatting-options).
func showEntities(text string, entities []telegramtest.Entity) template.HTML {
	es := slices.Clone(entities)
	slices.SortStableFunc(es, func(a, b telegramtest.Entity) int {
		return cmp.Or(a.Offset-b.Offset, b.Length-a.Length)
	})
	e := entityWriter{units: utf16.Encode([]rune(text))}
	e.write(0, len(e.units), es)
	return template.HTML(e.out.String()) // every stretch of text has gone through plain
}

// entityWriter writes HTML; offsets count UTF-16 code units, as Telegram's do.
type entityWriter struct {
	units []uint16
	out   strings.Builder
}

// write shows the text from one offset to another, with the entities that begin inside it.
func (w *entityWriter) write(from, to int, es []telegramtest.Entity) {
	for len(es) > 0 {
		e := es[0]
		begin, end := clamp(e.Offset, from, to), clamp(e.Offset+e.Length, from, to)
		inner := 1
		for inner < len(es) && es[inner].Offset < end {
			inner++
		}
		w.plain(from, begin)
		opening, closing := w.tags(e, begin, end)
		w.out.WriteString(opening)
		w.write(begin, end, es[1:inner])
		w.out.WriteString(closing)
		if strings.HasSuffix(closing, "</blockquote>") && end < to && w.units[end] == '\n' {
			end++ // the quote has ended the line already
		}
		from, es = end, es[inner:]
	}
	w.plain(from, to)
}

// plain writes text without meaning, escaped.
func (w *entityWriter) plain(from, to int) {
	w.out.WriteString(template.HTMLEscapeString(w.text(from, to)))
}

func (w *entityWriter) text(from, to int) string { return string(utf16.Decode(w.units[from:to])) }

// tags are what stands before and after an entity.
func (w *entityWriter) tags(e telegramtest.Entity, from, to int) (opening, closing string) {
	switch e.Type {
	case "text_link":
		return linkTag(e.URL), "</a>"
	case "url":
		return linkTag(withScheme(w.text(from, to))), "</a>"
	case "bot_command":
		command := template.HTMLEscapeString(w.text(from, to))
		return `<button type="button" class="command" data-say="` + command + `">`, "</button>"
	default:
		pair := entityTags[e.Type] // mentions, hashtags and the like look like text here
		return pair[0], pair[1]
	}
}

// linkTag opens a link, where the address is one a browser may follow.
func linkTag(url string) string {
	if !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
		url = "#"
	}
	return `<a href="` + template.HTMLEscapeString(url) + `" target="_blank" rel="noopener noreferrer">`
}

func withScheme(url string) string {
	if strings.Contains(url, "://") {
		return url
	}
	return "https://" + url
}

func clamp(n, least, most int) int { return max(least, min(n, most)) }
