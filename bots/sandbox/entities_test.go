package sandbox

import (
	"testing"

	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
)

func TestTelegramTextIsShownAsAClientShowsIt(t *testing.T) {
	type entities = []telegramtest.Entity
	tests := []struct {
		name     string
		text     string
		entities entities
		want     string
	}{
		{"text without meaning is escaped", `5 < 6 & "so"`, nil, `5 &lt; 6 &amp; &#34;so&#34;`},
		{"offsets count UTF-16 units", "🔔 ten bells", entities{{Type: "bold", Offset: 3, Length: 3}}, "🔔 <b>ten</b> bells"},
		{"entities nest, outermost first", "abcdef", entities{{Type: "italic", Offset: 2, Length: 2}, {Type: "bold", Offset: 0, Length: 6}},
			"<b>ab<i>cd</i>ef</b>"},
		{"a link", "here", entities{{Type: "text_link", Offset: 0, Length: 4, URL: `https://a.example/?"x"`}},
			`<a href="https://a.example/?&#34;x&#34;" target="_blank" rel="noopener noreferrer">here</a>`},
		{"a link to nowhere good", "here", entities{{Type: "text_link", Offset: 0, Length: 4, URL: "javascript:alert(1)"}},
			`<a href="#" target="_blank" rel="noopener noreferrer">here</a>`},
		{"a command can be pressed", "try /topics", entities{{Type: "bot_command", Offset: 4, Length: 7}},
			`try <button type="button" class="command" data-say="/topics">/topics</button>`},
		{"a quote ends its line", "a\nb\n\nc", entities{{Type: "blockquote", Offset: 2, Length: 1}}, "a\n<blockquote>b</blockquote>\nc"},
		{"an entity beyond the text", "abc", entities{{Type: "bold", Offset: 1, Length: 9}}, "a<b>bc</b>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := string(showEntities(test.text, test.entities)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
