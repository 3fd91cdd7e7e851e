package discord

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/bots/discord/discordtest"
)

func TestTheBotGetsOverABadWelcome(t *testing.T) {
	cases := map[string]discordtest.GatewayFault{
		"asked to reconnect at once (7)":       {First: []int{7}},
		"an acknowledgement out of turn (11)":  {First: []int{11}},
		"the session is refused at first (9)":  {First: []int{9}},
		"closed for an unknown reason (4000)":  {Close: 4000},
		"told that sessions time out (4009)":   {Close: 4009},
		"told that it identifies too much (8)": {Close: 4008},
	}
	for name, fault := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Options{})
			w.fake.FailGateway(fault)
			w.connected()
		})
	}
}

func TestTheBotStopsWhenDiscordWillNotHaveIt(t *testing.T) {
	for _, code := range []int{4004, 4010, 4011, 4012, 4013, 4014} {
		for name, refuse := range map[string]func(w *world){
			"at once": func(w *world) {
				w.fake.FailGateway(discordtest.GatewayFault{Close: code})
				w.run(w.Bot)
			},
			"later": func(w *world) {
				w.connected()
				w.account.Disconnect(code)
			},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, discordtest.Options{})
				refuse(w)
				w.await("it gives up", func() bool { return w.log.has("given up") })
				began := w.fake.Stats().Calls["get_bot_gateway"]
				w.deliver(w.parcel(w.to(w.news))) // what is owed still goes out
				findings := w.Check(t.Context())
				if after := w.fake.Stats().Calls["get_bot_gateway"]; after != began+1 { // Check asks once
					t.Errorf("it asked for the gateway %d more times", after-began)
				}
				if !slices.ContainsFunc(findings, func(f bots.Finding) bool { return !f.OK && f.Mend != "" }) {
					t.Errorf("the doctor finds nothing: %+v", findings)
				}
				if w.account.Connections() != 0 {
					t.Error("it is connected")
				}
			})
		}
	}
}

func TestADeadConnectionIsNoticed(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	w.fake.FailGateway(discordtest.GatewayFault{Beat: 100 * time.Millisecond})
	w.connected()
	begun := w.fake.Stats().Identifies
	w.account.IgnoreHeartbeats(true)
	w.await("it gives the connection up", func() bool { return w.log.has(errSilent.Error()) })
	w.account.IgnoreHeartbeats(false)
	w.await("it resumes", func() bool { return w.account.Connections() == 1 && w.fake.Stats().Resumes > 0 })
	if n := w.fake.Stats().Identifies - begun; n != 0 {
		t.Errorf("%d sessions more were begun", n)
	}
}

func TestSessionsAreBegunNoFasterThanDiscordAllows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gate{every: identifyEvery, now: time.Now}
		began := time.Now()
		for range 4 {
			g.wait(t.Context())
		}
		if took := time.Since(began); took != 3*identifyEvery {
			t.Errorf("four sessions in %v", took)
		}
	})
}

// TestTheLastSessionOfADayIsNotExceeded stands before the fake and says that none are left for a while.
func TestTheLastSessionOfADayIsNotExceeded(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	const wait = 300 * time.Millisecond
	var asked atomic.Int64 // when, in nanoseconds
	before := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/gateway/bot") {
			w.fake.ServeHTTP(rw, r)
			return
		}
		asked.Store(time.Now().UnixNano())
		fmt.Fprintf(rw, `{"url":"ws%s","shards":1,"session_start_limit":{"total":1000,"remaining":0,"reset_after":%d}}`,
			strings.TrimPrefix(w.fake.URL(), "http"), wait.Milliseconds())
	}))
	defer before.Close()
	w.run(w.bot(Config{APIURL: before.URL}))
	w.await("it listens", func() bool { return w.account.Connections() == 1 })
	if waited := time.Since(time.Unix(0, asked.Load())); waited < wait {
		t.Errorf("it began after %v", waited)
	}
	if !w.log.has("no more sessions") {
		t.Error("nobody is told")
	}
}

func TestRunEndsSoonAndSaysGoodbye(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	stop := w.connected()
	stop()
	w.await("its session is over", func() bool { return w.account.Connections() == 0 && w.account.Sessions() == 0 })
}

func TestServersAndChannelsThatComeAndGo(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	w.connected()
	if n := w.front.heard(bots.Joined, "*"); n != 0 {
		t.Errorf("greeted %d servers it was in already", n)
	}
	other := w.fake.NewGuild(w.owner, "Another")
	there := other.NewChannel("general", discordtest.Text)
	other.Install(w.account, needs)
	w.await("it notices the invitation", func() bool { return w.front.heard(bots.Joined, "*") == 1 })
	young := other.NewChannel("young", discordtest.Text)
	doomed := w.guild.NewChannel("doomed", discordtest.Text)
	doomed.Delete()
	w.await("it notices the deleted channel", func() bool { return w.front.heard(bots.Left, doomed.ID()) == 1 })
	w.guild.Outage(true)
	w.guild.Outage(false)
	other.Kick(w.account)
	w.await("it notices being thrown out", func() bool { return w.front.heard(bots.Left, "") == 1 })
	if w.front.heard(bots.Left, there.ID()) != 1 || w.front.heard(bots.Left, young.ID()) != 1 {
		t.Errorf("not all channels of the server are told: %+v", w.front.events)
	}
	if n := w.front.heard(bots.Left, w.news.ID()); n != 0 {
		t.Error("an outage was taken for the end")
	}
	if n := w.front.heard(bots.Joined, "*"); n != 1 {
		t.Errorf("joined %d servers", n)
	}
}

func TestWhatHappenedWhileNobodyListenedIsMadeUpFor(t *testing.T) {
	roster := newRoster()
	roster.arrived(guild{ID: "1", Channels: []channel{{ID: "11"}, {ID: "12"}}})
	roster.arrived(guild{ID: "2", Channels: []channel{{ID: "21"}}})
	departed := roster.ready([]guild{{ID: "1"}})
	if len(departed) != 1 || departed[0].id != "2" || len(departed[0].channels) != 1 {
		t.Errorf("departed: %+v", departed)
	}
	isNew, lost := roster.arrived(guild{ID: "1", Channels: []channel{{ID: "11"}}})
	if isNew || len(lost) != 1 || lost[0].ID != "12" {
		t.Errorf("new %v, lost %+v", isNew, lost)
	}
	if isNew, _ := roster.arrived(guild{ID: "3"}); !isNew {
		t.Error("a server that was not in READY is not new")
	}
}

func TestWhoIsBeingAnsweredWhenItStopsIsAnswered(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	stop := w.connected()
	asked, open := make(chan struct{}), make(chan struct{})
	w.front.says(func(bots.Request) (bots.Answer, error) {
		close(asked)
		<-open
		return bots.Answer{Card: said("You follow Russia now.")}, nil
	})
	in, err := w.news.Run(w.reader, "news help", nil)
	<-asked
	stopped := make(chan struct{})
	go func() { defer close(stopped); stop() }()
	w.await("the connection has ended", func() bool { return w.account.Connections() == 0 })
	close(open)
	if a := w.shown(in, err); a.Message.Embeds[0].Description != "You follow Russia now." {
		t.Errorf("answered %+v", a.Message)
	}
	<-stopped
	w.sound()
}

func TestTextInADirectMessageIsHeard(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	s := w.newShard(0, 1, nil)
	cases := map[string]bots.Request{
		"no such place":         {Text: "no such place"},
		"/alert now":            {Command: "alert", Args: "now"},
		"/news Alert  now then": {Command: "alert", Args: "now then"},
		" /help":                {Command: "help"},
	}
	for text, want := range cases {
		data, err := json.Marshal(map[string]any{"channel_id": w.reader.DM(nil).ID(), "content": text, "author": map[string]string{"id": w.reader.ID()}})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.event(t.Context(), "MESSAGE_CREATE", data); err != nil {
			t.Fatal(err)
		}
		w.Bot.answering.Wait()
		got := w.front.last()
		if got.Command != want.Command || got.Args != want.Args || got.Text != want.Text || got.Chat != w.toReader() || !got.Admin {
			t.Errorf("%q is %+v", text, got)
		}
	}
	if n := len(w.reader.DM(nil).Received()); n != len(cases) {
		t.Errorf("%d answers", n)
	}
	w.sound()
}
