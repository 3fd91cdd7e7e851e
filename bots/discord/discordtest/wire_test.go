package discordtest_test

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
)

// frame is one payload of the gateway as a client without a library sees it.
type frame struct {
	Op int             `json:"op"`
	D  json.RawMessage `json:"d"`
	S  int64           `json:"s"`
	T  string          `json:"t"`
}

// dial connects to the gateway.
func dial(t *testing.T, srv *discordtest.Server, query string) *websocket.Conn {
	t.Helper()
	ws, _, err := websocket.DefaultDialer.Dial(strings.Replace(srv.URL(), "http", "ws", 1)+"/?v=10&encoding=json"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ws.Close() })
	_ = ws.SetReadDeadline(time.Now().Add(time.Minute))
	return ws
}

func read(t *testing.T, ws *websocket.Conn) frame {
	t.Helper()
	var f frame
	if err := ws.ReadJSON(&f); err != nil {
		t.Fatal(err)
	}
	return f
}

func write(t *testing.T, ws *websocket.Conn, text string) {
	t.Helper()
	if err := ws.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

func identify(intents int) string {
	return fmt.Sprintf(`{"op":2,"d":{"token":%q,"intents":%d,"properties":{}}}`, discordtest.DefaultToken, intents)
}

func TestTheGatewayClosesForAReason(t *testing.T) {
	cases := []struct {
		name, send string
		code       int
	}{
		{"a wrong token", `{"op":2,"d":{"token":"x","intents":1}}`, discordtest.CloseBadToken},
		{"an intent that needs approval", identify(1 << 15), discordtest.CloseDisallowedIntent},
		{"intents there are none of", identify(1 << 30), discordtest.CloseInvalidIntents},
		{"an opcode there is none of", `{"op":99}`, discordtest.CloseUnknownOpcode},
		{"no JSON", `{`, discordtest.CloseDecodeError},
		{"a payload too large", `{"op":1,"d":"` + strings.Repeat("x", 5000) + `"}`, discordtest.CloseDecodeError},
		{"presence before identify", `{"op":3,"d":{}}`, discordtest.CloseNotAuthenticated},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			ws := dial(t, start(t, discordtest.Options{}), "")
			read(t, ws) // hello
			write(t, ws, c.send)
			closed(t, ws, c.code)
		})
	}
}

// closed reads until the connection ends with that reason.
func closed(t *testing.T, ws *websocket.Conn, code int) {
	t.Helper()
	for {
		_, _, err := ws.ReadMessage()
		var reason *websocket.CloseError
		if errors.As(err, &reason) {
			if reason.Code != code {
				t.Errorf("closed with %d, want %d", reason.Code, code)
			}
			return
		}
		if err != nil {
			t.Fatalf("ended with %v, want %d", err, code)
		}
	}
}

func TestAClientWithoutHeartbeatIsCutOff(t *testing.T) {
	ws := dial(t, start(t, discordtest.Options{Heartbeat: 20 * time.Millisecond}), "")
	closed(t, ws, discordtest.CloseSessionTimedOut)
}

func TestHeartbeatsAreAcknowledgedUnlessIgnored(t *testing.T) {
	srv := start(t, discordtest.Options{})
	ws := dial(t, srv, "")
	read(t, ws)
	write(t, ws, identify(1))
	if f := read(t, ws); f.T != "READY" || f.S != 1 {
		t.Fatalf("after identify: %+v", f)
	}
	srv.Bots()[0].IgnoreHeartbeats(true)
	write(t, ws, `{"op":1,"d":1}`)
	srv.Bots()[0].Reconnect()
	if f := read(t, ws); f.Op != 7 {
		t.Errorf("after an ignored heartbeat: %+v", f)
	}
	srv.Bots()[0].IgnoreHeartbeats(false)
	write(t, ws, `{"op":1,"d":1}`)
	if f := read(t, ws); f.Op != 11 {
		t.Errorf("after a heartbeat: %+v", f)
	}
	write(t, ws, identify(1))
	closed(t, ws, discordtest.CloseAlreadyIdentified)
}

func TestASessionCanBeTakenUpUntilItIsForgotten(t *testing.T) {
	w := newTown(t, discordtest.Options{})
	ws := dial(t, w.srv, "")
	read(t, ws)
	write(t, ws, identify(1))
	var ready struct {
		SessionID string `json:"session_id"`
	}
	if err := json.Unmarshal(read(t, ws).D, &ready); err != nil {
		t.Fatal(err)
	}
	read(t, ws) // guild create
	_ = ws.Close()
	await(t, w.srv, "the connection is gone", func() bool { return w.bot.Connections() == 0 })
	w.text.Rename("other")
	resume := fmt.Sprintf(`{"op":6,"d":{"token":%q,"session_id":%q,"seq":2}}`, discordtest.DefaultToken, ready.SessionID)

	ws = dial(t, w.srv, "")
	read(t, ws)
	write(t, ws, resume)
	if f := read(t, ws); f.T != "CHANNEL_UPDATE" || f.S != 3 {
		t.Errorf("first after resume: %+v", f)
	}
	if f := read(t, ws); f.T != "RESUMED" {
		t.Errorf("second after resume: %+v", f)
	}
	w.bot.Invalidate(false)
	if f := read(t, ws); f.Op != 9 || string(f.D) != "false" {
		t.Errorf("invalidated: %+v", f)
	}
	ws = dial(t, w.srv, "")
	read(t, ws)
	write(t, ws, resume)
	if f := read(t, ws); f.Op != 9 {
		t.Errorf("resume of a session that is over: %+v", f)
	}
}

func TestASessionIsResumedWhereReadySaysUnlessTheClientLeftForGood(t *testing.T) {
	w := newTown(t, discordtest.Options{})
	ws := dial(t, w.srv, "")
	read(t, ws)
	write(t, ws, identify(1))
	var ready struct {
		ID string `json:"session_id"`
		At string `json:"resume_gateway_url"`
	}
	if err := json.Unmarshal(read(t, ws).D, &ready); err != nil {
		t.Fatal(err)
	}
	read(t, ws) // guild create
	leave := func(code int) {
		goodbye := websocket.FormatCloseMessage(code, "")
		_ = ws.WriteMessage(websocket.CloseMessage, goodbye) // gone already: then Connections shows it
		await(t, w.srv, "the connection is gone", func() bool { return w.bot.Connections() == 0 })
	}
	// resumed says which events come at an address after the first two.
	resumed := func(address string, events ...string) {
		t.Helper()
		var err error
		if ws, _, err = websocket.DefaultDialer.Dial(address+"?v=10&encoding=json", nil); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = ws.Close() })
		read(t, ws)
		write(t, ws, fmt.Sprintf(`{"op":6,"d":{"token":%q,"session_id":%q,"seq":2}}`, discordtest.DefaultToken, ready.ID))
		for _, want := range events {
			if f := read(t, ws); f.T != want {
				t.Errorf("%+v instead of %q", f, want)
			}
		}
	}
	leave(4000)
	resumed(ready.At, "RESUMED")
	leave(4000)
	w.srv.FailGateway(discordtest.GatewayFault{Repeat: 1})
	resumed(strings.Replace(w.srv.URL(), "http", "ws", 1)+"/", "GUILD_CREATE", "RESUMED", "RESUMED")
	if got := w.srv.Stats(); got.Resumes != 2 || got.Misplaced != 1 {
		t.Errorf("resumes %d, misplaced %d", got.Resumes, got.Misplaced)
	}
	leave(1000)
	resumed(ready.At, "")
	if got := w.srv.Stats(); got.Resumes != 2 || w.bot.Sessions() != 0 {
		t.Errorf("resumes %d, sessions %d", got.Resumes, w.bot.Sessions())
	}
}

func TestOneStreamOfZlib(t *testing.T) {
	ws := dial(t, start(t, discordtest.Options{}), "&compress=zlib-stream")
	var stream bytes.Buffer
	next := func() frame {
		kind, text, err := ws.ReadMessage()
		if err != nil || kind != websocket.BinaryMessage || !bytes.HasSuffix(text, []byte{0, 0, 0xff, 0xff}) {
			t.Fatalf("kind %d, error %v: no flushed zlib", kind, err)
		}
		stream.Write(text)
		z, err := zlib.NewReader(bytes.NewReader(stream.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		all, _ := io.ReadAll(z) // the stream has no end yet
		var f frame
		d := json.NewDecoder(bytes.NewReader(all))
		for d.Decode(&f) == nil {
		}
		return f
	}
	if f := next(); f.Op != 10 {
		t.Errorf("first: %+v", f)
	}
	write(t, ws, identify(1))
	if f := next(); f.T != "READY" {
		t.Errorf("second: %+v", f)
	}
}

func TestPayloadsAreCompressedOneByOneWhenAskedFor(t *testing.T) {
	ws := dial(t, start(t, discordtest.Options{}), "")
	read(t, ws) // hello, as it is
	write(t, ws, fmt.Sprintf(`{"op":2,"d":{"token":%q,"intents":1,"compress":true}}`, discordtest.DefaultToken))
	kind, text, err := ws.ReadMessage()
	if err != nil || kind != websocket.BinaryMessage {
		t.Fatalf("after identify: kind %d, %v", kind, err)
	}
	z, err := zlib.NewReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var f frame
	if err := json.NewDecoder(z).Decode(&f); err != nil || f.T != "READY" {
		t.Errorf("compressed: %+v, %v", f, err)
	}
}

func TestConnectionsGoWrongAsAsked(t *testing.T) {
	srv := start(t, discordtest.Options{})
	srv.FailGateway(discordtest.GatewayFault{Close: discordtest.CloseDisallowedIntent},
		discordtest.GatewayFault{First: []int{7}}, discordtest.GatewayFault{First: []int{9}}, discordtest.GatewayFault{Silent: true})
	for i, want := range []int{0, 7, 9} {
		ws := dial(t, srv, "")
		read(t, ws)
		write(t, ws, identify(1))
		if want == 0 {
			closed(t, ws, discordtest.CloseDisallowedIntent)
			continue
		}
		if f := read(t, ws); f.Op != want {
			t.Errorf("connection %d begins with %+v", i, f)
		}
	}
	ws := dial(t, srv, "")
	write(t, ws, identify(1))
	srv.Close()
	if _, _, err := ws.ReadMessage(); err == nil {
		t.Error("a silent connection spoke")
	}
}
