package sandbox

import "testing"

func TestDiscordTextIsShownAsAClientShowsIt(t *testing.T) {
	n := names{
		channel: func(id string) string { return "news" },
		role:    func(id string) string { return "Flash" },
		user:    func(id string) string { return "tenbells" },
	}
	tests := []struct{ name, text, want string }{
		{"text without meaning is escaped", `<b>5 & 6</b>`, `&lt;b&gt;5 &amp; 6&lt;/b&gt;`},
		{"marks nest", "**bold *and* so**", "<b>bold <i>and</i> so</b>"},
		{"an escaped mark is a character", `\*not bold\*`, "*not bold*"},
		{"words with underscores are words", "a_snake_case", "a_snake_case"},
		{"lines, small print and quotes", "one\n-# two\n> three", "one\n<small>two</small><blockquote>three</blockquote>"},
		{"a time is shown in the visitor's zone", "at <t:1717000000:t>",
			`at <time datetime="2024-05-29T16:26:40Z" data-style="t">16:26 UTC</time>`},
		{"mentions by name", "<#1> <@&2> <@3>",
			`<span class="mention">#news</span> <span class="mention">@Flash</span> <span class="mention">@tenbells</span>`},
		{"a link", "[Read](https://a.example/x)", `<a href="https://a.example/x" target="_blank" rel="noopener noreferrer">Read</a>`},
		{"a link that is none", "[Read](javascript:alert(1))", "[Read](javascript:alert(1))"},
		{"a spoiler", "||hidden||", spoilerOpen + "hidden" + spoilerClose},
		{"@everyone is only text", "@everyone", "@everyone"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := string(showMarkdown(test.text, n)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
