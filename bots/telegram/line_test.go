package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-telegram/bot/models"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// silent is a bot whose groups may hear nothing for an hour, with a clerk at work. Nobody answers its calls.
func silent(t *testing.T, groups int) (*Bot, *front, *inbox) {
	t.Helper()
	pacer := delivery.NewPacer(delivery.Pace{}, time.Now)
	for group := range groups {
		pacer.PauseChat(strconv.Itoa(-1-group), time.Now().Add(time.Hour))
	}
	f, in := &front{}, newInbox()
	b, err := New(Config{Token: "1:x", APIURL: "http://127.0.0.1:0", Pacer: pacer, Front: f, Inbox: in, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return b, f, in
}

// keep puts what was heard into the Inbox, as the next update.
func keep(t *testing.T, in *inbox, lane delivery.Lane, h heard) {
	t.Helper()
	newest, err := in.Newest(t.Context(), lane)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	if err := in.Accept(t.Context(), []bots.Update{{Lane: lane, ID: newest + 1, Payload: payload}}); err != nil {
		t.Fatal(err)
	}
}

func TestAHundredNoisyGroupsHoldNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, f, in := silent(t, 100)
		thought := make(chan struct{})
		f.answer = func(ctx context.Context, r bots.Request) (bots.Answer, error) {
			if r.Chat.Kind == delivery.Private {
				return bots.Answer{}, nil
			}
			return say("too much"), until(ctx, thought) // what groups ask for takes a while, too
		}
		for range 20 {
			for group := range int64(100) {
				keep(t, in, b.Lane(), heard{Kind: saidKind, Chat: -1 - group, Sort: models.ChatTypeSupergroup, Admin: true, Command: "latest"})
			}
		}
		keep(t, in, b.Lane(), heard{Kind: eventKind, Chat: -1, Sort: models.ChatTypeGroup, Event: bots.Moved, To: -5000})
		keep(t, in, b.Lane(), heard{Kind: eventKind, Chat: -777, Sort: models.ChatTypeGroup, Event: bots.Joined})
		keep(t, in, b.Lane(), heard{Kind: saidKind, Chat: 700, Person: 700, Sort: models.ChatTypePrivate, Admin: true, Command: "halt"})

		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- b.newClerk().run(ctx) }()
		synctest.Wait() // no time has passed: nobody has had a turn
		if len(f.askedIn(at(700, delivery.Private))) != 1 {
			t.Error("the staff is not heard")
		}
		if !slices.ContainsFunc(f.noticed(), func(e bots.Event) bool { return e.Chat == at(-777, delivery.Group) }) {
			t.Error("another group is not joined")
		}
		close(thought)
		time.Sleep(turnTime + time.Second)
		synctest.Wait()
		if n := in.pending(); n != 0 {
			t.Errorf("%d updates wait for groups that may hear nothing", n)
		}
		if !slices.ContainsFunc(f.noticed(), func(e bots.Event) bool { return e.Kind == bots.Moved }) {
			t.Error("that a noisy group moved was let go with what was said there")
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestAnAnswerThatWouldComeTooLateIsLetGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _, _ := silent(t, 1)
		begun := time.Now()
		calls := 0
		err := b.replying(t.Context(), at(-1, delivery.Group), func(context.Context) error { calls++; return nil })
		if !errors.Is(err, errNoTurn) || !errors.Is(err, delivery.ErrNotSent) || calls != 0 || time.Since(begun) != turnTime {
			t.Errorf("after %s and %d calls: %v", time.Since(begun), calls, err)
		}
		b.Pacer.PauseChat("700", time.Now().Add(2*turnTime))
		err = b.replying(t.Context(), at(700, delivery.Private), func(context.Context) error { calls++; return nil })
		if err != nil || calls != 1 {
			t.Errorf("in private it is worth waiting for: %v after %d calls", err, calls)
		}
	})
}
