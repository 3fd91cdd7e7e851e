package telegramtest

import (
	"encoding/json"
	"unicode/utf8"
)

// maxButtonData is the most bytes of callback_data (core.telegram.org/bots/api#inlinekeyboardbutton).
const maxButtonData = 64

// markupInto reads reply_markup. An inline keyboard becomes buttons; a reply keyboard, its removal and a forced reply
// are kept as they came.
func (c *call) markupInto(content *Content) *apiError {
	if !c.has("reply_markup") {
		return nil
	}
	if !json.Valid([]byte(c.get("reply_markup"))) {
		return badRequest("can't parse reply keyboard markup JSON object")
	}
	var markup map[string]json.RawMessage
	if _, err := c.decode("reply_markup", &markup); err != nil {
		return badRequest("object expected as reply markup")
	}
	rows, inline := markup["inline_keyboard"]
	if !inline {
		if markup["keyboard"] == nil && markup["remove_keyboard"] == nil && markup["force_reply"] == nil {
			return nil
		}
		content.Keyboard = c.get("reply_markup")
		return nil
	}
	var raw [][]json.RawMessage
	if err := json.Unmarshal(rows, &raw); err != nil {
		return badRequest("field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays")
	}
	for _, r := range raw {
		row, err := readRow(r)
		if err != nil {
			return err
		}
		if len(row) > 0 {
			content.Buttons = append(content.Buttons, row)
		}
	}
	return nil
}

func readRow(raw []json.RawMessage) ([]Button, *apiError) {
	var row []Button
	for _, r := range raw {
		b, err := readButton(r)
		if err != nil {
			return nil, err
		}
		row = append(row, b)
	}
	return row, nil
}

// actions are the members of a button that say what it does; it has exactly one of them.
var actions = []string{"url", "callback_data", "web_app", "login_url", "switch_inline_query",
	"switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay"}

func readButton(raw json.RawMessage) (Button, *apiError) {
	var b Button
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &b) != nil || json.Unmarshal(raw, &fields) != nil {
		return b, badRequest("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
	}
	does := 0
	for _, action := range actions {
		if _, ok := fields[action]; ok {
			does++
		}
	}
	switch {
	case b.Text == "":
		return b, badRequest("can't parse inline keyboard button: field \"text\" is not specified")
	case does == 0:
		return b, badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
	case fields["callback_data"] != nil && (b.Data == "" || len(b.Data) > maxButtonData || !utf8.ValidString(b.Data)):
		return b, badRequest("BUTTON_DATA_INVALID")
	}
	if fields["url"] != nil {
		if _, ok := checkedURL(b.URL); !ok {
			return b, badRequest("inline keyboard button URL '%s' is invalid: Wrong HTTP URL", b.URL)
		}
	}
	b.raw = string(raw)
	return b, nil
}

// keyboardOnWire is the inline keyboard as it was sent, nil for none. Reply keyboards are not shown in messages.
func (m *Message) keyboardOnWire() *wireKeyboard {
	if len(m.Buttons) == 0 {
		return nil
	}
	k := &wireKeyboard{Rows: make([][]json.RawMessage, len(m.Buttons))}
	for i, row := range m.Buttons {
		for _, b := range row {
			k.Rows[i] = append(k.Rows[i], json.RawMessage(b.raw))
		}
	}
	return k
}
