package discordtest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
)

func TestFaultsDoWhatTheySay(t *testing.T) {
	cases := []struct {
		name     string
		fault    discordtest.Fault
		status   int // 0: the connection breaks
		accepted bool
	}{
		{"server error", discordtest.ServerError(502), 502, false},
		{"reset", discordtest.Reset(), 0, false},
		{"reset afterwards", discordtest.ResetAfter(), 0, true},
		{"answer lost", discordtest.LoseAnswer(), 0, true},
		{"slow", discordtest.Slow(time.Millisecond), 200, true},
		{"too many", discordtest.TooMany(time.Minute), 429, false},
		{"too many of the bot", discordtest.TooManyBot(time.Minute), 429, false},
		{"banned", discordtest.Banned(), 429, false},
		{"unauthorized", discordtest.Unauthorized(), 401, false},
		{"refused", discordtest.Refuse(50013), 403, false},
		{"thrown out first", discordtest.Fault{Change: discordtest.Kicks}, 403, false},
		{"channel deleted first", discordtest.Fault{Change: discordtest.Vanishes}, 404, false},
		{"muted first", discordtest.Fault{Change: discordtest.Mutes}, 403, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newTown(t, discordtest.Options{})
			w.srv.Inject(discordtest.Step{Method: "create_message", Channel: w.text.ID(), Fault: c.fault})
			a, err := try(w.srv, "POST", "/channels/"+w.text.ID()+"/messages", `{"content":"x"}`)
			if (err != nil) != (c.status == 0) || a.Status != c.status {
				t.Errorf("answered %d, %v; want %d", a.Status, err, c.status)
			}
			if n := len(w.text.Received()); (n == 1) != c.accepted {
				t.Errorf("%d messages stand there", n)
			}
			sent := w.srv.Sends()[0]
			if sent.Accepted != c.accepted || sent.Answered != (c.status != 0) {
				t.Errorf("in the ledger: %+v", sent)
			}
		})
	}
}

func TestA429HoldsForWhatItSpeaksOf(t *testing.T) {
	c := newClock()
	w := newTown(t, discordtest.Options{Now: c.now})
	w.srv.Inject(discordtest.Step{Channel: w.text.ID(), Fault: discordtest.TooMany(10 * time.Second)})
	text, news := "/channels/"+w.text.ID()+"/messages", "/channels/"+w.news.ID()+"/messages"
	for _, step := range []struct {
		path   string
		pass   time.Duration
		status int
	}{{text, 0, 429}, {text, 9 * time.Second, 429}, {news, 0, 200}, {text, 2 * time.Second, 200}} {
		c.pass(step.pass)
		if a := call(t, w.srv, "POST", step.path, `{"content":"x"}`); a.Status != step.status {
			t.Errorf("%s after %v: %d, want %d", step.path, step.pass, a.Status, step.status)
		}
	}
	w.srv.Inject(discordtest.Step{Channel: w.text.ID(), Fault: discordtest.TooManyBot(10 * time.Second)})
	call(t, w.srv, "POST", text, `{"content":"x"}`)
	if a := call(t, w.srv, "POST", news, `{"content":"x"}`); a.Status != 429 {
		t.Errorf("another channel during a 429 of the whole bot: %d", a.Status)
	}
}

func TestChaosIsTheSameForTheSameSeed(t *testing.T) {
	chaos := discordtest.Chaos{Seed: 7, TooMany: 0.1, ServerError: 0.1, Reset: 0.1, Lost: 0.1, Closed: 0.1, Muted: 0.1}
	one, two := chaos.Fault(), chaos.Fault()
	chaos.Seed = 8
	other := chaos.Fault()
	same, struck := 0, 0
	for channel := range 50 {
		for n := range 20 {
			r := discordtest.Request{Bot: "1", Channel: fmt.Sprint(channel), Number: n, Write: true}
			f := one(r)
			if f != two(r) {
				t.Fatalf("channel %d, call %d differs", channel, n)
			}
			if f == other(r) {
				same++
			}
			if f.Status != 0 || f.Cut != discordtest.NoCut {
				struck++
			}
		}
	}
	if struck < 300 || struck > 500 {
		t.Errorf("%d of 1000 calls struck, want about 400", struck)
	}
	if same > 800 {
		t.Errorf("another seed is the same luck in %d of 1000", same)
	}
}
