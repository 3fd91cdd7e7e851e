package discord

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/bots/discord/discordtest"
)

// progress answers "look" with a card that changes each time and is kept up to date up to its nth state; all else with
// a card that stays.
func progress(looks *atomic.Int32, n int32) func(bots.Request) (bots.Answer, error) {
	return func(r bots.Request) (bots.Answer, error) {
		card := said("asked " + r.Button + r.Command)
		card.Buttons = [][]bots.Button{{{Label: "Look", Data: "look"}, {Label: "Correct", Data: "correct"}}}
		a := bots.Answer{Card: card, Replace: r.Button != ""}
		if r.Button != "look" {
			return a, nil
		}
		state := looks.Add(1)
		card.Lines[0].Text = fmt.Sprintf("state %d for %s", state, r.Person)
		if state < n {
			a.Renew = bots.Renewal{After: time.Millisecond, Button: "look"}
		}
		return a, nil
	}
}

// showing is what stands on a card now.
func (w *world) showing(in *discordtest.Channel, id string) string {
	m, _ := in.Message(id)
	if len(m.Embeds) == 0 {
		return ""
	}
	return m.Embeds[0].Description
}

func TestACardIsKeptUpToDateInItsPlace(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		var looks atomic.Int32
		w.front.says(progress(&looks, 4))
		card := w.shown(w.news.Run(w.reader, "news help", nil)).Message
		w.shown(w.news.Press(w.reader, card.ID, onCard+"look"))
		want := "state 4 for " + w.reader.ID()
		w.await("it shows the newest state", func() bool { return w.showing(w.news, card.ID) == want })
		if n := len(w.news.Visible(w.reader)); n != 1 {
			t.Errorf("there are %d messages", n)
		}
	})
}

func TestWhatThePersonDoesNextIsNotOvertaken(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	var looks atomic.Int32
	w.front.says(progress(&looks, 1<<30))
	stop := w.connected()
	dm := w.reader.DM(nil)
	card := w.shown(dm.Run(w.reader, "news help", nil)).Message
	w.shown(dm.Press(w.reader, card.ID, onCard+"look"))
	w.await("it is renewed", func() bool { return looks.Load() > 3 })
	w.shown(dm.Press(w.reader, card.ID, onCard+"correct"))
	before := looks.Load()
	stop()
	if text := w.showing(dm, card.ID); text != "asked correct" || looks.Load() != before {
		t.Errorf("renewed %d times more: %q", looks.Load()-before, text)
	}
	w.sound()
}

func TestNoCardIsRenewedAfterAStop(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	var looks atomic.Int32
	w.front.says(progress(&looks, 1<<30))
	stop := w.connected()
	dm := w.reader.DM(nil)
	card := w.shown(dm.Run(w.reader, "news help", nil)).Message
	w.shown(dm.Press(w.reader, card.ID, onCard+"look"))
	w.await("it is renewed", func() bool { return looks.Load() > 3 })
	stop()
	before := looks.Load()
	for range 10 { // something that takes longer than a renewal
		w.deliver(w.parcel(w.to(w.news)))
	}
	if n := looks.Load() - before; n != 0 {
		t.Errorf("renewed %d times more", n)
	}
}
