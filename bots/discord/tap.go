package discord

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Opcodes of the gateway that matter before discordgo sees them
// (discord.com/developers/docs/topics/opcodes-and-status-codes#gateway).
const (
	opReconnect      = 7
	opInvalidSession = 9
	opHello          = 10
	opAcknowledged   = 11
)

// Why a connection was ended before discordgo could do harm with what came.
var (
	errReconnect      = errors.New("asked to connect anew")
	errInvalidSession = errors.New("the session is said to be invalid")
	errOutOfTurn      = errors.New("an acknowledgement came before anything else")
	errSilent         = errors.New("heartbeats are not acknowledged")
	errLeft           = errors.New("we have left")
)

// closedError is the code with which Discord closed a connection.
type closedError struct{ code int }

func (e *closedError) Error() string {
	return fmt.Sprintf("closed by Discord with %d", e.code)
}

// tap listens in on a gateway connection on its way to discordgo, which keeps close codes to itself, deadlocks on some
// packets and answers others wrongly. What it must not see ends the connection instead, and our loop makes a new one.
type tap struct {
	net.Conn
	now  func() time.Time
	over chan struct{} // closed when the connection has ended

	frames frames // used by the one reader only

	mu       sync.Mutex
	why      error
	interval time.Duration // between heartbeats; 0 until hello
	acked    time.Time
	begun    bool // something was dispatched
}

func newTap(conn net.Conn, now func() time.Time) *tap {
	return &tap{Conn: conn, now: now, over: make(chan struct{})}
}

// Read passes on what came, unless it must not be seen.
func (t *tap) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	if fault := t.frames.follow(p[:n], t.frame); fault != nil {
		return 0, t.end(fault)
	}
	if err != nil {
		t.end(err)
	}
	return n, err
}

// frame looks at one frame; a payload that is large is nil.
func (t *tap) frame(opcode byte, payload []byte) error {
	if opcode == websocket.CloseMessage {
		code := websocket.CloseNoStatusReceived
		if len(payload) >= 2 {
			code = int(binary.BigEndian.Uint16(payload))
		}
		return &closedError{code}
	}
	if opcode != websocket.TextMessage {
		return nil
	}
	packet := struct {
		Op   int `json:"op"`
		Data struct {
			Interval int64 `json:"heartbeat_interval"`
		} `json:"d"`
	}{}
	if payload != nil && json.Unmarshal(payload, &packet) != nil {
		var only struct { // where d is no object
			Op int `json:"op"`
		}
		if json.Unmarshal(payload, &only) == nil {
			packet.Op = only.Op
		}
	}
	return t.packet(packet.Op, time.Duration(packet.Data.Interval)*time.Millisecond)
}

func (t *tap) packet(op int, interval time.Duration) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch op {
	case opReconnect:
		return errReconnect
	case opInvalidSession:
		return errInvalidSession
	case opHello:
		t.interval, t.acked = interval, t.now()
	case opAcknowledged:
		if !t.begun {
			return errOutOfTurn
		}
		t.acked = t.now()
	default:
		t.begun = true
	}
	return nil
}

// silent says that no heartbeat was acknowledged for two intervals, and how long an interval is.
func (t *tap) silent() (bool, time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.interval > 0 && t.now().Sub(t.acked) > 2*t.interval, t.interval
}

// end closes the connection for a reason; the first one stands.
func (t *tap) end(why error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.why == nil {
		t.why = why
		_ = t.Conn.Close() // it is given up either way
		close(t.over)
	}
	return t.why
}

// leave says goodbye with a close frame (1000, masked with zeros as RFC 6455 lets a client) and ends the connection.
func (t *tap) leave() {
	_ = t.Conn.SetWriteDeadline(t.now().Add(time.Second))
	_, _ = t.Conn.Write([]byte{0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8}) // politeness; without it Discord finds out later
	_ = t.end(errLeft)
}

// reason is why the connection has ended.
func (t *tap) reason() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.why
}

// largestPeek is the most of a payload that is looked at; all that matters here is far smaller.
const largestPeek = 1024

// frames follows the frames a server sends (RFC 6455, 5.2) across reads.
type frames struct {
	upgraded bool
	pending  []byte
	skip     uint64 // bytes of a large payload still to come
}

// follow takes in bytes and hands over each frame; it stops at the first error.
func (f *frames) follow(p []byte, frame func(opcode byte, payload []byte) error) error {
	f.pending = append(f.pending, p...)
	if !f.upgraded {
		end := bytes.Index(f.pending, []byte("\r\n\r\n"))
		if end < 0 {
			return nil
		}
		f.upgraded, f.pending = true, f.pending[end+4:]
	}
	for {
		skipped := min(f.skip, uint64(len(f.pending)))
		f.pending, f.skip = f.pending[skipped:], f.skip-skipped
		opcode, size, head, ok := header(f.pending)
		if f.skip > 0 || !ok {
			return nil
		}
		var payload []byte
		if size > largestPeek {
			f.skip, f.pending = size, f.pending[head:]
		} else if whole := head + int(size); len(f.pending) < whole {
			return nil
		} else {
			payload, f.pending = f.pending[head:whole:whole], f.pending[whole:]
		}
		if err := frame(opcode, payload); err != nil {
			return err
		}
	}
}

// header reads a frame's header; a server does not mask.
func header(p []byte) (opcode byte, size uint64, head int, ok bool) {
	if len(p) < 2 {
		return 0, 0, 0, false
	}
	opcode, size, head = p[0]&0x0f, uint64(p[1]&0x7f), 2
	switch size {
	case 126:
		head = 4
	case 127:
		head = 10
	}
	if len(p) < head {
		return 0, 0, 0, false
	}
	switch head {
	case 4:
		size = uint64(binary.BigEndian.Uint16(p[2:]))
	case 10:
		size = binary.BigEndian.Uint64(p[2:])
	}
	return opcode, size, head, true
}

// handshake is how long connecting may take.
const handshake = 15 * time.Second

// tapped is a dialer whose connections are tapped; each is handed over as it is made. Connecting ends with ctx.
func tapped(ctx context.Context, now func() time.Time, made func(*tap)) *websocket.Dialer {
	plain := &net.Dialer{Timeout: handshake}
	wrap := func(conn net.Conn, err error) (net.Conn, error) {
		if err != nil {
			return nil, err
		}
		t := newTap(conn, now)
		made(t)
		return t, nil
	}
	return &websocket.Dialer{
		HandshakeTimeout: handshake,
		NetDialContext: func(_ context.Context, network, address string) (net.Conn, error) {
			return wrap(plain.DialContext(ctx, network, address))
		},
		NetDialTLSContext: func(_ context.Context, network, address string) (net.Conn, error) {
			return wrap((&tls.Dialer{NetDialer: plain}).DialContext(ctx, network, address))
		},
	}
}
