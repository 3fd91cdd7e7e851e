package telegram

import (
	"fmt"
	"slices"

	"github.com/go-telegram/bot/models"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// shownStories is the most stories of a digest in one message, and numbersARow how many number buttons stand side by
// side: what a phone shows without crowding.
const (
	shownStories = 10
	numbersARow  = 5
)

// story is one item of a digest with its place in the edition, which is what its button names.
type story struct {
	delivery.Item
	place int
}

// digest is an edition less what this reader was told already. Stories that do not fit are left out, the last first;
// a button leads to them.
func (w writer) digest(p delivery.Parcel) (sheet, error) {
	stories := untold(p)
	if len(stories) == 0 {
		return sheet{}, fmt.Errorf("a digest without stories: %w", delivery.ErrRejected)
	}
	head := w.digestHead(p.Body, len(stories))
	left := w.space()
	left.take(head, 0)
	shown := []piece{head}
	for i, st := range stories[:min(len(stories), shownStories)] {
		told := w.story(st.Item, bold(bots.Facing(fmt.Sprintf("%d. %s", i+1, clip(st.Headline, maxHeadline)))))
		if !left.take(told, len("\n\n")) {
			break
		}
		shown = append(shown, told)
	}
	s := sheet{piece: join("\n\n", shown...)}
	s.buttons = w.digestButtons(p, stories, len(shown)-1)
	return w.cover(s), nil
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

func (w writer) digestHead(c delivery.Content, n int) piece {
	title := bold(w.say("digest-title", "date", bots.Day(c.Until, w.voice.Zone, w.voice.Language)))
	if c.Since.IsZero() {
		return title
	}
	return join(" · ", title, text(w.say("digest-since", "count", n, "time", w.clock(c.Since))))
}

// story is one story: headline, a few sentences, who says so.
func (w writer) story(item delivery.Item, headline piece) piece {
	var reports piece
	if item.Reports > 1 {
		reports = text(w.say("reports", "count", item.Reports))
	}
	source := join(" · ", text(clip(item.Credit, maxHeadline)), reports).in("i")
	tail := join(" ", text(bots.Facing(clip(item.Standfirst, maxHeadline))), source)
	return join("\n", headline, tail)
}

func (w writer) digestButtons(p delivery.Parcel, stories []story, shown int) [][]models.InlineKeyboardButton {
	var numbers []models.InlineKeyboardButton
	for i, st := range stories[:shown] {
		numbers = addPress(numbers, fmt.Sprint(i+1), bots.OpenData(p.Content, st.place))
	}
	rows := slices.Collect(slices.Chunk(numbers, numbersARow))
	var last []models.InlineKeyboardButton
	if more := len(stories) - shown; more > 0 {
		last = addPress(last, w.say("more-stories", "count", more), bots.RestData(p.Content, stories[shown].place))
	}
	return append(rows, addPress(last, w.say("settings"), bots.SettingsData))
}
