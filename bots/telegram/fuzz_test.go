package telegram

import (
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-telegram/bot/models"
)

// tags is all markup we ever write.
var tags = regexp.MustCompile(`</?(b|i|tg-spoiler|blockquote|blockquote expandable|a|a href="[^"<>]*")>`)

// Whatever is written, what is not our own markup is escaped, and reads as it was written.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"a", "<b>", "&amp;", "\"'", "\x00\xff", "</tg-spoiler>", "https://x.org/\"><b>", "http://x.\x8f"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, words, address string) {
		p := join("\n", bold(words), text(words).linked(address).in("i"), text(words)).spoiler()
		bare := tags.ReplaceAllString(p.html, "")
		if strings.ContainsAny(bare, "<>") || html.UnescapeString(bare) != p.plain || !utf8.ValidString(p.html) {
			t.Errorf("%q to %q became %q, read as %q", words, address, p.html, p.plain)
		}
		if cut := clip(words, 10); utf8.RuneCountInString(cut) > 10 {
			t.Errorf("%q clipped to %q", words, cut)
		}
	})
}

// Whatever comes, an update is read or refused, and what is kept of it is JSON that reads back the same.
func FuzzListen(f *testing.F) {
	for _, seed := range []string{
		`{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":-5,"type":"supergroup"},"text":"/a@b c","entities":[{"type":"bot_command","offset":0,"length":4}]}}`,
		`{"update_id":2,"callback_query":{"id":"1","from":{"id":5,"is_bot":false,"first_name":"A"},"message":{"message_id":1,"date":0,"chat":{"id":5,"type":"private"}},"data":"x"}}`,
		`{"update_id":3,"my_chat_member":{"chat":{"id":5,"type":"private"},"from":{"id":5},"date":1,"old_chat_member":{"status":"member"},"new_chat_member":{"status":"kicked"}}}`,
		`{"update_id":4,"callback_query":{"id":"1","inline_message_id":"x"}}`, `{"update_id":5}`, `[]`, `{"update_id":6,"message":{}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, h, ok, err := listen(raw)
		if err != nil || !ok {
			return
		}
		kept, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		var again heard
		if err := json.Unmarshal(kept, &again); err != nil || again != h && utf8.Valid(raw) {
			t.Errorf("%s became %+v, and that %+v: %v", raw, h, again, err)
		}
	})
}

// Commands are found wherever Telegram says they are, and its numbers are never trusted.
func FuzzParseCommand(f *testing.F) {
	f.Add("🔔 привет /Mute@NewsBot 1h", 10, 13)
	f.Add("/a", 0, 2)
	f.Add("🔔", 1, 1)
	f.Add("/a", -1, 1<<62)
	f.Fuzz(func(t *testing.T, text string, offset, length int) {
		c, ok := parseCommand(text, []models.MessageEntity{{Type: models.MessageEntityTypeBotCommand, Offset: offset, Length: length}})
		if ok && (c.name == "" || strings.Contains(c.name, "@") || c.first != (offset == 0)) {
			t.Errorf("%q at %d, %d: %+v", text, offset, length, c)
		}
	})
}

func TestParseCommand(t *testing.T) {
	for _, c := range []struct {
		text           string
		offset, length int
		want           command
	}{
		{"🔔 привет /Mute@NewsBot 1h ", 10, 13, command{"mute", "newsbot", "1h", false}},
		{"/start payload", 0, 6, command{"start", "", "payload", true}},
		{"/follow\nРоссия", 0, 7, command{"follow", "", "Россия", true}},
	} {
		got, ok := parseCommand(c.text, []models.MessageEntity{{Type: models.MessageEntityTypeBotCommand, Offset: c.offset, Length: c.length}})
		if !ok || got != c.want {
			t.Errorf("%q: %+v, want %+v", c.text, got, c.want)
		}
	}
}
