// Package botstest is the conformance suite of bots.Inbox: what every inbox must do.
package botstest

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// TestInbox runs the suite; open answers an empty Inbox for each test.
func TestInbox(t *testing.T, open func(t *testing.T) bots.Inbox) {
	tests := []struct {
		name string
		test func(*testing.T, bots.Inbox)
	}{
		{"updates wait in the order of their arrival", waiting},
		{"an update that is known is nothing new", known},
		{"a handled update is not handled again", handled},
		{"lanes do not know each other", lanes},
		{"the newest number is remembered", newest},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, open(t)) })
	}
}

var ctx = context.Background()

const lane delivery.Lane = "telegram/main"

func waiting(t *testing.T, in bots.Inbox) {
	accept(t, in, lane, 7, 8)
	accept(t, in, lane, 3) // Telegram begins anew somewhere after a quiet week
	accept(t, in, lane)
	pending(t, in, lane, 10, "7 says 7", "8 says 8", "3 says 3")
	pending(t, in, lane, 2, "7 says 7", "8 says 8")
	var many []int64
	for i := range int64(2500) {
		many = append(many, 100+i)
	}
	accept(t, in, "telegram/busy", many...)
	if us, err := in.Pending(ctx, "telegram/busy", 5000); err != nil || len(us) != len(many) || us[2499].ID != 2599 {
		t.Errorf("%d of %d wait, %v", len(us), len(many), err)
	}
}

func known(t *testing.T, in bots.Inbox) {
	accept(t, in, lane, 1)
	if err := in.Accept(ctx, []bots.Update{{Lane: lane, ID: 1, Payload: []byte("something else")}}); err != nil {
		t.Fatal(err)
	}
	accept(t, in, lane, 2, 2)
	pending(t, in, lane, 10, "1 says 1", "2 says 2")
}

func handled(t *testing.T, in bots.Inbox) {
	accept(t, in, lane, 1, 2)
	done(t, in, 1)
	done(t, in, 1)
	done(t, in, 99)
	pending(t, in, lane, 10, "2 says 2")
	accept(t, in, lane, 1)
	pending(t, in, lane, 10, "2 says 2")
}

func lanes(t *testing.T, in bots.Inbox) {
	accept(t, in, lane, 1)
	accept(t, in, "discord/main", 1)
	done(t, in, 1)
	pending(t, in, lane, 10)
	pending(t, in, "discord/main", 10, "1 says 1")
}

func newest(t *testing.T, in bots.Inbox) {
	want := func(lane delivery.Lane, number int64) {
		t.Helper()
		if got, err := in.Newest(ctx, lane); err != nil || got != number {
			t.Errorf("newest in %s is %d, %v, want %d", lane, got, err, number)
		}
	}
	want(lane, 0)
	accept(t, in, lane, 8, 9)
	want(lane, 9)
	accept(t, in, lane, 3)
	done(t, in, 9)
	want(lane, 9)
	want("discord/main", 0)
}

// accept accepts updates that say their own number.
func accept(t *testing.T, in bots.Inbox, lane delivery.Lane, ids ...int64) {
	t.Helper()
	var us []bots.Update
	for _, id := range ids {
		us = append(us, bots.Update{Lane: lane, ID: id, Payload: fmt.Appendf(nil, "%d", id)})
	}
	if err := in.Accept(ctx, us); err != nil {
		t.Fatal(err)
	}
}

func done(t *testing.T, in bots.Inbox, id int64) {
	t.Helper()
	if err := in.Done(ctx, lane, id); err != nil {
		t.Fatal(err)
	}
}

func pending(t *testing.T, in bots.Inbox, lane delivery.Lane, limit int, want ...string) {
	t.Helper()
	us, err := in.Pending(ctx, lane, limit)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, u := range us {
		got = append(got, fmt.Sprintf("%d says %s", u.ID, u.Payload))
		if u.Lane != lane {
			t.Errorf("%d is of lane %s", u.ID, u.Lane)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("waiting %q, want %q", got, want)
	}
}
