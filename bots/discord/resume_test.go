package discord

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/bots/discord/discordtest"
)

// away ends the bot's connection and keeps it from coming back before it may.
func (w *world) away(end func(*discordtest.Bot)) (back func()) {
	w.t.Helper()
	back = w.fake.ShutGateway()
	end(w.account)
	w.await("both sides know that the connection has ended", func() bool {
		return w.account.Connections() == 0 && w.log.has("gateway connection ended")
	})
	return back
}

func TestWhatWasAskedWhileAConnectionWasLostIsAnsweredOnce(t *testing.T) {
	cases := map[string]func(*discordtest.Bot){
		"asked to reconnect (7)":      (*discordtest.Bot).Reconnect,
		"invalid but resumable (9)":   func(b *discordtest.Bot) { b.Invalidate(true) },
		"closed normally (1000)":      func(b *discordtest.Bot) { b.Disconnect(1000) },
		"going away (1001)":           func(b *discordtest.Bot) { b.Disconnect(1001) },
		"an unknown error (4000)":     func(b *discordtest.Bot) { b.Disconnect(4000) },
		"a packet not decoded (4002)": func(b *discordtest.Bot) { b.Disconnect(4002) },
		"too many packets (4008)":     func(b *discordtest.Bot) { b.Disconnect(4008) },
		"the line is cut":             (*discordtest.Bot).Drop,
	}
	for name, end := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Options{})
			w.connected()
			back := w.away(end)
			in, err := w.news.Run(w.reader, "news help", nil)
			if err != nil {
				t.Fatal(err)
			}
			w.reader.DM(nil).Say(w.reader, "/help")
			young := w.guild.NewChannel("young", discordtest.Text)
			back()
			w.await("what was asked is answered", func() bool {
				_, ok := in.Answer()
				return ok && len(w.reader.DM(nil).Received()) == 1
			})
			w.await("what happened is noticed", func() bool { return w.front.heard(bots.Returned, young.ID()) == 1 })
			if got := w.fake.Stats(); got.Identifies != 1 || got.Resumes != 1 || got.Misplaced != 0 {
				t.Errorf("%d sessions begun, %d resumed, %d at the wrong place", got.Identifies, got.Resumes, got.Misplaced)
			}
			if asked := w.front.times(); asked != 2 {
				t.Errorf("two things were asked, %d were heard", asked)
			}
			w.sound()
		})
	}
}

func TestWhatAResumeRepeatsIsHeardOnce(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	w.connected()
	first, err := w.news.Run(w.reader, "news help", nil)
	if err != nil {
		t.Fatal(err)
	}
	w.await("it answers", func() bool { _, ok := first.Answer(); return ok })
	w.await("it knows where it may post", func() bool { return w.front.heard(bots.Returned, w.news.ID()) == 1 })
	w.fake.FailGateway(discordtest.GatewayFault{Repeat: 10})
	w.account.Drop()
	w.await("it resumes", func() bool { return w.fake.Stats().Resumes == 1 })
	second, err := w.news.Run(w.reader, "news help", nil)
	if err != nil {
		t.Fatal(err)
	}
	w.await("it answers", func() bool { _, ok := second.Answer(); return ok })
	if asked, back := w.front.times(), w.front.heard(bots.Returned, w.news.ID()); asked != 2 || back != 1 {
		t.Errorf("two things were asked, %d were heard; a server was taken in %d times", asked, back)
	}
	w.sound()
}

func TestTheBotBeginsAnewWhereItsSessionIsOver(t *testing.T) {
	cases := map[string]func(w *world){
		"invalid (9)":                func(w *world) { w.account.Invalidate(false) },
		"not authenticated (4003)":   func(w *world) { w.account.Disconnect(4003) },
		"an unknown sequence (4007)": func(w *world) { w.account.Disconnect(4007) },
		"timed out (4009)":           func(w *world) { w.account.Disconnect(4009) },
		"forgotten meanwhile":        func(w *world) { back := w.away((*discordtest.Bot).Drop); w.account.Forget(); back() },
		"lost for too long": func(w *world) {
			back := w.away((*discordtest.Bot).Drop)
			w.later(resumeFor)
			ends := func() int { return strings.Count(w.log.String(), "gateway connection ended") }
			n := ends() // a try that began before it was too late must not be let in
			w.await("it has tried in vain", func() bool { return ends() > n })
			back()
		},
		"refused while it is resumed": func(w *world) {
			w.fake.FailGateway(discordtest.GatewayFault{First: []int{9}, Resumable: true}, discordtest.GatewayFault{First: []int{9}})
			w.account.Drop()
		},
	}
	for name, end := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Options{})
			w.connected()
			end(w)
			w.await("it begins anew", func() bool { return w.fake.Stats().Identifies > 1 && w.account.Connections() == 1 })
			if n := w.fake.Stats().Resumes; n != 0 {
				t.Errorf("resumed %d times", n)
			}
			in, err := w.news.Run(w.reader, "news help", nil)
			if err != nil {
				t.Fatal(err)
			}
			w.await("it answers", func() bool { _, ok := in.Answer(); return ok })
			w.sound()
		})
	}
}

// TestResumingCostsNoSession: none is asked for where it is counted.
func TestResumingCostsNoSession(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	w.connected()
	w.Bot.identifyEvery = time.Hour
	for n := range 3 {
		w.account.Reconnect()
		w.await("it resumes", func() bool { return w.fake.Stats().Resumes == n+1 && w.account.Connections() == 1 })
	}
	if n := w.fake.Stats().Calls["get_bot_gateway"]; n != 2 { // before the shards, and before the session
		t.Errorf("it asked %d times for leave to begin a session", n)
	}
}

func TestASessionIsResumedWhereDiscordWantsIt(t *testing.T) {
	cases := []struct{ said, began, want string }{
		{"wss://resume.example/x", "wss://gateway.example", "wss://resume.example/x"},
		{"ws://127.0.0.1:1/resume", "ws://127.0.0.1:1", "ws://127.0.0.1:1/resume"},
		{"wss://resume.example", "ws://127.0.0.1:1", "wss://resume.example"},
		{"ws://resume.example", "wss://gateway.example", "wss://gateway.example"}, // our token would go in the clear
		{"https://resume.example", "wss://gateway.example", "wss://gateway.example"},
		{"", "wss://gateway.example", "wss://gateway.example"},
		{"wss://", "wss://gateway.example", "wss://gateway.example"},
		{"://", "wss://gateway.example", "wss://gateway.example"},
	}
	for _, c := range cases {
		if got := resumeAt(c.said, c.began); got != c.want {
			t.Errorf("%q, begun at %s, is resumed at %s", c.said, c.began, got)
		}
	}
}

func TestTheGatewayIsAskedForTheVersionThatTheAPISpeaks(t *testing.T) {
	cases := []struct{ address, api, want string }{
		{"wss://gateway.example", "https://discord.com", "wss://gateway.example/?encoding=json&v=10"},
		{"wss://gateway.example/", "https://discord.com/api/v9", "wss://gateway.example/?encoding=json&v=9"},
		{"wss://gateway.example/a?b=c&v=6", "https://discord.com", "wss://gateway.example/a?b=c&encoding=json&v=10"},
		{"gateway.example", "https://discord.com", ""},
		{"::", "https://discord.com", ""},
	}
	for _, c := range cases {
		base, err := apiBase(c.api)
		if err != nil {
			t.Fatal(err)
		}
		got, err := gatewayURL(c.address, base)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s for %s is %q, %v", c.address, c.api, got, err)
		}
	}
	if _, err := gatewayURL("wss://gateway.example", &url.URL{Path: "/api/v10"}); err != nil {
		t.Error(err)
	}
}

// FuzzPackets: whatever Discord says, one connection ends at the most.
func FuzzPackets(f *testing.F) {
	for _, seed := range []string{`{"op":10,"d":{"heartbeat_interval":41250}}`, `{"op":10,"d":{"heartbeat_interval":-1}}`, `{"op":10}`,
		`{"op":0,"t":"READY","s":1,"d":{"session_id":"a","resume_gateway_url":"ws://x"}}`, `{"op":0,"t":"READY","s":-4,"d":[]}`,
		`{"op":9,"d":true}`, `{"op":9,"d":{}}`, `{"op":9}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var p packet
		if json.Unmarshal(text, &p) != nil {
			return
		}
		if every, err := interval(p); err == nil && (every <= 0 || every > time.Hour) {
			t.Errorf("a heartbeat every %v", every)
		}
		if err := invalid(p); err != errInvalidSession && err != errTryResuming {
			t.Errorf("invalid means %v", err)
		}
		if s, err := begun(p, "wss://gateway.example"); err == nil && s.id != "" {
			if u, err := url.Parse(s.address); err != nil || u.Scheme != "wss" || u.Host == "" {
				t.Errorf("resumed at %q", s.address)
			}
		}
	})
}

func TestWhyAConnectionEndedSaysWhetherItsSessionHas(t *testing.T) {
	cases := map[error]bool{
		errReconnect: true, errTryResuming: true, errSilent: true, errors.New("cut"): true, &closedError{1006}: true,
		&closedError{4001}: true, &closedError{4005}: true,
		errInvalidSession: false, &closedError{4003}: false, &closedError{4007}: false, &closedError{4009}: false, &closedError{4004}: false,
	}
	now := time.Now()
	for why, want := range cases {
		s := &shard{b: &Bot{now: func() time.Time { return now }}, session: session{id: "a", seq: 3}}
		s.parted(true, why)
		if got := s.session.resumable(now.Add(resumeFor - 1)); got != want {
			t.Errorf("%v: resumable %v", why, got)
		}
		if s.session.resumable(now.Add(resumeFor)) {
			t.Errorf("%v: resumable for ever", why)
		}
	}
}

// TestAnEventThatALostConnectionHeldBackComesAgain: whoever hears was too slow to take it in.
func TestAnEventThatALostConnectionHeldBackComesAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Options{})
	w.fake.FailGateway(discordtest.GatewayFault{Beat: 2 * time.Second}) // by which it learns of the end while it does not read
	s := w.newShard(0, 1, nil)
	s.events = make(chan packet)
	ended := make(chan error)
	connect := func() {
		ended <- (&line{shard: s, address: "ws" + strings.TrimPrefix(w.fake.URL(), "http") + "/resume"}).run(t.Context())
	}
	next := func(want string) {
		t.Helper()
		if p := <-s.events; p.Type != want {
			t.Errorf("%s came instead of %s", p.Type, want)
		}
	}
	go connect()
	next("READY")
	next("GUILD_CREATE")
	w.news.Rename("other")
	w.account.Drop()
	if err := <-ended; err == nil || s.session.seq != 2 {
		t.Errorf("it ended with %v after event %d", err, s.session.seq)
	}
	go connect()
	next("CHANNEL_UPDATE")
	next("RESUMED")
	w.account.Reconnect()
	if err := <-ended; err != errReconnect || s.session.seq != 4 {
		t.Errorf("it ended with %v after event %d", err, s.session.seq)
	}
}
