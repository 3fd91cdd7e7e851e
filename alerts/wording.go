package alerts

import (
	"strings"
	"unicode"

	"github.com/tenbells/tenbells/articles"
)

// wording is an article as an alert says it.
func wording(a articles.Article) Wording {
	w := Wording{Headline: clipped(a.Headline, MaxHeadline), Text: a.Standfirst, Body: a.Body}
	if isLink(a.URL) {
		w.URL = a.URL
	}
	if a.Excerpt {
		w.Body = nil
	}
	if w.Text == "" && len(w.Body) > 0 {
		w.Text, w.Body = w.Body[0], w.Body[1:]
	}
	if len(a.Images) > 0 {
		w.Image = a.Images[0].URL
	}
	return w
}

// clipped is a text of at most so many characters, cut between words where there are any.
func clipped(text string, most int) string {
	all := []rune(text)
	if len(all) <= most {
		return text
	}
	cut := string(all[:most-1])
	if at := strings.LastIndexFunc(cut, unicode.IsSpace); at > len(cut)/2 {
		cut = cut[:at]
	}
	return strings.TrimSpace(cut) + "…"
}

// credit names the outlet and whoever else the newsroom thanks: “RFE/RL, with reporting by AP and Reuters”.
func credit(a articles.Article) string {
	if a.Outlet == "" || a.Credit == "" || strings.Contains(a.Credit, a.Outlet) {
		return orWord(a.Credit, a.Outlet)
	}
	first := []rune(a.Credit)
	if strings.HasPrefix(a.Credit, "With ") {
		first[0] = unicode.ToLower(first[0])
	}
	return a.Outlet + ", " + string(first)
}

// worthTelling says whether a reader would see the difference: words of headline or standfirst, or any figure.
func worthTelling(old, new Wording) bool {
	return seen(old) != seen(new)
}

func seen(w Wording) string {
	fields := func(s string, keep func(rune) bool) string {
		return strings.ToLower(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return !keep(r) }), " "))
	}
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
	return fields(w.Headline, word) + "\n" + fields(w.Text, word) + "\n" + fields(strings.Join(w.Body, "\n"), unicode.IsNumber)
}
