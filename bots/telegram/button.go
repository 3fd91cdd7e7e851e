package telegram

import (
	"github.com/go-telegram/bot/models"

	"github.com/tenbells/tenbells/bots"
)

// chosenMark shows that an option is chosen.
const chosenMark = "✓"

// addPress adds a button that is pressed. One whose data is empty or too long for Telegram is left out.
func addPress(row []models.InlineKeyboardButton, label, data string) []models.InlineKeyboardButton {
	if data == "" || len(data) > bots.MaxData {
		return row
	}
	return append(row, models.InlineKeyboardButton{Text: label, CallbackData: data})
}

// keyboard is a card's buttons, its menu's options first.
func keyboard(c *bots.Card) [][]models.InlineKeyboardButton {
	rows := menuRows(c.Menu)
	for _, buttons := range c.Buttons {
		var row []models.InlineKeyboardButton
		for _, b := range buttons {
			if webAddress(b.URL) {
				row = append(row, models.InlineKeyboardButton{Text: text(b.Label).plain, URL: b.URL})
				continue
			}
			row = addPress(row, text(b.Label).plain, b.Data)
		}
		if len(row) > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

// maxOptions is the most options of a menu that are shown: beyond it nobody scrolls, and Telegram takes about 100 buttons
// a message.
const maxOptions = 60

// shortLabel is the longest label, in bytes of UTF-8, that shares its row with another.
const shortLabel = 24

// menuRows makes a toggling button of each option.
func menuRows(m *bots.Menu) [][]models.InlineKeyboardButton {
	if m == nil {
		return nil
	}
	var rows [][]models.InlineKeyboardButton
	half := false // the last row has room for one more
	for _, o := range m.Options[:min(len(m.Options), maxOptions)] {
		row := addPress(nil, optionLabel(o), bots.ToggleData(m.Data, o.Value))
		if len(row) == 0 {
			continue
		}
		short := len(o.Label) <= shortLabel
		if half && short {
			rows[len(rows)-1] = append(rows[len(rows)-1], row...)
			half = false
			continue
		}
		rows = append(rows, row)
		half = short
	}
	return rows
}

// optionLabel marks a chosen option before its label; behind it where the label is read from right to left.
func optionLabel(o bots.Option) string {
	label := text(o.Label).plain
	switch {
	case !o.Chosen:
		return label
	case bots.RightToLeft(label):
		return label + " " + chosenMark
	default:
		return chosenMark + " " + label
	}
}
