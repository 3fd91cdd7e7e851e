package sandbox

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"strings"
	"time"
)

// The two clients of the page, as it names them.
const (
	telegramClient = "telegram"
	discordClient  = "discord"
)

//go:embed page
var files embed.FS

// pages are the page itself and the pieces that change on it.
var pages = template.Must(template.New("").Funcs(template.FuncMap{"stamp": stamp}).ParseFS(files, "page/*.html"))

// stamp is an instant as HTML's datetime has it.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// chat is one conversation as the page lists it.
type chat struct {
	ID     string // unique on the page: "telegram:-1002"
	Client string
	Title  string
	Sort   string // "private chat", "channel"
	Sign   string // one character for its picture
	Empty  string // what will appear here, and how to make it appear
	Write  string // what the composer says while nothing is typed
	Start  bool   // shows Telegram's Start button until the visitor has written
}

// shown is one message as the page shows it.
type shown struct {
	Chat    string        `json:"chat"`
	ID      string        `json:"id"` // of its element
	HTML    template.HTML `json:"html"`
	Preview string        `json:"preview"` // its first line, for the list of chats
	At      string        `json:"at"`
	Mine    bool          `json:"mine"`
	Sound   bool          `json:"sound"`
	New     bool          `json:"new"` // it has just arrived, as against changed
}

// gone is a message that is no more.
type gone struct {
	Chat string `json:"chat"`
	ID   string `json:"id"`
}

// toast is a short answer over a client.
type toast struct {
	Client string `json:"client"`
	Text   string `json:"text"`
	Stay   bool   `json:"stay"` // until it is pressed away
}

// command is one entry of the list that opens when a slash is typed.
type command struct {
	Text string `json:"text"` // what is put into the composer
	Hint string `json:"hint"` // its options
	Help string `json:"help"`
}

// render fills one of the page's templates. They are parsed at start and their data is ours, so it cannot fail.
func render(name string, data any) template.HTML {
	var out bytes.Buffer
	if err := pages.ExecuteTemplate(&out, name, data); err != nil {
		panic(fmt.Sprintf("sandbox: template %s: %v", name, err))
	}
	return template.HTML(strings.TrimSpace(out.String()))
}

// firstLine is the beginning of a text, as a list of chats or a quoted message shows it.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if runes := []rune(line); len(runes) > 90 {
		line = string(runes[:89]) + "…"
	}
	return line
}
