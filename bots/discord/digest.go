package discord

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// shownStories is the most stories of a digest in one message: what a screen shows without scrolling for long.
const shownStories = 10

// pick begins the custom id of the menu that opens a story; the value chosen is then what was pressed.
const pick = "pick:"

// story is one item of a digest with its place in the edition, which is what its menu entry names.
type story struct {
	delivery.Item
	place int
}

// digest is one embed of numbered stories, and a menu that opens one of them for whoever asks.
func (w writer) digest(p delivery.Parcel) message {
	stories := untold(p)
	head := ""
	if !p.Body.Since.IsZero() {
		head = w.say("digest-since", "count", len(stories), "time", moment(p.Body.Since, w.now))
	}
	e := &discordgo.MessageEmbed{Title: clipEscaped(digestTitle(p), maxTitle), Color: colours[delivery.Digest], Timestamp: stamp(p.Body.Until)}
	blocks, shown := []string{head}, 0
	used := length(head)
	for i, st := range stories[:min(len(stories), shownStories)] {
		block := w.story(st.Item, i+1)
		if used += length(block) + 2; used > maxDescription {
			break
		}
		blocks, shown = append(blocks, block), i+1
	}
	e.Description = fit(maxDescription, "\n\n", blocks...)
	return newMessage([]*discordgo.MessageEmbed{e}, w.digestRows(p, stories, shown))
}

func digestTitle(p delivery.Parcel) string {
	return bots.Say(p.Voice.Language, "digest-title", "date", bots.Day(p.Body.Until, p.Voice.Zone, p.Voice.Language))
}

// untold is what is left of an edition for this reader. Of a story that was withdrawn since they were told it, that alone
// is said.
func untold(p delivery.Parcel) []story {
	var left []story
	for place, item := range p.Body.Items {
		if slices.Contains(p.Omit, place) {
			continue
		}
		if item.Withdrawn > 0 {
			item = delivery.Item{Headline: bots.Say(p.Voice.Language, "status-recalled")}
		}
		left = append(left, story{item, place})
	}
	return left
}

// story is one line of a digest: headline, one sentence, who says so.
func (w writer) story(item delivery.Item, number int) string {
	headline := link(clipEscaped(oneLine(item.Headline), maxTitle), item.URL)
	reports := ""
	if item.Reports > 1 {
		reports = w.say("reports", "count", item.Reports)
	}
	source := italic(fit(maxTitle, " · ", clipEscaped(oneLine(item.Credit), maxTitle/2), reports))
	tail := fit(maxDescription, " ", clipEscaped(bots.Facing(sentence(oneLine(item.Standfirst))), maxTitle), source)
	return fit(maxDescription, "\n", bold(mark(item.Headline)+fmt.Sprintf("%d. %s", number, headline)), tail)
}

// sentence is the first sentence of text, if one ends where sentences do; an early stop is that of an abbreviation.
func sentence(text string) string {
	const shortest = 40
	runes := []rune(text)
	for i := shortest; i+2 < len(runes); i++ {
		if strings.ContainsRune(".?!…", runes[i]) && runes[i+1] == ' ' && !unicode.IsLower(runes[i+2]) && !unicode.IsUpper(runes[i-1]) {
			return string(runes[:i+1])
		}
	}
	return text
}

// digestRows are the menu that opens a story, and the buttons to the rest and to the settings.
func (w writer) digestRows(p delivery.Parcel, stories []story, shown int) []component {
	var options []choice
	for i, st := range stories[:shown] {
		if value := bots.OpenData(p.Content, st.place); value != "" {
			options = append(options, choice{Value: value, Label: clip(fmt.Sprintf("%d. %s", i+1, oneLine(st.Headline)), maxOption)})
		}
	}
	var rows []component
	if id := pick + string(p.Content); len(options) > 0 && length(id) <= maxCustomID {
		rows = append(rows, row(component{Type: discordgo.SelectMenuComponent, CustomID: id, Placeholder: w.say("open-story"), Options: options}))
	}
	var buttons []component
	if more := len(stories) - shown; more > 0 {
		if rest := bots.RestData(p.Content, stories[shown].place); rest != "" {
			buttons = append(buttons, pressButton(w.say("more-stories", "count", more), rest))
		}
	}
	return append(rows, row(append(buttons, pressButton(w.say("settings"), bots.SettingsData))...))
}

// mark is what sets a headline in its direction, in front of the line that it stands in; "" where nothing is needed.
func mark(headline string) string {
	headline = oneLine(headline)
	return strings.TrimSuffix(bots.Facing(headline), headline)
}
