package discord

import (
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// glance is how much of an article stands in a channel below the standfirst, in whole paragraphs: Discord has no way to
// fold text, and a channel is not the place to read it all.
const glance = 1200

// alert is one embed: the headline, linked; what happened; who says so.
func (w writer) alert(c delivery.Content) message {
	e := &discordgo.MessageEmbed{
		Title:     w.headline(c),
		URL:       webAddress(c.URL, maxAddress),
		Color:     colours[c.Class],
		Timestamp: stamp(c.Published),
		Footer:    w.credit(c),
	}
	room := min(maxDescription, maxEmbeds-length(e.Title)-length(e.Footer.Text))
	head := fit(room, "\n\n", w.testMark(c), w.updated(c))
	standfirst := clipEscaped(bots.Facing(strings.TrimSpace(c.Standfirst)), room-length(head)-2)
	head = fit(room, "\n\n", head, standfirst)
	e.Description = fit(min(room, length(head)+glance), "\n\n", append([]string{head}, w.paragraphs(c)...)...)
	return newMessage([]*discordgo.MessageEmbed{e}, w.alertButtons(c))
}

// headline is the title: the headline whole, or what fits of it.
func (w writer) headline(c delivery.Content) string {
	headline := oneLine(c.Headline)
	if c.Class == delivery.Flash {
		headline = w.say("flash-prefix", "headline", headline)
	}
	return clipEscaped(bots.Facing(headline), maxTitle)
}

// updated says that a fact has changed since the reader was told, and when.
func (w writer) updated(c delivery.Content) string {
	switch {
	case c.Updated.IsZero():
		return ""
	case c.Note == "":
		return italic(w.say("updated-plain", "time", moment(c.Updated, w.now)))
	default:
		return italic(w.say("updated", "time", moment(c.Updated, w.now), "note", w.note(c)))
	}
}

// maxNote is the longest note; an editor's is a sentence.
const maxNote = 1000

func (w writer) note(c delivery.Content) string { return clipEscaped(oneLine(c.Note), maxNote) }

// paragraphs are the body's, escaped, without those that only repeat the standfirst.
func (w writer) paragraphs(c delivery.Content) []string {
	if c.Class == delivery.Flash {
		return nil // a flash is told, not read
	}
	var ps []string
	for _, p := range c.Body {
		if p = strings.TrimSpace(p); p != strings.TrimSpace(c.Standfirst) {
			ps = append(ps, escape(bots.Facing(p)))
		}
	}
	return ps
}

// credit is the small print: the class in words, who says so, and which report on the story it is. It has no markdown.
func (w writer) credit(c delivery.Content) *discordgo.MessageEmbedFooter {
	report := ""
	if c.Reports > 1 {
		report = w.say("report-number", "number", c.Reports)
	}
	return &discordgo.MessageEmbedFooter{
		Text: fit(maxFooter, " · ", w.className(c.Class), clip(oneLine(c.Credit), maxTitle), report),
	}
}

func (w writer) alertButtons(c delivery.Content) []component {
	var buttons []component
	if address := webAddress(c.URL, maxButtonAddress); address != "" {
		buttons = append(buttons, linkButton(w.say("read"), address))
	}
	if more := bots.MoreData(c.Batch); more != "" {
		buttons = append(buttons, pressButton(w.say("more"), more))
	}
	if len(buttons) == 0 {
		return nil
	}
	return []component{row(buttons...)}
}

// correction is the short reply that says what was wrong.
func (w writer) correction(c delivery.Content) message {
	told := ""
	if c.Told != "" {
		told = w.say("correction-told", "time", moment(c.ToldAt, w.now), "told", clipEscaped(oneLine(c.Told), maxTitle))
	}
	text := fit(maxDescription, " ", bold(w.say("correction-title")), told,
		strings.TrimSpace(w.say("correction-body", "note", w.note(c))))
	return newMessage([]*discordgo.MessageEmbed{{
		Description: fit(maxDescription, "\n\n", w.testMark(c), text), Color: colours[c.Class],
	}}, nil)
}

// recall stands in the place of what was withdrawn: no link, no buttons.
func (w writer) recall(c delivery.Content) message {
	text := italic(strings.TrimSpace(w.say("withdrawn", "time", moment(c.Updated, w.now), "reason", w.note(c))))
	return newMessage([]*discordgo.MessageEmbed{{
		Description: fit(maxDescription, "\n\n", w.testMark(c), text), Color: withdrawnColour,
	}}, nil)
}
