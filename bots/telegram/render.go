package telegram

import (
	"fmt"
	"time"

	"github.com/go-telegram/bot/models"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// maxHeadline is the most characters of a headline. No newsroom writes one as long; what is longer is a whole text in
// the wrong field, and cut so that the message goes out.
const maxHeadline = 1024

// sheet is a message ready to send.
type sheet struct {
	piece
	buttons [][]models.InlineKeyboardButton
	image   string // URL of a picture to show, "" none
}

// markup is the buttons as the library wants them, nil for none: an edit then takes the old ones away.
func (s sheet) markup() models.ReplyMarkup {
	if len(s.buttons) == 0 {
		return nil
	}
	return &models.InlineKeyboardMarkup{InlineKeyboard: s.buttons}
}

// preview shows the newsroom's picture, and never what Telegram makes of a link by itself.
func (s sheet) preview() *models.LinkPreviewOptions {
	yes := true
	if s.image == "" {
		return &models.LinkPreviewOptions{IsDisabled: &yes}
	}
	return &models.LinkPreviewOptions{URL: &s.image, PreferLargeMedia: &yes, ShowAboveText: &yes}
}

// writer renders for one reader.
type writer struct {
	voice  delivery.Voice
	now    time.Time
	shared bool // others read the answer too
}

// of is render, put off.
func (w writer) of(p delivery.Parcel) func() (sheet, error) {
	return func() (sheet, error) { return w.render(p) }
}

// render makes a message of a parcel.
func (w writer) render(p delivery.Parcel) (sheet, error) {
	p.Body = unpinged(p.Body)
	switch p.Body.Kind {
	case delivery.AlertContent:
		return w.alert(p.Body), nil
	case delivery.CorrectionContent:
		return w.correction(p.Body), nil
	case delivery.RecallContent:
		return w.recall(p.Body), nil
	case delivery.DigestContent:
		return w.digest(p)
	default:
		return sheet{}, fmt.Errorf("content of unknown kind %q: %w", p.Body.Kind, delivery.ErrRejected)
	}
}

func (w writer) say(id string, args ...any) string { return bots.Say(w.voice.Language, id, args...) }

func (w writer) clock(t time.Time) string {
	return bots.Clock(t, w.now, w.voice.Zone, w.voice.Language)
}

// cover puts a discreet reader's message behind a first line that says nothing. It takes the picture away, too. Buttons
// alone stay as they are.
func (w writer) cover(s sheet) sheet {
	if !w.voice.Discreet || s.empty() {
		return s
	}
	s.piece = join("\n", w.coverLine(), s.spoiler())
	s.image = ""
	return s
}

func (w writer) coverLine() piece { return text(w.say("new-message", "count", 1)) }

// space is what a message has room for, with the cover line off where there is one.
func (w writer) space() room {
	r := wholeMessage()
	if w.voice.Discreet {
		r.take(w.coverLine(), 1)
		r.bytes -= len("<tg-spoiler></tg-spoiler>")
	}
	return r
}
