package telegramtest

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestHTML(t *testing.T) {
	for _, tt := range []struct {
		name, in, text string
		entities       []Entity
	}{
		{"references", "&lt;&gt;&amp;&quot;&#39;&#x41;&copy;&", `<>&"'A&copy;&`, nil},
		{"bold and strong", "<b>a</b><strong>b</strong>", "ab", []Entity{{Type: "bold", Offset: 0, Length: 1}, {Type: "bold", Offset: 1, Length: 1}}},
		{"all simple tags", "<i>a</i><em>b</em><u>c</u><ins>d</ins><s>e</s><strike>f</strike><del>g</del>", "abcdefg", []Entity{
			{Type: "italic", Length: 1}, {Type: "italic", Offset: 1, Length: 1}, {Type: "underline", Offset: 2, Length: 1},
			{Type: "underline", Offset: 3, Length: 1}, {Type: "strikethrough", Offset: 4, Length: 1},
			{Type: "strikethrough", Offset: 5, Length: 1}, {Type: "strikethrough", Offset: 6, Length: 1}}},
		{"spoilers", `<tg-spoiler>a</tg-spoiler><span class="tg-spoiler">b</span>`, "ab", []Entity{{Type: "spoiler", Length: 1}, {Type: "spoiler", Offset: 1, Length: 1}}},
		{"offsets are UTF-16", "🔔<b>é🔔</b>", "🔔é🔔", []Entity{{Type: "bold", Offset: 2, Length: 3}}},
		{"a link", `<a href="https://example.org/?a=1&amp;b=2">x</a>`, "x", []Entity{{Type: "text_link", Length: 1, URL: "https://example.org/?a=1&b=2"}}},
		{"a link without address is its text", `<a>example.org/x</a>`, "example.org/x", []Entity{{Type: "text_link", Length: 13, URL: "http://example.org/x"}}},
		{"a bad link is plain text", `<a href="javascript:x">y</a>`, "y", nil},
		{"code and pre", "<code>a</code> <pre>b</pre>", "a b", []Entity{{Type: "code", Length: 1}, {Type: "pre", Offset: 2, Length: 1}}},
		{"pre with a language", `<pre><code class="language-go">x</code></pre>`, "x", []Entity{{Type: "pre", Length: 1, Language: "go"}}},
		{"quotes", "<blockquote>a</blockquote><blockquote expandable>b</blockquote>", "ab", []Entity{{Type: "blockquote", Length: 1}, {Type: "expandable_blockquote", Offset: 1, Length: 1}}},
		{"nested, outer first", "<b>a<i>b</i></b>", "ab", []Entity{{Type: "bold", Length: 2}, {Type: "italic", Offset: 1, Length: 1}}},
		{"upper case tags, odd spaces", "<B >a</b >", "a", []Entity{{Type: "bold", Length: 1}}},
		{"an unnamed end tag", "<b>a</>", "a", []Entity{{Type: "bold", Length: 1}}},
		{"an empty tag is nothing", "<b></b>x", "x", nil},
		{"custom emoji", `<tg-emoji emoji-id="5368">🔥</tg-emoji>`, "🔥", []Entity{{Type: "custom_emoji", Length: 2, Emoji: "5368"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text, entities, err := parseHTML(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if text != tt.text || len(entities)+len(tt.entities) > 0 && !reflect.DeepEqual(entities, tt.entities) {
				t.Errorf("got %q %+v\nwant %q %+v", text, entities, tt.text, tt.entities)
			}
		})
	}
}

func TestHTMLRefusals(t *testing.T) {
	for _, tt := range []struct{ in, err string }{
		{"a < b", "Unsupported start tag \"\" at byte offset 2"},
		{"a <", "Unclosed start tag at byte offset 2"},
		{"<b", "Unclosed start tag at byte offset 0"},
		{"<div>a</div>", "Unsupported start tag \"div\" at byte offset 0"},
		{"x<br/>", "Unsupported start tag \"br/\" at byte offset 1"},
		{"<b>a", "Can't find end tag corresponding to start tag \"b\""},
		{"a</b>", "Unexpected end tag at byte offset 1"},
		{"<b>a</i>", "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""},
		{"<b>a</b", "Unclosed end tag at byte offset 4"},
		{"<b><i>a</b></i>", "Unmatched end tag at byte offset 7, expected \"</i>\", found \"</b>\""},
		{"<span>a</span>", "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0"},
		{"<a href=x/y>a</a>", "Unexpected end of name token at byte offset 8"},
		{`<a href="x>a</a>`, "Unclosed start tag at byte offset 0"},
		{`<a ="x">a</a>`, "Empty attribute name in the tag \"a\" at byte offset 0"},
	} {
		if _, _, err := parseHTML(tt.in); err == nil || err.Error() != tt.err {
			t.Errorf("%s: %v, want %s", tt.in, err, tt.err)
		}
	}
}

// Whatever comes in, the parser ends, and what it accepts has entities that lie in the text.
func FuzzHTML(f *testing.F) {
	for _, seed := range []string{"<b>a</b>", "<a href='x'>&lt;</a>", "<pre><code class=language-x>y</code></pre>", "&#x1F514;<i>", "</", "<b expandable="} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if !utf8.ValidString(in) {
			return
		}
		text, entities, err := parseHTML(in)
		if err != nil {
			return
		}
		if !utf8.ValidString(text) || utf8.RuneCountInString(text) > utf8.RuneCountInString(in) {
			t.Errorf("%q became %q", in, text)
		}
		if bad := checkEntities(text, entities); bad != nil {
			t.Errorf("%q: %v in %+v", in, bad, entities)
		}
		trim, moved := trimmed(text, entities)
		if bad := checkEntities(trim, moved); bad != nil {
			t.Errorf("%q trimmed to %q: %v in %+v", in, trim, bad, moved)
		}
		if trim != strings.TrimSpace(trim) && strings.Trim(trim, " \n\r\t\v\f") != trim {
			t.Errorf("%q is not trimmed", trim)
		}
	})
}

func TestCommandEntities(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []Entity
	}{
		{"/start", []Entity{{Type: "bot_command", Length: 6}}},
		{"/start payload", []Entity{{Type: "bot_command", Length: 6}}},
		{"/mute@newsbot 1h", []Entity{{Type: "bot_command", Length: 13}}},
		{"🔔 привет /mute", []Entity{{Type: "bot_command", Offset: 10, Length: 5}}},
		{"see a/b or http://x.org/y", nil},
		{"/a/b", nil},
		{"no command", nil},
	} {
		if got := commandEntities(tt.text); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%q: %+v, want %+v", tt.text, got, tt.want)
		}
	}
}
