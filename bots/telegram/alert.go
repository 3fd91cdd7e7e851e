package telegram

import (
	"strings"

	"github.com/go-telegram/bot/models"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

const (
	quoteStart = "<blockquote expandable>"
	quoteEnd   = "</blockquote>"
)

// alert is a news alert: what happened, the text in a quote that unfolds, and who says so. Paragraphs that do not fit
// are left out, the last first; then the standfirst.
func (w writer) alert(c delivery.Content) sheet {
	top := join("\n", w.testMark(c), w.headline(c), w.updated(c))
	foot := w.credit(c)
	left := w.space()
	left.take(top, 0)
	left.take(foot, 1)
	standfirst := text(bots.Facing(c.Standfirst))
	if !left.take(standfirst, 1) {
		standfirst = piece{}
	}
	s := sheet{piece: join("\n", top, standfirst, quote(paragraphs(c), &left), foot)}
	s.buttons = w.alertButtons(c)
	if webAddress(c.Image) {
		s.image = c.Image
	}
	return w.cover(s)
}

func (w writer) headline(c delivery.Content) piece {
	headline := clip(c.Headline, maxHeadline)
	if c.Class == delivery.Flash {
		headline = w.say("flash-prefix", "headline", headline)
	}
	return bold(bots.Facing(headline))
}

// testMark comes first: a drill must not be taken for news on a lock screen.
func (w writer) testMark(c delivery.Content) piece {
	if !c.Test {
		return piece{}
	}
	return italic(w.say("test"))
}

// updated says that a fact has changed since the reader was told, and when.
func (w writer) updated(c delivery.Content) piece {
	switch {
	case c.Updated.IsZero():
		return piece{}
	case c.Note == "":
		return italic(w.say("updated-plain", "time", w.clock(c.Updated)))
	default:
		return italic(bots.Facing(w.say("updated", "time", w.clock(c.Updated), "note", clip(c.Note, maxHeadline))))
	}
}

// credit is who says so, when, and which report on the story it is.
func (w writer) credit(c delivery.Content) piece {
	var clock, report piece
	if !c.Published.IsZero() {
		clock = text(w.clock(c.Published))
	}
	if c.Reports > 1 {
		report = text(w.say("report-number", "number", c.Reports))
	}
	return join(" · ", text(clip(c.Credit, maxHeadline)), clock, report)
}

// paragraphs are the body's, without those that say nothing or only repeat the standfirst.
func paragraphs(c delivery.Content) []string {
	var ps []string
	for _, p := range c.Body {
		if p = strings.TrimSpace(p); p != "" && p != strings.TrimSpace(c.Standfirst) {
			ps = append(ps, p)
		}
	}
	return ps
}

// quote holds as many paragraphs as there is room for.
func quote(paragraphs []string, left *room) piece {
	left.bytes -= len(quoteStart) + len(quoteEnd)
	var fit []piece
	for _, paragraph := range paragraphs {
		p := text(bots.Facing(paragraph))
		if !left.take(p, len("\n\n")) {
			break
		}
		fit = append(fit, p)
	}
	return join("\n\n", fit...).in("blockquote expandable")
}

func (w writer) alertButtons(c delivery.Content) [][]models.InlineKeyboardButton {
	var row []models.InlineKeyboardButton
	if webAddress(c.URL) {
		row = append(row, models.InlineKeyboardButton{Text: w.say("read"), URL: c.URL})
	}
	if row = addPress(row, w.say("more"), bots.MoreData(c.Batch)); len(row) == 0 {
		return nil
	}
	return [][]models.InlineKeyboardButton{row}
}
