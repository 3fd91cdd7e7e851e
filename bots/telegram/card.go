package telegram

import (
	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// card makes a message of a card. Lines that do not fit are left out from the end, and so are items.
func card(c *bots.Card, w writer) sheet {
	left := w.space()
	lines := fitting(cardLines(c.Lines, w.shared), "\n", &left)
	items := fitting(cardItems(c.Items, w), "\n\n", &left)
	return w.cover(sheet{piece: join("\n\n", lines, items), buttons: keyboard(c)})
}

// fitting joins as many pieces as there is room for.
func fitting(pieces []piece, separator string, left *room) piece {
	var fit []piece
	for _, p := range pieces {
		if !left.take(p, len("\n\n")) {
			break
		}
		fit = append(fit, p)
	}
	return join(separator, fit...)
}

// cardLines are lines of ours and headlines from feeds, which look alike here: in a chat of many none of them notifies
// anybody. In private there is nobody else, and a name in /where stays a link.
func cardLines(lines []bots.Line, shared bool) []piece {
	var pieces []piece
	for _, l := range lines {
		if shared {
			l.Text = unping(l.Text)
		}
		p := text(bots.Facing(clip(l.Text, maxText/2))).linked(l.Link)
		switch {
		case l.Strong:
			p = p.in("b")
		case l.Quiet:
			p = p.in("i")
		}
		pieces = append(pieces, p)
	}
	return pieces
}

// cardItems are stories; the headline leads to the article.
func cardItems(items []delivery.Item, w writer) []piece {
	var pieces []piece
	for _, item := range unpingedItems(items) {
		pieces = append(pieces, w.story(item, text(bots.Facing(clip(item.Headline, maxHeadline))).linked(item.URL).in("b")))
	}
	return pieces
}
