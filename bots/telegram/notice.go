package telegram

import (
	"strings"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// correction is the short reply that says what was wrong.
func (w writer) correction(c delivery.Content) sheet {
	told := piece{}
	if c.Told != "" {
		told = text(w.say("correction-told", "time", w.clock(c.ToldAt), "told", clip(c.Told, maxHeadline)))
	}
	body := text(strings.TrimSpace(w.say("correction-body", "note", clip(c.Note, maxHeadline))))
	title := join("\n", w.testMark(c), bold(w.say("correction-title")))
	return w.cover(sheet{piece: join(" ", title, told, body)})
}

// recall stands in the place of what was withdrawn: no link, no picture, no buttons.
func (w writer) recall(c delivery.Content) sheet {
	withdrawn := strings.TrimSpace(w.say("withdrawn", "time", w.clock(c.Updated), "reason", clip(c.Note, maxHeadline)))
	return w.cover(sheet{piece: join("\n", w.testMark(c), italic(bots.Facing(withdrawn)))})
}
