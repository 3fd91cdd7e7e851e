package discordtest

import (
	"bytes"
	"cmp"
	"compress/zlib"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// The gateway's opcodes (discord.com/developers/docs/topics/opcodes-and-status-codes#gateway).
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opPresence       = 3
	opVoiceState     = 4
	opResume         = 6
	opReconnect      = 7
	opRequestMembers = 8
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatAck   = 11
)

// Reasons the gateway closes a connection with.
const (
	closeUnknown           = 4000
	CloseUnknownOpcode     = 4001
	CloseDecodeError       = 4002
	CloseNotAuthenticated  = 4003
	CloseBadToken          = 4004 // fatal
	CloseAlreadyIdentified = 4005
	CloseInvalidSequence   = 4007
	CloseRateLimited       = 4008
	CloseSessionTimedOut   = 4009
	CloseInvalidShard      = 4010 // fatal
	CloseShardingNeeded    = 4011 // fatal
	CloseInvalidVersion    = 4012 // fatal
	CloseInvalidIntents    = 4013 // fatal
	CloseDisallowedIntent  = 4014 // fatal
)

// intentGuilds is the intent under which servers, channels, threads and roles are told of.
const intentGuilds = 1 << 0

// intentDirectMessages is the intent under which what people write to the bot alone is told of, with its text.
const intentDirectMessages = 1 << 12

// privileged are the intents that need a permission in the developer portal, which bots here do not have.
const privileged = 1<<1 | 1<<8 | 1<<15

// What a client may send (discord.com/developers/docs/events/gateway#rate-limiting).
const (
	maxPayload     = 4096
	sendsPerMinute = 120
)

// frame is one payload of the gateway.
type frame struct {
	Op       int             `json:"op"`
	Data     json.RawMessage `json:"d"`
	Sequence *int64          `json:"s"`
	Event    *string         `json:"t"`
}

// frameOf makes a frame of an opcode and its data.
func frameOf(op int, data any) frame {
	text, err := json.Marshal(data)
	if err != nil {
		panic("discordtest: frame is no JSON: " + err.Error()) // our own types always are
	}
	return frame{Op: op, Data: text}
}

// conn is one connection of a client to the gateway.
type conn struct {
	s  *Server
	ws *websocket.Conn
	at string // the path it was made to

	write    sync.Mutex // one writer at a time, and in order
	compress bool       // payload by payload, asked for at identify
	stream   *zlib.Writer
	buffer   *bytes.Buffer

	session *session    // nil until identified; guarded by Server.mu
	sent    window      // what the client sent
	ended   atomic.Bool // by the server: that the client says it closes, too, means nothing
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

// serveGateway is one connection from beginning to end.
func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	go func() { // Close must end a read that waits; it ends with this connection at the latest
		<-ctx.Done()
		_ = ws.Close()
	}()
	c := &conn{s: s, ws: ws, at: r.URL.Path, sent: window{span: time.Minute, limit: sendsPerMinute}}
	if r.URL.Query().Get("compress") == "zlib-stream" {
		c.buffer = &bytes.Buffer{}
		c.stream = zlib.NewWriter(c.buffer)
	}
	c.serve()
}

// serve greets and then does what the client sends, until either ends it.
func (c *conn) serve() {
	defer c.leave()
	fault := c.s.nextGreeting()
	if fault.Silent {
		c.drain()
		return
	}
	c.send(frameOf(opHello, struct {
		Interval int64 `json:"heartbeat_interval"`
	}{cmp.Or(fault.Beat, c.s.opt.Heartbeat).Milliseconds()}))
	for {
		c.expectHeartbeat()
		_, text, err := c.ws.ReadMessage()
		if err != nil {
			switch {
			case isTimeout(err):
				c.close(CloseSessionTimedOut)
			case websocket.IsCloseError(err, websocket.CloseNormalClosure, websocket.CloseGoingAway) && !c.ended.Load():
				c.forget()
			}
			return
		}
		if code := c.receive(text, fault); code != 0 {
			c.close(code)
			return
		}
	}
}

// expectHeartbeat sets the time by which the client must have sent something.
func (c *conn) expectHeartbeat() {
	_ = c.ws.SetReadDeadline(time.Now().Add(c.s.opt.Heartbeat * 3 / 2)) // a closed connection shows at the read
}

func isTimeout(err error) bool {
	t, ok := err.(interface{ Timeout() bool })
	return ok && t.Timeout()
}

// drain reads until the client gives up.
func (c *conn) drain() {
	for {
		if _, _, err := c.ws.ReadMessage(); err != nil {
			return
		}
	}
}

// receive does one payload of the client. The answer is a reason to close, 0 for none.
func (c *conn) receive(text []byte, fault GatewayFault) int {
	now := time.Now()
	if len(text) > maxPayload {
		return CloseDecodeError
	}
	if c.sent.wait(now) > 0 {
		return CloseRateLimited
	}
	c.sent.add(now)
	var f frame
	if json.Unmarshal(text, &f) != nil {
		return CloseDecodeError
	}
	switch f.Op {
	case opHeartbeat:
		c.acknowledge()
		return 0
	case opIdentify:
		return c.identify(f.Data, fault)
	case opResume:
		return c.resume(f.Data, fault)
	case opPresence, opVoiceState, opRequestMembers:
		if c.current() == nil {
			return CloseNotAuthenticated
		}
		return 0
	default:
		return CloseUnknownOpcode
	}
}

// current is the connection's session, nil before it identified.
func (c *conn) current() *session {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.session
}

// acknowledge answers a heartbeat, unless the bot is to think the connection dead.
func (c *conn) acknowledge() {
	s := c.current()
	if s != nil && s.bot.isSilent() {
		return
	}
	c.send(frame{Op: opHeartbeatAck})
}

// send writes a frame. An error shows at the next read, which ends the connection.
func (c *conn) send(f frame) {
	if f.Data == nil {
		f.Data = json.RawMessage("null")
	}
	text, err := json.Marshal(f)
	if err != nil {
		panic("discordtest: frame is no JSON: " + err.Error()) // its data was marshalled before
	}
	c.write.Lock()
	defer c.write.Unlock()
	_ = c.ws.SetWriteDeadline(time.Now().Add(writeWait)) // a client that does not read must not hold up the world
	switch {
	case c.stream != nil:
		_, _ = c.stream.Write(text) // into memory
		_ = c.stream.Flush()
		_ = c.ws.WriteMessage(websocket.BinaryMessage, c.buffer.Bytes())
		c.buffer.Reset()
	case c.compress:
		_ = c.ws.WriteMessage(websocket.BinaryMessage, deflate(text))
	default:
		_ = c.ws.WriteMessage(websocket.TextMessage, text)
	}
}

func deflate(text []byte) []byte {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	_, _ = z.Write(text) // into memory
	_ = z.Close()
	return out.Bytes()
}

// writeWait is how long a client may take to read.
const writeWait = 5 * time.Second

// closeWait is how long a closing client has to hear the reason.
const closeWait = time.Second

// close ends the connection with a reason.
func (c *conn) close(code int) {
	c.ended.Store(true)
	message := websocket.FormatCloseMessage(code, closeText[code])
	_ = c.ws.WriteControl(websocket.CloseMessage, message, time.Now().Add(closeWait)) // gone already: then it knows
	_ = c.ws.Close()
}

var closeText = map[int]string{
	CloseUnknownOpcode: "Unknown opcode.", CloseDecodeError: "Error while decoding payload.",
	CloseNotAuthenticated: "Not authenticated.", CloseBadToken: "Authentication failed.",
	CloseAlreadyIdentified: "Already authenticated.", CloseInvalidSequence: "Invalid seq.",
	CloseRateLimited: "Rate limited.", CloseSessionTimedOut: "Session timed out.", CloseInvalidShard: "Invalid shard.",
	CloseShardingNeeded: "Sharding required.", CloseInvalidVersion: "Invalid API version.",
	CloseInvalidIntents: "Invalid intent(s).", CloseDisallowedIntent: "Disallowed intent(s).",
}

// leave takes the connection from its session, which can be resumed.
func (c *conn) leave() {
	_ = c.ws.Close()
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.session != nil && c.session.conn == c {
		c.session.conn = nil
		c.s.publish(Event{Kind: Connected, Account: c.session.bot.id, Status: "ended"})
	}
}

// cutBot takes the prefix off a token as clients send it.
func cutBot(token string) string { return strings.TrimPrefix(token, "Bot ") }
