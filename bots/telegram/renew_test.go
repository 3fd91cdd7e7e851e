package telegram

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
)

// progress answers "look" with a card that changes each time and is kept up to date up to its nth state; all else with
// a card that stays.
func progress(looks *atomic.Int32, n int32) func(context.Context, bots.Request) (bots.Answer, error) {
	buttons := [][]bots.Button{{{Label: "Look", Data: "look"}, {Label: "Correct", Data: "correct"}}}
	return func(_ context.Context, r bots.Request) (bots.Answer, error) {
		a := bots.Answer{Card: &bots.Card{Lines: []bots.Line{{Text: "asked " + r.Button + r.Command}}, Buttons: buttons}, Replace: r.Button != ""}
		if r.Button != "look" {
			return a, nil
		}
		state := looks.Add(1)
		a.Card.Lines[0].Text = fmt.Sprintf("state %d for %s", state, r.Person)
		if state < n {
			a.Renew = bots.Renewal{After: time.Millisecond, Button: "look"}
		}
		return a, nil
	}
}

// press opens a card and presses a button of it.
func (w *world) press(ann *telegramtest.User, data string) telegramtest.Message {
	w.t.Helper()
	chat := ann.Private(nil)
	w.await("the card is there", func() bool { return last(chat) != "" })
	m, _ := chat.Last()
	if _, err := chat.Press(ann, m.ID, data); err != nil {
		w.t.Fatal(err)
	}
	return m
}

func TestACardIsKeptUpToDateInItsPlace(t *testing.T) {
	var looks atomic.Int32
	w := open(t, telegramtest.Options{}, nil)
	w.front.answer = progress(&looks, 4)
	w.run(w.bot)
	ann := w.reader("Ann")
	card := w.press(ann, "look")
	want := "state 4 for " + private(ann).Chat
	w.await("it shows the newest state", func() bool { m, _ := ann.Private(nil).Message(card.ID); return m.Text == want })
	m, _ := ann.Private(nil).Message(card.ID)
	if n := len(ann.Private(nil).Received()); n != 1 || len(m.Edits) != 4 {
		t.Errorf("%d messages, %d edits", n, len(m.Edits))
	}
}

func TestWhatThePersonDoesNextIsNotOvertaken(t *testing.T) {
	var looks atomic.Int32
	w := open(t, telegramtest.Options{}, nil)
	w.front.answer = progress(&looks, 1<<30)
	stop := w.run(w.bot)
	ann := w.reader("Ann")
	card := w.press(ann, "look")
	w.await("it is renewed", func() bool { return looks.Load() > 3 })
	w.press(ann, "correct")
	w.await("the next card is there", func() bool { m, _ := ann.Private(nil).Message(card.ID); return m.Text == "asked correct" })
	before := looks.Load()
	stop()
	if m, _ := ann.Private(nil).Message(card.ID); m.Text != "asked correct" || looks.Load() != before {
		t.Errorf("renewed %d times more: %q", looks.Load()-before, m.Text)
	}
}

func TestACardThatCannotBeAskedForIsLeftAlone(t *testing.T) {
	var looks atomic.Int32
	w := open(t, telegramtest.Options{}, nil)
	answer := progress(&looks, 1<<30)
	w.front.answer = func(ctx context.Context, r bots.Request) (bots.Answer, error) {
		if looks.Load() == 3 {
			return bots.Answer{}, errors.New("the store is gone")
		}
		return answer(ctx, r)
	}
	stop := w.run(w.bot)
	ann := w.reader("Ann")
	w.press(ann, "look")
	if err := w.log.await(soon(t), "kept up to date no longer"); err != nil {
		t.Error("the log does not say so")
	}
	stop()
	if n := looks.Load(); n != 3 {
		t.Errorf("asked %d times", n)
	}
}

func TestNoCardIsRenewedAfterAStop(t *testing.T) {
	var looks atomic.Int32
	w := open(t, telegramtest.Options{}, nil)
	w.front.answer = progress(&looks, 1<<30)
	stop := w.run(w.bot)
	ann := w.reader("Ann")
	w.press(ann, "look")
	w.await("it is renewed", func() bool { return looks.Load() > 3 })
	stop()
	before := looks.Load()
	for range 10 { // something that takes longer than a renewal
		if _, err := w.bot.Deliver(t.Context(), parcel(private(ann))); err != nil {
			t.Fatal(err)
		}
	}
	if n := looks.Load() - before; n != 0 {
		t.Errorf("renewed %d times more", n)
	}
}
