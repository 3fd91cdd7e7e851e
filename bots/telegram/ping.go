package telegram

import (
	"regexp"
	"slices"

	"github.com/tenbells/tenbells/delivery"
)

// mention is what Telegram makes a mention of: an “@” behind anything but a letter, a digit or “_”
// (github.com/tdlib/td, match_mentions). Whoever is meant is notified if they are in the group.
var mention = regexp.MustCompile(`(^|[^A-Za-z0-9_])@([A-Za-z])`)

// wordJoiner is invisible. Between “@” and a name it keeps Telegram from seeing a mention.
const wordJoiner = "\u2060"

// unping makes sure that text from a feed notifies nobody.
func unping(s string) string { return mention.ReplaceAllString(s, "$1@"+wordJoiner+"$2") }

// unpinged is content that notifies nobody but its reader.
func unpinged(c delivery.Content) delivery.Content {
	for _, s := range []*string{&c.Headline, &c.Standfirst, &c.Credit, &c.Note, &c.Told} {
		*s = unping(*s)
	}
	c.Body = slices.Clone(c.Body)
	for i := range c.Body {
		c.Body[i] = unping(c.Body[i])
	}
	c.Items = unpingedItems(c.Items)
	return c
}

func unpingedItems(items []delivery.Item) []delivery.Item {
	items = slices.Clone(items)
	for i := range items {
		for _, s := range []*string{&items[i].Headline, &items[i].Standfirst, &items[i].Credit} {
			*s = unping(*s)
		}
	}
	return items
}
